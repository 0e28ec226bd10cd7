"""The questions of a check-in and what the answers make. Nothing here talks to a person.

Who was well and did all is asked little: only what was left out, hard or painful is asked further.
A warning sign, or something new that a plan has to know of, ends the questions.
"""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Self

from knowledge import Intake, Knowledge
from knowledge.schema.checkin import CheckIn, ExerciseReport
from knowledge.schema.days import DAY_NAMES
from knowledge.schema.questionnaire import Kind, Option, Question, Section
from recommender.checkin.weeks import planned_doses
from recommender.plan import Plan, PlanDay
from recommender.questionnaire import Asked, BadAnswer

AMOUNTS = (
    Option(id="all", text="all of it"),
    Option(id="part", text="a part of it"),
    Option(id="nothing", text="nothing"),
)


@dataclass(frozen=True)
class CheckInInterview:
    """The questions about the week of a plan, and the answers so far by question, as typed."""

    knowledge: Knowledge
    intake: Intake
    plan: Plan
    today: date
    texts: Mapping[str, str] = field(default_factory=dict)

    def questions(self) -> tuple[Asked, ...]:
        """Return all questions that the answers so far call for, in order."""
        return tuple(self._questions())

    def next_question(self) -> Asked | None:
        """Return the first question without an answer, or None at the end."""
        return next((one for one in self._questions() if one.id not in self.texts), None)

    def answer(self, question_id: str, typed: str) -> Self:
        """Return the interview with an answer given or changed; raise `BadAnswer` if it is none.

        Answers to questions that are not asked any more are forgotten.
        """
        asked = next(one for one in self._questions() if one.id == question_id)
        text = asked.write(asked.read(typed))
        kept: dict[str, str] = {}
        growing = replace(self, texts=kept)
        for one in growing._questions():
            told = text if one.id == question_id else self.texts.get(one.id)
            with contextlib.suppress(BadAnswer):
                if told is not None and one.read(told) is not None:
                    kept[one.id] = told
        return growing

    def flags(self) -> tuple[str, ...]:
        """Return the warning signs that were ticked."""
        groups = self.knowledge.screening.groups
        return tuple(flag for one in groups for flag in self._given(self._flags(one.id)))

    @property
    def is_stopped(self) -> bool:
        """Whether an answer stops the program, so that nothing else is asked."""
        screening = self.knowledge.screening
        advice = {flag.id for flag in screening.red_flags if flag.urgency == "advice"}
        return bool(set(self.flags()) - advice) or self.texts.get("changes") == "yes"

    def checkin(self) -> CheckIn:
        """Return the check-in that the answers make; without exercises if it ended early."""
        return CheckIn(
            week_start=self.plan.stamps.week_start,
            answered_on=self.today,
            red_flags=self.flags(),
            conditions=(),
            other_condition=self.texts.get("changes") == "yes",
            cannot=tuple(self._given(self._cannot())) if self._positions() else (),
            exercises=() if self.is_stopped else tuple(self._reports()),
            note=self.texts.get("note") or None,
        )

    def _given(self, asked: Asked) -> list[str]:
        text = self.texts.get(asked.id)
        return asked.read(text) if text is not None else []

    def _questions(self) -> Iterator[Asked]:
        for group in self.knowledge.screening.groups:
            yield self._flags(group.id)
        if not self.is_stopped:
            text = (
                f"Since your answers of {self.intake.answered_on}: any new or changed condition, "
                "operation, medicine or pregnancy, or were you told not to train?"
            )
            yield _asked("changes", "yes_no", "something new", text, section="health")
        if self.is_stopped:
            return
        if self._positions():
            yield self._cannot()
        for day in self.plan.days:
            yield from self._day(day)
        yield from self._effort()
        yield from self._pain()
        text = "Anything else to remember of this week?"
        yield _asked("note", "text", "a note", text, default="")

    def _flags(self, group: str) -> Asked:
        screening = self.knowledge.screening
        text = next(one.question for one in screening.groups if one.id == group)
        return _asked(
            "flags",
            "checklist",
            "warning signs",
            text,
            subject=group,
            section="red_flags",
            hint=f"Now, or at any time since {self.plan.stamps.week_start}.",
            options=tuple(
                Option(id=flag.id, text=flag.statement)
                for flag in screening.red_flags
                if flag.group == group
            ),
        )

    def _positions(self) -> tuple[Option, ...]:
        """Return the positions that were possible so far."""
        known = self.intake.screening.cannot
        positions = self.knowledge.positions.items()
        return tuple(Option(id=one, text=text) for one, text in positions if one not in known)

    def _cannot(self) -> Asked:
        text = "Has any of these become impossible?"
        options = self._positions()
        return _asked(
            "cannot", "checklist", "not possible", text, section="health", options=options
        )

    def _day(self, day: PlanDay) -> Iterator[Asked]:
        title = f"{DAY_NAMES[day.day]} {day.date.day} {day.date:%B}"
        text = f"{title}: how much of the session did you do?"
        amount = _asked("day", "choice", title, text, subject=day.day, options=AMOUNTS)
        yield amount
        if self.texts.get(amount.id) != "part":
            return
        text = f"{title}: which of these did you not do in full?"
        options = tuple(Option(id=item.exercise, text=item.name) for item in day.items)
        less = _asked("less", "checklist", title, text, subject=day.day, options=options)
        yield less
        missing = self._given(less)
        for item in day.items:
            if item.exercise in missing:
                text = f"{item.name}: how many of the {item.sets} sets did you do?"
                subject = f"{day.day}_{item.exercise}"
                yield _asked("sets", "number", item.name, text, subject=subject, at_most=item.sets)

    def _effort(self) -> Iterator[Asked]:
        done = self._done()
        items = {item.exercise: item for day in self.plan.days for item in day.items}
        options = tuple(
            Option(id=name, text=f"{item.name} (planned: {item.effort} of 10)")
            for name, item in items.items()
            if item.block == "main" and done[name]
        )
        if not options:
            return
        text = "Was any of these harder than planned?"
        hard = _asked("hard", "checklist", "harder", text, options=options)
        yield hard
        for name in self._given(hard):
            about = items[name].name
            text = f"{about}: how hard at most, from 0 (rest) to 10 (nothing left)?"
            yield _asked("effort", "number", about, text, subject=name, at_most=10)

    def _pain(self) -> Iterator[Asked]:
        names = {item.exercise: item.name for day in self.plan.days for item in day.items}
        options = tuple(Option(id=name, text=text) for name, text in names.items())
        text = "Did any of these hurt, while you did it or on the next day?"
        hurt = _asked("hurt", "checklist", "painful", text, options=options)
        yield hurt
        for name in self._given(hurt):
            about = names[name]
            text = f"{about}: how much did it hurt at most, from 0 (not at all) to 10 (the worst)?"
            yield _asked("pain", "number", about, text, subject=name, at_most=10)
            text = f"{about}: how much did it hurt at most on the next day, from 0 to 10?"
            yield _asked("next", "number", about, text, subject=name, at_most=10)
            text = f"{about}: was all as usual again by the next morning?"
            yield _asked("settled", "yes_no", about, text, subject=name)

    def _done(self) -> dict[str, int]:
        """Return the sets of the week that were done, by exercise."""
        done: dict[str, int] = {}
        for day in self.plan.days:
            amount = self.texts.get(f"day_{day.day}")
            for item in day.items:
                told = self.texts.get(f"sets_{day.day}_{item.exercise}")
                sets = 0 if amount in (None, "nothing") else item.sets
                if amount == "part" and told is not None:
                    sets = int(told)
                done[item.exercise] = done.get(item.exercise, 0) + sets
        return done

    def _reports(self) -> Iterator[ExerciseReport]:
        done = self._done()
        for name, dose in planned_doses(self.plan).items():
            hurts = f"pain_{name}" in self.texts
            if not done[name] and not hurts:
                yield ExerciseReport(exercise=name, planned=dose, done=0)
                continue
            yield ExerciseReport(
                exercise=name,
                planned=dose,
                done=done[name],
                effort=int(self.texts.get(f"effort_{name}", dose.effort)),
                pain=int(self.texts.get(f"pain_{name}", 0)),
                pain_next_day=int(self.texts.get(f"next_{name}", 0)),
                settled=self.texts.get(f"settled_{name}", "yes") == "yes",
            )


def _asked(
    question_id: str,
    kind: Kind,
    label: str,
    text: str,
    *,
    subject: str = "",
    section: Section = "week",
    **more: Any,
) -> Asked:
    """Return a question, about a subject if it is put for several."""
    question = Question(
        id=question_id, section=section, kind=kind, label=label[:40], text=text, **more
    )
    return Asked(
        id=f"{question_id}_{subject}" if subject else question_id,
        question=question,
        subject=subject,
        label=question.label,
        text=text,
        hint=question.hint,
        options=question.options,
    )
