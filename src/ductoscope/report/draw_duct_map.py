"""The ducts as they were followed: depth to scale, forks and lengths only as a scheme, and what nobody entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from xml.sax.saxutils import escape

from ductoscope.model.clinical import Depth, Finding, Orifice, Procedure
from ductoscope.report.branches import entered_branches, unnoted_branches
from ductoscope.report.given import say_hour
from ductoscope.report.words import Words

LEFT, RIGHT, ROW = 112.0, 560.0, 36.0
INK, UNSEEN, MARK = "#0b5563", "#7d8288", "#b3261e"


@dataclass(frozen=True, slots=True)
class _Tree:
    """One duct. paths: every branch that anything is known of; y: of each; forks_mm: where each is drawn to fork."""

    orifice: Orifice
    findings: tuple[Finding, ...]
    entered: frozenset[str]
    unnoted: frozenset[str]
    y: Mapping[str, float]
    forks_mm: Mapping[str, float]
    scale_mm: float

    def x(self, depth_mm: float) -> float:
        """Return where on the drawing a depth lies."""
        return LEFT + (RIGHT - LEFT) * depth_mm / self.scale_mm

    def starts_mm(self, path: str) -> float:
        """Return where a branch leaves its duct; the main duct starts at the nipple."""
        return self.forks_mm[path[:-1]] if path else 0.0


def draw_duct_map(procedure: Procedure, words: Words) -> str:
    """Draw every duct that was entered and that nobody measured, as SVG.

    Findings stand at their measured depth with a bar of one standard deviation to each side. Where the forks lie was
    not measured: they are drawn in their order, before the findings behind them.
    """
    findings = [one for one in procedure.findings.values() if one.state == "confirmed"]
    entered = [one for _, one in sorted(procedure.orifices.items()) if one.is_cannulated]
    ducts = [one for one in entered if one.number not in procedure.maps]
    known = [one.deepest for one in ducts] + [one.place.depth for one in findings]
    scale_mm = 10.0 * ceil(max([40.0, *(depth.mm + depth.sigma_mm for depth in known if depth is not None)]) / 10)
    parts, top = [], 4.0
    for orifice in ducts:
        tree = _grow(orifice, [one for one in findings if one.place.orifice == orifice.number], top, scale_mm)
        bottom = max(tree.y.values()) + 26
        parts += _draw_tree(tree, top, bottom, words)
        top = bottom
    parts += _draw_ruler(top + 4, scale_mm, words)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {top + 52:.0f}" '
        f'font-family="Open Sans, Arial, sans-serif" fill="#222">{"".join(parts)}</svg>'
    )


def _grow(orifice: Orifice, findings: Sequence[Finding], top: float, scale_mm: float) -> _Tree:
    entered = entered_branches(orifice, findings)
    unnoted = frozenset(unnoted_branches(orifice, findings))
    known = entered | unnoted | set(orifice.branches_not_entered)
    paths = sorted({path[:end] for path in known for end in range(len(path) + 1)})
    children = {path: [one for one in paths if one and one[:-1] == path] for path in paths}
    y: dict[str, float] = {}
    free = top + 24
    for path in paths:
        if not children[path]:
            y[path] = free
            free += ROW
    for path in sorted(children, key=len, reverse=True):
        if children[path]:
            y[path] = sum(y[child] for child in children[path]) / len(children[path])
    forks: dict[str, float] = {}
    levels = max(len(path) for path in paths) + 1
    reach = scale_mm if orifice.deepest is None else orifice.deepest.mm
    ends = [path for path in paths if path in entered and not any(child in entered for child in children[path])]
    for path in sorted(children, key=len):
        if children[path]:
            starts = forks[path[:-1]] if path else 0.0
            # Where one branch alone was followed to the deepest point, nothing forks before that point.
            followed = path == ends[0] and len(ends) == 1 and orifice.deepest is not None
            guess = reach if followed else reach * (len(path) + 1) / (levels + 1)
            forks[path] = _place_fork(findings, path, starts, guess)
    return _Tree(orifice, tuple(findings), entered, unnoted, y, forks, scale_mm)


def _place_fork(findings: Sequence[Finding], path: str, starts_mm: float, guess_mm: float) -> float:
    """Say where a duct is drawn to fork: behind its own findings, before those of its branches."""
    depths = [(one.place.branch, one.place.depth.mm) for one in findings if one.place.depth is not None]
    low = max([starts_mm + 3, *(mm + 3 for branch, mm in depths if branch == path)])
    # Forks on the way to one finding share the length up to it.
    behind = [
        starts_mm + (mm - 4 - starts_mm) / (len(branch) - len(path))
        for branch, mm in depths
        if branch.startswith(path) and branch != path
    ]
    high = min([max(guess_mm, low), *behind])
    return max(high, min(low, *behind)) if behind else high


def _draw_tree(tree: _Tree, top: float, bottom: float, words: Words) -> list[str]:
    y = tree.y[""]
    parts = [
        f'<circle cx="14" cy="{y:.1f}" r="11" fill="{INK}"/>',
        _write(14, y + 4.5, str(tree.orifice.number), ink="#fff", weight=600, anchor="middle"),
        _write(31, y + 4.5, say_hour(words, tree.orifice.clock)),
    ]
    if tree.orifice.deepest is not None:
        parts.append(_draw_deepest(tree, tree.orifice.deepest, top, bottom, words))
    parts += [_draw_branch(tree, path, words) for path in sorted(tree.y, key=lambda one: one in tree.entered)]
    parts += [_draw_finding(tree, one, words) for one in tree.findings]
    return parts


def _draw_branch(tree: _Tree, path: str, words: Words) -> str:
    """Draw one branch from its fork to its own fork or end, thinner with every order."""
    x, y = tree.x(tree.starts_mm(path)), tree.y[path]
    parent_y = tree.y[path[:-1]] if path else y
    own_fork_x = tree.x(tree.forks_mm[path]) if path in tree.forks_mm else RIGHT
    bend = min(26.0, max(own_fork_x - x, 4.0))
    start = f"M{x:.1f} {parent_y:.1f}" + (
        f"C{x + bend * 0.6:.1f} {parent_y:.1f} {x + bend * 0.4:.1f} {y:.1f} {x + bend:.1f} {y:.1f}" if path else ""
    )
    if path in tree.entered:
        end = tree.x(tree.forks_mm[path]) if path in tree.forks_mm else _find_end(tree, path, x + bend)
        width = max(7.0 - 1.6 * len(path), 2.4)
        line = (
            f'<path d="{start}H{max(end, x + bend):.1f}" fill="none" stroke="{INK}" stroke-width="{width:.1f}" '
            'stroke-linecap="round"/>'
        )
        has_room = path not in tree.forks_mm or end - x - bend > 12 + 7 * len(path)
        label_x = _find_room(tree, path, x + bend + 6)
        label = _write(label_x, y - 7, path, 10.5, ink=INK, weight=600) if path and has_room else ""
        return line + label
    key = "drawing.unnoted" if path in tree.unnoted else "drawing.not_entered"
    end = tree.x(tree.forks_mm[path]) if path in tree.forks_mm else x + bend + 8
    line = f'<path d="{start}H{end:.1f}" fill="none" stroke="{UNSEEN}" stroke-width="2" stroke-dasharray="2 4"/>'
    if path in tree.forks_mm:
        return line
    stop = f'<circle cx="{end + 5:.1f}" cy="{y:.1f}" r="4.5" fill="#fff" stroke="{UNSEEN}" stroke-width="1.6"/>'
    said = f"{path}: {words.say(key)}"
    # White behind the words, so that the line of the deepest point does not cross them out.
    behind = f'<rect x="{end + 12:.1f}" y="{y - 7:.1f}" width="{len(said) * 5.9 + 4:.0f}" height="14" fill="#fff"/>'
    return line + stop + behind + _write(end + 15, y + 4, said, 11, ink="#4a4e53")


def _find_room(tree: _Tree, path: str, x: float) -> float:
    """Say where a branch's name stands, behind the letters of findings that are in its way."""
    letters = sorted(
        tree.x(one.place.depth.mm) for one in tree.findings if one.place.depth and one.place.branch == path
    )
    for letter_x in letters:
        if letter_x - 8 * len(path) - 4 < x < letter_x + 24:
            x = letter_x + 24
    return x


