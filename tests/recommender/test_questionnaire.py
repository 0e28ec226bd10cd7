"""The interview: random walks end in a valid intake, and changes take their follow-ups along."""

import json
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from knowledge import SHIPPED, BadInput, Knowledge, load_knowledge
from knowledge.schema.intake import WEEKDAYS, ScreeningAnswers
from recommender.intake import intake_from_text
from recommender.questionnaire import Asked, BadAnswer, Interview, load_questionnaire

KNOWLEDGE = load_knowledge()
TODAY = date(2026, 11, 20)
DUMBBELL = list(KNOWLEDGE.equipment).index("dumbbell") + 1
START = Interview(load_questionnaire(KNOWLEDGE), KNOWLEDGE, TODAY)
HEALTHY = {
    "conditions": "0",
    "other_condition": "no",
    "cannot": "0",
    "age": "34",
    "goal": "prevent",
    "training_age": "none",
    "equipment": "mat, wall",
    "wishes": "0",
    "days": "mon 30, wed 30",
    "sessions": "1-2",
}
ALL_WISHES = (
    "second_place, exercises_per_session, variety, liked, disliked, banned, required, times, "
    "weaker_side, settled, name"
)
LONGEST = HEALTHY | {
    "age": "70",
    "training_age": "over_24_months",
    "technique_cleared": "deadlift, good_morning",
    "wishes": ALL_WISHES,
    "weaker_side": "left",
    "settled": "night_pain_or_weight_loss, infection",
    "second_place": "dumbbell x2",
    "days": "mon 30 home, tue 30 gym",
    "wakes_at": "6:30",
    "trains_at": "18:00",
    "rest_days_between_hard_lumbar": "2",
    "exercises_per_session": "5",
    "variety": "high",
    "liked": "side plank",
    "disliked": "crunch",
    "banned": "superman",
    "required": "bird_dog",
    "name": "Ana",
}
DATES = {
    "onset": TODAY - timedelta(days=100),
    "due_date": TODAY + timedelta(days=140),
    "birth_date": TODAY - timedelta(days=60),
    "surgery_date": TODAY - timedelta(days=800),
    "event_date": TODAY - timedelta(days=800),
}
BELLY = "conditions.belly_and_pelvis"
JOINTS = "conditions.joints"


def reply(asked: Asked, answers: dict[str, str]) -> str:
    """Return the given answer, or the fullest one to a question of the screening.

    The conditions are given as one list; each group gets its own.
    """
    question = asked.question
    if question.id == "conditions":
        held = answers["conditions"].split(", ")
        return ", ".join(one.id for one in asked.options if one.id in held) or "0"
    if question.id in answers:
        return answers[question.id]
    if question.kind == "date":
        return str(DATES[question.id])
    if question.kind == "agreement":
        return f"Dr. Ruiz, {TODAY}"
    if question.kind == "assessment":
        return f"Dr. Ruiz, {TODAY}, nothing serious"
    if question.kind == "choice":
        return asked.options[-1].id
    return ", ".join(option.id for option in asked.options) if question.id == "clearances" else "0"


def walk(answers: dict[str, str]) -> Interview:
    interview = START
    while (asked := interview.next_question()) is not None:
        interview = interview.answer(asked.id, reply(asked, answers))
    return interview


def filled(answers: dict[str, str]) -> Interview:
    """Return what `walk` returns if nothing stops it, in a few steps: for long interviews."""
    interview, texts = START, dict[str, str]()
    while missing := [one for one in interview.questions() if one.id not in texts]:
        texts |= {one.id: reply(one, answers) for one in missing}
        interview = interview.with_texts(texts)
    return interview


@cache
def fullest(first: str) -> str:
    """Return `first` and every other condition with which a plan can still be tried."""
    held = [first]
    for answer in KNOWLEDGE.answers:
        interview = filled(HEALTHY | {"conditions": ", ".join([*held, answer])})
        if answer not in held and interview.next_question() is None and not interview.stops():
            held.append(answer)
    return ", ".join(held)


