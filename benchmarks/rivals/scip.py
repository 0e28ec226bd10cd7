"""SCIP on one week: `python -m benchmarks.rivals.scip WEEK.json OUT.json SECONDS`."""

import time

import pyscipopt
from pyscipopt import quicksum

from benchmarks.rivals.command import main
from benchmarks.rivals.tiers import Outcome, Task


def minimise(task: Task) -> Outcome:
    """Solve one stage with SCIP, which sees by itself that the objective is a whole number."""
    model = pyscipopt.Model()
    model.hideOutput()
    model.setParam("limits/time", task.seconds)
    model.setParam("limits/gap", 0.0)
    model.setParam("lp/threads", 1)
    variables = [
        model.addVar(vtype="I", lb=column.lower, ub=column.upper, name=f"x{number}")
        for number, column in enumerate(task.columns)
    ]
    for row in task.rows:
        if not row.terms:
            if (row.lower or 0) > 0 or (row.upper or 0) < 0:
                return Outcome("impossible", None, float("inf"), 0.0)
            continue
        total = quicksum(weight * variables[column] for column, weight in row.terms)
        if row.lower is not None and row.lower == row.upper:
            model.addCons(total == row.lower)
        elif row.lower is not None and row.upper is not None:
            model.addCons(row.lower <= (total <= row.upper))
        elif row.lower is not None:
            model.addCons(total >= row.lower)
        elif row.upper is not None:
            model.addCons(total <= row.upper)
    model.setObjective(quicksum(weight * variables[column] for column, weight in task.terms))
    if task.start:
        start = model.createOrigSol()
        for column, value in task.start.items():
            model.setSolVal(start, variables[column], value)
        model.addSol(start)
    begin = time.perf_counter()
    model.optimize()
    seconds = time.perf_counter() - begin
    status = model.getStatus()
    if status in ("infeasible", "inforunbd"):
        return Outcome("impossible", None, float("inf"), seconds)
    values = None
    if model.getNSols():
        best = model.getBestSol()
        values = [model.getSolVal(best, variable) for variable in variables]
    proven = status == "optimal"
    return Outcome("optimal" if proven else "stopped", values, model.getDualbound(), seconds)


if __name__ == "__main__":
    main(minimise)
