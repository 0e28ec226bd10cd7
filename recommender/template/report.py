"""The report of a template given to people: who got what, what was replaced by what, and why."""

import datetime
from typing import Literal

from knowledge.schema._base import Noun
from knowledge.schema.intake import Weekday
from recommender.eligibility import Cause

What = Literal["sets", "replaced", "dropped"]
Why = Cause | Literal["day", "dose", "no_week", "targets", "template"]
"""What decided: a cause of leaving an exercise out, the day, the dose, or the week.

`day` is a session without a day, or a day that does not suit. The last three were found by solving
with the exercise in: there is no such week, or only one that misses more of the targets, or only
one that keeps less of the template.
"""
Outcome = Literal["planned", "referred", "impossible", "bad_input", "no_time", "bug"]


class ItemFate(Noun):
    """An item of the template that is not there as it is written.

    `session` counts from 1. `exercise` is what it names, null for an open choice, which `name` says
    in words. `by` and `by_name` are what is done in its place. `wanted` and `sets` are numbers of
    sets, of another number only.
    """

    session: int
    exercise: str | None
    name: str
    what: What
    by: str | None = None
    by_name: str | None = None
    wanted: int | None = None
    sets: int | None = None
    why: Why
    rule: str
    reason: str
    sources: tuple[str, ...] = ()


class Added(Noun):
    """An exercise that stands for no item of the template, and its days."""

    exercise: str
    name: str
    days: tuple[Weekday, ...]


class SessionDay(Noun):
    """A session of the template, counted from 1, and its day, if it has one."""

    session: int
    day: Weekday | None


class WeekReport(Noun):
    """The template in the week of one person: `kept` of its `items` are done as written."""

    kept: int
    items: int
    sessions: tuple[SessionDay, ...]
    fates: tuple[ItemFate, ...]
    added: tuple[Added, ...]


class ClientReport(Noun):
    """What became of the template for one person, who is called `client`.

    `plan` is where the plan is: a file, or a version in the store. Without one there is no `week`,
    and `reasons` say why.
    """

    client: str
    name: str | None
    outcome: Outcome
    reasons: tuple[str, ...] = ()
    plan: str | None = None
    week: WeekReport | None = None


class AssignmentReport(Noun):
    """A template given to some people for one week."""

    schema_version: Literal[1]
    template: str
    author: str
    week_start: datetime.date
    clients: tuple[ClientReport, ...]
