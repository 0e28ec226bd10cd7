"""The person's own answers that can stand in the way of a week, one by one.

Each can be changed, a little or as far as it goes, and is lifted by changing all of it as far as it
goes. Screening answers, level and techniques are not here: a clinical verdict is never offered as
something to relax.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from knowledge import Intake, Knowledge, Order
from knowledge.schema.days import DAY_NAMES as DAY_NAMES
from knowledge.schema.intake import WEEKDAYS, DayAnswer, SessionsAWeek, Weekday
from knowledge.schema.order import BalanceBand, Lock, SessionSize
from recommender.eligibility import level_of
from recommender.order_words import counted, order_words, signed
from recommender.order_words import listed as listed
from recommender.orders import fixed_dose

MOST_MINUTES = 180
MOST_EXERCISES = 8
MOST_SESSIONS = 7
MOST_PERCENT = 1000
MOST_NAMED_PIECES = 4
"""A place with more pieces is described by their number."""

MINUTE = 1
SETTING = 10
WISH = 15
DAY = 20
PIECE = 30
ORDER = 40
"""The size of a change, in minutes a week that are as much trouble to the person.

A minute more on a day of training is the unit. `SETTING`: one session, one main exercise a session
or one day between hard days more or less. `WISH`: one exercise banned or required no longer.
`DAY`: one more day of training, beside its minutes. `PIECE`: one piece of equipment brought to a
place. `ORDER`: one order lifted, which somebody else has to agree to. The size of a repair is the
sum of its changes; it decides what is listed first, never what is possible.
"""

Edit = Callable[[Intake], Intake]


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A change of one field: its new value, what that means in words, its size, and the edit.

    Edits of different fields can be made one after another, in any order.
    """

    field: str
    value: int | None
    sentence: str
    size: int
    edit: Edit


Change = tuple[Step, ...]
"""The steps by which one field can be changed. Each allows all that the one before it allows."""


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """One answer: its field, what it says in words, and what of it can be changed.

    Answers with the same `subject` are read out together: "you banned", "Bird-dog".
    """

    field: str
    subject: str
    statement: str
    changes: tuple[Change, ...]

    @property
    def lifted(self) -> tuple[Step, ...]:
        """Return the steps after which it is as if the answer had not been given."""
        return tuple(change[-1] for change in self.changes)

    @property
    def least_size(self) -> int:
        """Return the size of its smallest change."""
        return min(change[0].size for change in self.changes)


def answers_of(intake: Intake, knowledge: Knowledge) -> tuple[Answer, ...]:
    """Return the answers that can clash, those that people change last first."""
    answers = (
        *_orders(intake, knowledge),
        *_wishes(intake, knowledge),
        _no_other_day(intake),
        *_places(intake, knowledge),
        *_numbers(intake),
        *_minutes(intake),
    )
    return tuple(answer for answer in answers if answer.changes)


def _minutes(intake: Intake) -> Iterator[Answer]:
    for day, answer in intake.days.items():
        name = DAY_NAMES[day]
        steps = tuple(
            Step(
                f"days.{day}.minutes",
                minutes,
                f"{name} needs {_more(minutes - answer.minutes, 'minute')} ({minutes} in all).",
                MINUTE * (minutes - answer.minutes),
                _with_minutes(day, minutes),
            )
            for minutes in range(answer.minutes + 1, MOST_MINUTES + 1)
        )
        changes = (steps,) if steps else ()
        statement = f"{answer.minutes} minutes"
        yield Answer(f"days.{day}.minutes", f"{name} has", statement, changes)


def _more(number: int, noun: str) -> str:
    return f"{number} more {noun}{'s' if number > 1 else ''}"


def _with_minutes(day: Weekday, minutes: int) -> Edit:
    def edit(intake: Intake) -> Intake:
        answer = intake.days[day].model_copy(update={"minutes": minutes})
        return intake.model_copy(update={"days": {**intake.days, day: answer}})

    return edit


