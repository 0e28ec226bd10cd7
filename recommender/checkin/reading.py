"""Reads check-ins: strictly by their schema, then beside the plan of the week and the answers."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from knowledge import BadInput, Fault, Intake, Knowledge
from knowledge.faults import Location, nearest
from knowledge.reading import Document, parse, read_text, validate
from knowledge.schema.checkin import CheckIn, PlannedDose
from recommender.checkin.weeks import DAYS, planned_doses, weeks_before
from recommender.intake import check
from recommender.plan import Plan
from recommender.written_orders import unknown

Found = Iterator[tuple[Location, str]]


def read_checkin(
    path: Path, knowledge: Knowledge, intake: Intake, plan: Plan, today: date
) -> CheckIn:
    """Return the check-in of the plan's week; what was planned is filled in from the plan.

    Raises `BadInput` with every fault: a week or an exercise that the plan does not have, a date
    before the week or after `today`, more sets than planned, an unknown word.
    """
    document, checkin = _read(path)
    planned = planned_doses(plan)
    faults = [
        *_check_dates(checkin, today),
        *_check_week(checkin, plan),
        *_check_exercises(checkin, planned),
        *_check_planned(checkin, planned),
        *_check_words(checkin, knowledge, intake),
    ]
    _refuse(document, faults)
    return filled(checkin, planned)


def read_history(
    paths: Sequence[Path], knowledge: Knowledge, intake: Intake, plan: Plan, today: date
) -> tuple[CheckIn, ...]:
    """Return the check-ins of weeks before the plan's; raise `BadInput` with every fault."""
    found: list[CheckIn] = []
    files: dict[int, Path] = {}
    faults: list[Fault] = []
    for path in paths:
        try:
            document, checkin = _read(path)
            own = [
                *_check_dates(checkin, today),
                *_check_words(checkin, knowledge, intake),
                *_check_planned(checkin, None),
                *_check_known(checkin, knowledge),
            ]
            back = weeks_before(plan.stamps.week_start, checkin.week_start)
            if back <= 0:
                message = (
                    f"{checkin.week_start} is not before the week of the plan, "
                    f"{plan.stamps.week_start}"
                )
                own.append((("week_start",), message))
            elif back in files:
                message = f"{checkin.week_start} is in the same week as that of {files[back]}"
                own.append((("week_start",), message))
            _refuse(document, own)
        except BadInput as error:
            faults += error.faults
            continue
        files[back] = path
        found.append(checkin)
    if faults:
        raise BadInput(faults)
    return tuple(found)


def filled(checkin: CheckIn, planned: Mapping[str, PlannedDose]) -> CheckIn:
    """Return a check-in with what was planned of each exercise."""
    reports = tuple(
        report.model_copy(update={"planned": planned[report.exercise]})
        for report in checkin.exercises
    )
    return checkin.model_copy(update={"exercises": reports})


def _read(path: Path) -> tuple[Document, CheckIn]:
    document = parse(read_text(path), str(path))
    if not isinstance(document.data, dict):
        message = "expected a check-in, key by key, such as examples/checkin/a_week.yaml"
        raise BadInput([Fault(document.file, 1, "", message)])
    return document, validate(CheckIn, document)


def _refuse(document: Document, found: Sequence[tuple[Location, str]]) -> None:
    if found:
        raise BadInput([document.fault(location, message) for location, message in found])


def _check_dates(checkin: CheckIn, today: date) -> Found:
    if checkin.answered_on < checkin.week_start:
        message = f"{checkin.answered_on} is before the week of {checkin.week_start} began"
        yield ("answered_on",), message
    if checkin.answered_on > today:
        message = f"{checkin.answered_on} is in the future; today is {today}"
        yield ("answered_on",), message


def _check_week(checkin: CheckIn, plan: Plan) -> Found:
    start = plan.stamps.week_start
    if checkin.week_start != start:
        message = (
            f"the plan has no week of {checkin.week_start}; it is for {start} to "
            f"{start + timedelta(days=DAYS - 1)}"
        )
        yield ("week_start",), message


def _check_exercises(checkin: CheckIn, planned: Mapping[str, PlannedDose]) -> Found:
    for index, report in enumerate(checkin.exercises):
        at: Location = ("exercises", index)
        name = report.exercise
        if name not in planned:
            hint = nearest(name, planned)
            message = f"{name} is not in the plan{hint}; it has: {', '.join(planned)}"
            yield (*at, "exercise"), message
        elif report.planned is not None and report.planned != planned[name]:
            message = f"differs from the plan, which has {_dose(planned[name])}; leave it out"
            yield (*at, "planned"), message


def _check_known(checkin: CheckIn, knowledge: Knowledge) -> Found:
    for index, report in enumerate(checkin.exercises):
        if report.exercise not in knowledge.exercises:
            message = unknown("exercise", report.exercise, knowledge.exercises)
            yield ("exercises", index, "exercise"), message


def _check_planned(checkin: CheckIn, planned: Mapping[str, PlannedDose] | None) -> Found:
    """Yield what stands twice, more sets than planned, and in a past week what is not filled in."""
    names = [report.exercise for report in checkin.exercises]
    for index, report in enumerate(checkin.exercises):
        at: Location = ("exercises", index)
        if report.exercise in names[:index]:
            yield (*at, "exercise"), f"{report.exercise} stands twice"
        dose = report.planned if planned is None else planned.get(report.exercise)
        if dose is not None and report.done > dose.sets:
            message = f"{report.done} sets were done, but {dose.sets} were planned; write at most "
            yield (*at, "done"), f"{message}{dose.sets}, and the rest as a note"
        if planned is None and report.planned is None:
            yield (
                (*at, "planned"),
                ("is missing: a past week needs what was planned; use the file that --save wrote"),
            )


def _check_words(checkin: CheckIn, knowledge: Knowledge, intake: Intake) -> Found:
    flags = [flag.id for flag in knowledge.screening.red_flags]
    for key, words, known, noun in (
        ("red_flags", checkin.red_flags, flags, "red flag"),
        ("cannot", checkin.cannot, list(knowledge.positions), "position"),
    ):
        for index, word in enumerate(words):
            if word not in known:
                yield (key, index), unknown(noun, word, known)
            elif word in words[:index]:
                yield (key, index), f"{word} stands twice"
    changed = {one.id for one in checkin.conditions}
    others = [one for one in intake.screening.conditions if one.id not in changed]
    screening = intake.screening.model_copy(update={"conditions": (*others, *checkin.conditions)})
    dated = max(checkin.answered_on, intake.answered_on)
    together = intake.model_copy(update={"screening": screening, "answered_on": dated})
    for location, message in check(together, knowledge):
        match location:
            case ("screening", "conditions", int(index), *rest) if index >= len(others):
                yield ("conditions", index - len(others), *rest), message
            case ("screening", "conditions", int(index), *_):
                yield ("conditions",), f"{others[index].id} is to be told anew: {message}"


def _dose(dose: PlannedDose) -> str:
    hold = f", hold {dose.hold_s} s" if dose.hold_s else ""
    return f"{dose.sets} sets of {dose.reps}{hold}, load {dose.load}, effort {dose.effort}"
