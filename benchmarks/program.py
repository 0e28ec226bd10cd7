"""Programs: 20 intakes of 12 weeks, and week by week against all weeks in one model.

Run `python -m benchmarks.program`, or with `--only` for one of the two. For the comparison both get
the same rules: full doses from the first week, only sets grow, and no lighter weeks. What one model
decides at once, the other decides week by week; doses and rungs are no decision of either. No
candidate of these people is hard work, so that no day bears on one over the border.
"""

import argparse
import itertools
import json
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.machine import stamps
from constraints import ALL, border, familiar, growth
from constraints.problem import Candidate, Problem
from constraints.week_model import WeekModel
from knowledge import Intake, Knowledge, load_knowledge
from recommender.build import build
from recommender.intake import read_intake
from recommender.objective import shortfall
from recommender.program import Program, ProgramRequest, make_program
from recommender.program.check import check_program
from recommender.program.limits import targets_of
from recommender.program.phases import phase_weeks
from recommender.recommend import Request
from recommender.solve.engine import new_solver

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

ROOT = Path(__file__).parent.parent
EXAMPLES = tuple(sorted((ROOT / "examples").glob("*.yaml")))
INSTANCES = tuple(
    ROOT / "benchmarks" / "instances" / f"{number:02}.yaml"
    for number in (1, 7, 13, 20, 26, 32, 45, 50, 60, 70)
)
WEEK = date(2026, 11, 30)
WEEKS = 12
SMALL = ("home_beginner", "chair_and_wall", "acute_back_pain", "osteoporosis")
SMALL_CANDIDATES = 15
NEVER = 99
"""A light week every so many weeks is none."""
LIMIT_S = 45.0
"""Seconds that one model gets for each of its two objectives."""


def program_row(knowledge: Knowledge, path: Path) -> dict[str, Any]:
    """Return the figures of one program; it is checked like any other."""
    intake = read_intake(path, knowledge)
    begin, cpu = time.perf_counter(), time.process_time()
    made = make_program(knowledge, intake, ProgramRequest(Request(WEEK), WEEKS, 4))
    seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    broken = check_program(knowledge, intake, made)
    if broken:
        raise SystemExit(f"{path}: {broken[0].sentence}")
    return {
        "intake": f"{path.parent.name}/{path.stem}",
        "status": made.status,
        "weeks": sum(bool(week.plan.days) for week in made.weeks),
        "gap_percent": made.gap_percent,
        "seconds": seconds,
        "cpu_seconds": cpu,
        "advances": sum(len(week.advances) for week in made.weeks),
    }


class SharedWeek(WeekModel):
    """The variables of one week in a model that several weeks share."""

    def __init__(self, problem: Problem, shared: "cp_model.CpModel") -> None:
        """Create the variables in the shared model."""
        self._shared = shared
        super().__init__(problem)

    @property
    def model(self) -> "cp_model.CpModel":
        """The shared model."""
        return self._shared

    @model.setter
    def model(self, _: "cp_model.CpModel") -> None:
        """Keep the shared model, whatever the week would make for itself."""


def small_knowledge(knowledge: Knowledge, intake: Intake) -> Knowledge:
    """Return a base with few main exercises for a person, where only sets grow."""
    made = build(knowledge, intake, WEEK).problem.candidates
    easy = [one for one in made if not one.hard and one.exercise.block == "main"]
    easy.sort(key=lambda one: (one.penalty, one.id))
    sides = [[c.id for c in easy if c.exercise.side == side] for side in ("abdominal", "lumbar")]
    others = [c.id for c in easy if c.exercise.side == "none"]
    third = SMALL_CANDIDATES // 3
    names = {*sides[0][:third], *sides[1][:third], *others[:third]}
    rules = knowledge.program
    start = rules.start.model_copy(
        update={"reps_percent": 100, "hold_rungs_down": 0, "ladder_rungs_down": 0}
    )
    phases = tuple(
        phase.model_copy(update={"levers": ("sets",), "volume_percent": 150 if number else 50})
        for number, phase in enumerate(rules.phases)
    )
    exercises = {
        name: one
        for name, one in knowledge.exercises.items()
        if one.block != "main" or name in names
    }
    still = rules.still.model_copy(update={"conditions": ()})
    program = rules.model_copy(update={"start": start, "phases": phases, "still": still})
    return knowledge.model_copy(update={"exercises": exercises, "program": program})


