"""The sheet that a duct map is drawn on: where every branch lies, colours, ruler, nipple and legend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, cos, pi, sin
from xml.sax.saxutils import escape

from ductoscope.model import Branch, DuctMap

ROW, TOP, FOOT = 50.0, 34.0, 84.0
WIDE = 800.0
_NARROW = 560.0
"""Sheets narrower than this leave out what the page around them says: the legend and the words at every "?"."""
_THICKEST, _THINNEST = 25.0, 11.0


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours that stay apart in grey, too: ground, ink, faint lines, wall seen well and never, what stands out."""

    ground: str
    ink: str
    faint: str
    well: str
    never: str
    mark: str


PAPER = Palette("#ffffff", "#22272b", "#c3c9ce", "#4f97a6", "#ffffff", "#b3261e")
SCREEN = Palette("#0f1417", "#e8edf0", "#3b464d", "#3f8e9e", "#0f1417", "#ffb4a8")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where everything lies.

    width: of the sheet. y: of every branch; end: of every branch, in the map's unit; longest: of the ruler.
    """

    duct_map: DuctMap
    texts: Mapping[str, str]
    colours: Palette
    y: Mapping[str, float]
    end: Mapping[str, float]
    longest: float
    width: float = WIDE

    @property
    def is_narrow(self) -> bool:
        """Whether there is room for little."""
        return self.width < _NARROW

    @property
    def left(self) -> float:
        """Where depth 0 lies."""
        return 66.0 if self.is_narrow else 96.0

    @property
    def right(self) -> float:
        """Where the ruler ends; beyond it is room for the words at the last forks."""
        return self.width - (86.0 if self.is_narrow else 150.0)

    def x(self, along: float) -> float:
        """Where a depth lies on the sheet."""
        return self.left + (self.right - self.left) * min(along / self.longest, 1.02)

    def thick(self, branch: Branch) -> float:
        """How thick a branch is drawn: wider ducts thicker, not to the ruler's scale."""
        radius = branch.radius if branch.radius is not None else 0.7
        return min(max(_THICKEST * radius / 1.5, _THINNEST), _THICKEST)


def lay_out(duct_map: DuctMap, texts: Mapping[str, str], colours: Palette, width: float = WIDE) -> Sheet:
    """Give every branch its height on the sheet, and the ruler its length."""
    children: dict[str | None, list[str]] = {}
    for branch in duct_map.branches:
        children.setdefault(branch.parent, []).append(branch.name)
    y: dict[str, float] = {}
    free = TOP

    def place(name: str) -> float:
        nonlocal free
        # Left in the picture is up on the map, as one goes along.
        below = [place(child) for child in sorted(children.get(name, []))]
        if not below:
            below = [free]
            free += ROW
        y[name] = sum(below) / len(below)
        return y[name]

    for name in children.get(None, []):
        place(name)
    start_of_children = {
        branch.name: min((one.start for one in duct_map.branches if one.parent == branch.name), default=None)
        for branch in duct_map.branches
    }
    end = {branch.name: _find_end(branch, start_of_children[branch.name]) for branch in duct_map.branches}
    step = 5.0 if max(end.values(), default=0.0) < 35.0 else 10.0
    longest = step * ceil(max([4 * step, *end.values()]) / step)
    return Sheet(duct_map, texts, colours, y, end, longest, width)


def _find_end(branch: Branch, fork: float | None) -> float:
    if fork is not None:
        return fork
    ends = [value for value in (branch.reached, branch.seen_to) if value is not None]
    return max([branch.start, *ends])


def draw_nipple(sheet: Sheet, clock: float | None) -> str:
    """Draw the nipple's clock face, as somebody sees it who faces the patient, with the opening that was entered."""
    x, y, radius = (29.0 if sheet.is_narrow else 36.0), sheet.y.get("", TOP), 25.0
    ink = sheet.colours.ink
    parts = [
        f'<path d="M{x + radius:.1f} {y:.1f}H{sheet.left:.1f}" stroke="{ink}" stroke-width="2.2"/>',
        f'<circle cx="{x}" cy="{y:.1f}" r="{radius}" fill="{sheet.colours.ground}" stroke="{ink}" stroke-width="1.8"/>',
    ]
    for hour in range(1, 13):
        angle = hour * pi / 6
        inner = radius - (6 if hour % 3 == 0 else 3.5)
        ends = [f"{x + r * sin(angle):.1f} {y - r * cos(angle):.1f}" for r in (inner, radius)]
        parts.append(f'<path d="M{ends[0]}L{ends[1]}" stroke="{ink}" stroke-width="1.2"/>')
    if clock is not None:
        angle = clock * pi / 6
        away = 0.5 * radius
        parts.append(
            f'<circle cx="{x + away * sin(angle):.1f}" cy="{y - away * cos(angle):.1f}" r="5" '
            f'fill="{sheet.colours.mark}" stroke="{sheet.colours.ground}" stroke-width="1.2"/>'
        )
    parts.append(write(x, y - radius - 4, "12", 10, ink, 400, "middle"))
    return "".join(parts)


