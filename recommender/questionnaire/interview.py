"""The interview: which question comes next, and the file that the answers make.

Nothing here talks to a person. An interview is a value: every answer makes a new one.
"""

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Self

import yaml

from knowledge import Condition, Intake, Knowledge
from knowledge.reading import parse, validate
from knowledge.schema.intake import WEEKDAYS, ScreeningAnswers
from knowledge.schema.questionnaire import Draft, Option, Question, Questionnaire, When
from recommender.conditions import PREGNANCY_DAYS, active_conditions, day_zero
from recommender.intake import OVERDUE_DAYS
from recommender.questionnaire.loading import expected, facts
from recommender.questionnaire.typed import Asked, BadAnswer, Value
from recommender.screening import Flag, screen

LIFETIME_DAYS = 120 * 366


@dataclass(frozen=True, slots=True)
class Answer:
    """A valid answer: to which question, its value, and a text that stands for it."""

    asked: Asked
    value: Value
    text: str


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

    def intake(self) -> dict[str, Value]:
        """Return the answers so far as the content of an intake file."""
        whole: dict[str, Value] = {"answered_on": self.today, "screening": {}}
        for answer in self.answers.values():
            *parents, key = (answer.asked.question.fills or "").split(".")
            part = whole[parents[0]] if parents else whole
            if key:
                part[key] = _merge(part.get(key), _content(answer))
        screening = whole["screening"]
        screening["conditions"] = list(screening.get("conditions", {}).values())
        ordered = {key: screening[key] for key in ScreeningAnswers.model_fields if key in screening}
        return whole | {"screening": ordered}

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
            for subject in self._subjects(question):
                asked = self._put(question, subject)
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

    def _subjects(self, question: Question) -> Iterable[str]:
        """Return what the question is asked about, one by one; one empty subject if nothing."""
        if question.each is None:
            return [""]
        if question.each == "flag_groups":
            return [group.id for group in self.knowledge.screening.groups]
        if question.each == "clearances":
            return list(self._value("clearances", []))
        held = self._value("conditions", [])
        return [answer for answer in held if self._dated_by(answer) == question.each]

    def _dated_by(self, condition: str) -> str | None:
        window = self.knowledge.answers[condition][0].window
        return window.dated_by if window else None

    def _put(self, question: Question, subject: str) -> Asked:
        groups = {group.id: group.question for group in self.knowledge.screening.groups}
        known = facts(self.knowledge) | {
            "subject": subject.replace("_", " "),
            "group_question": groups.get(subject, ""),
        }
        earliest, latest = self._bounds(question, subject)
        earlier = [self.answers[one] for one in question.not_in if one in self.answers]
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
            case "conditions":
                return [self._condition(answer) for answer in knowledge.answers]
            case "clearances":
                return [self._condition(answer) for answer in dict.fromkeys(self._clearable())]
            case "positions":
                return [Option(id=one, text=text) for one, text in knowledge.positions.items()]
            case "techniques":
                return [Option(id=one.id, text=one.name) for one in knowledge.techniques.values()]
            case None:
                return question.options

    def _condition(self, answer: str) -> Option:
        condition = self.knowledge.answers[answer][0]
        text = condition.question or condition.name
        return Option(id=answer, text=text, excludes=condition.contradicts)

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
            d for rule in condition.rules if rule.verdict == "clearance" for d in rule.demands
        ]
        plan = condition.plan
        return (plan.verdict == "clearance" and plan.self_clearance) or any(
            self.knowledge.demands[demand].self_clearance for demand in demands
        )

    def _bounds(self, question: Question, subject: str) -> tuple[date, date]:
        """Return the earliest and the latest date that can be true."""
        if question.each == "due_date":
            return self._days_from_now(-OVERDUE_DAYS), self._days_from_now(PREGNANCY_DAYS)
        if question.each == "clearances":
            return self._first_word(subject), self.today
        return self._days_from_now(-LIFETIME_DAYS), self.today

    def _days_from_now(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def _first_word(self, condition: str) -> date:
        """Return the first day on which a doctor's word counts: after the onset, not expired."""
        not_expired = self._days_from_now(1 - self.knowledge.screening.clearance_valid_days)
        window = self.knowledge.answers[condition][0].window
        held = self._value(f"{window.dated_by}.{condition}", None) if window else None
        if window is None or held is None:
            return not_expired
        return max(not_expired, day_zero(window, held) + timedelta(days=1))

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


def _content(answer: Answer) -> Value:
    """Return what an answer adds to its key of the intake."""
    question, subject, value = answer.asked.question, answer.asked.subject, answer.value
    if question.kind == "agreement":
        return [{"condition": subject, **value}]
    if question.fills == "screening.conditions":
        if question.kind == "date":
            return {subject: {"id": subject, "date": value}}
        return {condition: {"id": condition} for condition in value}
    return value


def _merge(old: Value, new: Value) -> Value:
    """Return several answers to one key together."""
    if isinstance(new, dict):
        return {**(old or {}), **new}
    return [*(old or []), *new] if isinstance(new, list) else new
