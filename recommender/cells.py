"""The cells of the matrix that bear on a person: each rule with its verdict for this person.

The verdict of a rule can become milder in three ways, in this order: only one side of the body is
affected; a clinician softened it by one step; a doctor's word opens `clearance`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from knowledge import Caps, Knowledge, Rule, Verdict
from knowledge.schema.condition import VERDICTS
from knowledge.schema.exercise import Sides
from knowledge.schema.intake import Softening
from recommender.conditions import ActiveCondition

NO_CAPS = Caps()
OPPOSITE = {"left": "right", "right": "left"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A rule of a condition for one demand, as it stands for this person."""

    condition: str
    demand: str
    rule: Rule
    verdict: Verdict
    cautions: tuple[str, ...]
    softening: Softening | None

    @property
    def blocks(self) -> bool:
        """Whether the demand is out of reach."""
        return self.verdict in ("exclude", "clearance")

    @property
    def caps(self) -> Caps:
        """The limits on the dose that travel with the rule."""
        return self.rule.caps


def for_sides(active: Sequence[ActiveCondition], sides: Sides) -> Sequence[ActiveCondition]:
    """Return the conditions as an exercise meets them.

    One that is done side by side needs the bad side too, so it counts as if both were affected.
    """
    if sides == "both":
        return active
    return [replace(one, affected_side=None) for one in active]


@dataclass(frozen=True, slots=True)
class Fired:
    """The cells on some demands, and what follows from them together.

    `caps` are the limits on the dose, `blocked` the demands of cells that block,
    `worst` the first cell with the worst verdict.
    """

    cells: tuple[Cell, ...]
    caps: tuple[Caps, ...]
    blocked: tuple[str, ...]
    cautions: tuple[str, ...]
    preferred_by: frozenset[str]
    worst: Cell | None

    @classmethod
    def of(cls, cells: tuple[Cell, ...]) -> Self:
        """Return what follows from these cells."""
        # What waits for a word keeps to the limits that it would have with the word.
        limits = {id(cell.caps): cell.caps for cell in cells}
        return cls(
            cells,
            tuple(caps for caps in limits.values() if caps != NO_CAPS),
            tuple(cell.demand for cell in cells if cell.blocks),
            tuple(dict.fromkeys(caution for cell in cells for caution in cell.cautions)),
            frozenset(cell.condition for cell in cells if cell.rule.prefer),
            max(cells, key=lambda cell: VERDICTS.index(cell.verdict), default=None),
        )


@dataclass(frozen=True)
class Cells:
    """Every cell that is not plainly `allow`, by demand."""

    by_demand: Mapping[str, tuple[Cell, ...]]
    _seen: dict[frozenset[str], Fired] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, knowledge: Knowledge, active: Sequence[ActiveCondition]) -> Self:
        """Return the cells of the conditions that a person has in a week."""
        found: dict[str, list[Cell]] = {}
        for one in active:
            for demand, rule in one.condition.cells.items():
                if rule.verdict != "allow" or rule.prefer:
                    found.setdefault(demand, []).append(_cell(knowledge, one, demand, rule))
        return cls({demand: tuple(cells) for demand, cells in found.items()})

    def on(self, demands: frozenset[str]) -> Fired:
        """Return the cells on these demands, in order of demand; many exercises share them."""
        known = frozenset(demands & self.by_demand.keys())
        fired = self._seen.get(known)
        if fired is None:
            cells = tuple(cell for demand in sorted(known) for cell in self.by_demand[demand])
            fired = self._seen[known] = Fired.of(cells)
        return fired


def _cell(knowledge: Knowledge, one: ActiveCondition, demand: str, rule: Rule) -> Cell:
    verdict, caution = rule.verdict, rule.caution
    if rule.one_sided is not None and one.affected_side in OPPOSITE:
        sides = {"bad": one.affected_side, "good": OPPOSITE[one.affected_side]}
        verdict, caution = rule.one_sided.verdict, rule.one_sided.caution.format(**sides)
    softening = one.softenings.get(demand)
    if softening is not None and verdict in ("exclude", "clearance"):
        verdict = "clearance" if verdict == "exclude" else "modify"
    else:
        softening = None
    if verdict == "clearance" and one.clearance is not None:
        opens = rule.self_clearance and knowledge.demands[demand].self_clearance
        verdict = "modify" if opens else "clearance"
    cautions: tuple[str, ...] = () if caution is None else (caution,)
    if softening is not None:
        cautions += (f"Allowed by {softening.by} until {softening.until}: {softening.reason}",)
    return Cell(one.condition.id, demand, rule, verdict, cautions, softening)
