"""Which phase each week of a program is in, and which weeks are lighter."""

from dataclasses import dataclass

from knowledge.schema.program import Phase, ProgramRules


@dataclass(frozen=True, slots=True)
class PhaseWeek:
    """A week by its number, from 1, its phase, and whether it is meant to be lighter."""

    number: int
    phase: Phase
    light: bool


def phase_weeks(rules: ProgramRules, weeks: int, light_every: int) -> tuple[PhaseWeek, ...]:
    """Return the weeks of a program. Every phase has at least one, and the others by its share."""
    spread = [
        phase
        for phase, count in zip(rules.phases, _counts(rules, weeks), strict=True)
        for _ in range(count)
    ]
    return tuple(
        PhaseWeek(number, phase, number % light_every == 0)
        for number, phase in enumerate(spread, 1)
    )


def _counts(rules: ProgramRules, weeks: int) -> list[int]:
    """Return the weeks of each phase: what is left over goes to the largest remainders."""
    shares = [phase.share_percent * weeks for phase in rules.phases]
    counts = [max(1, share // 100) for share in shares]
    while sum(counts) < weeks:
        owed = [share - 100 * count for share, count in zip(shares, counts, strict=True)]
        counts[owed.index(max(owed))] += 1
    while sum(counts) > weeks:
        counts[counts.index(max(counts))] -= 1
    return counts
