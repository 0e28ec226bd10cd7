"""The person's own answers that can stand in the way of a week, one by one.

Each can be lifted (as if it had not been given) and, where it has degrees, changed a little.
Screening answers, level and techniques are not here: a clinical verdict is never offered as
something to relax.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from knowledge import Intake, Knowledge
from knowledge.schema.intake import WEEKDAYS, DayAnswer, SessionsAWeek, Weekday

MOST_MINUTES = 180
MOST_EXERCISES = 8
MOST_SESSIONS = 7
DAY_NAMES: dict[Weekday, str] = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}

Edit = Callable[[Intake], Intake]


@dataclass(frozen=True, slots=True)
class Step:
    """A small change of one answer: the field's new value, and what it means in words."""

    field: str
    value: int | str | None
    sentence: str
    edit: Edit


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its field, a sentence, how to lift it, and small changes, smallest first.

    `graded` steps only become more generous, so that the first that helps can be searched.
    """

    field: str
    sentence: str
    lift: Edit
    steps: tuple[Step, ...]
    graded: bool


def answers_of(intake: Intake, knowledge: Knowledge) -> tuple[Answer, ...]:
    """Return the answers that can clash, those that people change last first."""
    return (
        *_orders(intake, knowledge),
        *_wishes(intake, knowledge),
        _no_other_day(intake),
        *_places(intake, knowledge),
        *_numbers(intake),
        *_minutes(intake),
    )


def _set(field: str, value: object) -> Edit:
    return lambda intake: intake.model_copy(update={field: value})


def _minutes(intake: Intake) -> Iterator[Answer]:
    for day, answer in intake.days.items():
        name = DAY_NAMES[day]
        yield Answer(
            f"days.{day}.minutes",
            f"{name} has {answer.minutes} minutes",
            _with_minutes(day, MOST_MINUTES),
            tuple(
                Step(
                    f"days.{day}.minutes",
                    minutes,
                    f"{name} needs {minutes - answer.minutes} more minutes ({minutes} in all).",
                    _with_minutes(day, minutes),
                )
                for minutes in range(answer.minutes + 1, MOST_MINUTES + 1)
            ),
            graded=True,
        )


def _with_minutes(day: Weekday, minutes: int) -> Edit:
    def edit(intake: Intake) -> Intake:
        answer = intake.days[day].model_copy(update={"minutes": minutes})
        return intake.model_copy(update={"days": {**intake.days, day: answer}})

    return edit


def _no_other_day(intake: Intake) -> Answer:
    closed = [day for day in WEEKDAYS if day not in intake.days]
    longest = max(answer.minutes for answer in intake.days.values())
    place = next(iter(intake.places))

    def opened(days: list[Weekday], minutes: int) -> Edit:
        more = {day: DayAnswer(minutes=minutes, place=place) for day in days}
        return lambda one: one.model_copy(update={"days": {**one.days, **more}})

    named = ", ".join(DAY_NAMES[day] for day in WEEKDAYS if day in intake.days)
    return Answer(
        "days",
        f"you have time only on {named}",
        opened(closed, MOST_MINUTES),
        tuple(
            Step(
                f"days.{day}.minutes",
                longest,
                f"Train on {DAY_NAMES[day]} as well ({longest} minutes at {place}).",
                opened([day], longest),
            )
            for day in closed
        ),
        graded=False,
    )


def _places(intake: Intake, knowledge: Knowledge) -> Iterator[Answer]:
    most: dict[str, int] = dict.fromkeys(knowledge.equipment, 1)
    for exercise in knowledge.exercises.values():
        needs = exercise.equipment
        for piece, count in (*needs.all_of.items(), *needs.any_of.items()):
            most[piece] = max(most[piece], count)

    def stocked(place: str, pieces: dict[str, int]) -> Edit:
        def edit(one: Intake) -> Intake:
            stock = {**one.places[place], **pieces}
            return one.model_copy(update={"places": {**one.places, place: stock}})

        return edit

    for place, stock in intake.places.items():
        missing = {piece: n for piece, n in most.items() if stock.get(piece, 0) < n}
        owned = ", ".join(knowledge.equipment[piece].name for piece in stock) or "no equipment"
        yield Answer(
            f"places.{place}",
            f"{place} has only {owned}" if stock else f"{place} has no equipment",
            stocked(place, missing),
            tuple(
                Step(
                    f"places.{place}.{piece}",
                    count,
                    f"Bring to {place}: {count} x {knowledge.equipment[piece].name}.",
                    stocked(place, {piece: count}),
                )
                for piece, count in missing.items()
            ),
            graded=False,
        )


def _numbers(intake: Intake) -> Iterator[Answer]:
    low, high = intake.sessions.at_least, intake.sessions.at_most
    if low > 1:
        yield Answer(
            "sessions.at_least",
            f"you want at least {low} sessions a week",
            _set("sessions", SessionsAWeek(at_least=1, at_most=high)),
            tuple(
                Step(
                    "sessions.at_least",
                    fewer,
                    f"Allow {fewer} session{'s' if fewer > 1 else ''} instead of {low}.",
                    _set("sessions", SessionsAWeek(at_least=fewer, at_most=high)),
                )
                for fewer in range(low - 1, 0, -1)
            ),
            graded=True,
        )
    if high < MOST_SESSIONS:
        yield Answer(
            "sessions.at_most",
            f"you want at most {high} session{'s' if high > 1 else ''} a week",
            _set("sessions", SessionsAWeek(at_least=low, at_most=MOST_SESSIONS)),
            tuple(
                Step(
                    "sessions.at_most",
                    more,
                    f"Allow {more} sessions instead of {high}.",
                    _set("sessions", SessionsAWeek(at_least=low, at_most=more)),
                )
                for more in range(high + 1, MOST_SESSIONS + 1)
            ),
            graded=True,
        )
    most = intake.exercises_per_session
    if most < MOST_EXERCISES:
        yield Answer(
            "exercises_per_session",
            f"a session has at most {most} main exercises",
            _set("exercises_per_session", MOST_EXERCISES),
            tuple(
                Step(
                    "exercises_per_session",
                    more,
                    f"Allow {more} main exercises a session instead of {most}.",
                    _set("exercises_per_session", more),
                )
                for more in range(most + 1, MOST_EXERCISES + 1)
            ),
            graded=True,
        )
    rest = intake.rest_days_between_hard_lumbar
    if rest > 1:
        yield Answer(
            "rest_days_between_hard_lumbar",
            f"you want {rest} days between hard days for the lower back",
            _set("rest_days_between_hard_lumbar", 1),
            tuple(
                Step(
                    "rest_days_between_hard_lumbar",
                    fewer,
                    f"Allow {fewer} day{'s' if fewer > 1 else ''} instead of {rest} between hard "
                    "days for the lower back.",
                    _set("rest_days_between_hard_lumbar", fewer),
                )
                for fewer in range(rest - 1, 0, -1)
            ),
            graded=True,
        )


def _wishes(intake: Intake, knowledge: Knowledge) -> Iterator[Answer]:
    for field, words, undo in (
        ("banned", "you banned", "Allow"),
        ("required", "you require", "Do without"),
    ):
        for name in getattr(intake, field):
            title = knowledge.exercises[name].name
            drop = _without(field, name)
            step = Step(f"{field}.{name}", None, f"{undo}: {title}.", drop)
            yield Answer(f"{field}.{name}", f"{words} {title}", drop, (step,), graded=False)


def _without(field: str, name: str) -> Edit:
    return lambda intake: intake.model_copy(
        update={field: tuple(one for one in getattr(intake, field) if one != name)}
    )


def _orders(intake: Intake, knowledge: Knowledge) -> Iterator[Answer]:
    for index, order in enumerate(intake.orders):
        title = knowledge.exercises[order.exercise].name
        day = f" on {DAY_NAMES[order.day]}" if order.day else ""
        what = f"{order.kind.replace('_', ' ')} {title}{day}"

        def drop(one: Intake, dropped: object = order) -> Intake:
            kept = tuple(other for other in one.orders if other is not dropped)
            return one.model_copy(update={"orders": kept})

        field = f"orders[{index + 1}]"
        step = Step(field, None, f"Lift the order of {order.author}: {what}.", drop)
        yield Answer(field, f"{order.author} ordered: {what}", drop, (step,), graded=False)
