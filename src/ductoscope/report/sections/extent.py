"""Extent: every opening that was looked at, how far each duct was followed, and how well one could see."""

from __future__ import annotations

from ductoscope.model.clinical import Block, Facts, Orifice, Paragraph, Picture, Pictures, Section, Table
from ductoscope.report.draw_clock_face import draw_clock_face
from ductoscope.report.draw_duct_map import draw_duct_map
from ductoscope.report.given import Given, say_depth, say_hour, say_orifice, say_side
from ductoscope.report.sections.measured import compose_measured

COLUMNS = ("opening", "discharge", "dilated", "entered", "deepest", "branches", "not_entered", "stopped")


def compose_extent(given: Given) -> Section:
    """Compose the drawing of the nipple, the table of openings and the maps of the ducts."""
    orifices = [one for _, one in sorted(given.procedure.orifices.items())]
    blocks: list[Block] = []
    if not orifices:
        blocks.append(Paragraph(given.say("extent.no_openings")))
    else:
        blocks.append(Pictures((_compose_clock_face(given, orifices),)))
        head = tuple(given.say(f"extent.{column}") for column in COLUMNS)
        blocks.append(Table(given.say("extent.caption"), head, tuple(_say_row(given, one) for one in orifices)))
        blocks += _compose_maps(given, [one for one in orifices if one.is_cannulated])
    blocks.append(Facts(tuple(_compose_view(given))))
    return Section(given.say("extent.heading"), tuple(blocks))


def _compose_clock_face(given: Given, orifices: list[Orifice]) -> Picture:
    said = "; ".join(
        given.say(
            "extent.clock_alt_entered" if one.is_cannulated else "extent.clock_alt_not_entered",
            opening=say_orifice(given, one.number),
        )
        for one in orifices
    )
    alt = given.say("extent.clock_alt", side=say_side(given), openings=said)
    svg = draw_clock_face(orifices, side=given.side, words=given.words)
    return Picture(alt, given.say("extent.clock_caption", side=say_side(given)), svg)


def _compose_maps(given: Given, entered: list[Orifice]) -> list[Block]:
    """Compose the measured map of every duct that has one, and one scheme of the others."""
    maps = given.procedure.maps
    blocks = [block for one in entered if one.number in maps for block in compose_measured(given, maps[one.number])]
    unmeasured = [one for one in entered if one.number not in maps]
    off_map = _say_off_map(given, entered)
    if unmeasured:
        alt = given.say("extent.map_alt", paths="; ".join(_say_path(given, one) for one in unmeasured))
        svg = draw_duct_map(given.procedure, given.words)
        blocks.append(Pictures((Picture(alt, f"{given.say('extent.map_caption')} {off_map}".strip(), svg),)))
    elif entered and off_map:
        blocks.append(Paragraph(off_map, "note"))
    return blocks


def _say_off_map(given: Given, entered: list[Orifice]) -> str:
    """Say which findings are on no map, as their duct was not entered."""
    numbers = {one.number for one in entered}
    findings = [one for one in given.procedure.findings.values() if one.state == "confirmed"]
    missing = sorted(one.letter for one in findings if one.place.orifice not in numbers)
    return given.say("extent.off_map", letters=", ".join(missing)) if missing else ""


def _say_row(given: Given, orifice: Orifice) -> tuple[str, ...]:
    words = given.words
    where = say_orifice(given, orifice.number)
    if orifice.distance_mm is not None:
        where = given.say("extent.distance", opening=where, mm=words.number(orifice.distance_mm, 1))
    if orifice.is_cannulated:
        entered = words.say("answer.yes")
    else:
        entered = given.say("extent.not_because", why=orifice.why_not or given.say("extent.no_reason"))
    nothing = given.say("answer.none")
    stopped = given.say("answer.not_recorded")
    if orifice.stopped_by is not None:
        stopped = words.term("stop", orifice.stopped_by)
    return (
        where,
        words.term("discharge_colour", orifice.discharge) if orifice.discharge else given.say("extent.no_discharge"),
        given.say("extent.no_dilation")
        if orifice.dilated_to_mm is None
        else given.say("extent.mm", mm=words.number(orifice.dilated_to_mm, 2)),
        entered,
        say_depth(words, orifice.deepest) if orifice.is_cannulated else given.say("answer.dash"),
        _say_branches(given, orifice.branches_entered) if orifice.is_cannulated else given.say("answer.dash"),
        _say_branches(given, orifice.branches_not_entered) if orifice.branches_not_entered else nothing,
        stopped if orifice.is_cannulated else given.say("answer.dash"),
    )


def _say_branches(given: Given, branches: tuple[str, ...]) -> str:
    if not branches:
        return given.say("extent.main_duct_only")
    return ", ".join(branch or given.say("place.main_duct") for branch in branches)


def _say_path(given: Given, orifice: Orifice) -> str:
    entered = _say_branches(given, orifice.branches_entered)
    unseen = ", ".join(orifice.branches_not_entered) or given.say("answer.none")
    found = sorted(
        one.letter
        for one in given.procedure.findings.values()
        if one.state == "confirmed" and one.place.orifice == orifice.number
    )
    return given.say(
        "extent.path_alt",
        opening=say_hour(given.words, orifice.clock),
        entered=entered,
        not_entered=unseen,
        deepest=say_depth(given.words, orifice.deepest),
        findings=", ".join(found) or given.say("answer.none"),
    )


def _compose_view(given: Given) -> list[tuple[str, str]]:
    view = given.procedure.view
    if view is None:
        return [(given.say("extent.view"), given.say("answer.not_recorded"))]
    hidden = ", ".join(given.words.term("hider", one) for one in view.hidden_by)
    share = given.say("extent.share_unmeasured")
    if view.clear_share is not None:
        share = given.say("extent.share", percent=given.words.number(view.clear_share * 100))
    return [
        (
            given.say("extent.view"),
            given.say("extent.grade", grade=view.grade, words=given.say(f"extent.grade_{view.grade}")),
        ),
        (given.say("extent.hidden"), hidden or given.say("extent.nothing_hid")),
        (given.say("extent.clear"), share),
    ]
