"""The nipple as a clock face, with every opening that was looked at."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin
from xml.sax.saxutils import escape

from ductoscope.model.clinical import Orifice, Side
from ductoscope.report.words import Words

NIPPLE_RADIUS_MM = 7.0
"""Nipples are 13.9 mm wide on average (Taneri 2006); only used to place an opening whose distance was measured."""
CENTRE = (170.0, 170.0)
RADIUS = 128.0
RINGS = {"central": 0.34, "peripheral": 0.74}


def draw_clock_face(orifices: Sequence[Orifice], *, side: Side | None, words: Words) -> str:
    """Draw the openings where somebody who faces the patient sees them, as SVG.

    A filled mark was entered, an open one was not; a drop means discharge. The armpit's side is written beside it.
    """
    x, y = CENTRE
    parts = [
        f'<circle cx="{x}" cy="{y}" r="{RADIUS}" fill="#f7ece8" stroke="#b98f83" stroke-width="1.5"/>',
        f'<circle cx="{x}" cy="{y}" r="{RADIUS * 0.54:.0f}" fill="none" stroke="#d9bfb7" stroke-width="1" '
        'stroke-dasharray="3 4"/>',
        f'<path d="M{x - 4} {y}h8M{x} {y - 4}v8" stroke="#b98f83" stroke-width="1"/>',
    ]
    for hour in range(1, 13):
        angle = hour * pi / 6
        inner = RADIUS - (9 if hour % 3 == 0 else 5)
        ends = [f"{x + r * sin(angle):.1f} {y - r * cos(angle):.1f}" for r in (inner, RADIUS)]
        parts.append(f'<path d="M{ends[0]}L{ends[1]}" stroke="#8a6a61" stroke-width="1.4"/>')
        far = RADIUS + 15
        parts.append(_write(x + far * sin(angle), y - far * cos(angle) + 4.5, str(hour), 13 if hour % 3 == 0 else 10.5))
    if side is not None:
        # Facing the patient, the left breast has the armpit on the right of the picture.
        armpit_x, middle_x = (344, -4) if side == "left" else (-4, 344)
        parts.append(_write_upright(armpit_x, y, words.say("drawing.armpit")))
        parts.append(_write_upright(middle_x, y, words.say("drawing.middle")))
    parts += [_draw_opening(one, *_place(one)) for one in orifices]
    parts += _draw_legend(words)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-14 8 600 326" '
        f'font-family="Open Sans, Arial, sans-serif" fill="#222">{"".join(parts)}</svg>'
    )


def _place(orifice: Orifice) -> tuple[float, float]:
    share = RINGS[orifice.ring]
    if orifice.distance_mm is not None:
        share = min(orifice.distance_mm / NIPPLE_RADIUS_MM, 1.0) * 0.92
    angle = orifice.clock * pi / 6
    return CENTRE[0] + RADIUS * share * sin(angle), CENTRE[1] - RADIUS * share * cos(angle)


def _draw_opening(orifice: Orifice, x: float, y: float) -> str:
    fill, ink = ("#0b5563", "#fff") if orifice.is_cannulated else ("#fff", "#0b5563")
    mark = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="11" fill="{fill}" stroke="#0b5563" stroke-width="2"/>'
    number = _write(x, y + 4.5, str(orifice.number), 12.5, ink, 600)
    drop = "" if orifice.discharge is None else _draw_drop(x + 12.5, y - 13)
    return mark + number + drop


def _draw_drop(x: float, y: float) -> str:
    return (
        f'<path d="M{x:.1f} {y - 8:.1f}c3.5 5 5.5 7.4 5.5 10.2a5.5 5.5 0 0 1-11 0c0-2.8 2-5.2 5.5-10.2z" '
        'fill="#c02626" stroke="#fff" stroke-width="1"/>'
    )


def _draw_legend(words: Words) -> list[str]:
    x = 385
    return [
        f'<circle cx="{x}" cy="112" r="9" fill="#0b5563" stroke="#0b5563" stroke-width="2"/>',
        _write(x + 18, 116.5, words.say("drawing.entered"), 13, anchor="start"),
        f'<circle cx="{x}" cy="146" r="9" fill="#fff" stroke="#0b5563" stroke-width="2"/>',
        _write(x + 18, 150.5, words.say("drawing.not_entered"), 13, anchor="start"),
        _draw_drop(x, 181),
        _write(x + 18, 184.5, words.say("drawing.discharge"), 13, anchor="start"),
        f'<path d="M{x - 10} 214h20" stroke="#d9bfb7" stroke-width="2" stroke-dasharray="3 4"/>',
        _write(x + 18, 218.5, words.say("drawing.rings"), 13, anchor="start"),
        _write(x + 18, 235.5, words.say("drawing.rings_more"), 13, anchor="start"),
    ]


def _write(
    x: float, y: float, text: str, size: float, ink: str = "#3b2c28", weight: int = 400, anchor: str = "middle"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" '
        f'fill="{ink}">{escape(text)}</text>'
    )


def _write_upright(x: float, y: float, text: str) -> str:
    return (
        f'<text transform="translate({x:.0f} {y:.0f}) rotate(-90)" font-size="12" text-anchor="middle" '
        f'fill="#6b4f47">{escape(text)}</text>'
    )