def typed(asked: Asked) -> st.SearchStrategy[str]:
    """Texts that a person may type as a valid answer, most warning signs not ticked."""
    question = asked.question
    numbers = st.integers(1, max(1, len(asked.options))).map(str)
    several = st.lists(numbers, min_size=1, max_size=4).map(",".join) | st.just("0")
    bounded = st.integers(question.at_least, question.at_most)
    latest = min(asked.latest, TODAY + timedelta(days=400))
    labels = st.text("ab .:#-'\"{é0", min_size=1, max_size=12).filter(str.strip)
    match question.kind:
        case "choice":
            return numbers
        case "checklist" if question.section == "red_flags":
            return st.sampled_from(["0"] * 40 + ["1"])
        case "checklist" if question.id == "conditions":
            return st.just("0") | st.lists(numbers, min_size=1, max_size=2).map(",".join)
        case "checklist":
            return several
        case "yes_no":
            return st.sampled_from(["no"] * 9 + ["n", "No", "yes"])
        case "number" if question.id == "age":
            return st.integers(15, 120).map(str)
        case "number":
            return bounded.map(str)
        case "range":
            return st.tuples(bounded, bounded).map(lambda ends: "-".join(map(str, sorted(ends))))
        case "date":
            earliest = max(asked.earliest, TODAY - timedelta(days=400))
            return st.dates(earliest, latest).map(str)
        case "agreement":
            days = st.dates(max(asked.earliest, TODAY - timedelta(days=400)), latest)
            return st.tuples(labels, days).map(lambda word: f"{word[0]}, {word[1]}")
        case "time":
            return st.times().map(lambda time: f"{time:%H:%M}")
        case "assessment":
            days = st.dates(asked.earliest, latest)
            words = st.tuples(labels, days, labels.filter(lambda label: label.strip(" ,;")))
            return words.map(lambda word: f"{word[0]}, {word[1]}, {word[2]}")
        case "minutes_by_day":
            places = asked.places if len(asked.places) > 1 else ("",)
            day = st.tuples(bounded.map(str), st.sampled_from(places)).map(" ".join)
            week = st.dictionaries(st.sampled_from(WEEKDAYS), day, min_size=1)
            return week.map(lambda days: ", ".join(f"{d} {rest}" for d, rest in days.items()))
        case "equipment":
            return st.tuples(st.sampled_from(["", "club: ", "my room:"]), several).map("".join)
        case "exercises":
            names = [option.text for option in asked.options] + [one.id for one in asked.options]
            return st.lists(st.sampled_from(names), max_size=3).map(", ".join)
        case "text":
            return labels


def answered(data: st.DataObject, interview: Interview, asked: Asked) -> Interview:
    """Return the interview with a random answer, typed again where it contradicts another."""
    for _ in range(20):
        try:
            return interview.answer(asked.id, data.draw(typed(asked), label=asked.id))
        except BadAnswer:
            continue
    assume(False)
    raise AssertionError


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_random_walk_ends_in_an_intake_or_in_a_reason_to_stop(data: st.DataObject) -> None:
    interview = START
    while (asked := interview.next_question()) is not None:
        interview = answered(data, interview, asked)
    held = interview.intake()["screening"]["conditions"]
    assert len(interview.questions()) <= 50 + 4 * len(held)
    if interview.stops():
        return
    intake = intake_from_text(interview.intake_text(), "intake.yaml", KNOWLEDGE)
    assert intake.answered_on == TODAY
    assert START.with_texts(interview.texts()) == interview
    assert START.resumed(interview.draft_text(), "draft") == interview


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_changed_answer_leaves_only_answers_that_are_asked_for(data: st.DataObject) -> None:
    many = LONGEST | {"conditions": fullest("low_back_pain")}
    interview = filled(data.draw(st.sampled_from([HEALTHY, LONGEST, many])))
    asked = data.draw(st.sampled_from(interview.questions()))
    changed = answered(data, interview, asked)
    assert set(changed.answers) <= {one.id for one in changed.questions()}
    for answer in changed.answers.values():
        assert answer.asked.read(answer.text) == answer.value
    while (question := changed.next_question()) is not None:
        changed = answered(data, changed, question)
    if not changed.stops():
        intake_from_text(changed.intake_text(), "intake.yaml", KNOWLEDGE)


def test_a_healthy_beginner_at_one_place_answers_twenty_questions() -> None:
    interview = walk(HEALTHY)
    assert interview == filled(HEALTHY)
    assert len(interview.answers) == len(interview.questions()) == 20
    intake = intake_from_text(interview.intake_text(), "intake.yaml", KNOWLEDGE)
    assert intake.screening.age == 34
    assert intake.screening.conditions == ()
    assert intake.places == {"home": {"mat": 1, "wall": 1}}


