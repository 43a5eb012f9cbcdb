"""What the finder measured of a duct, drawn for paper: the map and every wall, with what the record keeps of them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ductoscope import __version__
from ductoscope.model import DuctMap
from ductoscope.model.clinical import MappedBranch, MeasuredMap
from ductoscope.navigate import PAPER, WIDE, draw_map, draw_wall, lay_out, share_seen, spread_wall
from ductoscope.web.encode import encode_png

WALL_PX = 192
"""Height of a wall: on paper it is 14 mm high, so 350 dots an inch."""
_VIEW_BOX = re.compile(r'viewBox="0 0 [\d.]+ ([\d.]+)"')


def draw_measured(
    duct_map: DuctMap, orifice: int, words: Mapping[str, str], *, eye: str, is_simulated: bool
) -> tuple[MeasuredMap, bytes, dict[str, bytes]]:
    """Draw a map for the report, in `words` (as navigate's LABELS).

    Returns what the record keeps of it, still without hashes; the SVG; and branch name to the PNG of its wall, of those
    that were entered.
    """
    svg = draw_map(duct_map, words, opening=orifice, width=WIDE)
    sheet = lay_out(duct_map, words, PAPER, WIDE)
    walls: dict[str, bytes] = {}
    branches = []
    for branch in duct_map.branches:
        end, wall = sheet.end[branch.name], duct_map.walls.get(branch.name)
        well, badly = share_seen(wall, branch.start, end)
        width_px = height_px = 0
        if branch.is_entered and wall is not None and end > branch.start:
            whole = spread_wall(wall, branch.start, end)
            picture = draw_wall(branch, whole, duct_map.unit, height_px=WALL_PX, has_bar=False)
            height_px, width_px = picture.shape[:2]
            walls[branch.name] = encode_png(picture)
        branches.append(
            MappedBranch(
                branch.name,
                branch.is_entered,
                start=round(branch.start, 2),
                end=round(end, 2),
                y=round(sheet.y[branch.name], 1),
                well=round(well, 3),
                badly=round(badly, 3),
                width_px=width_px,
                height_px=height_px,
            )
        )
    found = _VIEW_BOX.search(svg)
    assert found is not None, "draw_map says how large it is"
    measured = MeasuredMap(
        orifice,
        "",
        duct_map.unit,
        duct_map.scale,
        width=WIDE,
        height=float(found.group(1)),
        zero_x=sheet.left,
        per_unit=round((sheet.right - sheet.left) / sheet.longest, 4),
        branches=tuple(branches),
        eye=eye,
        software=f"Ductoscope {__version__}",
        is_simulated=is_simulated,
    )
    return measured, svg.encode(), walls
