"""Progress over attempts: as points for a chart, and as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from ductoscope.model import Debrief
from ductoscope.record.attempts import list_attempts

TABLE_FIGURES = (
    "score",
    "goal_share",
    "seen_share",
    "lesions_present",
    "lesions_found",
    "false_notes",
    "described_share",
    "contacts",
    "hard_contacts",
    "hardest_contact",
    "flushed_ml",
    "suctioned_ml",
    "worst_pain",
    "seconds",
    "seconds_clear",
    "clear_share",
    "path_mm",
    "best_path_mm",
)
"""The figures of a debrief that have a column in the table."""

Point = tuple[str, float]
"""When an attempt was finished (ISO 8601, UTC), and the figure's value."""


def draw_progress(attempts: Iterable[Debrief], figure: str) -> dict[str, tuple[Point, ...]]:
    """How one figure went over the attempts: for every task that has it, its points, oldest first."""
    series: dict[str, list[Point]] = {}
    for attempt in sorted(attempts, key=lambda attempt: attempt.finished_utc):
        if figure in attempt.figures:
            series.setdefault(attempt.task, []).append((attempt.finished_utc, attempt.figures[figure]))
    return {task: tuple(points) for task, points in series.items()}


def attempts_csv(data_folder: Path, trainee: str | None = None) -> str:
    """The attempts of one trainee, or of all, as comma-separated values with a heading; see docs, "Practise"."""
    return write_table(list_attempts(data_folder, trainee))


def write_table(attempts: Sequence[Debrief]) -> str:
    """One row an attempt; a figure that an attempt does not have is left empty."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(
        ["attempt", "finished_utc", "trainee", "task", "seed", "preset", "simulated", "reached", *TABLE_FIGURES]
    )
    for attempt in attempts:
        table.writerow(
            [
                attempt.attempt,
                attempt.finished_utc,
                _disarm(attempt.trainee),
                attempt.task,
                attempt.seed,
                attempt.preset,
                "yes",
                "yes" if attempt.is_reached else "no",
                *(_round(attempt.figures.get(name)) for name in TABLE_FIGURES),
            ]
        )
    return text.getvalue()


def _disarm(words: str) -> str:
    """A spreadsheet would run a name that begins like a formula; an apostrophe makes it a word."""
    return f"'{words}" if words[:1] in ("=", "+", "-", "@", "\t", "\r") else words


def _round(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"
