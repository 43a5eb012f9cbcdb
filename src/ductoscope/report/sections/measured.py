"""Measured: the map of a duct as the finder measured it, and the unrolled wall of every branch that was entered."""

from __future__ import annotations

from ductoscope.model.clinical import Block, Finding, MappedBranch, MeasuredMap, Paragraph, Picture, Pictures
from ductoscope.report.draw_map_marks import draw_map_marks, find_place
from ductoscope.report.given import Given, say_orifice

MAP_MM, MAP_TALLEST_MM = 160.0, 75.0
"""How large a map is on paper: with its walls about half a page."""
WALL_MM, WALL_WIDEST_MM, CAPTION_MM, GAP_MM, LINE_MM = 14.0, 84.0, 38.0, 5.0, 174.0
"""Walls on paper: how high one is, how wide at most, how narrow its caption may be, between two, in a row together."""


def compose_measured(given: Given, measured: MeasuredMap) -> list[Block]:
    """Compose the map with its findings, the walls below it, and what the fillings mean and who measured."""
    blocks: list[Block] = [Pictures((_compose_map(given, measured),))]
    entered = [one for one in measured.branches if one.is_entered]
    rows = _fill_rows([_compose_wall(given, measured, one) for one in entered if one.wall])
    blocks += [Pictures(row) for row in rows]
    said = [given.say("measured.walls")] if rows else []
    unseen = [_name(given, one) for one in entered if not one.wall]
    if unseen:
        said.append(given.say("measured.no_wall", branches=", ".join(unseen)))
    by = "measured.measured_simulated" if measured.is_simulated else "measured.measured_by"
    said.append(given.say(by, eye=given.text(measured.eye), software=given.text(measured.software)))
    blocks.append(Paragraph(" ".join(said), "note"))
    return blocks


def _compose_map(given: Given, measured: MeasuredMap) -> Picture:
    findings = [
        one
        for one in given.procedure.findings.values()
        if one.state == "confirmed" and one.place.orifice == measured.orifice
    ]
    placed = [one for one in findings if find_place(measured, one) is not None]
    opening = say_orifice(given, measured.orifice)
    unit = given.say(f"measured.{measured.unit}", scale=given.text(measured.scale))
    said = [given.say("measured.caption", opening=opening, unit=unit)]
    if placed:
        said.append(given.say("measured.findings"))
    if len(placed) < len(findings):
        missing = _list_letters(given, [one for one in findings if one not in placed])
        said.append(given.say("measured.off_map", letters=missing))
    alt = given.say(
        "measured.alt",
        opening=opening,
        entered=_list_names(given, measured, is_entered=True),
        not_entered=_list_names(given, measured, is_entered=False),
        findings=_list_letters(given, placed),
    )
    width_mm = MAP_MM * min(1.0, MAP_TALLEST_MM / (MAP_MM * measured.height / measured.width))
    return Picture(alt, " ".join(said), draw_map_marks(measured, placed), measured.drawing, width_mm)


def _compose_wall(given: Given, measured: MeasuredMap, branch: MappedBranch) -> Picture:
    number, well, badly = given.words.number, round(100 * branch.well), round(100 * branch.badly)
    shares = {"well": well, "badly": badly, "never": max(100 - well - badly, 0)}
    caption = given.say(
        "measured.wall",
        branch=_name(given, branch),
        start=number(branch.start),
        end=number(branch.end),
        unit=given.say(f"measured.unit_{measured.unit}"),
        **shares,
    )
    alt = given.say("measured.wall_alt", branch=_name(given, branch), **shares)
    width_mm = min(WALL_MM * branch.width_px / max(branch.height_px, 1), WALL_WIDEST_MM)
    return Picture(alt, caption, "", branch.wall, width_mm)


def _fill_rows(walls: list[Picture]) -> list[tuple[Picture, ...]]:
    """Put walls into as few rows as their widths allow, in their order."""
    rows: list[list[Picture]] = []
    left_mm = 0.0
    for wall in walls:
        wide_mm = max(wall.width_mm, CAPTION_MM)
        if not rows or wide_mm > left_mm:
            rows.append([])
            left_mm = LINE_MM
        rows[-1].append(wall)
        left_mm -= wide_mm + GAP_MM
    return [tuple(row) for row in rows]


def _name(given: Given, branch: MappedBranch) -> str:
    return given.say("measured.branch", branch=branch.name) if branch.name else given.say("place.main_duct")


def _list_names(given: Given, measured: MeasuredMap, *, is_entered: bool) -> str:
    names = [_name(given, one) for one in measured.branches if one.is_entered == is_entered]
    return ", ".join(names) or given.say("answer.none")


def _list_letters(given: Given, findings: list[Finding]) -> str:
    return ", ".join(sorted(one.letter for one in findings)) or given.say("answer.none")
