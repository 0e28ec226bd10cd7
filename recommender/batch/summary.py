"""What became of a class, counted while it goes by."""

import csv
import io
from collections import Counter
from dataclasses import dataclass, field

from recommender.batch.results import PLANNED, Head

OUTCOME_NAMES = {
    "optimal": "proven",
    "feasible": "feasible, not proven",
    "referred": "see a doctor first",
    "impossible": "impossible",
    "bad_row": "bad rows",
    "failed": "failed",
}


@dataclass(slots=True)
class Tally:
    """Sums over the people so far.

    `now` are the people of this run alone, `shared` those of them with the problem of another.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    sessions: int = 0
    minutes: float = 0
    abdominal_sets: float = 0
    lumbar_sets: float = 0
    kept: int = 0
    minutes_by_ten: Counter[int] = field(default_factory=Counter)
    shared: int = 0
    now: int = 0

    def add(self, head: Head) -> None:
        """Count one person."""
        self.outcomes[head.outcome] += 1
        minutes = head.minutes or 0
        self.sessions += head.sessions or 0
        self.minutes += minutes
        self.abdominal_sets += head.abdominal_sets or 0
        self.lumbar_sets += head.lumbar_sets or 0
        self.kept += bool(head.balance_kept)
        if head.minutes is not None:
            self.minutes_by_ten[int(minutes // 10)] += 1

    @property
    def people(self) -> int:
        """How many people were counted."""
        return self.outcomes.total()

    @property
    def plans(self) -> int:
        """How many of them have a week."""
        return sum(self.outcomes[outcome] for outcome in PLANNED)


def figures(tally: Tally, seconds: float, workers: int) -> dict[str, float]:
    """Return the summary, measure by measure; means are over the people with a week."""
    plans = max(1, tally.plans)
    return {
        "people": tally.people,
        **{outcome: tally.outcomes[outcome] for outcome in OUTCOME_NAMES},
        "sessions_mean": round(tally.sessions / plans, 2),
        "minutes_mean": round(tally.minutes / plans, 1),
        "minutes_all": round(tally.minutes, 1),
        "abdominal_sets": tally.abdominal_sets,
        "lumbar_sets": tally.lumbar_sets,
        "balance_kept": tally.kept,
        "solved_in_this_run": tally.now,
        "shared_in_this_run": tally.shared,
        "seconds_of_this_run": round(seconds, 1),
        "people_a_second": round(tally.now / seconds, 2) if seconds else 0,
        "workers": workers,
    }


def as_csv(measures: dict[str, float]) -> str:
    """Return the summary as two columns; nothing in it was typed by anybody."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("measure", "value"))
    writer.writerows(_shown(measures).items())
    return text.getvalue()


def as_text(measures: dict[str, float]) -> str:
    """Return the summary for a terminal."""
    shown = _shown(measures)
    lines = [f"{shown['people']:>8}  people"]
    lines += [
        f"{shown[outcome]:>8}  {name}"
        for outcome, name in OUTCOME_NAMES.items()
        if measures[outcome] or outcome == "optimal"
    ]
    plans = int(sum(measures[outcome] for outcome in PLANNED))
    if plans:
        lines += [
            "",
            f"Mean week  {shown['sessions_mean']} sessions, {shown['minutes_mean']} minutes",
            f"Balance    {shown['abdominal_sets']} abdominal to {shown['lumbar_sets']} lumbar "
            f"sets; kept in {shown['balance_kept']} of {plans} weeks",
        ]
    lines.append(
        f"Time       {shown['seconds_of_this_run']} s for {shown['solved_in_this_run']} people: "
        f"{shown['people_a_second']} a second, {shown['workers']} at a time"
    )
    if measures["shared_in_this_run"]:
        lines.append(f"Sharing    {shown['shared_in_this_run']} had the problem of somebody else")
    return "\n".join(lines) + "\n"


def _shown(measures: dict[str, float]) -> dict[str, str]:
    return {name: f"{value:.12g}" for name, value in measures.items()}
