"""The benchmark as a command, and what ends it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.figures import all_figures, compared, counted, ratios, summary
from benchmarks.solve import Unsound, agree

ROOT = Path(__file__).parent.parent.parent


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.solve", *arguments],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )


def test_a_week_is_measured_and_written(tmp_path: Path) -> None:
    target = tmp_path / "figures.json"
    done = run("--only", "10", "--repeats", "1", "--json", str(target))
    assert done.returncode == 0, done.stderr
    assert all(len(line) <= 100 for line in done.stdout.splitlines())
    data = json.loads(target.read_text())
    assert data["machine"]["packages"]["ortools"]
    (instance,) = data["instances"]
    (figures,) = instance["runs"]["backplan"]
    assert figures["violations"] == []
    assert figures["quality"]["broken"] == []
    assert figures["quality"]["shortfall"] == figures["tiers"][0]["value"]
    assert 0 < figures["first"] <= figures["solve"]
    assert figures["memory_mib"] > 1
    assert data["figures"]["proven"] == {"backplan": 1}


def test_a_rival_is_measured_on_both_formulations(tmp_path: Path) -> None:
    target = tmp_path / "figures.json"
    solvers = ["backplan", "plain", "highs", "highs+days"]
    done = run("--only", "44", "--repeats", "1", "--rivals", "highs,highs+days", "--json", target)
    assert done.returncode == 0, done.stderr
    data = json.loads(target.read_text())
    (instance,) = data["instances"]
    values = [[tier["value"] for tier in instance["runs"][s][0]["tiers"]] for s in solvers]
    assert values == [values[0]] * 4
    assert data["figures"]["proven"] == dict.fromkeys(solvers, 1)
    best = min(instance["runs"][s][0]["proof"] for s in ("highs", "highs+days"))
    ours = instance["runs"]["backplan"][0]["proof"]
    ratio = data["figures"]["ratio_to_proof"]["highs, best"]["median"]
    assert ratio == pytest.approx(best / ours)
    assert any(line.startswith("highs, best") for line in done.stdout.splitlines())
    for solver in ("highs", "highs+days"):
        assert instance["runs"][solver][0]["rows"] > 100


def test_what_has_no_proof_is_marked_and_not_run_again(tmp_path: Path) -> None:
    target = tmp_path / "figures.json"
    done = run("--only", "12", "--repeats", "2", "--limit", "0.001", "--json", str(target))
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(">0.001") == 2
    data = json.loads(target.read_text())
    assert len(data["instances"][0]["runs"]["backplan"]) == 1
    assert data["figures"]["proof"]["backplan"]["max"] == 0.001
    assert data["figures"]["proven"] == {"backplan": 0}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--only", "73"], "'73' is none of 01 to 72"),
        (["--rivals", "cplex"], "'cplex' is none of highs, highs+days, scip, scip+days"),
        (["--limit", "soon"], "'soon' is no number above 0"),
        (["--repeats", "0"], "'0' is no number above 0"),
    ],
)
def test_an_unknown_word_is_named_with_what_is_known(arguments: list[str], said: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert said in done.stderr


def week(*values: int, proven: int | None = None, **more: Any) -> dict[str, Any]:
    """Return a run with tiers of these values, the first `proven` of them (or all) proven."""
    known = len(values) if proven is None else proven
    tiers = [
        {"name": f"tier {n}", "value": value, "proven": n < known} for n, value in enumerate(values)
    ]
    run = {"possible": True, "tiers": tiers, "sets": [["plank", 0, 1]], "stopped_by": None}
    return {**run, "proof": 2.0, **more}


def test_equal_proofs_agree() -> None:
    agree("01", True, {"backplan": [week(3, 4), week(3, 4)], "highs": [week(3, 4)]})


def test_after_a_tier_without_proof_values_may_differ() -> None:
    agree("01", True, {"backplan": [week(3, 4)], "highs": [week(5, 9, proven=0)]})
    unproven = week(3, 5, 9)
    unproven["tiers"][1]["proven"] = False
    agree("01", True, {"backplan": [week(3, 4, 8)], "highs": [unproven]})


def test_what_no_rival_decided_agrees_with_all() -> None:
    undecided: dict[str, Any] = {"possible": None, "tiers": [], "sets": []}
    agree("01", True, {"backplan": [week(3)], "highs": [undecided]})


@pytest.mark.parametrize(
    ("possible", "runs", "said"),
    [
        (True, {"backplan": [week(3, 4)], "highs": [week(3, 5)]}, "4 by backplan and 5 by highs"),
        (True, {"backplan": [week(3), week(2)]}, "tier 0 is proven to be 3 by backplan and 2"),
        (False, {"backplan": [week(3)]}, "backplan finds a week for 01"),
        (
            True,
            {"backplan": [week(3)], "scip": [week(possible=False)]},
            "scip finds no week for 01",
        ),
        (True, {"backplan": [week(3), week(3, sets=[])]}, "backplan made two plans of 01"),
    ],
)
def test_two_that_differ_end_the_benchmark(possible: bool, runs: Any, said: str) -> None:
    with pytest.raises(Unsound, match=said):
        agree("01", possible, runs)


def test_a_plan_cut_short_may_differ_from_the_next() -> None:
    cut = week(3, proven=0, sets=[], stopped_by="time_limit")
    agree("01", True, {"backplan": [week(3), cut]})


def test_what_is_not_proven_counts_at_the_limit() -> None:
    assert counted(week(3), "proof", 60) == 2.0
    assert counted(week(3, 4, proven=1), "proof", 60) == 60
    assert counted({"possible": None, "proof": 9.0, "tiers": []}, "proof", 60) == 60
    assert counted({"possible": False, "proof": 9.0, "tiers": []}, "proof", 60) == 9.0


def test_p95_is_a_value_that_was_measured() -> None:
    assert summary([float(n) for n in range(1, 62)]) == {"median": 31.0, "p95": 58.0, "max": 61.0}
    assert summary([None]) is None


def test_a_ratio_is_of_each_instance_and_then_its_median() -> None:
    def row(ours: float, theirs: float) -> dict[str, Any]:
        tiers = [{"name": "shortfall", "value": 1, "proven": True, "seconds": ours}]
        own = {"possible": True, "tiers": tiers, "proof": ours, "solve": 2 * ours}
        other = {"possible": True, "tiers": tiers, "proof": theirs}
        return {"possible": True, "runs": {"backplan": [own], "highs": [other]}}

    rows = [row(1, 2), row(10, 30), row(5, 500)]
    figures = all_figures(rows, ["backplan", "highs"], 1000)
    assert figures["ratio_to_proof"]["highs"] == {"median": 3.0, "p95": 100.0, "max": 100.0}
    assert figures["ratio_to_solve"]["highs"]["median"] == 1.5
    assert "highs, best" not in figures["ratio_to_proof"]


def test_the_best_of_a_rival_is_its_faster_formulation_on_each_instance() -> None:
    def row(ours: float, plain: float, days: float) -> dict[str, Any]:
        return {
            "possible": True,
            "runs": {
                "backplan": [week(3, proof=ours)],
                "scip": [week(3, proof=plain)],
                "scip+days": [week(3, proof=days)],
            },
        }

    weeks = [row(1, 2, 3), row(1, 9, 4), row(1, 7, 8)]
    assert compared(["backplan", "scip", "scip+days"])["scip, best"] == ["scip", "scip+days"]
    assert ratios(weeks, ["scip", "scip+days"], "proof", 60) == [2, 4, 7]
