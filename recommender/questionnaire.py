"""The interview: which question comes next, what a typed answer means, and the file they make.

Nothing here talks to a person. An interview is a value: every answer makes a new one.
"""

import contextlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from string import Formatter
from typing import Any, Self, get_args

import yaml

from knowledge import SHIPPED, BadInput, Condition, Intake, Knowledge
from knowledge.reading import Location, nearest, parse, read_text, validate
from knowledge.schema._base import Noun
from knowledge.schema.intake import WEEKDAYS, ScreeningAnswers
from knowledge.schema.questionnaire import LISTED, Draft, Option, Question, Questionnaire, When
from recommender.conditions import PREGNANCY_DAYS, active_conditions, day_zero
from recommender.intake import OVERDUE_DAYS
from recommender.screening import Flag, screen

MAX_LENGTH = 1000
MAX_LABEL = 200
LIFETIME_DAYS = 120 * 366
FULL_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Value = Any
"""A part of an intake: what YAML can hold, and dates."""


class BadAnswer(Exception):  # noqa: N818 - read in sentences: raises BadAnswer
    """A typed answer that cannot be used; its text says what would be right."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is put to one person, with everything that its answer may depend on.

    `places` are the names of the places so far, `taken` is what was named elsewhere and where,
    `available` is the number of days with time to train.
    """

    id: str
    question: Question
    subject: str
    label: str
    text: str
    hint: str | None
    options: tuple[Option, ...] = ()
    earliest: date = date.min
    latest: date = date.max
    places: tuple[str, ...] = ()
    taken: Mapping[str, str] = field(default_factory=dict)
    available: int = 7

    @property
    def is_listed(self) -> bool:
        """Whether the options are shown with numbers."""
        return self.question.kind in LISTED

    def read(self, typed: str) -> Value:
        """Return the value that was typed; raise `BadAnswer` if it cannot be used."""
        text = typed.strip()
        if not text.isprintable() or len(text) > MAX_LENGTH:
            raise BadAnswer("please type plain text on one line")
        if not text and self.question.default is None:
            raise BadAnswer("an answer is needed here" + self._none())
        return _READERS[self.question.kind](self, text or self.question.default or "")

    def write(self, value: Value) -> str:
        """Return the text, in ids instead of numbers, that `read` turns into `value`."""
        return _WRITERS.get(self.question.kind, _plain)(value)

    def show(self, value: Value) -> str:
        """Return the value in the words of the question."""
        if self.question.kind not in ("choice", "checklist"):
            return self.write(value)
        words = {option.id: option.text for option in self.options}
        chosen = [value] if isinstance(value, str) else value
        return "; ".join(words[one] for one in chosen) or "none of these"

    def _none(self) -> str:
        return "; type 0 for none of these" if self.question.kind == "checklist" else ""


def _words(text: str) -> list[str]:
    """Return the parts between commas; between two numbers a blank will do."""
    parts = re.split(r"[,;]|(?<=\d)\s+(?=\d+\b)", text)
    return [part.strip() for part in parts if part.strip()]


def _pick(asked: Asked, word: str) -> str:
    """Return the id of the option meant by a number, an id or a name."""
    ids = {option.id: option.id for option in asked.options}
    numbers = {str(number): one for number, one in enumerate(ids, start=1)}
    names = {option.text.lower(): option.id for option in asked.options}
    plain = re.sub(r"[\s-]+", "_", word.lower())
    found = ids.get(plain) or names.get(word.lower())
    if found is None and asked.is_listed:
        found = numbers.get(word)
    if found is None:
        hint = nearest(plain, ids)
        numbered = f"; type numbers from 1 to {len(ids)}" if asked.is_listed else ""
        raise BadAnswer(f"{word} is not known here{hint}{numbered}")
    return found


def _picked(asked: Asked, text: str) -> list[str]:
    """Return the ids of all options meant, each once; 0 or none stands for no option."""
    words = _words(text)
    nothing = [word for word in words if word.lower() in ("0", "none")]
    if nothing and len(words) > 1:
        raise BadAnswer(f"{nothing[0]} (none of these) cannot stand beside other answers")
    if not words:
        raise BadAnswer("type what applies, with commas between, or 0 for none of these")
    return [] if nothing else list(dict.fromkeys(_pick(asked, word) for word in words))


def _choice(asked: Asked, text: str) -> str:
    return _pick(asked, text)


def _checklist(asked: Asked, text: str) -> list[str]:
    chosen = _picked(asked, text)
    for option in asked.options:
        clash = set(option.excludes) & set(chosen)
        if option.id in chosen and clash:
            raise BadAnswer(f"{option.id} and {min(clash)} cannot both be true")
    return [option.id for option in asked.options if option.id in chosen]


