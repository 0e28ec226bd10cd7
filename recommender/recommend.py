"""The one way through: intake, screening, problem, solve, independent check, plan."""

import hashlib
import importlib.metadata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from constraints import check_all
from constraints.schedule import Schedule, Violation
from knowledge import Intake, Knowledge
from knowledge.schema.exercise import REGIONS
from knowledge.schema.intake import Clearance
from recommender.build import Built, build, valid_until
from recommender.decode import balance_of, decode, plan_days, totals_of
from recommender.eligibility import Judgement
from recommender.impossible import explain_impossible
from recommender.plan import (
    Clash,
    Excluded,
    NotChosen,
    Options,
    Plan,
    PlanBalance,
    PlanDay,
    PlanFlag,
    PlanScreening,
    PlanTier,
    Repair,
    Stamps,
    Status,
    Totals,
)
from recommender.screening import Flag, Screened, screen
from recommender.solve import Progress, Solution, solve


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for beside the intake. `week_start` is the first of the seven days."""

    week_start: date
    balance: Literal["article", "evidence"] = "article"
    seed: int = 0
    time_limit_s: float | None = None


class CheckFailed(Exception):  # noqa: N818 - read in sentences: raises CheckFailed
    """The solver's week broke a rule: a bug, and never a plan."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        """Keep what the checkers found."""
        self.violations = tuple(violations)
        super().__init__("\n".join(f"{v.constraint}: {v.sentence}" for v in violations))


def next_monday(today: date) -> date:
    """Return the first Monday after `today`."""
    return today + timedelta(days=7 - today.weekday())


def week_for(intake: Intake, today: date, week_start: date | None = None) -> date:
    """Return the week to plan: the one asked for, the intake's, or the next one."""
    return week_start or intake.week_start or next_monday(today)


def recommend(
    knowledge: Knowledge, intake: Intake, request: Request, progress: Progress | None = None
) -> Plan:
    """Return a checked plan, or one that says referred or impossible and why.

    Raises `CheckFailed` if the independent check finds a violation, and `OutOfTime` if the time
    limit passed before any week was found.
    """
    draft = _Draft(knowledge, intake, request)
    screened = screen(knowledge, intake, request.week_start)
    if screened.outcome != "clear":
        return draft.referred(screened)
    built = build(knowledge, intake, request.week_start, request.balance)
    waiting = _side_that_waits(built)
    if waiting is not None:
        return draft.referred(Screened("doctor", (waiting,)))
    solution = solve(
        built.problem, seed=request.seed, time_limit_s=request.time_limit_s, progress=progress
    )
    if solution is None:
        clashes, repairs = explain_impossible(
            knowledge, intake, request.week_start, request.balance
        )
        if not clashes:
            return draft.referred(Screened("doctor", (_nothing_left(knowledge),)))
        return draft.impossible(built, clashes, repairs)
    schedule = decode(built.problem, solution.sets)
    violations = check_all(built.problem, schedule)
    if violations:
        raise CheckFailed(violations)
    return draft.week(built, solution, schedule)


def _side_that_waits(built: Built) -> Flag | None:
    """Return a flag if one side has nothing left only because a doctor's word is missing.

    Then the answer is to ask for it, not a week of the other side alone.
    """
    for side in ("abdominal", "lumbar"):
        of_side = [j for j in built.judgements if j.exercise.side == side]
        if any(j.cause is None or j.cause == "banned" for j in of_side):
            continue
        waiting = [j for j in of_side if j.verdict == "clearance"]
        if waiting:
            where = built.problem.knowledge.screening.where_to_go["doctor"]
            reason = f"Every {side} exercise for you needs a doctor's word first. "
            return Flag(f"no_{side}_without_clearance", reason + waiting[0].reason, "doctor", where,
                        waiting[0].sources, clearance_opens=True)  # fmt: skip
    return None


def _nothing_left(knowledge: Knowledge) -> Flag:
    reason = "With your answers no safe week is left, whatever the days, minutes and equipment."
    where = knowledge.screening.where_to_go["doctor"]
    return Flag("nothing_left", reason, "doctor", where, knowledge.screening.sources)


