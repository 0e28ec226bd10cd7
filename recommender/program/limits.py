"""What a week of a program owes to the weeks before it, and the targets of its phase."""

from collections.abc import Mapping
from dataclasses import replace

from constraints.problem import Before, Problem
from knowledge import Knowledge
from knowledge.schema.exercise import Region
from recommender.plan import Plan, schedule_of
from recommender.program.history import History, half_sets, main_sets, sets_of_week
from recommender.program.phases import PhaseWeek
from recommender.program.progression import Moves


def targets_of(problem: Problem, week: PhaseWeek) -> dict[Region, int]:
    """Return the targets of the phase in half sets, never above the most that the level allows."""
    regions = problem.knowledge.program.growth.regions
    at_most = problem.knowledge.dosing.targets.at_most[problem.level]
    return {
        region: min(target * week.phase.volume_percent // 100, 2 * at_most[region])
        if region in regions
        else target
        for region, target in problem.targets.items()
    }


def light_targets(
    targets: Mapping[Region, int], knowledge: Knowledge, full: Plan
) -> dict[Region, int]:
    """Return the targets of a light week: its share of what the last full one had."""
    percent, regions = knowledge.program.light.sets_percent, knowledge.program.growth.regions
    done = half_sets(full)
    return {
        region: min(target, -(-done[region] * percent // 100)) if region in regions else target
        for region, target in targets.items()
    }


def short_of(targets: Mapping[Region, int], plan: Plan) -> frozenset[Region]:
    """Return the regions that have fewer sets in a week than their targets."""
    done = half_sets(plan)
    return frozenset(region for region, target in targets.items() if done[region] < target)


def grown(knowledge: Knowledge, history: History, moves: Moves, *, keep: bool) -> Before:
    """Return the limits of a full week; without `keep` its exercises may all be new."""
    growth, learning = knowledge.program.growth, knowledge.program.learning
    full, sets = history.full, sets_of_week(history.full)
    done = main_sets(full)
    main = history.main()
    at_most = {}
    for name in main:
        step = knowledge.program.steps.sets if moves.levers.get(name) == "sets" else 0
        here = moves.climbs.get(name, name)
        at_most[here] = max(0, sets[name] + step - (1 if name in moves.fewer else 0))
    learned = learning.weeks_kept
    return Before(
        schedule=schedule_of(history.weeks[-1].plan),
        half_sets_at_most={
            region: half_sets(full)[region] + 2 * growth.sets_a_region for region in growth.regions
        },
        main_sets_at_most=done + max(growth.sets_at_least, done * growth.sets_percent // 100),
        sets_at_most=at_most,
        keep=frozenset(
            [*moves.climbs.values()]
            + [n for n in moves.work if n not in moves.climbs and history.weeks_with(n) < learned]
        )
        if keep
        else frozenset(),
        known=frozenset(main),
        new_at_most=learning.new_a_week if keep else len(knowledge.exercises),
    )  # fmt: skip


def lighter(knowledge: Knowledge, history: History, moves: Moves) -> Before:
    """Return the limits of a light week: a share of the sets of the last full one, nothing new."""
    sets = main_sets(history.full)
    before = grown(knowledge, history, moves, keep=True)
    return replace(
        before,
        half_sets_at_most={
            region: half_sets(history.full)[region] for region in knowledge.program.growth.regions
        },
        main_sets_at_most=light_sets(knowledge, sets),
        new_at_most=0,
    )


def light_sets(knowledge: Knowledge, sets: int) -> int:
    """Return the main sets of a light week after a full one with `sets`: a share, rounded up."""
    return -(-sets * knowledge.program.light.sets_percent // 100)
