"""Writes a plan: the parts that every ending has, and those of a week, a referral or a clash."""

import hashlib
import importlib.metadata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from constraints.schedule import Schedule
from knowledge import Intake, Knowledge, Verdict
from knowledge.schema.exercise import REGIONS
from knowledge.schema.intake import Clearance
from recommender.build import Built, build, stop_signs, uncounted, valid_until
from recommender.cells import Cells
from recommender.conditions import NO_CLINICIANS, WHOLE_PLAN, active_conditions
from recommender.decode import balance_of, plan_days, totals_of
from recommender.eligibility import Judgement
from recommender.last_week import plan_stamp, sealed
from recommender.order_words import order_words
from recommender.orders import note
from recommender.plan import (
    Clash,
    Excluded,
    NotChosen,
    Options,
    Plan,
    PlanBalance,
    PlanDay,
    PlanFlag,
    PlanOrder,
    PlanScreening,
    PlanTier,
    Repair,
    Softened,
    Stamps,
    Status,
    Totals,
)
from recommender.replan.begun import BALANCE_DROPPED, NOTHING_GONE, DaysSoFar, said_of
from recommender.screening import Screened
from recommender.solve import Solution, solve


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for beside the intake. `week_start` is the first of the seven days.

    `clinicians` are named by the settings of the clinic; an individual has none. The week keeps the
    `last` plan as far as it goes; if that is for the same week, `so_far` are the days that have
    gone. No week is known to miss less than `shortfall_at_least`.
    """

    week_start: date
    balance: Literal["article", "evidence"] = "article"
    seed: int = 0
    time_limit_s: float | None = None
    clinicians: frozenset[str] = NO_CLINICIANS
    last: Plan | None = None
    so_far: DaysSoFar = NOTHING_GONE
    shortfall_at_least: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """The parts of a plan that do not depend on how it ends."""

    knowledge: Knowledge
    intake: Intake
    request: Request

    def _plan(
        self,
        status: Status,
        *,
        screening: PlanScreening,
        built: Built | None = None,
        solution: Solution | None = None,
        days: tuple[PlanDay, ...] = (),
        totals: Totals | None = None,
        balance: PlanBalance | None = None,
        not_chosen: tuple[NotChosen, ...] = (),
        clashes: tuple[Clash, ...] = (),
        repairs: tuple[Repair, ...] = (),
        valid_until: date | None = None,
        warnings: Sequence[str] = (),
    ) -> Plan:
        zero: dict[str, float] = dict.fromkeys(REGIONS, 0)
        plan = Plan(
            schema_version=1,
            status=status,
            name=self.intake.name,
            stamps=self.stamps(built),
            valid_until=valid_until,
            stopped_by=solution.stopped_by if solution else None,
            screening=screening,
            days=days,
            totals=totals or Totals.model_validate({"exercises": zero, "sets": zero}, strict=False),
            balance=balance,
            excluded=_excluded(built) if built else (),
            not_chosen=not_chosen,
            softened=tuple(_softened(built)) if built else (),
            orders=tuple(_orders(self.intake, built)) if built else (),
            overlays=self.knowledge.overlays,
            clashes=clashes,
            repairs=repairs,
            stop_signs=stop_signs(built) if built else self.knowledge.screening.stop_signs,
            tiers=tuple(
                PlanTier(name=tier.name, value=tier.value, bound=tier.bound, proven=tier.proven)
                for tier in (solution.tiers if solution else ())
            ),
            warnings=(*self._general_warnings(), *(built.warnings if built else ()), *warnings),
        )
        return sealed(plan) if days else plan

    def stamps(self, built: Built | None = None) -> Stamps:
        """Return what decides the bytes of the plan; the seal comes with its days."""
        return Stamps(
            role="clinician" if self.request.clinicians else "individual",
            backplan=importlib.metadata.version("backplan"),
            ortools=importlib.metadata.version("ortools"),
            knowledge=self.knowledge.version,
            intake=intake_stamp(self.intake),
            week_start=self.request.week_start,
            options=Options(
                balance=self.request.balance,
                time_limit_s=self.request.time_limit_s,
                begun=said_of(built) if built else None,
            ),
            seed=self.request.seed,
            last=plan_stamp(self.request.last.days) if self.request.last else None,
            client=self.intake.id,
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
        clinicians = self.request.clinicians
        active = active_conditions(self.knowledge, self.intake, self.request.week_start, clinicians)
        warnings = [
            sentence
            for _, sentence in uncounted(self.intake, active, clinicians, self.request.week_start)
        ]
        return self._plan("referred", screening=_screening(screened, opens), warnings=warnings)

    def _opened_by_clearance(self) -> tuple[str, ...]:
        """Return the exercises that wait for a doctor's word now and would be allowed with it."""
        now = build(
            self.knowledge,
            self.intake,
            self.request.week_start,
            clinicians=self.request.clinicians,
        )
        held = [condition.id for condition in self.intake.screening.conditions]
        word_given = self.intake.model_copy(
            update={
                "clearances": tuple(
                    Clearance(condition=answer, by="?", date=self._today()) for answer in held
                )
            }
        )
        then = build(
            self.knowledge,
            word_given,
            self.request.week_start,
            clinicians=self.request.clinicians,
        )
        waiting = {j.exercise.id for j in now.judgements if j.verdict == "clearance"}
        allowed = (j.exercise.id for j in then.judgements if j.cause is None)
        if any(one.condition.plan.verdict == "clearance" for one in now.active):
            return tuple(allowed)
        return tuple(name for name in allowed if name in waiting)

    def _today(self) -> date:
        return min(self.intake.answered_on, self.request.week_start)

    def impossible(
        self,
        screened: Screened,
        built: Built,
        clashes: tuple[Clash, ...],
        repairs: tuple[Repair, ...],
    ) -> Plan:
        """Return a plan without days that says which answers clash and what would help."""
        return self._plan(
            "impossible",
            screening=_screening(screened),
            built=built,
            clashes=clashes,
            repairs=repairs,
        )

    def week(
        self, screened: Screened, built: Built, solution: Solution, schedule: Schedule
    ) -> Plan:
        """Return the plan of a week that was solved and checked."""
        problem = built.problem
        used = {item.exercise for items in schedule.days for item in items}
        proven = all(tier.proven for tier in solution.tiers)
        reason, warnings = self._balance_words(built, solution)
        mode = self.request.balance if problem.balance == "dropped" else problem.balance
        return self._plan(
            "optimal" if proven else "feasible",
            screening=_screening(screened),
            built=built,
            solution=solution,
            days=plan_days(problem, schedule),
            totals=totals_of(problem, schedule),
            balance=balance_of(problem, schedule, mode, reason),
            not_chosen=tuple(
                NotChosen(exercise=c.id, name=c.exercise.name)
                for c in problem.candidates
                if c.id not in used
            ),
            valid_until=valid_until(built),
            warnings=warnings,
        )

    def _balance_words(self, built: Built, solution: Solution) -> tuple[str, list[str]]:
        """Return why the balance is as it is, and a warning if equality costs much."""
        problem = built.problem
        if problem.balance == "dropped":
            both = {"abdominal", "lumbar"} <= {c.exercise.side for c in problem.candidates}
            return BALANCE_DROPPED if both else "One side has no exercise left for you.", []
        if problem.balance == "evidence":
            low, high = problem.knowledge.dosing.balance.evidence_ratio_percent
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