def _no_other_day(intake: Intake) -> Answer:
    closed = [day for day in WEEKDAYS if day not in intake.days]
    longest = max(answer.minutes for answer in intake.days.values())
    place = next(iter(intake.places))

    def opened(day: Weekday, minutes: int) -> Edit:
        answer = DayAnswer(minutes=minutes, place=place)
        return lambda one: one.model_copy(update={"days": {**one.days, day: answer}})

    named = listed([DAY_NAMES[day] for day in WEEKDAYS if day in intake.days])
    return Answer(
        "days",
        "you have time only on",
        named,
        tuple(
            tuple(
                Step(
                    f"days.{day}.minutes",
                    minutes,
                    f"Train on {DAY_NAMES[day]} as well ({minutes} minutes at {place}).",
                    DAY + MINUTE * minutes,
                    opened(day, minutes),
                )
                for minutes in range(longest, MOST_MINUTES + 1)
            )
            for day in closed
        ),
    )


def _places(intake: Intake, knowledge: Knowledge) -> Iterator[Answer]:
    most = _useful(knowledge)
    used = {intake.place_of(day) for day in intake.days}
    for place, stock in intake.places.items():
        if place not in used and place != next(iter(intake.places)):
            continue  # nobody trains there, and a new day would be spent at the first place
        if len(stock) > MOST_NAMED_PIECES:
            statement = f"{place} has only the {len(stock)} kinds of equipment that you named"
        elif stock:
            owned = listed([knowledge.equipment[piece].name for piece in stock])
            statement = f"{place} has only {owned}"
        else:
            statement = f"{place} has no equipment"
        yield Answer(
            f"places.{place}",
            "",
            statement,
            tuple(
                tuple(
                    Step(
                        f"places.{place}.{piece}",
                        count,
                        f"Bring to {place}: {count} x {knowledge.equipment[piece].name}.",
                        PIECE * (count - stock.get(piece, 0)),
                        _stocked(place, piece, count),
                    )
                    for count in range(stock.get(piece, 0) + 1, enough + 1)
                )
                for piece, enough in most.items()
                if stock.get(piece, 0) < enough
            ),
        )


def _useful(knowledge: Knowledge) -> dict[str, int]:
    """Return the most that any exercise needs of each piece, what most exercises use first."""
    most: dict[str, int] = dict.fromkeys(knowledge.equipment, 1)
    uses: Counter[str] = Counter()
    for exercise in knowledge.exercises.values():
        needs = exercise.equipment
        for piece, count in (*needs.all_of.items(), *needs.any_of.items()):
            most[piece] = max(most[piece], count)
            uses[piece] += 1
    return {piece: most[piece] for piece in sorted(most, key=lambda one: -uses[one])}


def _stocked(place: str, piece: str, count: int) -> Edit:
    def edit(one: Intake) -> Intake:
        stock = {**one.places[place], piece: count}
        return one.model_copy(update={"places": {**one.places, place: stock}})

    return edit


def _numbers(intake: Intake) -> Iterator[Answer]:
    low, high = intake.sessions.at_least, intake.sessions.at_most
    yield _graded(
        "sessions.at_least",
        f"you want at least {counted(low, 'session')} a week",
        [(fewer, f"Allow {counted(fewer, 'session')} instead of {low}.", _at_least(fewer))
         for fewer in range(low - 1, 0, -1)],
    )  # fmt: skip
    yield _graded(
        "sessions.at_most",
        f"you want at most {counted(high, 'session')} a week",
        [(more, f"Allow {more} sessions instead of {high}.", _at_most(more))
         for more in range(high + 1, MOST_SESSIONS + 1)],
    )  # fmt: skip
    most = intake.exercises_per_session
    field = "exercises_per_session"
    yield _graded(
        field,
        f"a session has at most {most} main exercises",
        [(more, f"Allow {more} main exercises a session instead of {most}.", _set(field, more))
         for more in range(most + 1, MOST_EXERCISES + 1)],
    )  # fmt: skip
    rest = intake.rest_days_between_hard_lumbar
    field = "rest_days_between_hard_lumbar"
    words = f"instead of {rest} between hard days for the lower back."
    yield _graded(
        field,
        f"you want {counted(rest, 'day')} between hard days for the lower back",
        [(fewer, f"Allow {counted(fewer, 'day')} {words}", _set(field, fewer))
         for fewer in range(rest - 1, 0, -1)],
    )  # fmt: skip


