"""The variables of a week in CP-SAT, and the links that define them.

For candidate e and open day d::

    use[e, d]        in {0, 1}          e is done on d
    more[e, d, k]    in {0, 1}          e has at least k sets on d, for k above the fewest sets
    sets[e, d]     = fewest * use[e, d] + sum_k more[e, d, k]
    train[d]       = max of use[e, d] over the strength and stability candidates e
                       of the abdomen or the back
    used[e]        = max of use[e, d] over the days d

A pair without a variable counts as 0.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from constraints.problem import Candidate, Problem

if TYPE_CHECKING:
    from ortools.sat.python import cp_model


class WeekModel:
    """A CP-SAT model of one problem, to which constraints are posted."""

    def __init__(self, problem: Problem) -> None:
        """Create the variables and the links between them."""
        from ortools.sat.python import cp_model

        self.problem = problem
        self.model = cp_model.CpModel()
        self.use: dict[tuple[str, int], cp_model.IntVar] = {}
        self.more: dict[tuple[str, int, int], cp_model.IntVar] = {}
        self.used: dict[str, cp_model.IntVar] = {}
        self.train: dict[int, cp_model.IntVar] = {}
        for day in problem.open_days():
            self.train[day.index] = self.flag(f"train[{day.weekday}]")
        for candidate in problem.candidates:
            self._add_candidate(candidate)
        for day_index, train in self.train.items():
            makers = [self.use[c.id, day_index] for c in problem.candidates if c.makes_session]
            self.model.add(cp_model.LinearExpr.sum(makers) >= train)

    def _add_candidate(self, candidate: Candidate) -> None:
        fewest, most = candidate.dose.sets
        name = candidate.id
        used = self.used[name] = self.flag(f"used[{name}]")
        uses = []
        for day_index, train in self.train.items():
            use = self.use[name, day_index] = self.flag(f"use[{name},{day_index}]")
            uses.append(use)
            self.model.add(use <= used)
            if candidate.makes_session:
                self.model.add(use <= train)
            below = use
            for count in range(fewest + 1, most + 1):
                more = self.more[name, day_index, count] = self.flag(
                    f"more[{name},{day_index},{count}]"
                )
                self.model.add(more <= below)
                below = more
        self.model.add(self.sum(uses) >= used)

    def flag(self, name: str) -> "cp_model.IntVar":
        """Return a new 0/1 variable."""
        return self.model.new_bool_var(name)

    @staticmethod
    def sum(terms: Iterable["cp_model.LinearExprT"]) -> "cp_model.LinearExprT":
        """Return the sum of the terms, 0 if there are none."""
        from ortools.sat.python import cp_model

        return cp_model.LinearExpr.sum(list(terms))

    @staticmethod
    def weighted_sum(
        terms: Iterable[tuple["cp_model.LinearExprT", int]],
    ) -> "cp_model.LinearExprT":
        """Return the sum of term times coefficient, 0 if there are none."""
        from ortools.sat.python import cp_model

        pairs = [(term, weight) for term, weight in terms if weight]
        return cp_model.LinearExpr.weighted_sum([t for t, _ in pairs], [w for _, w in pairs])

    def set_terms(
        self, candidate: Candidate, day: int, weight: int = 1
    ) -> list[tuple["cp_model.IntVar", int]]:
        """Return the terms of `weight * sets[candidate, day]`."""
        fewest, most = candidate.dose.sets
        terms = [(self.use[candidate.id, day], weight * fewest)]
        terms += [(self.more[candidate.id, day, k], weight) for k in range(fewest + 1, most + 1)]
        return terms

    def second_terms(
        self, candidate: Candidate, day: int, unit_s: int
    ) -> list[tuple["cp_model.IntVar", int]]:
        """Return the terms of the duration of the candidate on `day`, in units of `unit_s`."""
        fewest, most = candidate.dose.sets
        units = [seconds // unit_s for seconds in candidate.seconds]
        terms = [(self.use[candidate.id, day], units[fewest])]
        terms += [
            (self.more[candidate.id, day, k], units[k] - units[k - 1])
            for k in range(fewest + 1, most + 1)
        ]
        return terms