def joint(knowledge: Knowledge, intake: Intake, first: Program, weeks: int) -> dict[str, Any]:
    """Return the figures of all weeks in one model: total shortfall, then total changes.

    The first week is that of the program, so that both begin at the same place.
    """
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    every = phase_weeks(knowledge.program, weeks, NEVER)
    weekly = []
    for week in every:
        problem = build(knowledge, intake, WEEK).problem
        problem = replace(problem, targets=targets_of(problem, week))
        shared = SharedWeek(problem, model)
        for rule in ALL:
            if rule not in (growth, familiar, border):
                rule.post(shared)
        weekly.append(shared)
    _fix(weekly[0], first)
    for before, after in itertools.pairwise(weekly):
        _grow(knowledge, before, after)
        _climb_nothing(before, after)
    _learn(knowledge, weekly)
    missing = sum(shortfall(week) for week in weekly)
    changed = sum(_changes(one, other) for one, other in itertools.pairwise(weekly))
    begin = time.perf_counter()
    values = []
    bounds = []
    for expression in (missing, changed):
        model.minimize(expression)
        solver = new_solver(budget=10**6)
        solver.parameters.max_time_in_seconds = LIMIT_S
        status = solver.solve(model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return {"seconds": time.perf_counter() - begin, "values": None, "bounds": None}
        values.append(round(solver.objective_value))
        bounds.append(round(solver.best_objective_bound))
        model.add(expression <= values[-1])
    return {"seconds": time.perf_counter() - begin, "values": values, "bounds": bounds}


def _fix(week: WeekModel, program: Program) -> None:
    """Make the first week that of the program."""
    plan = program.weeks[0].plan
    done = {
        (item.exercise, (day.date - WEEK).days): item.sets
        for day in plan.days
        for item in day.items
    }
    for candidate in week.problem.candidates:
        for day in week.train:
            sets = week.weighted_sum(week.set_terms(candidate, day))
            week.model.add(sets == done.get((candidate.id, day), 0))


def _main(week: WeekModel) -> list[Candidate]:
    return [one for one in week.problem.candidates if one.exercise.block == "main"]


def _sets(week: WeekModel, candidates: Sequence[Candidate], region: Any = None) -> Any:
    """Return the sets of candidates in the week, or their half sets for a region."""
    return week.weighted_sum(
        term
        for one in candidates
        for day in week.train
        for term in week.set_terms(
            one, day, 1 if region is None else one.half_credits.get(region, 0)
        )
    )


def _grow(knowledge: Knowledge, before: WeekModel, after: WeekModel) -> None:
    """Bound what a week adds to the one before it."""
    rules, model = knowledge.program, before.model
    for region in rules.growth.regions:
        now = _sets(after, after.problem.candidates, region)
        was = _sets(before, before.problem.candidates, region)
        model.add(now <= was + 2 * rules.growth.sets_a_region)
    was, now = _sets(before, _main(before)), _sets(after, _main(after))
    share = model.new_int_var(0, 100, "share")
    more = model.new_int_var(0, 100, "more")
    model.add(100 * share <= rules.growth.sets_percent * was)
    model.add_max_equality(more, [share, rules.growth.sets_at_least])
    model.add(now <= was + more)
    new = []
    for one in _main(after):
        used = before.used[one.id]
        added = after.flag("new")
        model.add(added >= after.used[one.id] - used)
        new.append(added)
        limit = _sets(before, [one]) + rules.steps.sets + 100 * (1 - used)
        model.add(_sets(after, [one]) <= limit)
    model.add(after.sum(new) <= rules.learning.new_a_week)


def _climb_nothing(before: WeekModel, after: WeekModel) -> None:
    """Keep every ladder that is in use at its rung."""
    for high in _main(after):
        for low in _main(before):
            same = high.exercise.family == low.exercise.family
            if same and high.exercise.step > low.exercise.step:
                used = after.used[high.id] + before.used[low.id] - before.used[high.id]
                after.model.add(used <= 1)


def _learn(knowledge: Knowledge, weekly: Sequence[WeekModel]) -> None:
    """Keep a new exercise for the weeks that it needs to be learned."""
    for number, week in enumerate(weekly):
        for one in _main(week):
            begun = week.used[one.id] - (weekly[number - 1].used[one.id] if number else 0)
            for later in weekly[number + 1 : number + knowledge.program.learning.weeks_kept]:
                week.model.add(later.used[one.id] >= begun)


def _changes(before: WeekModel, after: WeekModel) -> Any:
    """Return the items that are not as they were in the week before."""
    flags = []
    for candidate in after.problem.candidates:
        fewest, most = candidate.dose.sets
        for day in after.train:
            flag = after.flag("changed")
            flags.append(flag)
            pairs = [(before.use[candidate.id, day], after.use[candidate.id, day])]
            pairs += [
                (before.more[candidate.id, day, k], after.more[candidate.id, day, k])
                for k in range(fewest + 1, most + 1)
            ]
            for one, other in pairs:
                after.model.add(flag >= one - other)
                after.model.add(flag >= other - one)
    return after.sum(flags)


def compared(knowledge: Knowledge) -> Iterator[dict[str, Any]]:
    """Yield the figures of both ways for each small case."""
    for name in SMALL:
        intake = read_intake(ROOT / "examples" / f"{name}.yaml", knowledge)
        small = small_knowledge(knowledge, intake)
        for weeks in (4, 5):
            begin = time.perf_counter()
            made = make_program(small, intake, ProgramRequest(Request(WEEK), weeks, NEVER))
            seconds = time.perf_counter() - begin
            tiers = [{t.name: t.value or 0 for t in week.plan.tiers} for week in made.weeks]
            totals = [sum(tier.get(key, 0) for tier in tiers) for key in ("shortfall", "kept")]
            together = joint(small, intake, made, weeks)
            yield {
                "case": name,
                "weeks": weeks,
                "status": made.status,
                "rolling": {"seconds": seconds, "values": totals},
                "joint": together,
            }


def main() -> None:
    """Measure and print; with `--json FILE` the figures are written there too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=("joint", "programs"), help="one of the two parts")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    knowledge = load_knowledge()
    figures: dict[str, Any] = {"stamps": stamps(), "programs": [], "compared": []}
    for row in () if options.only == "programs" else compared(knowledge):
        figures["compared"].append(row)
        one, other = row["rolling"], row["joint"]
        print(
            f"{row['case']:<16} {row['weeks']} weeks  week by week {one['values']} "
            f"{one['seconds']:6.2f} s   one model {other['values']} (bounds {other['bounds']}) "
            f"{other['seconds']:6.2f} s",
            flush=True,
        )
    for path in () if options.only == "joint" else (*EXAMPLES, *INSTANCES):
        row = program_row(knowledge, path)
        figures["programs"].append(row)
        print(
            f"{row['intake']:<32} {row['status']:<8} {row['weeks']:>2} weeks  "
            f"gap {row['gap_percent']:g} %  {row['advances']:>3} steps up  "
            f"{row['seconds']:6.2f} s (processor {row['cpu_seconds']:.2f} s)",
            flush=True,
        )
    if figures["programs"]:
        seconds = [row["seconds"] for row in figures["programs"]]
        print(f"median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