@pytest.mark.parametrize(
    "conditions",
    ["pregnancy, low_back_pain, knee_pain", "postpartum, shoulder_pain, hypertension_controlled"],
)
def test_three_conditions_and_every_wish_take_under_fifty_questions(conditions: str) -> None:
    interview = walk(LONGEST | {"conditions": conditions})
    assert interview == filled(LONGEST | {"conditions": conditions})
    assert interview.stops() == ()
    assert 30 <= len(interview.answers) < 50


@pytest.mark.parametrize("first", ["low_back_pain", "pregnancy", "postpartum"])
def test_with_every_condition_that_goes_together_the_intake_holds_them_all(first: str) -> None:
    conditions = fullest(first)
    interview = filled(LONGEST | {"conditions": conditions})
    assert interview.stops() == ()
    intake = intake_from_text(interview.intake_text(), "intake.yaml", KNOWLEDGE)
    assert {one.id for one in intake.screening.conditions} == set(conditions.split(", "))
    assert len(intake.screening.conditions) >= 8
    assert len(intake.clearances) >= 3


DETAILS = [
    (answer, detail)
    for answer, (meaning, *_) in sorted(KNOWLEDGE.answers.items())
    for detail in (meaning.detail.options if meaning.detail else [""])
]


@pytest.mark.parametrize(("answer", "detail"), DETAILS)
def test_a_condition_is_asked_for_exactly_what_it_needs(answer: str, detail: str) -> None:
    interview = walk(HEALTHY | {"conditions": answer, "detail": detail})
    meanings = KNOWLEDGE.answers[answer]
    if interview.stops():
        assert {flag.id for flag in interview.stops()} <= {one.id for one in meanings}
        return
    intake = intake_from_text(interview.intake_text(), "intake.yaml", KNOWLEDGE)
    (held,) = intake.screening.conditions
    assert (held.date is not None) == any(one.window is not None for one in meanings)
    assert (held.detail or "") == detail
    assert (held.affected_side is not None) == meanings[0].sided


def test_every_question_is_reached_by_somebody() -> None:
    reached = {
        answer.asked.question.id
        for first in ("low_back_pain", "pregnancy", "postpartum")
        for answer in filled(LONGEST | {"conditions": fullest(first)}).answers.values()
    }
    assert reached == {question.id for question in START.questionnaire.questions}


def test_every_key_of_the_screening_is_filled_by_a_question() -> None:
    filled = {question.fills for question in START.questionnaire.questions}
    assert {f"screening.{key}" for key in ScreeningAnswers.model_fields} <= filled


def test_red_flags_are_asked_to_the_last_group_and_then_nothing_more() -> None:
    interview = START.answer("red_flags.nerves", "stroke_signs")
    asked = 1
    while (question := interview.next_question()) is not None:
        assert question.question.section == "red_flags"
        is_last = question.subject == KNOWLEDGE.screening.groups[-1].id
        interview = interview.answer(question.id, "pregnancy_told_to_rest" if is_last else "0")
        asked += 1
    assert asked == len(KNOWLEDGE.screening.groups)
    assert [flag.urgency for flag in interview.stops()] == ["emergency", "doctor"]


def test_a_flag_that_was_a_slip_can_be_taken_back() -> None:
    interview = walk(HEALTHY)
    stopped = interview.answer("red_flags.nerves", "1")
    assert stopped.stops()
    assert stopped.next_question() is None
    assert stopped.answer("red_flags.nerves", "0") == interview


@pytest.mark.parametrize(
    ("answers", "last"),
    [
        ({"other_condition": "yes"}, "other_condition"),
        ({"age": "17"}, "age"),
        ({"conditions": "pregnancy, hypertension_raised"}, "conditions.heart_lungs_and_kidneys"),
    ],
)
def test_what_no_doctors_word_can_open_stops_at_once(answers: dict[str, str], last: str) -> None:
    stopped = walk(HEALTHY | answers)
    assert stopped.next_question() is None
    assert stopped.stops()
    assert list(stopped.answers)[-1] == last


def test_a_sign_that_asks_for_advice_lets_the_interview_go_on() -> None:
    interview = walk(HEALTHY)
    question = "red_flags.back_and_injury"
    advised = interview.answer(question, "inflammatory_back_pain")
    assert advised.stops() == ()
    assert advised.next_question() is None
    assert [flag.urgency for flag in advised.advice()] == ["advice"]
    assert advised.intake()["screening"]["red_flags"] == ["inflammatory_back_pain"]
    stopped = advised.answer("red_flags.nerves", "stroke_signs")
    assert [flag.id for flag in stopped.stops()] == ["stroke_signs"]


