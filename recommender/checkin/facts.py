"""What the steps of a check-in need to know to become orders for the next week."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge import Intake, Knowledge, Level
from knowledge.schema.checkin import CheckIn, PlannedDose
from knowledge.schema.order import Cap, Forbid
from recommender.checkin.weeks import planned_doses
from recommender.eligibility import level_of
from recommender.plan import Plan

AUTHOR = "check-in of "
"""How the author of every order of a check-in begins."""
NO_HARDER = "what comes in new is no harder"
"""The reason of orders that only keep harder exercises out."""


@dataclass(frozen=True)
class NextWeek:
    """What every step needs to know.

    `level` is that of the person, whose doses the exercises that may come in will have.
    `earlier` are the orders of earlier check-ins on single exercises, without those that only keep
    harder ones out, which are made anew. `highest` is the most sets and the longest hold that were
    ever planned of each exercise. `confirmed_by` is who says yes to the steps up, or None.
    """

    knowledge: Knowledge
    plan: Plan
    level: Level
    planned: Mapping[str, PlannedDose]
    highest: Mapping[str, tuple[int, int]]
    earlier: tuple[Forbid | Cap, ...]
    author: str
    confirmed_by: str | None

    @property
    def allowed(self) -> frozenset[str]:
        """The exercises of the plan, and those that it could have had, barred ones too."""
        could = [one.exercise for one in self.plan.not_chosen]
        return frozenset([*self.planned, *could]) | self.barred

    @property
    def barred(self) -> frozenset[str]:
        """The exercises that an earlier check-in kept out as harder, and for nothing else."""
        return self._excluded_by_check_in - self._taken_out

    @property
    def lifted(self) -> frozenset[str]:
        """The exercises that an earlier check-in took out, and nothing else forbids."""
        return self._excluded_by_check_in & self._taken_out

    @property
    def _excluded_by_check_in(self) -> frozenset[str]:
        excluded = (one for one in self.plan.excluded if one.cause == "order")
        return frozenset(one.exercise for one in excluded if f" by {AUTHOR}" in one.rule)

    @property
    def _taken_out(self) -> frozenset[str]:
        taken = (one.exercise for one in self.earlier if isinstance(one, Forbid))
        return frozenset(name for name in taken if name is not None)

    def rungs(self, name: str, among: Iterable[str]) -> list[str]:
        """Return those of the same ladder, easiest first."""
        exercises = self.knowledge.exercises
        own = exercises[name]
        same = (one for one in among if exercises[one].family == own.family and one != name)
        return sorted(same, key=lambda one: exercises[one].step)

    def easier(self, name: str) -> list[str]:
        """Return the easier rungs at hand, the nearest first."""
        step = self.knowledge.exercises[name].step
        rungs = self.rungs(name, self.allowed)
        return [one for one in reversed(rungs) if self.knowledge.exercises[one].step < step]

    def harder(self, name: str, among: Iterable[str]) -> list[str]:
        """Return the harder rungs among these, the nearest first."""
        step = self.knowledge.exercises[name].step
        return [o for o in self.rungs(name, among) if self.knowledge.exercises[o].step > step]


def next_week(
    knowledge: Knowledge,
    intake: Intake,
    plan: Plan,
    checkins: Sequence[CheckIn],
    author: str,
    confirmed_by: str | None = None,
) -> NextWeek:
    """Return what the steps need to know; the orders of the answers may be of earlier check-ins."""
    highest: dict[str, tuple[int, int]] = {}
    for report in (report for one in checkins for report in one.exercises):
        if report.planned is not None:
            sets, hold_s = highest.get(report.exercise, (0, 0))
            told = report.planned
            highest[report.exercise] = max(sets, told.sets), max(hold_s, told.hold_s or 0)
    earlier = tuple(
        one
        for one in intake.orders
        if isinstance(one, Forbid | Cap)
        and one.author.startswith(AUTHOR)
        and one.exercise is not None
        and one.until is None
        and one.reason != NO_HARDER
    )
    return NextWeek(
        knowledge=knowledge,
        plan=plan,
        level=level_of(knowledge, intake),
        planned=planned_doses(plan),
        highest=highest,
        earlier=earlier,
        author=AUTHOR + author,
        confirmed_by=confirmed_by,
    )
