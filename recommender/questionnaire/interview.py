"""The interview: which question comes next, and the file that the answers make.

Nothing here talks to a person. An interview is a value: every answer makes a new one.
"""

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Self

import yaml

from knowledge import Condition, Intake, Knowledge
from knowledge.reading import parse, validate
from knowledge.schema.intake import WEEKDAYS
from knowledge.schema.questionnaire import Draft, Option, Question, Questionnaire, When
from knowledge.schema.screening import RedFlag
from recommender.conditions import active_conditions, dated_window, day_zero
from recommender.questionnaire.filling import Answer, fill
from recommender.questionnaire.loading import SUBJECT_FACTS, expected, facts
from recommender.questionnaire.typed import Asked, BadAnswer, Value
from recommender.screening import Flag, screen

LIFETIME_DAYS = 120 * 366
WEEK_AHEAD_DAYS = 14
"""A week that is planned today ends before then."""


@dataclass(frozen=True)
class Interview:
    """The questions and the answers so far; every answer makes a new interview.

    What is asked follows from the answers before it, so an answer that is changed takes along
    the follow-ups that no longer apply.
    """

    questionnaire: Questionnaire
    knowledge: Knowledge
    today: date
    answers: Mapping[str, Answer] = field(default_factory=dict)

    def questions(self) -> tuple[Asked, ...]:
        """Return all questions that the answers so far call for, in order."""
        return tuple(self._questions())

    def next_question(self) -> Asked | None:
        """Return the first question without an answer; None at the end or where it has to stop.

        The red flags are asked to the last one, so that the most urgent decides where to go.
        """
        waiting = next((one for one in self._questions() if one.id not in self.answers), None)
        if waiting is not None and waiting.question.section == "red_flags":
            return waiting
        return None if self.stops() else waiting

    def answer(self, question_id: str, typed: str) -> Self:
        """Return the interview with an answer given or changed; raise `BadAnswer` if it is none."""
        asked = next(one for one in self._questions() if one.id == question_id)
        asked.read(typed)
        return self.with_texts({**self.texts(), question_id: typed})

    def texts(self) -> dict[str, str]:
        """Return the text of every answer by question."""
        return {question_id: answer.text for question_id, answer in self.answers.items()}

    def with_texts(self, texts: Mapping[str, str]) -> Self:
        """Return the interview with those answers that are asked for and valid."""
        kept: dict[str, Answer] = {}
        growing = replace(self, answers=kept)
        # The questions are generated one by one, and each sees the answers kept before it.
        for asked in growing._questions():
            if asked.id in texts:
                with contextlib.suppress(BadAnswer):
                    value = asked.read(texts[asked.id])
                    kept[asked.id] = Answer(asked, value, asked.write(value))
        return growing

    def stops(self) -> tuple[Flag, ...]:
        """Return why there can be no plan whatever else is answered, most urgent first."""
        flags = screen(self.knowledge, self._screened(), self.today).flags
        return tuple(flag for flag in flags if not flag.clearance_opens)

    def advice(self) -> tuple[Flag, ...]:
        """Return what a person should hear of, although it does not stand in the way of a plan."""
        return screen(self.knowledge, self._screened(), self.today).advice

    def intake(self) -> dict[str, Value]:
        """Return the answers so far as the content of an intake file."""
        return fill(self.answers.values(), self.today)

    def intake_text(self) -> str:
        """Return the text of the intake file."""
        body = yaml.safe_dump(
            self.intake(), sort_keys=False, allow_unicode=True, default_flow_style=None, width=1000
        )
        return (
            f"# Answers from `backplan ask`; edit them freely, `backplan plan` checks them.\n{body}"
        )

    def draft_text(self) -> str:
        """Return the text of a file from which `resumed` goes on."""
        content = {"saved_on": self.today, "answers": self.texts()}
        body = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=1000)
        return f"# An unfinished `backplan ask`; start it again to go on. Not an intake.\n{body}"

    def resumed(self, text: str, name: str) -> Self:
        """Return the interview that a draft holds; raise `BadInput` if it is no draft.

        Warning signs are present events: those of another day are asked again.
        """
        draft = validate(Draft, parse(text, name))
        interview = self.with_texts(draft.answers)
        if draft.saved_on == self.today:
            return interview
        lasting = interview.answers.values()
        return self.with_texts(
            {one.asked.id: one.text for one in lasting if one.asked.question.section != "red_flags"}
        )

    def _questions(self) -> Iterator[Asked]:
        for question in self.questionnaire.questions:
            if not all(map(self._holds, question.when)):
                continue
            subjects = self._subjects(question)
            for index, subject in enumerate(subjects):
                asked = self._put(question, subject, subjects[:index])
                if asked.options or question.kind not in ("choice", "checklist"):
                    yield asked

    def _holds(self, when: When) -> bool:
        answer = self.answers.get(when.question)
        given = answer.value if answer else ()
        words = [given] if isinstance(given, str) else given
        return not set(words).isdisjoint(expected(when, self.knowledge))

    def _value(self, question_id: str, otherwise: Value) -> Value:
        answer = self.answers.get(question_id)
        return answer.value if answer else otherwise

    def _subjects(self, question: Question) -> Sequence[str]:
        """Return what the question is asked about, one by one; one empty subject if nothing."""
        match question.each:
            case None:
                return [""]
            case "flag_groups":
                return [group.id for group in self.knowledge.screening.groups]
            case "condition_groups":
                return [group.id for group in self.questionnaire.condition_groups]
            case "clearances" | "settled":
                return list(self._value(question.each, []))
            case "detail":
                return [one for one in self._held() if self._meaning(one).detail is not None]
            case "sided":
                return [one for one in self._held() if self._meaning(one).sided]
            case dated_by:
                return [one for one in self._held() if self._dated_by(one) == dated_by]

    def _held(self) -> list[str]:
        """Return the conditions that were ticked, in the order of their groups."""
        given = self.answers.values()
        lists = [one.value for one in given if one.asked.question.options_from == "conditions"]
        return [answer for ticked in lists for answer in ticked]

    def _meaning(self, answer: str) -> Condition:
        """Return a condition of the answer: question, detail and side are the same in all."""
        return self.knowledge.answers[answer][0]

    def _dated_by(self, answer: str) -> str | None:
        window = dated_window(self.knowledge, answer)
        return window.dated_by if window else None

    def _put(self, question: Question, subject: str, asked_before: Sequence[str]) -> Asked:
        known = facts(self.knowledge) | self._about(question, subject)
        earliest, latest = self._bounds(question, subject)
        siblings = [f"{question.id}.{one}" for one in asked_before if question.kind == "checklist"]
        elsewhere = [*question.not_in, *siblings]
        earlier = [self.answers[one] for one in elsewhere if one in self.answers]
        places = [one for one in self.answers.values() if one.asked.question.kind == "equipment"]
        named = [name for one in places for name in one.value]
        return Asked(
            id=f"{question.id}.{subject}" if subject else question.id,
            question=question,
            subject=subject,
            label=question.label.format_map(known),
            text=question.text.format_map(known),
            hint=question.hint and question.hint.format_map(known),
            options=tuple(self._options(question, subject)),
            earliest=earliest,
            latest=latest,
            places=tuple(named),
            taken={one: answer.asked.label for answer in earlier for one in answer.value},
            available=len(self._value("days", WEEKDAYS)),
        )

    def _about(self, question: Question, subject: str) -> dict[str, str]:
        """Return what the texts of a question may name of its subject."""
        about = dict.fromkeys(SUBJECT_FACTS, "") | {"subject": subject.replace("_", " ")}
        screening = self.knowledge.screening
        match question.each:
            case "flag_groups":
                texts = {group.id: group.question for group in screening.groups}
                about["group_question"] = texts[subject]
            case "condition_groups":
                texts = {one.id: one.question for one in self.questionnaire.condition_groups}
                about["group_question"] = texts[subject]
            case "settled":
                about["ticked"] = next(
                    flag.statement for flag in screening.red_flags if flag.id == subject
                )
            case str():
                condition = self._meaning(subject)
                about["ticked"] = self._condition(subject).text
                about["detail_question"] = condition.detail.question if condition.detail else ""
        return about

    def _options(self, question: Question, subject: str) -> Iterable[Option]:
        knowledge = self.knowledge
        if question.kind == "equipment":
            return [Option(id=one.id, text=one.name) for one in knowledge.equipment.values()]
        if question.kind == "exercises":
            return [Option(id=one.id, text=one.name) for one in knowledge.exercises.values()]
        match question.options_from:
            case "red_flags":
                flags = knowledge.screening.red_flags
                return [Option(id=f.id, text=f.statement) for f in flags if f.group == subject]
            case "past_flags":
                return [Option(id=one.id, text=one.statement) for one in self._past_flags()]
            case "conditions":
                groups = {one.id: one.answers for one in self.questionnaire.condition_groups}
                return [self._condition(answer) for answer in groups[subject]]
            case "details":
                detail = self._meaning(subject).detail
                texts = detail.options if detail else {}
                return [Option(id=one, text=text) for one, text in texts.items()]
            case "clearances":
                return [self._condition(answer) for answer in dict.fromkeys(self._clearable())]
            case "positions":
                return [Option(id=one, text=text) for one, text in knowledge.positions.items()]
            case "techniques":
                return [Option(id=one.id, text=one.name) for one in knowledge.techniques.values()]
            case None:
                return question.options

    def _condition(self, answer: str) -> Option:
        condition = self._meaning(answer)
        text = condition.question or condition.name
        contradicted_by = (
            other
            for other, (meaning, *_) in self.knowledge.answers.items()
            if answer in meaning.contradicts
        )
        excludes = dict.fromkeys([*condition.contradicts, *contradicted_by])
        return Option(id=answer, text=text, excludes=tuple(excludes))

    def _past_flags(self) -> Iterator[RedFlag]:
        """Yield the warning signs that stop a plan and are not there now."""
        ticked = self._screened().screening.red_flags
        for flag in self.knowledge.screening.red_flags:
            if flag.urgency != "advice" and flag.id not in ticked:
                yield flag

    def _clearable(self) -> Iterator[str]:
        """Yield the conditions with which a doctor's word would open something now."""
        for one in active_conditions(self.knowledge, self._screened(), self.today):
            answer = one.condition.answer
            if answer is None or not self._opens(one.condition):
                continue
            if self._first_word(answer) <= self.today:
                yield answer

    def _opens(self, condition: Condition) -> bool:
        demands = [
            demand
            for rule in condition.rules
            if rule.verdict == "clearance" and rule.self_clearance
            for demand in rule.demands
        ]
        plan = condition.plan
        return (plan.verdict == "clearance" and plan.self_clearance) or any(
            self.knowledge.demands[demand].self_clearance for demand in demands
        )

    def _bounds(self, question: Question, subject: str) -> tuple[date, date]:
        """Return the earliest and the latest date that can be true."""
        rules = self.knowledge.screening
        match question.each:
            case "due_date":
                return self._in_days(-rules.overdue_days), self._in_days(rules.pregnancy_days)
            case "clearances":
                return self._first_word(subject), self.today
            case "settled":
                return self._in_days(WEEK_AHEAD_DAYS - rules.settled_valid_days), self.today
            case _:
                return self._in_days(-LIFETIME_DAYS), self.today

    def _in_days(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def _first_word(self, condition: str) -> date:
        """Return the first day on which a doctor's word counts: after the onset, not expired."""
        not_expired = self._in_days(1 - self.knowledge.screening.clearance_valid_days)
        window = dated_window(self.knowledge, condition)
        held = self._value(f"{window.dated_by}.{condition}", None) if window else None
        if window is None or held is None:
            return not_expired
        return max(not_expired, day_zero(self.knowledge, window, held) + timedelta(days=1))

    def _screened(self) -> Intake:
        """Return an intake with the screening so far, harmless in what has not been answered."""
        so_far = self.intake()
        harmless = {
            "age": self.knowledge.screening.minimum_age,
            "red_flags": [],
            "other_condition": False,
            "cannot": [],
        }
        content = {
            "answered_on": self.today,
            "screening": harmless | so_far["screening"],
            "clearances": so_far.get("clearances", []),
            "places": {"home": {}},
            "days": {"mon": {"minutes": 30}},
        }
        return Intake.model_validate_json(json.dumps(content, default=str))