def _screening(screened: Screened, opens: tuple[str, ...] = ()) -> PlanScreening:
    flags, advice = (
        tuple(
            PlanFlag(
                id=flag.id,
                statement=flag.statement,
                urgency=flag.urgency,
                where_to_go=flag.where_to_go,
                sources=flag.sources,
            )
            for flag in part
        )
        for part in (screened.flags, screened.advice)
    )
    return PlanScreening(
        outcome=screened.outcome,
        flags=flags,
        advice=advice,
        settled=screened.settled,
        clearance_would_open=opens,
    )


def _excluded(built: Built) -> tuple[Excluded, ...]:
    candidates = {candidate.id for candidate in built.problem.candidates}
    return tuple(excluded(judgement, candidates) for judgement in built.excluded)


def excluded(judgement: Judgement, candidates: Collection[str]) -> Excluded:
    """Return an exercise that was left out and why, with the candidates that can stand in."""
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
        verified=judgement.verified,
        instead=tuple(name for name in judgement.exercise.substitutes if name in candidates),
    )


def intake_stamp(intake: Intake) -> str:
    """Return the stamp of a plan for its answers."""
    return hashlib.sha256(intake.model_dump_json().encode()).hexdigest()[:16]


def _orders(intake: Intake, built: Built) -> Iterator[PlanOrder]:
    """Yield every order of the answers: whether it holds in this week, and if not, why."""
    problem = built.problem
    reasons = {one.order: one.reason for one in built.dropped}
    for order in intake.orders:
        dropped = reasons.get(order)
        yield PlanOrder(
            kind=order.kind,
            what=order_words(order, problem.knowledge),
            author=order.author,
            reason=order.reason,
            since=order.since,
            until=order.until,
            in_force=dropped is None,
            note=note(order, problem.week_start) if dropped is None else dropped,
        )


def _softened(built: Built) -> Iterator[Softened]:
    """Yield the log of the clinicians' decisions that change something in this week."""
    milder: dict[Verdict, Verdict] = {"exclude": "clearance", "clearance": "modify"}
    for one in built.active:
        cells = Cells.of(built.problem.knowledge, [one])
        for demand, softening in one.softenings.items():
            if demand is WHOLE_PLAN:
                was: Verdict = one.condition.plan.verdict
                changes = was == "clearance" and not one.plan_is_cleared
            else:
                was = one.condition.cells[demand].verdict
                changes = any(cell.softening for cell in cells.on(frozenset({demand})).cells)
            if changes:
                yield Softened(
                    condition=one.condition.id,
                    demand=demand,
                    was=was,
                    now=milder[was],
                    by=softening.by,
                    reason=softening.reason,
                    date=softening.date,
                    until=softening.until,
                )