def test_a_missing_agreement_does_not_stop_the_interview() -> None:
    interview = walk(HEALTHY | {"conditions": "disc_herniation", "clearances": "0"})
    assert interview.stops() == ()
    assert interview.intake()["screening"]["conditions"] == [{"id": "disc_herniation"}]
    assert "clearances" not in interview.intake()


def test_an_agreement_is_asked_for_only_where_it_opens_something() -> None:
    asked = walk(HEALTHY | {"conditions": "knee_pain, osteoporosis, wrist_pain"}).answers
    assert [one.id for one in asked["clearances"].asked.options] == ["osteoporosis"]
    assert "clearances" not in walk(HEALTHY | {"conditions": "knee_pain"}).answers


def test_an_agreement_from_before_the_onset_or_long_ago_is_refused() -> None:
    interview = walk(HEALTHY | {"conditions": "postpartum"})
    birth = DATES["birth_date"]
    with pytest.raises(BadAnswer, match="too long ago to count"):
        interview.answer("agreement.postpartum", f"Dr. Ruiz, {birth}")
    with pytest.raises(BadAnswer, match="too late"):
        interview.answer("agreement.postpartum", f"Dr. Ruiz, {TODAY + timedelta(days=1)}")
    changed = interview.answer("agreement.postpartum", f"Ruiz, Ana {birth + timedelta(days=1)}")
    assert changed.intake()["clearances"][0]["by"] == "Ruiz, Ana"


def test_changing_an_answer_drops_its_follow_ups_and_asks_new_ones() -> None:
    interview = walk(HEALTHY | {"conditions": "low_back_pain"})
    assert "onset.low_back_pain" in interview.answers
    assert interview.intake()["screening"]["conditions"] == [
        {"id": "low_back_pain", "date": DATES["onset"]}
    ]
    changed = interview.answer("conditions.back_and_neck", "0").answer(BELLY, "pregnancy")
    assert "onset.low_back_pain" not in changed.answers
    waiting = changed.next_question()
    assert waiting is not None
    assert waiting.id == "due_date.pregnancy"
    beginner = filled(LONGEST).answer("training_age", "none")
    assert beginner.answers.keys().isdisjoint(
        {"technique_cleared", "rest_days_between_hard_lumbar"}
    )


def test_an_answer_that_a_change_makes_impossible_is_asked_again() -> None:
    waiting = walk(HEALTHY | {"sessions": "2"}).answer("days", "mon 30").next_question()
    assert waiting is not None
    assert waiting.id == "sessions"
    waiting = filled(LONGEST).answer("wishes", "0").next_question()
    assert waiting is not None
    assert waiting.id == "days"


