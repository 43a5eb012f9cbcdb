"""Findings on a measured map: an SVG that lies over its drawing, so that a finding marked later is on it, too."""

from __future__ import annotations

from collections.abc import Sequence

from ductoscope.model.clinical import Finding, MeasuredMap

MARK = "#b3261e"
_LETTER_BELOW, _EDGE = 26.0, 16.0


def find_place(measured: MeasuredMap, finding: Finding) -> tuple[float, float] | None:
    """Where on the drawing a finding lies, x, y in its units; None where the map does not tell, or ends before it."""
    depth = finding.place.depth
    branch = next((one for one in measured.branches if one.name == finding.place.branch), None)
    if measured.unit != "mm" or depth is None or branch is None:
        return None
    x = measured.zero_x + depth.mm * measured.per_unit
    return (x, branch.y) if x < measured.width - _EDGE else None


def draw_map_marks(measured: MeasuredMap, findings: Sequence[Finding]) -> str:
    """Draw the letter of each finding at its measured depth, with a bar of one standard deviation to each side."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {measured.width:g} {measured.height:g}" '
        f'font-family="Open Sans, Arial, sans-serif">{"".join(_draw_mark(measured, one) for one in findings)}</svg>'
    )


def _draw_mark(measured: MeasuredMap, finding: Finding) -> str:
    place = find_place(measured, finding)
    if place is None or finding.place.depth is None:
        return ""
    (x, y), sigma = place, finding.place.depth.sigma_mm * measured.per_unit
    ends = f"M{x - sigma:.1f} {y - 5:.1f}v10M{x + sigma:.1f} {y - 5:.1f}v10"
    bar = f'<path d="M{x - sigma:.1f} {y:.1f}h{2 * sigma:.1f}{ends}" stroke="{MARK}" stroke-width="1.8"/>'
    mark = f'<path d="M{x:.1f} {y - 8:.1f}l8 8l-8 8l-8-8z" fill="{MARK}" stroke="#fff" stroke-width="1.4"/>'
    # Below the branch, for its name stands above it; white behind the letter, for it may lie on another line.
    letter = (
        f'<text x="{x:.1f}" y="{y + _LETTER_BELOW:.1f}" font-size="13" font-weight="600" text-anchor="middle" '
        f'fill="{MARK}" stroke="#fff" stroke-width="3" paint-order="stroke">{finding.letter}</text>'
    )
    return bar + mark + letter