def _graded(field: str, statement: str, steps: list[tuple[int, str, Edit]]) -> Answer:
    """Return an answer that is a number; each value is one further from the one given."""
    change = tuple(
        Step(field, value, sentence, SETTING * number, edit)
        for number, (value, sentence, edit) in enumerate(steps, 1)
    )
    return Answer(field, "", statement, (change,) if change else ())


def _set(field: str, value: object) -> Edit:
    return lambda intake: intake.model_copy(update={field: value})


def _at_least(sessions: int) -> Edit:
    return lambda one: one.model_copy(
        update={"sessions": SessionsAWeek(at_least=sessions, at_most=one.sessions.at_most)}
    )


def _at_most(sessions: int) -> Edit:
    return lambda one: one.model_copy(
        update={"sessions": SessionsAWeek(at_least=one.sessions.at_least, at_most=sessions)}
    )


def _wishes(intake: Intake, knowledge: Knowledge) -> Iterator[Answer]:
    for field, words, undo in (
        ("banned", "you banned", "Allow"),
        ("required", "you require", "Do without"),
    ):
        for name in getattr(intake, field):
            title = knowledge.exercises[name].name
            step = Step(
                f"{field}.{name}", None, f"{undo}: {title}.", WISH, _without(field, name)
            )  # fmt: skip
            yield Answer(f"{field}.{name}", words, title, ((step,),))


def _without(field: str, name: str) -> Edit:
    return lambda intake: intake.model_copy(
        update={field: tuple(one for one in getattr(intake, field) if one != name)}
    )


def _orders(intake: Intake, knowledge: Knowledge) -> Iterator[Answer]:
    """Yield the orders; each can only be lifted, and only by the one who gave it.

    The edit of a size or a band opens it as far as it goes, because without the order the person's
    own number or the usual balance could be narrower than what was ordered.
    """
    for index, order in enumerate(intake.orders):
        what = order_words(order, knowledge)
        field = f"orders[{index + 1}]"
        sentence = f"Ask {order.author} to lift: {what}."
        if isinstance(order, SessionSize):
            sentence = f"Ask {order.author} to allow any number of main exercises up to "
            sentence += f"{MOST_EXERCISES}."
        if isinstance(order, BalanceBand):
            sentence = f"Ask {order.author} to allow any balance."
        step = Step(field, None, sentence, ORDER, _lifted(order))
        statement = what + _never_at(intake, knowledge, order)
        yield Answer(field, f"{signed(order)} ordered:", statement, ((step,),))


def _never_at(intake: Intake, knowledge: Knowledge, order: Order) -> str:
    """Return why a lock is more than its level has for anybody, in brackets, or an empty text."""
    if not isinstance(order, Lock):
        return ""
    usual = knowledge.exercises[order.exercise].dose.at(level_of(knowledge, intake))
    dose = order if usual is None else fixed_dose(knowledge, usual, order)
    return f" ({dose[0].lower()}{dose[1:-1]})" if isinstance(dose, str) else ""


def _lifted(order: Order) -> Edit:
    widest: Order | None = None
    if isinstance(order, SessionSize):
        widest = order.model_copy(update={"at_least": None, "at_most": MOST_EXERCISES})
    if isinstance(order, BalanceBand):
        widest = order.model_copy(update={"low_percent": 0, "high_percent": MOST_PERCENT})

    def edit(intake: Intake) -> Intake:
        instead = (widest if one is order else one for one in intake.orders)
        kept = tuple(one for one in instead if one is not None)
        return intake.model_copy(update={"orders": kept})

    return edit
