"""The article this project started from is covered: every exercise, every dose that it gives."""

import pytest

from knowledge import Exercise, Intake, Knowledge
from knowledge.schema.exercise import LEVELS, Dose
from recommender.conditions import active_conditions
from recommender.eligibility import Judgement, judge
from tests.strategies import MONDAY

ROWS: dict[str, tuple[str, ...]] = {
    "conventional_deadlift": ("conventional_deadlift",),
    "hyperextension_roman_chair": ("hyperextension_roman_chair",),
    "hyperextension_incline": ("hyperextension_incline",),
    "hyperextension_weighted": ("hyperextension_weighted",),
    "reverse_hyper_roman_chair": ("reverse_hyper_roman_chair",),
    "reverse_hyper_bent_knees": ("reverse_hyper_bent_knees",),
    "reverse_hyper_machine": ("reverse_hyper_machine",),
    "reverse_hyper_dumbbell": ("reverse_hyper_dumbbell",),
    "rdl_barbell": ("rdl_barbell",),
    "rdl_dumbbells": ("rdl_dumbbells",),
    "good_morning_barbell": ("good_morning_barbell",),
    "single_leg_rdl_dumbbells": ("single_leg_rdl_dumbbells",),
    "single_leg_rdl_supported": ("single_leg_rdl_supported",),
    "glute_bridge": ("glute_bridge",),
    "glute_bridge_weighted": ("glute_bridge_weighted",),
    "plank_forearm": ("plank_forearm",),
    "cat_stretch": ("cat_arch_hold", "cow_sag_hold"),
    "adim": ("adim",),
    "side_plank": ("side_plank",),
    "bird_dog": ("bird_dog",),
    "knee_to_chest_single": ("knee_to_chest_single",),
    "knees_to_chest_double": ("knees_to_chest_double",),
    "knees_to_chest_rock": ("knees_to_chest_rock",),
    "side_lying_leg_raise": ("side_lying_leg_raise",),
    "crunch": ("crunch",),
    "seated_straddle_stretch": ("seated_straddle_stretch",),
    "superman": ("superman",),
    "kneeling_back_stretch": ("kneeling_sag", "heel_sit_stretch"),
}
"""The rows of the seed table; a stretch of two phases is two exercises."""

SEED = sorted(name for names in ROWS.values() for name in names)
BOTH = {"plank_forearm", "adim", "side_plank", "bird_dog", "side_lying_leg_raise", "crunch"}
NEVER_COUNTED = {
    "cat_arch_hold",
    "cow_sag_hold",
    "knee_to_chest_single",
    "knees_to_chest_double",
    "knees_to_chest_rock",
    "seated_straddle_stretch",
    "kneeling_sag",
    "heel_sit_stretch",
}
ABDOMINAL = {"plank_forearm", "adim", "side_plank", "crunch"}
PHASES = [
    ("cat_arch_hold", "flexion_end_range", "extension_end_range"),
    ("cow_sag_hold", "extension_end_range", "flexion_end_range"),
    ("heel_sit_stretch", "flexion_end_range", "extension_end_range"),
    ("kneeling_sag", "extension_end_range", "flexion_end_range"),
]


def doses(exercise: Exercise) -> list[Dose]:
    written = (getattr(exercise.dose, level) for level in LEVELS)
    return [dose for dose in written if dose is not None]


def test_the_seed_table_has_28_rows() -> None:
    assert len(ROWS) == 28
    assert len(SEED) == len(set(SEED)) == 30


@pytest.mark.parametrize("name", SEED)
def test_every_seed_exercise_is_there_and_names_the_article(
    knowledge: Knowledge, name: str
) -> None:
    assert "article" in knowledge.exercises[name].sources


def test_no_other_exercise_claims_to_be_from_the_article(knowledge: Knowledge) -> None:
    claimed = {
        exercise.id
        for exercise in knowledge.exercises.values()
        if "article" in exercise.sources
        or exercise.dose_origin == "article"
        or exercise.article_side is not None
    }
    assert claimed == set(SEED)


@pytest.mark.parametrize("name", SEED)
def test_the_side_that_the_article_gives_is_stored_beside_the_one_that_counts(
    knowledge: Knowledge, name: str
) -> None:
    exercise = knowledge.exercises[name]
    if name in BOTH:
        assert exercise.article_side == "both"
    elif name in NEVER_COUNTED:
        assert exercise.article_side == "none"
    else:
        assert exercise.article_side == "lumbar"
    if name in NEVER_COUNTED or name == "side_lying_leg_raise":
        assert exercise.side == "none"
    else:
        assert exercise.side == ("abdominal" if name in ABDOMINAL else "lumbar")


