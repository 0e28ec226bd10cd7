"""`backplan checkin CLIENT`: a check-in of a client in the store."""

import json
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from knowledge import load_knowledge
from knowledge.schema.checkin import CheckIn
from knowledge.schema.order import Cap, Forbid
from recommender.intake import read_intake
from recommender.recommend import Request, recommend
from recommender.store import State, add_client, append, find_client, open_store, state
from tests.cli.running import run
from tests.recommender.checkins import checkin
from tests.solved import EXAMPLES
from tests.strategies import MONDAY

WEEK = "2026-11-16"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Return a store with a client who has a plan and an order, in a folder with a check-in."""
    knowledge = load_knowledge()
    intake = read_intake(EXAMPLES / "home_beginner.yaml", knowledge)
    start = MONDAY.replace(day=16)
    plan = recommend(knowledge, intake, Request(start))
    rest = {"kind": "forbid", "exercise": "superman", "author": "Pia", "reason": "not for her"}
    path = tmp_path / "store.db"
    with open_store(path) as opened:
        client = add_client(opened, intake, "Pia").id
        append(opened, client, "plan", plan, "Pia")
        append(opened, client, "order", Forbid.model_validate(rest), "Pia")
    told = (EXAMPLES / "checkin" / "a_week.yaml").read_text(encoding="utf-8")
    (tmp_path / "told.yaml").write_text(told, encoding="utf-8")
    return path


def told(store: Path, *options: str) -> CompletedProcess[str]:
    """Run the command for the client, and look at nothing else."""
    env = {"BACKPLAN_STORE": str(store)}
    return run("checkin", "ana", "--author", "Pia", *options, cwd=store.parent, env=env)


def now(store: Path) -> State:
    with open_store(store) as opened:
        return state(opened, find_client(opened, "ana").id)


def test_a_check_in_is_kept_with_its_orders_and_the_next_one_replaces_them(store: Path) -> None:
    done = told(store, "--answers", "told.yaml")
    assert done.returncode == 0
    assert "Crunch: 2 of 4 sets" in done.stdout
    first = now(store)
    assert "Kept for ana, with" in done.stderr
    (kept,) = first.checkins
    assert str(CheckIn.model_validate_json(json.dumps(kept.body)).week_start) == WEEK
    orders = [version.body for version in first.orders]
    assert [one.author for one in orders if isinstance(one, Forbid)][:1] == ["Pia"]
    assert {"crunch"} <= {one.exercise for one in orders if isinstance(one, Forbid)}
    again = told(store, "--answers", "told.yaml")
    assert again.stdout == done.stdout
    second = [version.body for version in now(store).orders]
    assert second == orders, "one set of ceilings stands, not two"


def test_a_history_in_the_store_makes_the_second_missed_week(store: Path) -> None:
    plan = now(store).plan
    assert plan is not None
    before = checkin(plan.body, weeks_ago=2).model_dump(mode="json", exclude_none=True)
    with open_store(store) as opened:
        append(opened, "ana", "checkin", before, "Pia")
    done = told(store, "--missed")
    assert "Two weeks without training" in done.stdout
    assert len(now(store).checkins) == 1, "nobody told anything"
    assert any(isinstance(version.body, Cap) for version in now(store).orders)


def test_a_warning_sign_reaches_the_answers_and_leaves_no_orders(store: Path) -> None:
    path = store.parent / "told.yaml"
    text = path.read_text(encoding="utf-8").replace("red_flags: []", "red_flags: [worsening_leg]")
    path.write_text(text, encoding="utf-8")
    done = told(store, "--answers", "told.yaml")
    assert (done.returncode, done.stdout) == (3, "")
    after = now(store)
    assert after.intake.body.screening.red_flags == ("worsening_leg",)
    assert len(after.checkins) == 1
    assert [version.body.author for version in after.orders] == ["Pia"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ana", "--missed", "-o", "o.yaml"], "error: --output: goes with files; for a client"),
        (["bo", "--missed"], "there is no client bo"),
        (["told.yaml", "--missed"],
         "error: --intake: is missing: expected the answers that told.yaml was made from"),
    ],
)  # fmt: skip
def test_bad_input_is_named(store: Path, arguments: list[str], message: str) -> None:
    done = run("checkin", *arguments, cwd=store.parent, env={"BACKPLAN_STORE": str(store)})
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert now(store).checkins == ()


def test_a_client_without_a_plan_has_no_week_to_tell_of(store: Path) -> None:
    run("client", "undo", "ana", "--version", "2", env={"BACKPLAN_STORE": str(store)})
    done = told(store, "--missed")
    assert done.returncode == 2
    assert "client ana: plan: has no plan yet, so there is no week to tell of" in done.stderr
