"""Draw the duct map as SVG: branches to scale, what of their wall was seen, what nobody entered, where the tip is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from ductoscope.model import BADLY, NEVER, WELL, Branch, DuctMap, Pose, Suggestion, Wall
from ductoscope.navigate.map_sheet import (
    FOOT,
    PAPER,
    ROW,
    SCREEN,
    TOP,
    WIDE,
    Sheet,
    define_stripes,
    draw_legend,
    draw_nipple,
    draw_opening,
    draw_ruler,
    lay_out,
    write,
)
from ductoscope.navigate.wall import share_seen

LABELS = {
    "title": "Map of the ducts",
    "said": "{entered} branches entered, {not_entered} seen and not entered. Deepest: {deepest} {unit}.",
    "mm": "mm from the nipple's surface",
    "radii": "in radii of the duct: nothing gave a scale in mm",
    "well": "wall seen well",
    "badly": "seen badly",
    "never": "never seen",
    "not_entered": "not entered",
    "tip": "tip",
    "finding": "suggestion",
    "empty": "Nothing of the duct was seen yet.",
    "main": "main duct",
    "seen": "{percent} % seen",
}
"""The words on the map, in English; give others to `draw_map` for another language."""

_SECTORS = 16
_STUB, _SHORT_STUB = 34.0, 18.0
_SEAM = 0.3
"""Sectors overlap by a hair, so that no light shows between them."""
_FONT = "Open Sans, Arial, sans-serif"


def draw_map(
    duct_map: DuctMap,
    texts: Mapping[str, str] = LABELS,
    *,
    clock: float | None = None,
    opening: int | None = None,
    findings: Sequence[Suggestion] = (),
    tip: Pose | None = None,
    is_dark: bool = False,
    width: float = WIDE,
) -> str:
    """Draw the map as SVG for a report or, is_dark, for a dark screen.

    texts: as LABELS. clock: hour of the opening on the nipple's clock face; opening: its number, which stands there
    instead of a clock face where the page around the map has one. tip: where the tip is now. width: of the drawing; its
    words stay as large on a narrow one, which leaves out the legend. It has attributes only, no styles.
    """
    colours = SCREEN if is_dark else PAPER
    sheet = lay_out(duct_map, texts, colours, width)
    bottom = max(sheet.y.values(), default=TOP + ROW) + 44
    parts = [draw_ruler(sheet, bottom)]
    order = sorted(duct_map.branches, key=lambda one: (one.is_entered, -len(one.name)))
    parts += [_draw_join(sheet, branch) for branch in order if branch.parent is not None]
    parts += [_draw_branch(sheet, branch) for branch in order]
    parts += [_label_branch(sheet, branch) for branch in order if branch.is_entered]
    parts += [_draw_finding(sheet, one) for one in findings]
    if tip is not None:
        parts.append(_draw_tip(sheet, tip))
    parts.append(draw_nipple(sheet, clock) if opening is None else draw_opening(sheet, opening))
    if not sheet.is_narrow:
        parts.append(draw_legend(sheet, bottom + 48, has_findings=bool(findings), has_tip=tip is not None))
    height = bottom + (FOOT / 2 if sheet.is_narrow else FOOT)
    said = _say(sheet)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'font-family="{_FONT}" fill="{colours.ink}"><title>{escape(texts["title"])}</title><desc>{escape(said)}</desc>'
        f'{define_stripes(colours)}<rect width="{width:.0f}" height="{height:.0f}" fill="{colours.ground}"/>'
        f"{''.join(parts)}</svg>"
    )


def _draw_join(sheet: Sheet, branch: Branch) -> str:
    """Draw how a branch leaves its parent."""
    assert branch.parent is not None
    x, y, parent_y = sheet.x(branch.start), sheet.y[branch.name], sheet.y[branch.parent]
    dash = "" if branch.is_entered else ' stroke-dasharray="3 4"'
    width = 2.2 if branch.is_entered else 1.6
    return (
        f'<path d="M{x - 2:.1f} {parent_y:.1f}C{x + 7:.1f} {parent_y:.1f} {x + 1:.1f} {y:.1f} {x + 12:.1f} {y:.1f}" '
        f'fill="none" stroke="{sheet.colours.ink}" stroke-width="{width}"{dash}/>'
    )


def _draw_branch(sheet: Sheet, branch: Branch) -> str:
    colours = sheet.colours
    thick, y = sheet.thick(branch), sheet.y[branch.name]
    x = sheet.x(branch.start) + (0.0 if branch.parent is None else 12.0)
    end = max(sheet.x(sheet.end[branch.name]), x + 6.0)
    if not branch.is_entered:
        return _draw_not_entered(sheet, branch, x, y)
    wall = sheet.duct_map.walls.get(branch.name)
    # Behind the deepest place of the tip the wall was only looked at: the duct goes on, open.
    reached = min(max(sheet.x(branch.reached or 0.0), x), end)
    box = (
        f'<rect x="{x:.1f}" y="{y - thick / 2:.1f}" width="{end - x:.1f}" height="{thick:.1f}" fill="{colours.never}"/>'
    )
    bands = "" if wall is None else _draw_bands(sheet, branch, wall, x, end, y, thick)
    edge = (
        f'<path d="M{reached:.1f} {y - thick / 2:.1f}H{x:.1f}V{y + thick / 2:.1f}H{reached:.1f}" fill="none" '
        f'stroke="{colours.ink}" stroke-width="1.8" stroke-linejoin="round"/>'
    )
    if end - reached > 1.0:
        edge += (
            f'<path d="M{reached:.1f} {y - thick / 2:.1f}H{end:.1f}M{reached:.1f} {y + thick / 2:.1f}H{end:.1f}" '
            f'stroke="{colours.ink}" stroke-width="1.4" stroke-dasharray="3 3"/>'
        )
    return box + bands + edge


def _label_branch(sheet: Sheet, branch: Branch) -> str:
    x = sheet.x(branch.start) + (0.0 if branch.parent is None else 12.0)
    y = sheet.y[branch.name] - sheet.thick(branch) / 2 - 6
    wall = sheet.duct_map.walls.get(branch.name)
    name = branch.name or sheet.texts["main"]
    well, _ = share_seen(wall, branch.start, sheet.end[branch.name])
    seen = sheet.texts["seen"].format(percent=round(100 * well))
    if 7.5 * len(name) + 5.8 * len(seen) + 7 > sheet.x(sheet.end[branch.name]) - x:
        seen = ""
    return (
        f'<text x="{x + 1:.1f}" y="{y:.1f}" font-size="12" stroke="{sheet.colours.ground}" stroke-width="3" '
        f'paint-order="stroke"><tspan font-weight="600">{escape(name)}</tspan>'
        f'<tspan dx="7" font-size="10.5">{escape(seen)}</tspan></text>'
    )


def _draw_not_entered(sheet: Sheet, branch: Branch, x: float, y: float) -> str:
    end = max(sheet.x(sheet.end[branch.name]), x + (_SHORT_STUB if sheet.is_narrow else _STUB))
    colours = sheet.colours
    half = sheet.thick(branch) / 2 if branch.radius is not None else 6.0
    line = (
        f'<path d="M{end:.1f} {y - half:.1f}H{x:.1f}v{2 * half:.1f}H{end:.1f}" '
        f'fill="none" stroke="{colours.ink}" stroke-width="1.4" stroke-dasharray="3 4"/>'
    )
    mark = f'<text x="{end + 6:.1f}" y="{y + 5:.1f}" font-size="15" font-weight="700">?</text>'
    said = branch.name if sheet.is_narrow else f"{branch.name} · {sheet.texts['not_entered']}"
    return line + mark + write(end + 18, y + 4.5, said, 11)


def _draw_bands(sheet: Sheet, branch: Branch, wall: Wall, x: float, end: float, y: float, thick: float) -> str:
    """Draw the unrolled wall inside its branch, sector by sector: filled where seen well, striped where badly."""
    step = max((sheet.longest / (sheet.right - sheet.left)) * 3.0, wall.step)
    count = max(ceil((sheet.end[branch.name] - branch.start) / step), 1)
    cells = _condense(wall, branch.start, step, count)
    high = thick / _SECTORS
    first_x = sheet.x(branch.start)
    drawn = []
    for word, fill in ((WELL, sheet.colours.well), (BADLY, "url(#badly)")):
        path = ""
        for sector in range(_SECTORS):
            # The angle counts upwards, as on the pictures of the wall.
            top = y + thick / 2 - (sector + 1) * high
            path += _draw_runs(cells[:, sector] == word, first_x, step, sheet, x, end, top, high)
        if path:
            drawn.append(f'<path d="{path}" fill="{fill}"/>')
    return "".join(drawn)


def _condense(wall: Wall, start: float, step: float, count: int) -> NDArray[np.uint8]:
    """Bring the wall's cells to (count, _SECTORS): of the words in each, the middle one."""
    columns = wall.seen.shape[1] // _SECTORS
    sectors = wall.seen.reshape(len(wall.seen), _SECTORS, columns)
    middles = wall.first + (np.arange(len(wall.seen)) + 0.5) * wall.step
    out = np.full((count, _SECTORS), NEVER, np.uint8)
    for row in range(count):
        own = sectors[(middles >= start + row * step) & (middles < start + (row + 1) * step)]
        if own.size:
            out[row] = np.median(own.transpose(1, 0, 2).reshape(_SECTORS, -1), axis=1)
    return out