@pytest.mark.parametrize(("name", "demand", "of_the_other_phase"), PHASES)
def test_the_phases_of_a_stretch_keep_their_demands_apart(
    knowledge: Knowledge, name: str, demand: str, of_the_other_phase: str
) -> None:
    demands = knowledge.exercises[name].demands
    assert demand in demands
    assert of_the_other_phase not in demands


def test_the_plank_starts_at_ten_seconds_and_ends_between_thirty_and_sixty(
    knowledge: Knowledge,
) -> None:
    holds = [dose.hold_s for dose in doses(knowledge.exercises["plank_forearm"])]
    assert holds[0] == 10
    assert all(hold is not None and 30 <= hold <= 60 for hold in holds[1:])
    assert holds[-1] == 60


def test_ten_drawings_in_of_ten_seconds_with_fifteen_between_are_one_set(
    knowledge: Knowledge,
) -> None:
    (dose,) = doses(knowledge.exercises["adim"])
    assert dose.sets == (1, 1)
    assert (dose.reps, dose.hold_s, dose.rest_between_reps_s) == (10, 10, 15)


def test_the_side_lying_raise_is_three_times_ten_a_side_held_for_two_seconds(
    knowledge: Knowledge,
) -> None:
    exercise = knowledge.exercises["side_lying_leg_raise"]
    assert exercise.dose.sides == "each"
    for dose in doses(exercise):
        assert (dose.sets[1], dose.reps, dose.hold_s) == (3, 10, 2)


@pytest.mark.parametrize("name", ["rdl_barbell", "rdl_dumbbells"])
def test_a_romanian_deadlift_has_a_weight_for_fifteen_repetitions_or_more(
    knowledge: Knowledge, name: str
) -> None:
    assert all(dose.reps >= 15 for dose in doses(knowledge.exercises[name]))


def test_the_bird_dog_has_five_slow_repetitions_a_side_and_holds_fifteen_seconds_at_last(
    knowledge: Knowledge,
) -> None:
    exercise = knowledge.exercises["bird_dog"]
    assert exercise.dose.sides == "alternating"
    assert all(dose.reps == 5 and (dose.tempo_s or 0) >= 3 for dose in doses(exercise))
    assert doses(exercise)[-1].hold_s == 15


def test_the_crunch_has_ten_to_fifteen_repetitions(knowledge: Knowledge) -> None:
    reps = [dose.reps for dose in doses(knowledge.exercises["crunch"])]
    assert (min(reps), max(reps)) == (10, 15)


@pytest.mark.parametrize("name", ["cat_arch_hold", "cow_sag_hold"])
def test_each_phase_of_the_cat_is_held_for_five_seconds(knowledge: Knowledge, name: str) -> None:
    assert [dose.hold_s for dose in doses(knowledge.exercises[name])] == [5]


@pytest.mark.parametrize("name", ["kneeling_sag", "heel_sit_stretch"])
def test_each_phase_of_the_kneeling_stretch_is_held_ten_times_five_seconds(
    knowledge: Knowledge, name: str
) -> None:
    (dose,) = doses(knowledge.exercises[name])
    assert (dose.reps, dose.hold_s) == (10, 5)


def test_the_single_knee_is_drawn_up_ten_times_in_all(knowledge: Knowledge) -> None:
    exercise = knowledge.exercises["knee_to_chest_single"]
    assert exercise.dose.sides == "alternating"
    assert [2 * dose.reps for dose in doses(exercise)] == [10]
    assert [dose.reps for dose in doses(knowledge.exercises["knees_to_chest_double"])] == [10]


@pytest.mark.parametrize("name", ["hyperextension_roman_chair", "hyperextension_incline"])
def test_the_back_extension_has_ten_to_thirty_repetitions(knowledge: Knowledge, name: str) -> None:
    assert all(10 <= dose.reps <= 30 for dose in doses(knowledge.exercises[name]))


@pytest.mark.parametrize("name", ["glute_bridge", "reverse_hyper_roman_chair"])
def test_the_top_of_a_bridge_and_a_reverse_extension_is_held_for_a_second(
    knowledge: Knowledge, name: str
) -> None:
    assert all(dose.hold_s == 1 for dose in doses(knowledge.exercises[name]))


