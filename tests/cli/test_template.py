"""`backplan template`, by the real command."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.running import run

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
CORE = EXAMPLES / "templates" / "core_three.yaml"
ANA, ROSA = EXAMPLES / "home_beginner.yaml", EXAMPLES / "chair_and_wall.yaml"
EMERGENCY = EXAMPLES / "pairs" / "screening.red_flags" / "b.yaml"
CLASH = EXAMPLES / "pairs" / "sessions.at_least" / "b.yaml"
BUSY = EXAMPLES / "acute_back_pain.yaml"
PLAN, BAD_INPUT, REFERRED, IMPOSSIBLE = 0, 2, 3, 4
Done = subprocess.CompletedProcess[str]


def people(folder: Path) -> list[Path]:
    """Return five files of answers: two plans, a referral, a clash, and one with a typing error."""
    wrong = folder / "wrong.yaml"
    wrong.write_text(ANA.read_text("utf-8").replace("goal: prevent", "goal: prevnt"), "utf-8")
    files = [ANA, ROSA, wrong]
    for name, source in (("emergency", EMERGENCY), ("clash", CLASH)):
        files.append(folder / f"{name}.yaml")
        files[-1].write_bytes(source.read_bytes())
    return files


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done, Done]:
    """Return the folder of the plans, and the report for five people as JSON and as text."""
    folder = tmp_path_factory.mktemp("mixed")
    files = people(folder)
    first = run("template", "assign", CORE, *files, "--out", folder / "plans", "--format", "json",
                "--week-start", "2026-11-30")  # fmt: skip
    again = run("template", "assign", CORE, *files, "--out", folder / "again",
                "--week-start", "2026-11-30", env={"PYTHONHASHSEED": "4242"})  # fmt: skip
    return folder, first, again


def test_nobody_stops_the_others_and_the_worst_is_the_exit_code(
    mixed: tuple[Path, Done, Done],
) -> None:
    folder, result, _ = mixed
    assert (result.returncode, result.stderr) == (REFERRED, "")
    report = json.loads(result.stdout)
    assert [(one["client"], one["outcome"]) for one in report["clients"]] == [
        ("home_beginner", "planned"),
        ("chair_and_wall", "planned"),
        ("wrong", "bad_input"),
        ("emergency", "referred"),
        ("clash", "impossible"),
    ]
    written = sorted(path.name for path in (folder / "plans").iterdir())
    assert written == ["chair_and_wall.json", "home_beginner.json"]
    for one in report["clients"]:
        if one["outcome"] == "planned":
            assert Path(one["plan"]).exists()
            assert one["week"]["kept"] + len(one["week"]["fates"]) == one["week"]["items"]
        else:
            assert one["reasons"]
            assert one["week"] is None
            assert one["plan"] is None


def test_every_plan_passes_the_check_command(mixed: tuple[Path, Done, Done]) -> None:
    folder, _, _ = mixed
    for name, answers in (("home_beginner", ANA), ("chair_and_wall", ROSA)):
        result = run("check", folder / "plans" / f"{name}.json", answers)
        assert result.returncode == PLAN, result.stderr


def test_the_text_says_who_got_what_and_why_in_80_columns(mixed: tuple[Path, Done, Done]) -> None:
    _, _, result = mixed
    assert result.returncode == REFERRED
    lines = result.stdout.splitlines()
    assert [line for line in lines if len(line) > 80] == []
    text = " ".join(result.stdout.split())
    for words in (
        "core_three, by M. Okafor, for the week of 2026-11-30",
        "Given to 5 people: a plan 2, see a doctor first 1, no week fits 1, answers cannot be used",
        "chair_and_wall (Rosa)",
        "Crunch: One-hand press against the wall instead (session 1). You cannot get down",
        "emergency: see a doctor first",
        "you want at least 3 sessions a week",
        "did you mean prevent?",
    ):
        assert words in text, words


def test_the_same_command_writes_the_same_plans_whatever_the_hash_seed(
    mixed: tuple[Path, Done, Done],
) -> None:
    folder, _, _ = mixed
    for name in ("home_beginner.json", "chair_and_wall.json"):
        plans = [(folder / there / name).read_bytes() for there in ("plans", "again")]
        assert plans[0] == plans[1]


def test_a_clash_alone_is_exit_code_4_and_leaves_no_folder(tmp_path: Path) -> None:
    result = run("template", "assign", CORE, CLASH, "--out", tmp_path / "plans")
    assert result.returncode == IMPOSSIBLE
    assert not list(tmp_path.iterdir())


def test_a_plan_becomes_a_template_that_gives_it_back(
    tmp_path: Path, mixed: tuple[Path, Done, Done]
) -> None:
    plan, template = mixed[0] / "plans" / "home_beginner.json", tmp_path / "mine.yaml"
    saved = run("template", "save", plan, "--name", "mine", "--author", "Eva", "--note", "Desk",
                "--open", "bird_dog", "-o", template)  # fmt: skip
    assert (saved.returncode, saved.stdout, saved.stderr) == (PLAN, "", "")
    shown = run("template", "show", template)
    assert shown.returncode == PLAN
    assert "Any lumbar exercise of the pattern" in shown.stdout
    given = run("template", "assign", template, ANA, "--out", tmp_path / "plans",
                "--week-start", "2026-11-30", "--format", "json")  # fmt: skip
    assert given.returncode == PLAN
    (client,) = json.loads(given.stdout)["clients"]
    assert client["week"]["kept"] == client["week"]["items"]
    assert client["week"]["added"] == []


def test_clients_of_the_store_get_a_version_each_and_their_orders_count(tmp_path: Path) -> None:
    env = {"BACKPLAN_STORE": str(tmp_path / "store.db")}
    orders = tmp_path / "ana.yaml"
    order = "{kind: forbid, exercise: crunch, author: Dr Rot, reason: sore neck}"
    orders.write_text(ANA.read_text("utf-8") + f"orders:\n  - {order}\n", "utf-8")
    for answers in (orders, BUSY):
        assert run("client", "add", answers, "--author", "Eva", env=env).returncode == PLAN
    given = run("template", "assign", CORE, "--clients", "ana,leila", "--author", "Eva",
                "--week-start", "2026-11-30", env=env)  # fmt: skip
    assert (given.returncode, given.stderr) == (PLAN, "")
    assert "Dr Rot forbade it: sore neck" in " ".join(given.stdout.split())
    for client in ("ana", "leila"):
        history = run("client", "history", client, env=env).stdout
        assert history.count("plan") == 1
        plan = tmp_path / f"{client}.json"
        run("client", "export", client, "--version", "2", "--out", plan, env=env)
        assert json.loads(plan.read_text("utf-8"))["status"] == "optimal"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([CORE], "expected files of answers, or --clients"),
        ([CORE, ANA], "--out: expected a folder"),
        ([CORE, ANA, ANA, "--out", "plans"], "there are two files home_beginner"),
        ([CORE, ANA, "--out", "."], "is there already"),
        ([CORE, ANA, "--out", "no/such/plans"], "cannot be made: there is no such folder"),
        ([CORE, ANA, "--out", "plans", "--format", "pdf"], "pdf is not one of: text, json"),
        ([ANA, ANA, "--out", "plans"], "this is no template"),
        (["none.yaml", ANA, "--out", "plans"], "no such file"),
    ],
)
def test_bad_input_is_told_before_anything_is_written(
    arguments: list[str | Path], expected: str, tmp_path: Path
) -> None:
    (tmp_path / "something").touch()
    result = run("template", "assign", *arguments, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (BAD_INPUT, "")
    assert expected in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["something"]


def test_only_what_is_in_the_plan_can_be_left_open(mixed: tuple[Path, Done, Done]) -> None:
    plan = mixed[0] / "plans" / "home_beginner.json"
    result = run("template", "save", plan, "--name", "mine", "--open", "bird_dogs")
    assert result.returncode == BAD_INPUT
    assert "bird_dogs is not in the plan (did you mean bird_dog?)" in result.stderr
    named = run("template", "save", plan, "--name", "My week")
    assert named.returncode == BAD_INPUT
    assert "--name: String should match pattern" in named.stderr
