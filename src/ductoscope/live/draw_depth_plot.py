"""Draw depth over time, coloured by the view, as SVG: where the scope was, and when nothing could be seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise
from types import MappingProxyType

import numpy as np

from ductoscope.live.find import Found
from ductoscope.model import DoubleArray, Lost, ViewWord

COLOURS: Mapping[ViewWord, str] = MappingProxyType(
    {
        "clear": "#2f8f7d",
        "turbid": "#b79a55",
        "blood": "#b3303f",
        "red-out": "#e0667a",
        "white-out": "#c9ced3",
        "bubble": "#5b9bd5",
        "collapsed": "#7a5aa6",
        "defocused": "#8a8f95",
        "calibration lost": "#1d2126",
    }
)
"""A colour for every word of the view; the words stand beside them, so that colour is never alone."""

_WIDTH, _HEIGHT, _LEFT, _TOP, _BAND = 920.0, 260.0, 52.0, 10.0, 14.0
_INK, _QUIET = "#1d2733", "#6b7785"


def draw_depth_plot(found: Sequence[Found], words: Mapping[str, str]) -> str:
    """The plot, or "" when no frame has a depth. words: time, depth, title, lost."""
    depth = np.array([np.nan if one.where.depth is None else one.where.depth.mm for one in found])
    if not np.isfinite(depth).any():
        return ""
    sigma = np.array([np.nan if one.where.depth is None else one.where.depth.sigma_mm for one in found])
    seconds = np.array([one.t_ns for one in found], dtype=np.float64) / 1e9
    seconds -= seconds[0]
    deepest = max(float(np.nanmax(depth + sigma)), 1.0)
    x = _LEFT + (_WIDTH - _LEFT - 10.0) * seconds / max(float(seconds[-1]), 1e-9)
    y = _TOP + (_HEIGHT - 60.0) * depth / deepest
    half = (_HEIGHT - 60.0) * sigma / deepest
    parts = [
        f'<svg viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" role="img" xmlns="http://www.w3.org/2000/svg" '
        f'font-family="sans-serif" font-size="12" fill="{_INK}"><title>{escape(words["title"])}</title>',
        *_draw_axes(float(seconds[-1]), deepest, words),
        *_draw_stretches(x, y, half),
        *_draw_bands(found, x),
        "</svg>",
    ]
    return "\n".join(parts)


def _draw_axes(last_s: float, deepest: float, words: Mapping[str, str]) -> Iterator[str]:
    for mm in np.arange(0.0, deepest + 1e-9, _choose_step(deepest)):
        at = _TOP + (_HEIGHT - 60.0) * mm / deepest
        yield f'<path d="M{_LEFT} {at:.1f}H{_WIDTH - 10:.0f}" stroke="#d5dbe1" stroke-width="1"/>'
        yield f'<text x="{_LEFT - 6}" y="{at + 4:.1f}" text-anchor="end" fill="{_QUIET}">{mm:g}</text>'
    for second in np.arange(0.0, last_s + 1e-9, _choose_step(last_s)):
        at = _LEFT + (_WIDTH - _LEFT - 10.0) * second / max(last_s, 1e-9)
        yield f'<text x="{at:.1f}" y="{_HEIGHT - 8:.0f}" text-anchor="middle" fill="{_QUIET}">{second:g}</text>'
    middle = _TOP + (_HEIGHT - 60.0) / 2
    turned = f"translate(14 {middle:.0f}) rotate(-90)"
    yield f'<text transform="{turned}" text-anchor="middle">{escape(words["depth"])}</text>'
    yield f'<text x="{_WIDTH - 10:.0f}" y="{_HEIGHT - 8:.0f}" text-anchor="end">{escape(words["time"])}</text>'


def _draw_stretches(x: DoubleArray, y: DoubleArray, half: DoubleArray) -> Iterator[str]:
    """The line with its uncertainty around it, interrupted where nobody knows."""
    known = np.isfinite(y)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(int)))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        upper = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x[start:stop], (y - half)[start:stop], strict=True))
        lower = " ".join(
            f"{a:.1f},{b:.1f}" for a, b in zip(x[start:stop][::-1], (y + half)[start:stop][::-1], strict=True)
        )
        yield f'<polygon points="{upper} {lower}" fill="#2f8f7d" opacity="0.25"/>'
        line = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x[start:stop], y[start:stop], strict=True))
        yield f'<polyline points="{line}" fill="none" stroke="{_INK}" stroke-width="1.6"/>'


def _draw_bands(found: Sequence[Found], x: DoubleArray) -> Iterator[str]:
    """Below it, a band of the view's words, and a thin one where the way was lost."""
    top = _HEIGHT - 42.0
    words = [one.view.word for one in found]
    yield from (
        f'<rect x="{a:.1f}" y="{top}" width="{b - a + 0.2:.1f}" height="{_BAND}" fill="{COLOURS[words[start]]}"/>'
        for start, a, b in _runs([*words], x)
    )
    is_lost = [isinstance(one.where, Lost) for one in found]
    yield from (
        f'<rect x="{a:.1f}" y="{top - 5}" width="{b - a + 0.2:.1f}" height="4" fill="{_INK}"/>'
        for start, a, b in _runs([*is_lost], x)
        if is_lost[start]
    )


def _runs(values: Sequence[object], x: DoubleArray) -> Iterator[tuple[int, float, float]]:
    """Stretches of equal values: the first place, and where it begins and ends on the page."""
    starts = [0, *(at for at in range(1, len(values)) if values[at] != values[at - 1]), len(values)]
    for start, stop in pairwise(starts):
        yield start, float(x[start]), float(x[min(stop, len(x) - 1)])


def _choose_step(whole: float) -> float:
    """A round step that gives four to ten of them."""
    return next(step for step in (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000) if whole / step <= 10)