def test_the_side_plank_reaches_sixty_seconds_a_side_at_the_advanced_level(
    knowledge: Knowledge,
) -> None:
    exercise = knowledge.exercises["side_plank"]
    assert exercise.dose.sides == "each"
    dose = exercise.dose.at("advanced")
    assert dose is not None
    assert dose.hold_s == 60


def test_the_straddle_is_held_thirty_seconds_and_a_minute_a_side_at_most(
    knowledge: Knowledge,
) -> None:
    for dose in doses(knowledge.exercises["seated_straddle_stretch"]):
        assert dose.hold_s == 30
        assert dose.sets[1] * dose.reps * dose.hold_s <= 60


def test_the_superman_is_never_held_for_the_half_minute_of_the_article(
    knowledge: Knowledge,
) -> None:
    exercise = knowledge.exercises["superman"]
    assert exercise.dose.novice is None
    assert exercise.dose_origin == "inferred"
    assert all(dose.hold_s is not None and dose.hold_s <= 10 for dose in doses(exercise))


def bridge(knowledge: Knowledge, clearances: tuple[dict[str, object], ...]) -> Judgement:
    intake = Intake.model_validate(
        {
            "answered_on": MONDAY,
            "screening": {
                "age": 45,
                "red_flags": (),
                "conditions": ({"id": "disc_herniation"},),
                "other_condition": False,
                "cannot": (),
            },
            "clearances": clearances,
            "places": {"home": {}},
            "days": {"mon": {"minutes": 30}},
        }
    )
    active = active_conditions(knowledge, intake, MONDAY)
    return judge(knowledge, intake, active, knowledge.exercises["glute_bridge"])


def test_with_a_herniated_disc_the_glute_bridge_waits_for_a_doctors_word(
    knowledge: Knowledge,
) -> None:
    judgement = bridge(knowledge, ())
    assert (judgement.verdict, judgement.cause) == ("clearance", "clinical")
    assert "article" in judgement.sources


def test_with_a_doctors_word_the_glute_bridge_comes_with_a_caution(knowledge: Knowledge) -> None:
    word = {"condition": "disc_herniation", "by": "Dr A", "date": MONDAY}
    judgement = bridge(knowledge, (word,))
    assert (judgement.verdict, judgement.cause) == ("modify", None)
    assert any("Your doctor agreed" in caution for caution in judgement.cautions)
    assert any("ask your doctor" in caution for caution in judgement.cautions)


def test_what_the_article_does_at_home_needs_nothing_but_a_mat(knowledge: Knowledge) -> None:
    home = [knowledge.exercises[name] for name in SEED if knowledge.exercises[name].place == "home"]
    assert len(home) == 16
    for exercise in home:
        assert set(exercise.equipment.all_of) <= {"mat"}
        assert not exercise.equipment.any_of


@pytest.mark.parametrize("block", ["warm_up", "cool_down"])
def test_a_warm_up_and_a_cool_down_ask_nothing_of_anybody(knowledge: Knowledge, block: str) -> None:
    free = [
        exercise.id
        for exercise in knowledge.exercises.values()
        if exercise.block == block
        and not exercise.demands
        and not exercise.equipment.all_of
        and not exercise.equipment.any_of
        and exercise.difficulty == "novice"
    ]
    assert free


@pytest.mark.parametrize("side", ["abdominal", "lumbar"])
def test_three_exercises_of_each_side_need_no_floor_and_no_gym(
    knowledge: Knowledge, side: str
) -> None:
    upright = [
        exercise.id
        for exercise in knowledge.exercises.values()
        if exercise.side == side
        and exercise.position in ("standing", "seated")
        and "floor_transfer" not in exercise.demands
        and exercise.difficulty == "novice"
        and set(exercise.equipment.all_of) <= {"chair", "wall"}
        and not exercise.equipment.any_of
    ]
    assert len(upright) >= 3


def test_who_cannot_kneel_is_never_put_on_hands_and_knees(knowledge: Knowledge) -> None:
    for exercise in knowledge.exercises.values():
        if "quadruped" in exercise.demands:
            assert {"kneeling", "wrist_extended_load"} <= set(exercise.demands), exercise.id


def test_what_is_done_standing_is_not_for_those_who_cannot_stand(knowledge: Knowledge) -> None:
    for exercise in knowledge.exercises.values():
        if exercise.position == "standing":
            may_sit = "standing or seated" in exercise.name
            assert may_sit or "standing" in exercise.demands, exercise.id