@pytest.mark.parametrize(
    ("question", "text", "message"),
    [
        (JOINTS, "", "type 0 for none of these"),
        (JOINTS, ",", "or 0 for none of these"),
        (JOINTS, "99", "99 is not known here; type numbers from 1 to"),
        (JOINTS, "0, 1", "cannot stand beside other answers"),
        (JOINTS, "knee_pian", "did you mean knee_pain"),
        (BELLY, "pregnancy, postpartum", "cannot both be true"),
        ("other_condition", "maybe", "type yes or no"),
        ("age", "old", "type a whole number from 0 to 120"),
        ("age", "121", "type a whole number from 0 to 120"),
        ("age", "9" * 900, "type a whole number"),
        ("age", "9" * 1001, "plain text on one line"),
        ("age", "3\x1b[2J", "plain text on one line"),
        ("equipment", "dumbell", "did you mean dumbbell"),
        ("equipment", "mat x 99", "type a whole number from 1 to 20 behind the x"),
        ("equipment", "9lives: mat", "named in plain letters"),
        ("equipment", "home:", "or 0 for an empty room"),
        ("second_place", "home: mat", "put another name in front"),
        ("days", "mon", "type a day and its minutes"),
        ("days", "mon 30 home, monday 20 home", "mon stands twice"),
        ("days", "mon 4 home", "from 5 to 180 minutes"),
        ("days", "mon 30", "mon: say where, home or gym, such as mon 30 home"),
        ("days", "mon 30 park", "say where, home or gym"),
        ("wakes_at", "early", "early: type a time of day, such as 07:30"),
        ("wakes_at", "24:00", "type a time of day"),
        ("wakes_at", "7:60", "type a time of day"),
        ("trains_at", "13 pm", "type a time of day"),
        ("weaker_side", "both", "both is not known here"),
        ("settled", "inflammatory_back_pain", "is not known here"),
        ("assessment.infection", "Dr. Ruiz, 2026-11-01", "what was found, such as Dr. Ruiz"),
        ("assessment.infection", "2026-11-01, nothing", "type a name, a date and what was found"),
        ("assessment.infection", "Dr. Ruiz, 2026-11-31, nothing", "type a date as year-month-day"),
        ("assessment.infection", "Dr. Ruiz, 2026-11-21, nothing", "is too late"),
        ("assessment.infection", "Dr. Ruiz, 2026-08-20, nothing", "too long ago to count"),
        ("sessions", "3-2", "type the smaller number first"),
        ("sessions", "3", "do not fit on the 2 days"),
        ("liked", "birddog", "did you mean bird_dog"),
        ("banned", "side_plank", "you gave side_plank as liked already"),
        ("name", "x" * 201, "at most 200 letters"),
    ],
)
def test_a_wrong_answer_gets_a_friendly_message(question: str, text: str, message: str) -> None:
    with pytest.raises(BadAnswer) as refusal:
        filled(LONGEST).answer(question, text)
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("question", "text", "stored"),
    [
        (JOINTS, " 1 2", ", ".join(START.questionnaire.condition_groups[-1].answers[:2])),
        (
            "equipment",
            f"Sports club: Wall, {DUMBBELL}x2,mat",
            "sports_club: dumbbell x2, mat, wall",
        ),
        ("equipment", "0", "home: none"),
        ("days", "Friday 25 min gym; monday 30minutes home", "mon 30 home, fri 25 gym"),
        ("wakes_at", "6", "06:00"),
        ("wakes_at", "7.15", "07:15"),
        ("trains_at", "6:30 pm", "18:30"),
        ("trains_at", "12am", "00:00"),
        (
            "assessment.infection",
            "Ruiz, Ana; 2026-11-01: no fever, blood tests fine",
            "Ruiz, Ana, 2026-11-01, : no fever, blood tests fine",
        ),
        ("sessions", "1 to 2", "1-2"),
        ("sessions", "", "1-7"),
        ("liked", "Bird-dog, Glute bridge", "bird_dog, glute_bridge"),
        ("goal", "2", "strengthen"),
    ],
)
def test_an_answer_may_be_typed_in_several_ways(question: str, text: str, stored: str) -> None:
    assert filled(LONGEST).answer(question, text).answers[question].text == stored


@pytest.mark.parametrize("question", START.questionnaire.condition_groups, ids=lambda g: g.id)
def test_every_group_of_conditions_fits_on_a_screen(question: Any) -> None:
    assert len(question.answers) <= 12


def test_side_detail_and_operation_are_written_with_their_condition() -> None:
    answers = {"conditions": "hip_replacement, knee_pain", "affected_side": "left", "detail": "2"}
    interview = walk(HEALTHY | answers)
    assert interview.intake()["screening"]["conditions"] == [
        {
            "id": "hip_replacement",
            "date": DATES["surgery_date"],
            "detail": "lateral",
            "affected_side": "left",
        },
        {"id": "knee_pain"},
    ]
    without = interview.answer(JOINTS, "knee_pain")
    assert without.intake()["screening"]["conditions"] == [{"id": "knee_pain"}]


def test_the_time_to_train_is_that_of_all_days_also_when_the_days_change() -> None:
    interview = filled(LONGEST)
    assert interview.intake()["wakes_at"] == "06:30"
    assert interview.intake()["days"] == {
        "mon": {"minutes": 30, "place": "home", "at": "18:00"},
        "tue": {"minutes": 30, "place": "gym", "at": "18:00"},
    }
    changed = interview.answer("days", "sat 20 home")
    assert changed.intake()["days"] == {"sat": {"minutes": 20, "place": "home", "at": "18:00"}}


def test_an_examined_sign_is_kept_with_who_when_and_what() -> None:
    interview = filled(LONGEST)
    assert interview.stops() == ()
    assert interview.intake()["weaker_side"] == "left"
    record = {"by": "Dr. Ruiz", "date": TODAY, "finding": "nothing serious"}
    assert interview.intake()["screening"]["settled"] == [
        {"flag": "infection", **record},
        {"flag": "night_pain_or_weight_loss", **record},
    ]
    again = interview.answer("red_flags.illness", "infection")
    assert [flag.id for flag in again.stops()] == ["infection"]
    assert "assessment.infection" not in again.answers