def _draw_runs(
    is_on: NDArray[np.bool_], first_x: float, step: float, sheet: Sheet, x: float, end: float, top: float, high: float
) -> str:
    per_unit = (sheet.right - sheet.left) / sheet.longest
    edges = np.flatnonzero(np.diff(np.concatenate([[0], is_on.astype(np.int8), [0]])))
    path = ""
    for begin, stop in edges.reshape(-1, 2):
        left = max(first_x + begin * step * per_unit, x)
        right = min(first_x + stop * step * per_unit, end)
        if right > left:
            path += f"M{left:.1f} {top:.1f}H{right:.1f}v{high + _SEAM:.2f}H{left:.1f}z"
    return path


def _draw_finding(sheet: Sheet, finding: Suggestion) -> str:
    """Draw a mark at a finding's depth and angle, with a bar of one standard deviation to each side."""
    along = finding.depth.mm if finding.depth is not None and sheet.duct_map.unit == "mm" else None
    if along is None and finding.outline:
        along = sum(point[0] for point in finding.outline) / len(finding.outline)
    branch = next((one for one in sheet.duct_map.branches if one.name == finding.branch), None)
    if along is None or branch is None:
        return ""
    colours, thick = sheet.colours, sheet.thick(branch)
    x = sheet.x(along)
    y = sheet.y[branch.name] + thick * (0.5 - (finding.wall_angle_deg % 360.0) / 360.0)
    sigma = finding.depth.sigma_mm if finding.depth is not None and sheet.duct_map.unit == "mm" else 0.0
    wide = max(sheet.x(along + sigma) - x, 0.0)
    bar = f'<path d="M{x - wide:.1f} {y:.1f}h{2 * wide:.1f}" stroke="{colours.mark}" stroke-width="2"/>' if wide else ""
    edge = f'stroke="{colours.ground}" stroke-width="1.5"'
    mark = f'<path d="M{x:.1f} {y - 7:.1f}l7 7l-7 7l-7-7z" fill="{colours.mark}" {edge}/>'
    number = write(x, sheet.y[branch.name] + thick / 2 + 14, str(finding.id), 12, colours.mark, 700, "middle")
    return bar + mark + number


def _draw_tip(sheet: Sheet, tip: Pose) -> str:
    if sheet.duct_map.unit == "mm" and tip.depth is None:
        return ""
    along = tip.travel_radii if sheet.duct_map.unit == "radii" or tip.depth is None else tip.depth.mm
    y = sheet.y.get(tip.branch)
    if y is None:
        return ""
    colours, x = sheet.colours, sheet.x(max(along, 0.0))
    return (
        f'<path d="M{x:.1f} {y:.1f}l-13 -8v16z" fill="{colours.ink}" stroke="{colours.ground}" stroke-width="2"/>'
        f'<path d="M{x:.1f} {y - 17:.1f}v34" stroke="{colours.ink}" stroke-width="1.6"/>'
    )


def _say(sheet: Sheet) -> str:
    branches = sheet.duct_map.branches
    if not branches:
        return sheet.texts["empty"]
    reached = [branch.reached for branch in branches if branch.reached is not None]
    return sheet.texts["said"].format(
        entered=len(reached),
        not_entered=len(branches) - len(reached),
        deepest=f"{max(reached, default=0.0):.0f}",
        unit=sheet.texts[sheet.duct_map.unit],
    )
