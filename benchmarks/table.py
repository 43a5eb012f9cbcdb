"""Table: what one benchmark measured, kept as JSON beside the machine and commit it was measured on."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
PICTURES = Path(__file__).parents[1] / "docs" / "pictures" / "measured"
"""Where benchmarks draw, once: the page of figures shows them from there."""


@dataclass(frozen=True)
class Figure:
    """One line of a table.

    what: the figure, in words, with its conditions.
    ours, peer: the two measured values, or None where there is no such thing.
    unit: of both, e.g. "ms", "dB".
    result: the number that is held against the demand, e.g. the ratio peer / ours or the difference ours - peer.
    result_unit: "x" for ratios, else the unit.
    demand: the least `result` (or the most, with at_most=True) that the project asks for; None when only printed.
    """

    what: str
    ours: float | None
    unit: str
    peer: float | None = None
    result: float | None = None
    result_unit: str = "x"
    demand: float | None = None
    at_most: bool = False

    @property
    def is_met(self) -> bool | None:
        """Whether the demand is met; None when nothing is asked."""
        if self.demand is None or self.result is None:
            return None
        return self.result <= self.demand if self.at_most else self.result >= self.demand


@dataclass(frozen=True)
class Table:
    """One benchmark's figures, how they were measured, and pictures (names in PICTURES)."""

    name: str
    title: str
    how: str
    figures: tuple[Figure, ...]
    notes: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()

    def save(self, folder: Path = RESULTS) -> Path:
        """Write NAME.json with the machine, the commit and the time."""
        folder.mkdir(parents=True, exist_ok=True)
        content = {"machine": describe_machine(), "commit": read_commit(), "measured": _now(), **asdict(self)}
        path = folder / f"{self.name}.json"
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return path


def describe_machine() -> str:
    """Name the processor, cores, system and Python that a figure came from."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        cpu = names[0] if names else cpu
    return (
        f"{cpu}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )


def read_commit() -> str:
    """Name the commit that was measured, with "+" when the tree had changes on top."""
    answer = subprocess.run(["git", "describe", "--always", "--dirty=+"], capture_output=True, text=True, check=False)
    return answer.stdout.strip() or "unknown"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
