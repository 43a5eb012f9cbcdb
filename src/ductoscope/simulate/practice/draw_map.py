"""Draw what was seen of a duct tree: every branch cut open and laid flat, in one picture that teaches."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from types import MappingProxyType

import numpy as np

from ductoscope.model import BoolArray
from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.breast.lesion import Lesion
from ductoscope.simulate.practice.best_path import Place, Way
from ductoscope.simulate.practice.look import BADLY, MISSED, WELL, Looked
from ductoscope.simulate.practice.map_layout import LEFT, RIGHT, TOP, WIDTH, Layout, Strip, lay_out_map
from ductoscope.simulate.practice.match_notes import Noted

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "title": "What was seen of the duct",
        "simulated": "SIMULATED",
        "unit": "mm from the nipple",
        "well": "seen well",
        "badly": "seen badly",
        "missed": "missed",
        "beyond": "the scope does not fit",
        "found": "lesion found",
        "not_found": "lesion missed",
        "false": "nothing there, but noted",
        "path": "where the tip was",
        "best": "best way",
    }
)
"""The words on the map, in English; give others to `draw_map` for another language."""

_INK, _QUIET, _PAPER = "#e9eef3", "#9fb0be", "#10161c"
_FILLS = {WELL: "#2f8f7d", BADLY: "url(#badly)", MISSED: "url(#missed)"}
_PATTERNS = (
    '<pattern id="badly" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#3a3320"/><rect width="3" height="6" fill="#d9a53a"/></pattern>'
    '<pattern id="missed" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect width="6" height="6" fill="#23151c"/><circle cx="3" cy="3" r="1.2" fill="#e0567f"/></pattern>'
)
_LEGEND_ROW = 24.0
_COLUMN = (WIDTH - LEFT) / 3.0
_TICK_MM = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class MapContent:
    """Everything that the map shows.

    reach: branch ids and how far along each the scope can come, mm. looked: what was seen. findable: lesions within
    reach, found: those of them that were noted. path: rows of seconds, depth_mm, branch. way: the best.
    """

    tree: DuctTree
    reach: Sequence[Place]
    looked: Looked
    findable: Sequence[Lesion]
    found: Sequence[Lesion]
    false_notes: Sequence[Noted]
    path: Sequence[tuple[float, float, int]]
    way: Way


def draw_map(content: MapContent, texts: Mapping[str, str] = LABELS) -> str:
    """The map as one SVG picture with a dark ground of its own. texts: its words, named as in `LABELS`."""
    layout = lay_out_map(content.tree, content.reach)
    height = layout.height + 34.0 + 4.0 * _LEGEND_ROW
    body = "".join(
        (
            *_draw_scale(layout, texts),
            *_draw_forks(content.tree, layout),
            *(part for strip in layout.strips.values() for part in _draw_strip(strip, content, layout)),
            *_draw_ways(content, layout),
            *_draw_lesions(content, layout),
            *_draw_legend(layout.height + 34.0, texts),
        )
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" width="{WIDTH:g}" '
        f'height="{height:g}" role="img" font-family="system-ui, sans-serif" font-size="13" fill="{_INK}">'
        f"<title>{escape(texts['title'])}</title><defs>{_PATTERNS}</defs>"
        f'<rect width="100%" height="100%" fill="{_PAPER}"/>{body}</svg>'
    )


def _draw_scale(layout: Layout, texts: Mapping[str, str]) -> Iterator[str]:
    yield _write(LEFT, 24.0, texts["title"], size=16)
    yield _write(WIDTH - RIGHT, 24.0, texts["simulated"], anchor="end", colour="#e0a3ff")
    yield _write(WIDTH - RIGHT, 44.0, texts["unit"], anchor="end", colour=_QUIET)
    for depth_mm in np.arange(0.0, layout.deepest_mm + 1e-9, _TICK_MM):
        x = layout.x_of(float(depth_mm))
        yield f'<path d="M{x:.1f} {TOP:g}V{layout.height:g}" stroke="#2a3640"/>'
        yield _write(x, layout.height + 16.0, f"{depth_mm:g}", anchor="middle", colour=_QUIET)


def _draw_forks(tree: DuctTree, layout: Layout) -> Iterator[str]:
    for strip in layout.strips.values():
        parent = tree.branches[strip.branch].parent
        if parent is not None and parent in layout.strips:
            y = layout.strips[parent].y
            yield f'<path d="M{strip.x:.1f} {y:.1f}V{strip.y:.1f}" stroke="{_QUIET}" stroke-width="2"/>'


def _draw_strip(strip: Strip, content: MapContent, layout: Layout) -> Iterator[str]:
    """One branch: outline, beyond reach dashed, and its wall in three fills; where others open, none."""
    yield (
        f'<rect x="{strip.x:.1f}" y="{strip.top:.1f}" width="{strip.length:.1f}" height="{strip.height:.1f}" '
        f'fill="none" stroke="{_QUIET}" stroke-dasharray="2 4"/>'
    )
    grades = content.looked.grade_branch(strip.branch)[: math.ceil(dict(content.reach)[strip.branch] / LINE_MM)]
    for grade, fill in _FILLS.items():
        if outline := _outline(grades == grade, strip, layout.per_mm * LINE_MM):
            yield f'<path d="{outline}" fill="{fill}"/>'
    yield (
        f'<rect x="{strip.x:.1f}" y="{strip.top:.1f}" width="{strip.reached:.1f}" height="{strip.height:.1f}" '
        f'fill="none" stroke="{_INK}"/>'
    )
    yield _write(strip.x + 3.0, strip.top - 8.0, str(strip.branch), colour=_QUIET, size=11)


def _outline(chosen: BoolArray, strip: Strip, row: float) -> str:
    """The chosen cells of a grid as one path: a box for every run of cells in a sector."""
    boxes = []
    cell = strip.height / chosen.shape[1]
    for sector in range(chosen.shape[1]):
        column = np.concatenate([[False], chosen[:, sector], [False]])
        edges = np.flatnonzero(column[1:] != column[:-1])
        for first, after in edges.reshape(-1, 2).tolist():
            right = min(after * row, strip.reached)
            x, y = strip.x + first * row, strip.top + sector * cell
            boxes.append(f"M{x:.1f} {y:.2f}H{strip.x + right:.1f}v{cell:.2f}H{x:.1f}z")
    return "".join(boxes)


def _draw_ways(content: MapContent, layout: Layout) -> Iterator[str]:
    """How far along each branch the tip was, below its strip, and how far it had to go, above it."""
    was_mm = _farthest((depth_mm, branch) for _, depth_mm, branch in content.path)
    best_mm = _farthest(content.way)
    for strip in layout.strips.values():
        low, high = strip.top + strip.height + 4.0, strip.top - 4.0
        if strip.branch in was_mm:
            end = min(layout.x_of(was_mm[strip.branch]), strip.x + strip.length)
            yield f'<path d="M{strip.x:.1f} {low:.1f}H{end:.1f}" stroke="{_INK}" stroke-width="2.5"/>'
        if strip.branch in best_mm:
            end = layout.x_of(best_mm[strip.branch])
            yield (
                f'<path d="M{strip.x:.1f} {high:.1f}H{end:.1f}" stroke="#7fb4ff" stroke-width="2" '
                'stroke-dasharray="7 4"/>'
            )


def _farthest(rows: Iterator[tuple[float, int]] | Way) -> dict[int, float]:
    farthest: dict[int, float] = {}
    for depth_mm, branch in rows:
        farthest[branch] = max(farthest.get(branch, 0.0), depth_mm)
    return farthest


def _draw_lesions(content: MapContent, layout: Layout) -> Iterator[str]:
    found = {lesion.id for lesion in content.found}
    for lesion in content.findable:
        strip = layout.strips[lesion.branch]
        x = strip.x + layout.per_mm * lesion.arc_mm
        y = strip.top + strip.height * (lesion.wall_angle_deg % 360.0) / 360.0
        yield _draw_lesion(x, y, is_found=lesion.id in found)
        yield _write(x + 10.0, y + 4.0, lesion.id, size=12, is_bold=True)
    for noted in content.false_notes:
        if noted.branch in layout.strips:
            yield _draw_false(layout.x_of(noted.depth_mm), layout.strips[noted.branch].y)


def _draw_lesion(x: float, y: float, *, is_found: bool) -> str:
    """A tick in a full disc, or a cross in an empty ring."""
    sign = "M-3.5 0l2.5 3l4.5-6" if is_found else "M-3-3l6 6M3-3l-6 6"
    fill, ink = (_INK, _PAPER) if is_found else (_PAPER, "#ff6f91")
    return (
        f'<g transform="translate({x:.1f} {y:.1f})"><circle r="7" fill="{fill}" stroke="{ink}" stroke-width="1.5"/>'
        f'<path d="{sign}" fill="none" stroke="{ink}" stroke-width="2"/></g>'
    )


def _draw_false(x: float, y: float) -> str:
    return (
        f'<g transform="translate({x:.1f} {y:.1f})"><path d="M0-8L8 7H-8z" fill="{_PAPER}" stroke="#ffb454" '
        'stroke-width="1.5"/><path d="M0-3v5M0 4v1.5" stroke="#ffb454" stroke-width="1.5"/></g>'
    )


def _draw_legend(top: float, texts: Mapping[str, str]) -> Iterator[str]:
    swatches = [
        (f'<rect x="0" y="-11" width="24" height="13" fill="{fill}" stroke="{_QUIET}"/>', texts[name])
        for name, fill in (("well", _FILLS[WELL]), ("badly", _FILLS[BADLY]), ("missed", _FILLS[MISSED]))
    ]
    swatches += [
        (f'<g transform="translate(12 -5)">{_draw_lesion(0.0, 0.0, is_found=True)}</g>', texts["found"]),
        (f'<g transform="translate(12 -5)">{_draw_lesion(0.0, 0.0, is_found=False)}</g>', texts["not_found"]),
        (f'<g transform="translate(12 -5)">{_draw_false(0.0, 0.0)}</g>', texts["false"]),
        (f'<path d="M0-5H24" stroke="{_INK}" stroke-width="2.5"/>', texts["path"]),
        ('<path d="M0-5H24" stroke="#7fb4ff" stroke-width="2" stroke-dasharray="7 4"/>', texts["best"]),
        (
            f'<rect x="0" y="-11" width="24" height="13" fill="none" stroke="{_QUIET}" stroke-dasharray="2 4"/>',
            texts["beyond"],
        ),
    ]
    for at, (swatch, words) in enumerate(swatches):
        x, y = LEFT + _COLUMN * (at % 3), top + _LEGEND_ROW * (1 + at // 3)
        yield f'<g transform="translate({x:.1f} {y:.1f})">{swatch}{_write(34.0, 0.0, words)}</g>'


def _write(
    x: float,
    y: float,
    words: str,
    *,
    anchor: str = "start",
    colour: str = _INK,
    size: int = 13,
    is_bold: bool = False,
) -> str:
    weight = ' font-weight="700"' if is_bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" font-size="{size}"{weight}>'
        f"{escape(words)}</text>"
    )
