"""Write the gallery's page: each row's picture, and below it what every tile should show, in the sources' words."""

from __future__ import annotations

from collections.abc import Mapping

from gallery.examination import EVERY_S, SPEC
from gallery.tile import Row

_HEAD = """# Gallery

Every picture on this page is **simulated**: a virtual breast, seen through a simulated fibre and camera and restored as
the workstation does it. No patient is on it, and **nothing on it is clinical evidence**. It is here so that those who
know real ducts can judge the simulator: beside each picture stand the words of the literature that it should show, with
their source in brackets. Where no source says what a thing looks like, the page says so: "general knowledge" is what
textbooks repeat without a figure, "assumed" is our own choice.

`python scripts/draw_gallery.py` draws the page again. Each view is set up by code: a breast from a seed, a lesion of
the wanted kind planted in it as the simulator plants them, the tip put before it. The scope has 10,000 cores and sees
70° in air; the view states are those that the simulator itself writes into its [truth](reference/truth.md).
"""

_TAIL = """
## What is not modelled

What the simulator leaves out, in plain words, is listed in [Simulate](how-it-works/simulate.md). For judging these
pictures it matters most that the camera is linear, as the workstation asks for: a real camera head lifts the
dark parts with its own tone curve, and its colours are more subdued. The nipple's surface is not drawn through the
scope: an examination begins inside the orifice.

What still looks like a computer made it: the patterns of two branches meet in a line where their walls run together
close to the tip; debris is lumpy rather than flocculent; the red of a tip on the wall is the same all over; blood is
too pure a red; a slit that the shaft holds open is lit in hard patches.
"""


def write_page(chapters: Mapping[str, tuple[Row, ...]]) -> str:
    """The page, as Markdown."""
    parts = [_HEAD]
    for title, rows in chapters.items():
        parts.append(f"\n## {title}\n")
        parts.extend(_write_row(row) for row in rows)
    return "".join([*parts, _TAIL])


def _write_row(row: Row) -> str:
    lines = [
        f"\n### {row.heading}\n",
        f"\n![Simulated: {'; '.join(tile.title for tile in row.tiles)}](pictures/gallery/{row.name}.jpg)\n",
    ]
    if not any(tile.words for tile in row.tiles):
        times = ", ".join(tile.title for tile in row.tiles)
        lines.append(f"\nSimulated: `{SPEC}`, a frame every {EVERY_S:g} s: at {times}.\n")
        return "".join(lines)
    lines.append("\n| | simulated | what it should show |\n|---|---|---|\n")
    for number, tile in enumerate(row.tiles):
        lines.append(f"| {chr(ord('a') + number)} | {tile.title} | {tile.words} |\n")
    return "".join(lines)