def _exercises(asked: Asked, text: str) -> list[str]:
    chosen = _picked(asked, text)
    for one in chosen:
        if one in asked.taken:
            raise BadAnswer(f"you gave {one} as {asked.taken[one]} already")
    return chosen


def _yes_no(_asked: Asked, text: str) -> bool:
    if text.lower() in ("y", "yes"):
        return True
    if text.lower() in ("n", "no"):
        return False
    raise BadAnswer("type yes or no")


def _whole(asked: Asked, text: str, unit: str = "") -> int:
    """Return a whole number within the bounds of the question."""
    least, most = asked.question.at_least, asked.question.at_most
    if not re.fullmatch(r"[0-9]{1,4}", text) or not least <= int(text) <= most:
        raise BadAnswer(f"{text}: type a whole number from {least} to {most}{unit}")
    return int(text)


def _range(asked: Asked, text: str) -> dict[str, int]:
    first, _, last = (part.strip() for part in text.replace("to", "-").partition("-"))
    least, most = _whole(asked, first), _whole(asked, last or first)
    if least > most:
        raise BadAnswer(f"{least} is more than {most}; type the smaller number first")
    if least > asked.available:
        raise BadAnswer(f"{least} sessions do not fit on the {asked.available} days you gave")
    return {"at_least": least, "at_most": most}


