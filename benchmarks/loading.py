"""How long the knowledge base takes to load and one person to be judged, shipped and with 1,000.

Cold is a load that parses and checks every file, in a process that has loaded the code already;
warm reads the cache. Times are medians with the smallest and largest of the runs.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from knowledge import SHIPPED, Knowledge, load_knowledge
from recommender.conditions import active_conditions
from recommender.eligibility import judge_all
from recommender.intake import read_intake

RUNS = 15
EXERCISES = 1000
WEEK = date(2026, 11, 30)
TARGETS_MS = {
    "shipped, warm": 60,
    "shipped, cold": 150,
    "1,000 more, cold": 1000,
    "1,000 more, eligibility": 20,
}


def main() -> None:
    """Print a row for each measure."""
    with tempfile.TemporaryDirectory() as name:
        os.environ["XDG_CACHE_HOME"] = name
        overlay = Path(name) / "overlay"
        write_overlay(overlay)
        report("shipped, cold", lambda: load_knowledge(cached=False))
        load_knowledge()
        report("shipped, warm", load_knowledge)
        report("1,000 more, cold", lambda: load_knowledge(overlays=[overlay], cached=False))
        load_knowledge(overlays=[overlay])
        report("1,000 more, warm", lambda: load_knowledge(overlays=[overlay]))
        for intake in sorted(Path("examples").glob("*.yaml")):
            judge(load_knowledge(), intake, "shipped, eligibility")
            judge(load_knowledge(overlays=[overlay]), intake, "1,000 more, eligibility")


def write_overlay(folder: Path) -> None:
    """Write copies of the shipped exercises under new names until there are enough."""
    (folder / "exercises").mkdir(parents=True)
    texts = sorted((SHIPPED / "exercises").glob("*.yaml"))
    for number in range(EXERCISES):
        source = texts[number % len(texts)]
        name = f"{source.stem[:40]}_{number}"
        text = source.read_text().replace(f"id: {source.stem}\n", f"id: {name}\n", 1)
        text = text.replace("\nfamily: ", f"\nfamily: n{number}_", 1)
        (folder / "exercises" / f"{name}.yaml").write_text(text)


def judge(knowledge: Knowledge, path: Path, name: str) -> None:
    """Time the eligibility of one intake, its conditions included."""
    intake = read_intake(path, knowledge)

    def run() -> None:
        judge_all(knowledge, intake, active_conditions(knowledge, intake, WEEK))

    report(name, run, path.stem)


def report(name: str, run: Callable[[], object], note: str = "") -> None:
    """Print the median and the spread of a measure, and its target if it has one."""
    times = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        run()
        times.append(1000 * (time.perf_counter() - begin))
    target = f"target {TARGETS_MS[name]}" if name in TARGETS_MS else ""
    print(
        f"{name:<24} {note:<20} {statistics.median(times):7.1f} ms "
        f"({min(times):.1f} - {max(times):.1f})  {target}"
    )


if __name__ == "__main__":
    main()
