"""The outline of a finding, as a person drew it, over its picture."""

from __future__ import annotations

from collections.abc import Sequence


def draw_outline(points: Sequence[tuple[float, float]]) -> str:
    """Draw a closed line as SVG that is stretched over the picture.

    points: x, y as shares of the picture's width and height.
    """
    said = " ".join(f"{1000 * x:.1f},{1000 * y:.1f}" for x, y in points)
    line = f'points="{said}" fill="none" stroke-linejoin="round"'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 1000" preserveAspectRatio="none">'
        f'<polygon {line} stroke="#000" stroke-opacity="0.55" stroke-width="11"/>'
        f'<polygon {line} stroke="#ffe14d" stroke-width="5"/></svg>'
    )