@dataclass(frozen=True, slots=True)
class _Draft:
    """The parts of a plan that do not depend on how it ends."""

    knowledge: Knowledge
    intake: Intake
    request: Request

    def _plan(
        self,
        status: Status,
        *,
        screening: PlanScreening,
        solution: Solution | None = None,
        days: tuple[PlanDay, ...] = (),
        totals: Totals | None = None,
        balance: PlanBalance | None = None,
        excluded: Sequence[Judgement] = (),
        not_chosen: tuple[NotChosen, ...] = (),
        clashes: tuple[Clash, ...] = (),
        repairs: tuple[Repair, ...] = (),
        valid_until: date | None = None,
        warnings: Sequence[str] = (),
    ) -> Plan:
        zero: dict[str, float] = dict.fromkeys(REGIONS, 0)
        return Plan(
            schema_version=1,
            status=status,
            name=self.intake.name,
            stamps=self._stamps(),
            valid_until=valid_until,
            stopped_by=solution.stopped_by if solution else None,
            screening=screening,
            days=days,
            totals=totals or Totals.model_validate({"exercises": zero, "sets": zero}, strict=False),
            balance=balance,
            excluded=tuple(map(_excluded, excluded)),
            not_chosen=not_chosen,
            clashes=clashes,
            repairs=repairs,
            stop_signs=self.knowledge.screening.stop_signs,
            tiers=tuple(
                PlanTier(name=tier.name, value=tier.value, bound=tier.bound, proven=tier.proven)
                for tier in (solution.tiers if solution else ())
            ),
            warnings=(*self._general_warnings(), *warnings),
        )

    def _stamps(self) -> Stamps:
        return Stamps(
            backplan=importlib.metadata.version("backplan"),
            ortools=importlib.metadata.version("ortools"),
            knowledge=self.knowledge.version,
            intake=hashlib.sha256(self.intake.model_dump_json().encode()).hexdigest()[:16],
            week_start=self.request.week_start,
            options=Options(
                balance=self.request.balance, time_limit_s=self.request.time_limit_s
            ),
            seed=self.request.seed,
        )  # fmt: skip

    def _general_warnings(self) -> list[str]:
        fresh = self.knowledge.screening.answers_fresh_days
        age = (self.request.week_start - self.intake.answered_on).days
        if age <= fresh:
            return []
        return [
            f"The answers are {age} days old at the start of this week; after {fresh} days please "
            "go through the questions again."
        ]

    def referred(self, screened: Screened) -> Plan:
        """Return a plan without days that says where to go and what a clearance would open."""
        opens: tuple[str, ...] = ()
        if screened.flags and all(flag.clearance_opens for flag in screened.flags):
            opens = self._opened_by_clearance()
        flags = tuple(
            PlanFlag(
                id=flag.id,
                statement=flag.statement,
                urgency=flag.urgency,
                where_to_go=flag.where_to_go,
                sources=flag.sources,
            )
            for flag in screened.flags
        )
        screening = PlanScreening(
            outcome=screened.outcome, flags=flags, clearance_would_open=opens
        )  # fmt: skip
        return self._plan("referred", screening=screening)

    def _opened_by_clearance(self) -> tuple[str, ...]:
        """Return the exercises that wait for a doctor's word now and would be allowed with it."""
        now = build(self.knowledge, self.intake, self.request.week_start)
        held = [condition.id for condition in self.intake.screening.conditions]
        word_given = self.intake.model_copy(
            update={
                "clearances": tuple(
                    Clearance(condition=answer, by="?", date=self._today()) for answer in held
                )
            }
        )
        then = build(self.knowledge, word_given, self.request.week_start)
        waiting = {j.exercise.id for j in now.judgements if j.verdict == "clearance"}
        allowed = (j.exercise.id for j in then.judgements if j.cause is None)
        if any(one.condition.plan.verdict == "clearance" for one in now.active):
            return tuple(allowed)
        return tuple(name for name in allowed if name in waiting)

    def _today(self) -> date:
        return min(self.intake.answered_on, self.request.week_start)

    def impossible(
        self, built: Built, clashes: tuple[Clash, ...], repairs: tuple[Repair, ...]
    ) -> Plan:
        """Return a plan without days that says which answers clash and what would help."""
        return self._plan(
            "impossible",
            screening=PlanScreening(outcome="clear", flags=()),
            excluded=built.excluded,
            clashes=clashes,
            repairs=repairs,
            warnings=built.warnings,
        )

    def week(self, built: Built, solution: Solution, schedule: Schedule) -> Plan:
        """Return the plan of a week that was solved and checked."""
        problem = built.problem
        used = {item.exercise for items in schedule.days for item in items}
        proven = all(tier.proven for tier in solution.tiers)
        reason, warnings = self._balance_words(built, solution)
        return self._plan(
            "optimal" if proven else "feasible",
            solution=solution,
            screening=PlanScreening(outcome="clear", flags=()),
            days=plan_days(problem, schedule),
            totals=totals_of(problem, schedule),
            balance=balance_of(problem, schedule, self.request.balance, reason),
            excluded=built.excluded,
            not_chosen=tuple(
                NotChosen(exercise=c.id, name=c.exercise.name)
                for c in problem.candidates
                if c.id not in used
            ),
            valid_until=valid_until(built),
            warnings=(*built.warnings, *warnings),
        )

    def _balance_words(self, built: Built, solution: Solution) -> tuple[str, list[str]]:
        """Return why the balance is as it is, and a warning if equality costs much."""
        problem = built.problem
        if problem.balance == "dropped":
            return "One side has no exercise left for you.", []
        if problem.balance == "evidence":
            low, high = self.knowledge.dosing.balance.evidence_ratio_percent
            return f"Credited sets of the two sides stay within {low} to {high} %.", []
        reason = "As many abdominal as lumbar exercises, and as many sets."
        missing = solution.tiers[0].value
        if not missing:
            return reason, []
        free = self._shortfall(built, "dropped")
        wanted = sum(problem.targets[r] * problem.weights[r] for r in REGIONS)
        share = self.knowledge.dosing.balance.costly_percent_of_target
        if free is None or 100 * (missing - free) <= share * wanted:
            return reason, []
        evidence = self._shortfall(built, "evidence")
        return reason, [
            "Keeping both sides equal costs "
            f"{100 * (missing - free) // wanted} % of the weekly target: the weighted shortfall is "
            f"{missing} half sets, {free} without the rule, and "
            f"{'none possible' if evidence is None else evidence} in evidence mode."
        ]

    def _shortfall(self, built: Built, mode: Literal["evidence", "dropped"]) -> int | None:
        relaxed = solve(replace(built.problem, balance=mode), seed=self.request.seed, tiers=1)
        return relaxed.tiers[0].value if relaxed else None


def _excluded(judgement: Judgement) -> Excluded:
    if judgement.cause is None:
        raise AssertionError(f"{judgement.exercise.id} is a candidate")
    return Excluded(
        exercise=judgement.exercise.id,
        name=judgement.exercise.name,
        cause=judgement.cause,
        verdict=judgement.verdict,
        rule=judgement.rule,
        reason=judgement.reason,
        source=judgement.sources,
    )
