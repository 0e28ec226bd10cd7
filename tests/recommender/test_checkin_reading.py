"""Check-in files: every fault with its line, field and what would be right."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge import BadInput
from knowledge.schema.intake import HeldCondition
from recommender.checkin import (
    answers_text,
    checkin_text,
    planned_doses,
    read_checkin,
    read_history,
    reopened,
)
from recommender.intake import intake_from_text
from tests.recommender.checkins import NEXT, answers, checkin, planned_week, weeks_told
from tests.solved import EXAMPLE_NAMES
from tests.strategies import MONDAY, REAL

PLAN = planned_week()
DOSES = planned_doses(PLAN)
TODAY = NEXT + timedelta(days=1)
WRITTEN = """\
week_start: 2026-11-30
answered_on: 2026-12-07
red_flags: []
conditions: []
other_condition: false
cannot: []
exercises:
  - {exercise: crunch, done: 4, effort: 5, pain: 2, pain_next_day: 0, settled: true}
  - {exercise: bird_dog, done: 0}
"""


def write(folder: Path, text: str, name: str = "checkin.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(BadInput) as caught:
        read_checkin(write(folder, text), REAL, answers(), PLAN, TODAY)
    return [str(fault).removeprefix(f"{folder}/") for fault in caught.value.faults]


def test_what_was_planned_is_filled_in_from_the_plan(tmp_path: Path) -> None:
    told = read_checkin(write(tmp_path, WRITTEN), REAL, answers(), PLAN, TODAY)
    assert [(one.exercise, one.planned) for one in told.exercises] == [
        ("crunch", DOSES["crunch"]),
        ("bird_dog", DOSES["bird_dog"]),
    ]


BREAKS = [
    ("another week", "week_start: 2026-11-30", "week_start: 2026-11-23",
     "checkin.yaml:1: week_start: the plan has no week of 2026-11-23; it is for 2026-11-30 to "
     "2026-12-06"),
    ("before the week", "answered_on: 2026-12-07", "answered_on: 2026-11-29",
     "checkin.yaml:2: answered_on: 2026-11-29 is before the week of 2026-11-30 began"),
    ("in the future", "answered_on: 2026-12-07", "answered_on: 2026-12-09",
     "checkin.yaml:2: answered_on: 2026-12-09 is in the future; today is 2026-12-08"),
    ("not in the plan", "exercise: crunch", "exercise: crunches",
     "checkin.yaml:8: exercises[1].exercise: crunches is not in the plan (did you mean crunch?); "
     f"it has: {', '.join(DOSES)}"),
    ("twice", "exercise: bird_dog", "exercise: crunch",
     "checkin.yaml:9: exercises[2].exercise: crunch stands twice"),
    ("more than planned", "done: 4", "done: 5",
     "checkin.yaml:8: exercises[1].done: 5 sets were done, but 4 were planned; write at most 4, "
     "and the rest as a note"),
    ("another dose", "done: 4,", "planned: {sets: 4, reps: 9, load: none, effort: 5}, done: 4,",
     "checkin.yaml:8: exercises[1].planned: differs from the plan, which has 4 sets of 10, load "
     "none, effort 5; leave it out"),
    ("no effort", "effort: 5, ", "",
     "checkin.yaml:8: exercises[1]: effort must be given where sets were done"),
    ("no pain", "pain: 2, pain_next_day: 0, ", "",
     "checkin.yaml:8: exercises[1]: pain and pain_next_day must be given where sets were done"),
    ("not told whether settled", ", settled: true", "",
     "checkin.yaml:8: exercises[1]: settled must be given where there was pain: true or false"),
    ("pain above ten", "pain: 2", "pain: 11",
     "checkin.yaml:8: exercises[1].pain: expected 10 or less, found 11"),
    ("no warning signs", "red_flags: []\n", "",
     "checkin.yaml:1: red_flags: is missing; it must be given"),
    ("no changes", "other_condition: false\n", "",
     "checkin.yaml:1: other_condition: is missing; it must be given"),
    ("an unknown sign", "red_flags: []", "red_flags: [cauda_equine]",
     "checkin.yaml:3: red_flags[1]: cauda_equine is not a known red flag (did you mean "
     "cauda_equina?)"),
    ("an unknown position", "cannot: []", "cannot: [supin]",
     "checkin.yaml:6: cannot[1]: supin is not a known position (did you mean supine?)"),
    ("an unknown condition", "conditions: []", "conditions: [{id: low_back_pains}]",
     "checkin.yaml:4: conditions[1].id: low_back_pains is not a known condition (did you mean "
     "low_back_pain?)"),
    ("a condition without its date", "conditions: []", "conditions: [{id: low_back_pain}]",
     "checkin.yaml:4: conditions[1].date: is missing; low_back_pain needs the onset"),
    ("an unknown key", "cannot: []", "cannot: []\nnotes: fine",
     "checkin.yaml:7: notes: is not a known key (did you mean note?); known are: week_start, "
     "answered_on, red_flags, conditions, other_condition, cannot, exercises, note"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "fault"), [one[1:] for one in BREAKS],
                         ids=[one[0] for one in BREAKS])  # fmt: skip
def test_a_fault_is_named_with_its_line(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert old in WRITTEN
    (found,) = faults(tmp_path, WRITTEN.replace(old, new, 1))
    assert found.startswith(fault)


def test_a_condition_that_cannot_be_true_any_more_is_to_be_told_anew(tmp_path: Path) -> None:
    due = HeldCondition(id="pregnancy", date=MONDAY - timedelta(days=20))
    screening = answers().screening.model_copy(update={"conditions": (due,)})
    intake = answers().model_copy(update={"screening": screening})
    with pytest.raises(BadInput) as caught:
        read_checkin(write(tmp_path, WRITTEN), REAL, intake, PLAN, TODAY)
    (found,) = caught.value.faults
    assert (found.line, found.field) == (4, "conditions")
    assert found.message.startswith("pregnancy is to be told anew: 2026-11-10 cannot be the due")


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    text = WRITTEN.replace("done: 4", "done: 9").replace("2026-11-30", "2026-11-23")
    assert len(faults(tmp_path, text)) == 2
    assert faults(tmp_path, "- 1\n") == [
        "checkin.yaml:1: expected a check-in, key by key, such as examples/checkin/a_week.yaml"
    ]


@given(data=st.data())
@settings(max_examples=25)
def test_a_check_in_that_is_saved_is_read_back_also_as_history(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (told,) = data.draw(weeks_told(PLAN, count=1))
    path = write(tmp_path_factory.mktemp("told"), checkin_text(told))
    assert read_checkin(path, REAL, answers(), PLAN, TODAY) == told
    earlier = told.model_copy(update={"week_start": MONDAY - timedelta(days=7)})
    past = write(path.parent, checkin_text(earlier), "past.yaml")
    assert read_history([past], REAL, answers(), PLAN, TODAY) == (earlier,)


def test_history_is_of_weeks_before_each_told_once_with_what_was_planned(tmp_path: Path) -> None:
    def history(*texts: str) -> list[str]:
        paths = [write(tmp_path, text, f"{n}.yaml") for n, text in enumerate(texts)]
        with pytest.raises(BadInput) as caught:
            read_history(paths, REAL, answers(), PLAN, TODAY)
        return [str(fault).removeprefix(f"{tmp_path}/") for fault in caught.value.faults]

    past = checkin_text(checkin(PLAN, weeks_ago=1))
    (found,) = history(checkin_text(checkin(PLAN)))
    assert (
        found == "0.yaml:2: week_start: 2026-11-30 is not before the week of the plan, 2026-11-30"
    )
    (found,) = history(past, past)
    assert found.startswith("1.yaml:2: week_start: 2026-11-23 is in the same week as that of ")
    unfilled = WRITTEN.replace("2026-11-30", "2026-11-23")
    found, _ = history(unfilled)
    assert found.startswith(
        "0.yaml:8: exercises[1].planned: is missing: a past week needs what was"
    )
    (found,) = history(past.replace("exercise: crunch", "exercise: crunchy"))
    assert "crunchy is not a known exercise (did you mean crunch?)" in found


@pytest.mark.parametrize("name", EXAMPLE_NAMES)
def test_the_answers_that_are_written_are_those_that_are_read(name: str) -> None:
    told = checkin(PLAN, cannot=("supine",), conditions=(HeldCondition(id="knee_pain"),))
    told = told.model_copy(update={"answered_on": date(2026, 11, 30)})
    for checkins in ([], [told]):
        changed = reopened(REAL, answers(name), checkins)
        assert intake_from_text(answers_text(changed), "next.yaml", REAL) == changed