def draw_opening(sheet: Sheet, number: int) -> str:
    """Draw the number of the opening that was entered, as a clock face elsewhere on the page has it."""
    y, ink = sheet.y.get("", TOP), sheet.colours.ink
    x = sheet.left - 34.0
    return (
        f'<path d="M{x:.1f} {y:.1f}H{sheet.left:.1f}" stroke="{ink}" stroke-width="2.2"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="12" fill="{ink}"/>'
        + write(x, y + 4.5, str(number), 12.5, sheet.colours.ground, 600, "middle")
    )


def draw_ruler(sheet: Sheet, y: float) -> str:
    """Draw the ruler of depths and its faint lines."""
    step = 5 if sheet.longest <= 40 else 10
    ink, faint = sheet.colours.ink, sheet.colours.faint
    parts = [f'<path d="M{sheet.left} {y:.1f}H{sheet.right}" stroke="{ink}" stroke-width="1.2"/>']
    for value in range(0, int(sheet.longest) + 1, step):
        x = sheet.x(value)
        parts.append(f'<path d="M{x:.1f} 6V{y:.1f}" stroke="{faint}" stroke-width="1"/>')
        parts.append(f'<path d="M{x:.1f} {y:.1f}v6" stroke="{ink}" stroke-width="1.2"/>')
        parts.append(write(x, y + 19, str(value), 11, ink, 400, "middle"))
    parts.append(write(sheet.right, y + 33, sheet.texts[sheet.duct_map.unit], 11, ink, 400, "end"))
    return "".join(parts)


def draw_legend(sheet: Sheet, y: float, *, has_findings: bool, has_tip: bool) -> str:
    """Draw what fills and marks mean, of those that are on the map."""
    colours, texts = sheet.colours, sheet.texts
    parts, x = [], sheet.left
    line = f'stroke="{colours.ink}" stroke-width="1"'
    for key, fill in (("well", colours.well), ("badly", "url(#badly)"), ("never", colours.never)):
        parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="22" height="12" fill="{fill}" {line}/>')
        parts.append(write(x + 28, y + 10.5, texts[key], 11))
        x += 44 + 6.2 * len(texts[key])
    parts.append(
        f'<rect x="{x:.1f}" y="{y:.1f}" width="22" height="12" fill="none" stroke="{colours.ink}" stroke-width="1.3" '
        'stroke-dasharray="3 3"/>' + write(x + 28, y + 10.5, f"? {texts['not_entered']}", 11)
    )
    x += 56 + 6.2 * len(texts["not_entered"])
    if has_tip:
        parts.append(f'<path d="M{x + 13:.1f} {y + 6:.1f}l-13 -7v14z" fill="{colours.ink}"/>')
        parts.append(write(x + 19, y + 10.5, texts["tip"], 11))
        x += 36 + 6.2 * len(texts["tip"])
    if has_findings:
        parts.append(f'<path d="M{x + 7:.1f} {y - 1:.1f}l7 7l-7 7l-7-7z" fill="{colours.mark}"/>')
        parts.append(write(x + 19, y + 10.5, texts["finding"], 11))
    return "".join(parts)


def define_stripes(colours: Palette) -> str:
    """Define the pattern of wall that was seen only badly."""
    return (
        '<defs><pattern id="badly" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="5" height="5" fill="{colours.never}"/>'
        f'<path d="M0 0V5" stroke="{colours.well}" stroke-width="3"/>'
        "</pattern></defs>"
    )


def write(x: float, y: float, text: str, size: float, ink: str = "", weight: int = 400, anchor: str = "start") -> str:
    """Write one line of text."""
    fill = f' fill="{ink}"' if ink else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}"{fill}>'
        f"{escape(text)}</text>"
    )
