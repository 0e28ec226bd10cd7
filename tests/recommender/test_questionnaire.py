"""The interview: random walks end in a valid intake, and changes take their follow-ups along."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from knowledge import SHIPPED, BadInput, load_knowledge
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
ALL_WISHES = "second_place, exercises_per_session, variety, liked, disliked, banned, required, name"
LONGEST = HEALTHY | {
    "age": "70",
    "training_age": "over_24_months",
    "technique_cleared": "deadlift, good_morning",
    "wishes": ALL_WISHES,
    "second_place": "dumbbell x2",
    "days": "mon 30 home, tue 30 gym",
    "rest_days_between_hard_lumbar": "2",
    "exercises_per_session": "5",
    "variety": "high",
    "liked": "side plank",
    "disliked": "crunch",
    "banned": "superman",
    "required": "bird_dog",
    "name": "Ana",
}
HYPERTENSION = ("hypertension_controlled", "hypertension_raised", "hypertension_uncontrolled")
LEFT_OUT = {
    "neither": ("pregnancy", "postpartum"),
    "pregnancy": ("postpartum", *HYPERTENSION),
    "postpartum": ("pregnancy", "hypertension_raised", "hypertension_uncontrolled"),
}
DATES = {
    "onset": TODAY - timedelta(days=100),
    "due_date": TODAY + timedelta(days=140),
    "birth_date": TODAY - timedelta(days=60),
}


def reply(asked: Asked, answers: dict[str, str]) -> str:
    """Return the given answer, or the fullest one to a question of the screening."""
    question = asked.question
    if question.id in answers:
        return answers[question.id]
    if question.kind == "date":
        return str(DATES[question.id])
    if question.kind == "agreement":
        return f"Dr. Ruiz, {TODAY}"
    return ", ".join(option.id for option in asked.options) if question.id == "clearances" else "0"


def walk(answers: dict[str, str]) -> Interview:
    interview = START
    while (asked := interview.next_question()) is not None:
        interview = interview.answer(asked.id, reply(asked, answers))
    return interview


def everything_but(left_out: tuple[str, ...]) -> dict[str, str]:
    held = [answer for answer in KNOWLEDGE.answers if answer not in left_out]
    return LONGEST | {"conditions": ", ".join(held)}


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


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_random_walk_ends_in_an_intake_or_in_a_reason_to_stop(data: st.DataObject) -> None:
    interview = START
    while (asked := interview.next_question()) is not None:
        interview = answered(data, interview, asked)
        assert len(interview.questions()) < 40
    if interview.stops():
        return
    intake = intake_from_text(interview.intake_text(), "intake.yaml", KNOWLEDGE)
    assert intake.answered_on == TODAY
    assert START.with_texts(interview.texts()) == interview
    assert START.resumed(interview.draft_text(), "draft") == interview


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_changed_answer_leaves_only_answers_that_are_asked_for(data: st.DataObject) -> None:
    fullest = everything_but(LEFT_OUT["postpartum"])
    interview = walk(data.draw(st.sampled_from([HEALTHY, LONGEST, fullest])))
    asked = data.draw(st.sampled_from(interview.questions()))
    changed = answered(data, interview, asked)
    assert set(changed.answers) <= {one.id for one in changed.questions()}
    for answer in changed.answers.values():
        assert answer.asked.read(answer.text) == answer.value
    while (question := changed.next_question()) is not None:
        changed = answered(data, changed, question)
    if not changed.stops():
        intake_from_text(changed.intake_text(), "intake.yaml", KNOWLEDGE)


def test_a_healthy_beginner_at_one_place_answers_under_fifteen_questions() -> None:
    interview = walk(HEALTHY)
    assert len(interview.answers) == 14
    intake = intake_from_text(interview.intake_text(), "intake.yaml", KNOWLEDGE)
    assert intake.screening.age == 34
    assert intake.places == {"home": {"mat": 1, "wall": 1}}


@pytest.mark.parametrize("left_out", LEFT_OUT.values(), ids=LEFT_OUT)
def test_the_longest_path_has_under_forty_questions(left_out: tuple[str, ...]) -> None:
    interview = walk(everything_but(left_out))
    assert interview.stops() == ()
    assert 30 <= len(interview.answers) < 40
    intake = intake_from_text(interview.intake_text(), "intake.yaml", KNOWLEDGE)
    assert len(intake.screening.conditions) == len(KNOWLEDGE.answers) - len(left_out)
    assert len(intake.clearances) >= 4


def test_every_question_is_reached_by_somebody() -> None:
    reached = {
        answer.asked.question.id
        for left_out in LEFT_OUT.values()
        for answer in walk(everything_but(left_out)).answers.values()
    }
    assert reached == {question.id for question in START.questionnaire.questions}


def test_every_key_of_the_screening_is_filled_by_a_question() -> None:
    filled = {question.fills for question in START.questionnaire.questions}
    assert {f"screening.{key}" for key in ScreeningAnswers.model_fields} <= filled


def test_red_flags_are_asked_to_the_last_group_and_then_nothing_more() -> None:
    interview = START.answer("red_flags.nerves_and_spine", "stroke_signs")
    asked = 1
    while (question := interview.next_question()) is not None:
        assert question.question.section == "red_flags"
        interview = interview.answer(question.id, "pregnancy_told_to_rest" if asked == 3 else "0")
        asked += 1
    assert asked == len(KNOWLEDGE.screening.groups)
    assert [flag.urgency for flag in interview.stops()] == ["emergency", "doctor"]


def test_a_flag_that_was_a_slip_can_be_taken_back() -> None:
    interview = walk(HEALTHY)
    stopped = interview.answer("red_flags.nerves_and_spine", "1")
    assert stopped.stops()
    assert stopped.next_question() is None
    assert stopped.answer("red_flags.nerves_and_spine", "0") == interview


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("other_condition", "yes"),
        ("age", "17"),
        ("conditions", "pregnancy, hypertension_raised"),
    ],
)
def test_what_no_doctors_word_can_open_stops_at_once(question: str, text: str) -> None:
    interview = START
    while (asked := interview.next_question()) is not None and asked.id != question:
        interview = interview.answer(asked.id, reply(asked, HEALTHY))
    stopped = interview.answer(question, text)
    assert stopped.next_question() is None
    assert stopped.stops()


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
    changed = interview.answer("conditions", "pregnancy")
    assert "onset.low_back_pain" not in changed.answers
    waiting = changed.next_question()
    assert waiting is not None
    assert waiting.id == "due_date.pregnancy"
    beginner = walk(LONGEST).answer("training_age", "none")
    assert beginner.answers.keys().isdisjoint(
        {"technique_cleared", "rest_days_between_hard_lumbar"}
    )


def test_an_answer_that_a_change_makes_impossible_is_asked_again() -> None:
    waiting = walk(HEALTHY | {"sessions": "2"}).answer("days", "mon 30").next_question()
    assert waiting is not None
    assert waiting.id == "sessions"
    waiting = walk(LONGEST).answer("wishes", "0").next_question()
    assert waiting is not None
    assert waiting.id == "days"


@pytest.mark.parametrize(
    ("question", "text", "message"),
    [
        ("conditions", "", "type 0 for none of these"),
        ("conditions", ",", "or 0 for none of these"),
        (
            "conditions",
            "99",
            f"99 is not known here; type numbers from 1 to {len(KNOWLEDGE.answers)}",
        ),
        ("conditions", "0, 1", "cannot stand beside other answers"),
        ("conditions", "knee_pian", "did you mean knee_pain"),
        ("conditions", "pregnancy, postpartum", "cannot both be true"),
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
        ("sessions", "3-2", "type the smaller number first"),
        ("sessions", "3", "do not fit on the 2 days"),
        ("liked", "birddog", "did you mean bird_dog"),
        ("banned", "side_plank", "you gave side_plank as liked already"),
        ("name", "x" * 201, "at most 200 letters"),
    ],
)
def test_a_wrong_answer_gets_a_friendly_message(question: str, text: str, message: str) -> None:
    with pytest.raises(BadAnswer) as refusal:
        walk(LONGEST).answer(question, text)
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("question", "text", "stored"),
    [
        ("conditions", " 1 2", ", ".join(list(KNOWLEDGE.answers)[:2])),
        (
            "equipment",
            f"Sports club: Wall, {DUMBBELL}x2,mat",
            "sports_club: dumbbell x2, mat, wall",
        ),
        ("equipment", "0", "home: none"),
        ("days", "Friday 25 min gym; monday 30minutes home", "mon 30 home, fri 25 gym"),
        ("sessions", "1 to 2", "1-2"),
        ("sessions", "", "1-7"),
        ("liked", "Bird-dog, Glute bridge", "bird_dog, glute_bridge"),
        ("goal", "2", "strengthen"),
    ],
)
def test_an_answer_may_be_typed_in_several_ways(question: str, text: str, stored: str) -> None:
    assert walk(LONGEST).answer(question, text).answers[question].text == stored


def test_a_draft_of_another_day_asks_the_warning_signs_again() -> None:
    yesterday = Interview(START.questionnaire, KNOWLEDGE, TODAY - timedelta(days=1))
    draft = yesterday.with_texts(walk(HEALTHY).texts()).draft_text()
    resumed = START.resumed(draft, "draft")
    assert len(resumed.answers) == len(HEALTHY)
    waiting = resumed.next_question()
    assert waiting is not None
    assert waiting.id == "red_flags.nerves_and_spine"


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
