"""The page of measured figures in the docs, written from the kept tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.table import RESULTS

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "measured.md"
HEAD = """# Measured

Every figure here was written by `make bench` from one run on the machine and commit that its table names; ours and
the peer's (PyFibreBundle, or the one that a table names) are measured in turn in the same process on the same frames.
On a shared machine milliseconds wander, ratios hold. Where a demand was missed, the line says so. All pictures of ducts
come from the simulator: **nothing on this page is clinical evidence.**
"""


def write_page(results: Path = RESULTS, page: Path = PAGE) -> Path:
    """Write the page from every table in `results`."""
    tables = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(results.glob("*.json"))]
    page.write_text("\n".join([HEAD, *(_section(table) for table in tables)]), encoding="utf-8")
    return page


def _section(table: dict[str, Any]) -> str:
    lines = [f"## {table['title']}", "", table["how"], ""]
    lines += ["| figure | ours | peer | result | asked | |", "|---|---|---|---|---|---|"]
    lines += [_row(figure) for figure in table["figures"]]
    lines += [""]
    lines += [f"- {note}" for note in table["notes"]]
    for name in table["pictures"]:
        lines += ["", f"![{Path(name).stem.replace('_', ' ')}](pictures/measured/{name})"]
    lines += ["", f"*{table['machine']}; commit {table['commit']}; {table['measured'][:10]}.*", ""]
    return "\n".join(lines)


def _row(figure: dict[str, Any]) -> str:
    def show(value: float | None, unit: str) -> str:
        return "" if value is None else f"{value:.3g} {unit}"

    demand, result, at_most = figure["demand"], figure["result"], figure["at_most"]
    met = ""
    asked = ""
    if demand is not None and result is not None:
        asked = f"{'at most' if at_most else 'at least'} {demand:g} {figure['result_unit']}"
        met = "met" if (result <= demand if at_most else result >= demand) else "**missed**"
    cells = (
        figure["what"],
        show(figure["ours"], figure["unit"]),
        show(figure["peer"], figure["unit"]),
        show(result, figure["result_unit"]),
        asked,
        met,
    )
    return f"| {' | '.join(cells)} |"
