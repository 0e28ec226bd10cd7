"""A small overlay with rules and exercises of its own, so that tests know every verdict."""

from collections.abc import Iterable
from pathlib import Path
from textwrap import dedent

from tests.strategies import REAL

_TOE = """\
name: {name}
answer: sore_toe
question: You have a sore toe
sided: true
window: {window}
plan:
  verdict: allow
  reason: A toe is a small thing.
  self_clearance: true
  sources: [article]
  verified: true
"""
_NEW = """\
  - demands: [neural_tension]
    verdict: exclude
    reason: A new toe must not be pulled.
    one_sided: {verdict: modify, caution: 'Mind the {bad} toe, stand on the {good} one.'}
    sources: [article]
    verified: true
  - demands: [isometric_long, load_heavy]
    verdict: exclude
    reason: Long and heavy work makes a toe throb.
    sources: [author_judgement]
    verified: false
  - demands: [trains_abdomen]
    verdict: modify
    reason: The toe pushes along.
    caps: {max_effort: 5, exhale_on_effort: true, hours_since_meal: 2}
    caution: Push gently.
    sources: [article, author_judgement]
    verified: false
  - demands: [overhead]
    verdict: modify
    reason: A toe gives way.
    caps: {support: true}
    caution: Hold on.
    sources: [article]
    verified: true
"""
_OLD = """\
  - demands: [standing]
    verdict: clearance
    reason: An old toe may give way.
    caps: {max_sets: 1}
    caution: Your doctor looked at the toe.
    sources: [article]
    verified: true
"""
_EXERCISE = """\
step: 1
kind: {kind}
block: main
side: abdominal
place: either
position: standing
pattern: plank
difficulty: {difficulty}
muscles: {{primary: [obliques]}}
credits: {{abdominal: 1}}
spinal_load: low
dose_origin: inferred
verified: false
cues: [Stand on the toe.]
sources: [article]
"""
_EXERCISES = {
    "toe_hold": """\
        name: Toe hold
        family: toe_hold
        demands: [standing, neural_tension]
        hand_free: false
        dose:
          sides: both
          setup_s: 5
          novice: {sets: [1, 3], reps: 2, hold_s: 20, rest_s: 30, effort: 6}
        """,
    "toe_push": """\
        name: Toe push
        family: toe_push
        demands: [standing]
        dose:
          sides: both
          setup_s: 5
          novice: {sets: [2, 2], reps: 1, hold_s: 15, rest_s: 30, effort: 4}
          intermediate: {sets: [2, 2], reps: 3, hold_s: 15, rest_s: 30, effort: 7}
        """,
    "toe_reach": """\
        name: Toe reach
        family: toe_reach
        demands: [standing, overhead]
        hand_free: false
        dose:
          sides: both
          setup_s: 5
          novice: {sets: [1, 2], reps: 8, tempo_s: 3, rest_s: 30, effort: 4}
        """,
    "toe_press": """\
        name: Toe press
        family: toe_hold
        step: 2
        technique: deadlift
        demands: [standing, supine]
        equipment: {all_of: {barbell: 1}, any_of: {plate: 2, kettlebell: 1}}
        substitutes: [toe_push]
        dose:
          sides: alternating
          setup_s: 5
          advanced: {sets: [2, 3], reps: 6, tempo_s: 3, rest_s: 60, load: heavy, effort: 7}
        """,
}
_KINDS = {
    "toe_hold": ("stability", "novice"),
    "toe_push": ("stability", "novice"),
    "toe_reach": ("strength", "novice"),
    "toe_press": ("strength", "advanced"),
}


def toe_overlay(folder: Path) -> Path:
    """Write the overlay into `folder`: an answer with two phases and four exercises.

    `toe_new` (day 0 to 41 after an operation) excludes a pull unless it is on one side, and long
    holds; `toe_old` wants a doctor's word for standing.
    """
    (folder / "conditions").mkdir(parents=True)
    (folder / "exercises").mkdir()
    write_condition(folder, "toe_new", "new toe", _NEW, (0, 42))
    write_condition(folder, "toe_old", "old toe", _OLD, (42, None))
    for name, text in _EXERCISES.items():
        kind, difficulty = _KINDS[name]
        common = _EXERCISE.format(kind=kind, difficulty=difficulty)
        if "step:" in text:
            common = common.replace("step: 1\n", "")
        path = folder / "exercises" / f"{name}.yaml"
        path.write_text(f"id: {name}\n{common}{dedent(text)}")
    return folder


def write_condition(
    folder: Path, name: str, words: str, rules: str, days: tuple[int, int | None]
) -> None:
    """Write a condition with these rules, and allow for every other demand."""
    until = "" if days[1] is None else f", until_day: {days[1]}"
    window = f"{{dated_by: surgery_date, from_day: {days[0]}{until}, verified: true}}"
    head = _TOE.format(name=words, window=window)
    rest = ", ".join(_unsaid(rules, REAL.demands))
    allow = (
        f"  - {{demands: [{rest}], verdict: allow, reason: A toe is far away., "
        "sources: [article], verified: true}\n"
    )
    (folder / "conditions" / f"{name}.yaml").write_text(f"id: {name}\n{head}rules:\n{rules}{allow}")


def _unsaid(rules: str, demands: Iterable[str]) -> Iterable[str]:
    said = {
        word
        for line in rules.splitlines()
        if "demands:" in line
        for word in line.partition("[")[2].rstrip("]").split(", ")
    }
    return (demand for demand in demands if demand not in said)
