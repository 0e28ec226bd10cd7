"""What a week of a program owes to the weeks before it, and the targets of its phase."""

from collections.abc import Mapping

from constraints.problem import Before, Problem
from knowledge import Knowledge
from knowledge.schema.exercise import Region
from recommender.plan import Plan, schedule_of
from recommender.program.history import History, half_sets, main_sets, sets_of_week
from recommender.program.model import WeekKind
from recommender.program.phases import PhaseWeek
from recommender.program.progression import Moves

GROWING: tuple[WeekKind, ...] = ("steps", "changed")
"""The kinds of weeks that may have more sets than the one before."""


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


def held_targets(
    targets: Mapping[Region, int], knowledge: Knowledge, full: Plan, kind: WeekKind
) -> Mapping[Region, int]:
    """Return the targets of a week of this kind: what cannot grow asks for no more than before."""
    if kind in GROWING:
        return targets
    program = knowledge.program
    percent = program.light.sets_percent if kind == "light" else 100
    done = half_sets(full)
    return {
        region: min(target, -(-done[region] * percent // 100))
        if region in program.growth.regions
        else target
        for region, target in targets.items()
    }


def short_of(targets: Mapping[Region, int], plan: Plan) -> frozenset[Region]:
    """Return the regions that have fewer sets in a week than their targets."""
    done = half_sets(plan)
    return frozenset(region for region, target in targets.items() if done[region] < target)


def limits_of(knowledge: Knowledge, history: History, moves: Moves, kind: WeekKind) -> Before:
    """Return what a week of this kind owes to the weeks before; one with steps may grow."""
    growth, learning = knowledge.program.growth, knowledge.program.learning
    full = history.full
    sets, halves, done = sets_of_week(full), half_sets(full), main_sets(full)
    grows = kind in GROWING
    more = 2 * growth.sets_a_region if grows else 0
    most = max(growth.sets_at_least, done * growth.sets_percent // 100) if grows else 0
    main = history.main()
    return Before(
        schedule=schedule_of(history.weeks[-1].plan),
        half_sets_at_most={region: halves[region] + more for region in growth.regions},
        main_sets_at_most=light_sets(knowledge, done) if kind == "light" else done + most,
        sets_at_most={
            moves.climbs.get(name, name): sets[name] + _more_sets(knowledge, moves, name)
            for name in main
        },
        keep=frozenset() if kind == "changed" else _kept(knowledge, history, moves),
        known=frozenset(main),
        new_at_most={"light": 0, "changed": len(knowledge.exercises)}.get(
            kind, learning.new_a_week
        ),
    )


def _more_sets(knowledge: Knowledge, moves: Moves, name: str) -> int:
    if name in moves.fewer:
        return -1
    return knowledge.program.steps.sets if moves.levers.get(name) == "sets" else 0


def _kept(knowledge: Knowledge, history: History, moves: Moves) -> frozenset[str]:
    """Return the exercises that are not learned yet, and those that take the place of others."""
    learned = knowledge.program.learning.weeks_kept
    stay = (name for name in moves.work if name not in moves.climbs)
    new = (name for name in stay if history.weeks_with(name) < learned)
    return frozenset([*new, *moves.climbs.values()])


def light_sets(knowledge: Knowledge, sets: int) -> int:
    """Return the main sets of a light week after a full one with `sets`: a share, rounded up."""
    return -(-sets * knowledge.program.light.sets_percent // 100)