def _date(asked: Asked, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadAnswer(f"{text}: type a date as year-month-day, such as 2026-03-30") from None
    if day > asked.latest:
        raise BadAnswer(f"{day} is too late; expected {asked.latest} or earlier")
    if day < asked.earliest:
        raise BadAnswer(f"{day} is too long ago to count; expected {asked.earliest} or later")
    return day


def _agreement(asked: Asked, text: str) -> dict[str, str | date]:
    found = re.fullmatch(r"(.*?)[,\s]+(\S+)", text)
    by = found[1].strip(", ") if found else ""
    if found is None or not by or len(by) > MAX_LABEL:
        raise BadAnswer("type a name and a date, such as Dr. Ruiz, 2026-03-30")
    return {"by": by, "date": _date(asked, found[2])}


def _text(_asked: Asked, text: str) -> str:
    if len(text) > MAX_LABEL:
        raise BadAnswer(f"please use at most {MAX_LABEL} letters")
    return text


def _equipment(asked: Asked, text: str) -> dict[str, dict[str, int]]:
    before, colon, after = text.partition(":")
    name = before.strip() if colon else asked.question.place or ""
    place = re.sub(r"[\s-]+", "_", name.lower())
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", place):
        raise BadAnswer(f"{name}: a place is named in plain letters, such as gym")
    if place in asked.taken:
        raise BadAnswer(f"{place} is the first place; put another name in front, such as office:1")
    return {place: dict(_pieces(asked, after if colon else text))}


def _pieces(asked: Asked, text: str) -> Iterator[tuple[str, int]]:
    """Yield every piece of equipment with its count, in the order of the list."""
    counts: dict[str, int] = {}
    words = _words(text)
    if not words:
        raise BadAnswer("type the numbers of what is there, or 0 for an empty room")
    for word in words if words not in (["0"], ["none"]) else ():
        counted = re.fullmatch(r"(.+?)\s*x\s*(\d+)", word)
        piece = _pick(asked, counted[1] if counted else word)
        counts[piece] = _whole(asked, counted[2], " behind the x") if counted else 1
    for option in asked.options:
        if option.id in counts:
            yield option.id, counts[option.id]


def _minutes_by_day(asked: Asked, text: str) -> dict[str, dict[str, int | str]]:
    days: dict[str, dict[str, int | str]] = {}
    for part in re.split(r"[,;]", text):
        word, _, rest = part.strip().partition(" ")
        day = next((full[:3] for full in FULL_NAMES if len(word) > 2 and _begins(full, word)), None)
        found = re.fullmatch(r"([0-9]+)\s*(?:minutes|min)?\s*(.*)", rest.strip())
        if day is None or found is None:
            raise BadAnswer(f"{part.strip()}: type a day and its minutes, such as mon 30, wed 45")
        if day in days:
            raise BadAnswer(f"{day} stands twice")
        minutes = _whole(asked, found[1], " minutes")
        days[day] = {"minutes": minutes, **_place(asked, day, minutes, found[2])}
    return {day: days[day] for day in WEEKDAYS if day in days}


def _begins(full: str, word: str) -> bool:
    return full.startswith(word.lower())


def _place(asked: Asked, day: str, minutes: int, name: str) -> dict[str, str]:
    """Return the place of a day, which is needed as soon as there are two."""
    place = re.sub(r"[\s-]+", "_", name.lower())
    if place in asked.places:
        return {"place": place} if len(asked.places) > 1 else {}
    if not place and len(asked.places) == 1:
        return {}
    where = " or ".join(asked.places)
    raise BadAnswer(f"{day}: say where, {where}, such as {day} {minutes} {asked.places[0]}")


_READERS: Mapping[str, Callable[[Asked, str], Value]] = {
    "choice": _choice,
    "checklist": _checklist,
    "yes_no": _yes_no,
    "number": _whole,
    "range": _range,
    "date": _date,
    "agreement": _agreement,
    "minutes_by_day": _minutes_by_day,
    "equipment": _equipment,
    "exercises": _exercises,
    "text": _text,
}


def _plain(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _list(value) if isinstance(value, list) else str(value)


def _list(words: Sequence[str]) -> str:
    return ", ".join(words) or "none"


def _write_days(days: Mapping[str, Mapping[str, Value]]) -> str:
    return _list([" ".join([day, *map(str, answer.values())]) for day, answer in days.items()])


def _write_equipment(places: Mapping[str, Mapping[str, int]]) -> str:
    ((place, stock),) = places.items()
    pieces = [piece if count == 1 else f"{piece} x{count}" for piece, count in stock.items()]
    return f"{place}: {_list(pieces)}"


def _write_together(mark: str) -> Callable[[Mapping[str, Value]], str]:
    return lambda parts: mark.join(dict.fromkeys(map(str, parts.values())))


_WRITERS: Mapping[str, Callable[[Value], str]] = {
    "minutes_by_day": _write_days,
    "equipment": _write_equipment,
    "range": _write_together("-"),
    "agreement": _write_together(", "),
}


def load_questionnaire(knowledge: Knowledge, root: Path = SHIPPED) -> Questionnaire:
    """Return the questionnaire in `root`; raise `BadInput` with every fault in it."""
    path = root / "questionnaire.yaml"
    document = parse(read_text(path), f"{root.name}/{path.name}")
    questionnaire = validate(Questionnaire, document)
    faults = [
        document.fault(("questions", index, *location), message)
        for index, location, message in _check(questionnaire, knowledge)
    ]
    if faults:
        raise BadInput(faults)
    return questionnaire


def _check(
    questionnaire: Questionnaire, knowledge: Knowledge
) -> Iterator[tuple[int, Location, str]]:
    """Yield what a question says of other questions, of the intake or of its texts that is not so.

    An unknown list or kind of subject is refused by the schema already.
    """
    earlier: dict[str, Question] = {}
    facts = {"subject", "group_question", *_facts(knowledge)}
    for index, question in enumerate(questionnaire.questions):
        if question.id in earlier:
            yield index, ("id",), f"{question.id} stands twice"
        if question.section not in questionnaire.sections:
            yield index, ("section",), f"{question.section} has no title under sections"
        for key in ("label", "text", "hint"):
            for _, name, _, _ in Formatter().parse(getattr(question, key) or ""):
                if name is not None and name not in facts:
                    yield index, (key,), f"{{{name}}} is not known{nearest(name, facts)}"
        for place, word in enumerate(question.not_in):
            if word not in earlier:
                yield index, ("not_in", place), f"{word} is no earlier question"
        for place, when in enumerate(question.when):
            at: Location = ("when", place)
            if when.question not in earlier:
                yield index, (*at, "question"), f"{when.question} is no earlier question"
                continue
            known = [option.id for option in earlier[when.question].options]
            for word in _expected(when, knowledge):
                if word not in known:
                    yield index, (*at, "is_one_of"), f"{word} is no answer{nearest(word, known)}"
        yield from ((index, *fault) for fault in _check_target(question))
        earlier[question.id] = question


def _check_target(question: Question) -> Iterator[tuple[Location, str]]:
    """Yield an error if the intake has no such key, or knows other words for it."""
    if question.fills is None:
        return
    model: type[Noun] = Intake
    *parents, key = question.fills.split(".")
    if parents == ["screening"]:
        model, parents = ScreeningAnswers, []
    if parents or key not in model.model_fields:
        yield ("fills",), f"{question.fills} is not a key of an intake"
        return
    words = get_args(model.model_fields[key].annotation)
    for place, option in enumerate(question.options):
        if option.id not in words:
            hint = nearest(option.id, map(str, words))
            yield ("options", place, "id"), f"{option.id} is no {question.fills}{hint}"


def _facts(knowledge: Knowledge) -> dict[str, str]:
    """Return what the texts of any question may name."""
    screening = knowledge.screening
    return {
        "other_condition_question": screening.other_condition_question,
        "clearance_valid_days": str(screening.clearance_valid_days),
    }


def _expected(when: When, knowledge: Knowledge) -> tuple[str, ...]:
    if when.is_one_of == "technique_from":
        return knowledge.dosing.levels.technique_from
    return when.is_one_of


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
        return not set(words).isdisjoint(_expected(when, self.knowledge))

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
        facts = _facts(self.knowledge) | {
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
            label=question.label.format_map(facts),
            text=question.text.format_map(facts),
            hint=question.hint and question.hint.format_map(facts),
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