def _find_end(tree: _Tree, path: str, starts_x: float) -> float:
    """Say how far an entered branch is drawn: to the deepest point where only it can be meant, or past its findings."""
    ends = [one for one in tree.entered if one not in tree.forks_mm]
    if len(ends) == 1 and tree.orifice.deepest is not None:
        return tree.x(tree.orifice.deepest.mm)
    own = [one.place.depth.mm for one in tree.findings if one.place.depth is not None and one.place.branch == path]
    return max([starts_x + 40, *(tree.x(min(mm + 5, tree.scale_mm)) for mm in own)])


def _draw_deepest(tree: _Tree, depth: Depth, top: float, bottom: float, words: Words) -> str:
    x = tree.x(depth.mm)
    said = words.say("drawing.deepest", mm=words.number(depth.mm))
    return (
        f'<path d="M{x:.1f} {top + 8:.1f}V{bottom - 6:.1f}" stroke="{INK}" stroke-width="1.2" stroke-dasharray="6 3"/>'
        + _write(x + 6, top + 14, said, 11, ink=INK)
    )


def _draw_finding(tree: _Tree, finding: Finding, words: Words) -> str:
    y = tree.y.get(finding.place.branch, tree.y[""])
    depth = finding.place.depth
    if depth is None:
        x = tree.x(tree.starts_mm(finding.place.branch)) + 34
        bar, said = "", f"{finding.letter} ({words.say('drawing.no_depth')})"
    else:
        x, wide = tree.x(depth.mm), tree.x(depth.sigma_mm) - LEFT
        ends = f"M{x - wide:.1f} {y - 5:.1f}v10M{x + wide:.1f} {y - 5:.1f}v10"
        bar = f'<path d="M{x - wide:.1f} {y:.1f}h{2 * wide:.1f}{ends}" stroke="{MARK}" stroke-width="1.8"/>'
        said = finding.letter
    mark = f'<path d="M{x:.1f} {y - 8:.1f}l8 8l-8 8l-8-8z" fill="{MARK}" stroke="#fff" stroke-width="1.4"/>'
    return bar + mark + _write(x + 9, y - 9, said, 13, ink=MARK, weight=600)


def _draw_ruler(top: float, scale_mm: float, words: Words) -> list[str]:
    step = 10 if scale_mm <= 120 else 20
    parts = [f'<path d="M{LEFT} {top:.1f}H{RIGHT}" stroke="#555" stroke-width="1"/>']
    for mm in range(0, int(scale_mm) + 1, step):
        x = LEFT + (RIGHT - LEFT) * mm / scale_mm
        parts.append(f'<path d="M{x:.1f} {top:.1f}v6" stroke="#555" stroke-width="1"/>')
        parts.append(_write(x, top + 19, words.number(mm), 11, anchor="middle"))
    parts.append(_write((LEFT + RIGHT) / 2, top + 37, words.say("drawing.ruler"), 11.5, anchor="middle"))
    return parts


def _write(
    x: float, y: float, text: str, size: float = 12.5, ink: str = "#3b3b3b", weight: int = 400, anchor: str = "start"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" '
        f'fill="{ink}">{escape(text)}</text>'
    )
