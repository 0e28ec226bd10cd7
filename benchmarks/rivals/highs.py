"""HiGHS on one week: `python -m benchmarks.rivals.highs WEEK.json OUT.json SECONDS`."""

import time

import highspy
import numpy as np

from benchmarks.rivals.command import main
from benchmarks.rivals.tiers import Outcome, Task

OPTIONS = {"output_flag": False, "threads": 1, "mip_rel_gap": 0.0, "mip_abs_gap": 0.999}
"""All objectives are whole numbers: a gap below 1 is a proof."""


def minimise(task: Task) -> Outcome:
    """Solve one stage with HiGHS."""
    highs = highspy.Highs()
    for option, value in {**OPTIONS, "time_limit": task.seconds}.items():
        highs.setOptionValue(option, value)
    highs.passModel(_model(task))
    if task.start:
        columns = np.array(list(task.start), dtype=np.int32)
        start = np.array(list(task.start.values()), dtype=np.float64)
        highs.setSolution(len(columns), columns, start)
    begin = time.perf_counter()
    highs.run()
    seconds = time.perf_counter() - begin
    status = highs.getModelStatus()
    if status in (
        highspy.HighsModelStatus.kInfeasible,
        highspy.HighsModelStatus.kUnboundedOrInfeasible,
    ):
        return Outcome("impossible", None, float("inf"), seconds)
    info = highs.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = list(highs.getSolution().col_value) if found else None
    proven = status == highspy.HighsModelStatus.kOptimal
    return Outcome("optimal" if proven else "stopped", values, info.mip_dual_bound, seconds)


def _model(task: Task) -> highspy.HighsLp:
    costs = dict(task.terms)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(task.columns), len(task.rows)
    lp.col_cost_ = [float(costs.get(column, 0)) for column in range(lp.num_col_)]
    lp.col_lower_ = [float(column.lower) for column in task.columns]
    lp.col_upper_ = [float(column.upper) for column in task.columns]
    lp.row_lower_ = [-highspy.kHighsInf if r.lower is None else float(r.lower) for r in task.rows]
    lp.row_upper_ = [highspy.kHighsInf if r.upper is None else float(r.upper) for r in task.rows]
    lp.integrality_ = [highspy.HighsVarType.kInteger] * lp.num_col_
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    terms = [term for row in task.rows for term in row.terms]
    lp.a_matrix_.start_ = np.cumsum([0, *(len(row.terms) for row in task.rows)])
    lp.a_matrix_.index_ = [column for column, _ in terms]
    lp.a_matrix_.value_ = [float(weight) for _, weight in terms]
    return lp


if __name__ == "__main__":
    main(minimise)