def altered(changes: dict[str, dict[str, Any]]) -> Knowledge:
    """Return the knowledge base with some keys of some conditions changed."""
    content = json.loads(KNOWLEDGE.model_dump_json())
    for condition, change in changes.items():
        content["conditions"][condition].update(change)
    return Knowledge.model_validate_json(json.dumps(content))


@pytest.mark.parametrize("which", [("wrist_pain", "sciatica"), ("sciatica", "wrist_pain")])
def test_conditions_of_two_groups_that_cannot_both_be_true_are_refused(
    which: tuple[str, str],
) -> None:
    knowledge = altered({which[0]: {"contradicts": [which[1]]}})
    interview = Interview(START.questionnaire, knowledge, TODAY)
    while (asked := interview.next_question()) is not None and asked.id != JOINTS:
        held = HEALTHY | {"conditions": "sciatica"}
        interview = interview.answer(asked.id, reply(asked, held))
    with pytest.raises(BadAnswer, match="you ticked sciatica under back and neck"):
        interview.answer(JOINTS, "wrist_pain")


def test_what_only_a_clinician_may_open_is_not_offered_for_a_doctors_word() -> None:
    rules = json.loads(KNOWLEDGE.conditions["osteoporosis"].model_dump_json())["rules"]
    closed = [rule | {"self_clearance": False} for rule in rules]
    asked = walk(HEALTHY | {"conditions": "osteoporosis"}).answers
    assert "clearances" in asked
    knowledge = altered({"osteoporosis": {"rules": closed}})
    texts = {name: answer.text for name, answer in asked.items()}
    interview = Interview(START.questionnaire, knowledge, TODAY).with_texts(texts)
    assert interview.next_question() is None
    assert "clearances" not in interview.answers


def test_a_draft_of_another_day_asks_the_warning_signs_again() -> None:
    yesterday = Interview(START.questionnaire, KNOWLEDGE, TODAY - timedelta(days=1))
    draft = yesterday.with_texts(walk(HEALTHY).texts()).draft_text()
    resumed = START.resumed(draft, "draft")
    fresh = [one for one in walk(HEALTHY).answers if not one.startswith("red_flags.")]
    assert list(resumed.answers) == fresh
    waiting = resumed.next_question()
    assert waiting is not None
    assert waiting.id == "red_flags.nerves"


def test_a_draft_is_no_intake() -> None:
    with pytest.raises(BadInput):
        intake_from_text(walk(HEALTHY).draft_text(), "intake.yaml.draft", KNOWLEDGE)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("fills: goal", "fills: gaol", "gaol is not a key of an intake"),
        ("{id: relieve,", "{id: releive,", "did you mean relieve"),
        ("is_one_of: [liked]", "is_one_of: [likde]", "likde is no answer (did you mean liked?)"),
        ("question: wishes", "question: whishes", "whishes is no earlier question"),
        ("not_in: [liked]", "not_in: [licked]", "licked is no earlier question"),
        ("id: age\n", "id: cannot\n", "cannot stands twice"),
        ("{subject}?", "{sobject}?", "{sobject} is not known (did you mean subject?)"),
        ("week: Your week", "", "week has no title under sections"),
        ("options_from: positions", "options_from: postures", "is not one of"),
        ("place: gym", "", "names its place"),
        ("fills: screening.conditions.detail", "fills: screening.conditions.dtail", "not a key"),
        ("fills: days.at", "fills: days.at.once", "is not a key of an intake"),
        ("{id: both,", "{id: all,", "all is no screening.conditions.affected_side"),
        ("      - wrist_pain\n", "", "wrist_pain (conditions/wrist_pain.yaml) stands in no group"),
        ("      - wrist_pain\n", "      - wrist_pian\n", "(did you mean wrist_pain?)"),
        (
            "      - wrist_pain\n",
            "      - wrist_pain\n      - low_back_pain\n",
            "low_back_pain stands in back_and_neck already",
        ),
        ("id: joints\n", "id: back_and_neck\n", "back_and_neck stands twice"),
    ],
)
def test_a_questionnaire_that_refers_to_nothing_is_refused(
    tmp_path: Path, before: str, after: str, message: str
) -> None:
    text = (SHIPPED / "questionnaire.yaml").read_text(encoding="utf-8")
    assert before in text
    shipped = tmp_path / "questionnaire.yaml"
    shipped.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(BadInput) as refusal:
        load_questionnaire(KNOWLEDGE, tmp_path)
    assert message in str(refusal.value)
    assert all(fault.line for fault in refusal.value.faults)
