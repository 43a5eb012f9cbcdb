"""Suggestions and the finder's course in the room: what a person confirmed, corrected, dismissed or accepted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request

from ductoscope.detect import measure_outline, to_finding
from ductoscope.live import Sighting
from ductoscope.model import BadInputError, ConflictError, Suggestion
from ductoscope.model.clinical import (
    FINDING_TERMS,
    Depth,
    Finding,
    Happened,
    MeasuredMap,
    Measurement,
    Orifice,
    Person,
    Procedure,
    Still,
    Unmeasurable,
    ViewQuality,
)
from ductoscope.model.clinical import happened as h
from ductoscope.model.clinical.examination import Hider
from ductoscope.model.view_state import ViewWord
from ductoscope.report.words import load_words
from ductoscope.web.clinic.entry import person_of
from ductoscope.web.clinic.marking import CLICK_SIGMA_SHARE, Point
from ductoscope.web.clinic.measured import draw_measured
from ductoscope.web.clinic.occupancy import Occupancy
from ductoscope.web.clinic.room_state import write
from ductoscope.web.clinic.room_wishes import RoomFindingWish, Wish
from ductoscope.web.clinic.stills import keep_picture
from ductoscope.web.find_acts import JudgeWish, SuggestionWish, find_act_routes, mark_judged

HIDERS: dict[ViewWord, Hider] = {
    "turbid": "turbid",
    "blood": "blood",
    "red-out": "red-out",
    "white-out": "white-out",
    "bubble": "bubbles",
    "collapsed": "collapsed",
    "defocused": "defocused",
}
"""The view's words as the record has them; a lost calibration is the equipment's."""
HID_SHARE = 0.05
"""From this share of the time on something is said to have hidden the view."""
AS_TYPED_MM = 0.51
"""A depth that a form shows in whole millimetres and that nobody changed is the one that was measured."""
SAME = 1e-3
"""Share of the picture's side below which two points are one: pages are told four digits."""
GRADES = ((0.8, 3), (0.5, 2), (0.2, 1))
"""Grade that is proposed from a share of clear view on. A person accepts it or notes another."""


class CourseWish(Wish):
    """Which part of what the finder measured a person accepts for the record.

    opening: the one that the page showed it for; when another one was entered meanwhile, nothing is written.
    """

    has_view: bool = True
    has_way: bool = True
    opening: int | None = None


class Suggested:
    """Writes what people say to suggestions into the record of whoever is in the room; entered while it is held."""

    def __init__(self, occupancy: Occupancy) -> None:
        self._occupancy = occupancy
        self._mapped: dict[tuple[str, int], int] = {}  # examination and opening to the search that its map is of

    def judge(self, who: Person, procedure_id: str, wish: JudgeWish) -> Finding:
        """Keep a suggestion as it is, confirmed or dismissed, with the picture that shows it best."""
        suggestion, still, orifice, eye = self._take_up(who, procedure_id, wish)
        letter = self._letter(procedure_id)
        finding = _round_place(to_finding(suggestion, letter, still.sha256, eye, orifice=orifice, state=wish.judged))
        self._occupancy.desk.mark_finding(who, procedure_id, finding)
        return finding

    def correct(self, who: Person, procedure_id: str, wish: RoomFindingWish) -> Finding:
        """Keep a suggestion as a person has it: another outline, other terms, another place."""
        assert wish.suggestion is not None
        suggestion, still, orifice, eye = self._take_up(who, procedure_id, wish.suggestion)
        finding = _round_place(correct_suggestion(suggestion, wish, self._letter(procedure_id), still, orifice, eye))
        self._occupancy.desk.mark_finding(who, procedure_id, finding)
        finder = self._occupancy.room.finder
        if finder is not None:
            mark_judged(finder, wish.suggestion, wish.state)
        return finding

    def accept(self, who: Person, procedure_id: str, wish: CourseWish) -> dict[str, Any]:
        """Keep how clear the view was and, of the opening that the scope is in, depth, branches and map: all or none.

        Returns that opening, and whether its earlier map stayed because it reaches deeper than the one of now.
        """
        desk, sighting = self._occupancy.desk, read_newest(self._occupancy)
        procedure = desk.journal.procedure(procedure_id)
        orifice = desk.find_entered_opening(procedure) if wish.has_way else None
        if wish.opening is not None and (orifice is None or orifice.number != wish.opening):
            raise ConflictError("Another opening was noted meanwhile. Look which one it is now, then take over again.")
        happened: list[Happened] = []
        if wish.has_view:
            happened.append(h.ViewJudged(judge_view(sighting, procedure.view)))
        if orifice is None:
            desk.do_all(who, happened, procedure_id=procedure_id)
            return {"opening": None, "is_earlier_map_kept": False}
        happened.append(h.OrificeNoted(note_way(sighting, orifice)))
        drawn = self._draw_map(procedure, sighting, orifice.number)
        of_search = self._mapped.get((procedure_id, orifice.number))
        is_news = drawn is not None and (
            of_search == sighting.search or reaches_as_deep(drawn[0], procedure.maps.get(orifice.number))
        )
        if drawn is not None and is_news:
            measured, svg, walls = drawn
            desk.keep_map(who, procedure_id, measured, svg=svg, walls=walls, along=happened)
            self._mapped[procedure_id, orifice.number] = sighting.search
        else:
            desk.do_all(who, happened, procedure_id=procedure_id)
        return {"opening": orifice.number, "is_earlier_map_kept": drawn is not None and not is_news}

    def _draw_map(
        self, procedure: Procedure, sighting: Sighting, orifice: int
    ) -> tuple[MeasuredMap, bytes, dict[str, bytes]] | None:
        """Draw the map of the duct behind an opening as the report will show it; None where nothing was entered."""
        room, desk, duct_map = self._occupancy.room, self._occupancy.desk, sighting.duct_map
        if room.finder is None or duct_map is None or not any(one.is_entered for one in duct_map.branches):
            return None
        source = room.status().source
        is_simulated = procedure.is_simulated or (source is not None and source.is_simulated)
        # The drawing's words are those of the report that it will stand in.
        words = load_words(desk.site.language).texts["duct_map"]
        return draw_measured(duct_map, orifice, words, eye=room.finder.now().eye, is_simulated=is_simulated)

    def _take_up(
        self, who: Person, procedure_id: str, wish: SuggestionWish
    ) -> tuple[Suggestion, Still, int | None, str]:
        """The suggestion, its picture, the opening it lies behind, and what suggested it."""
        room, finder = self._occupancy.room, self._occupancy.room.finder
        sighting = read_newest(self._occupancy)
        assert finder is not None, "a sighting comes from it"
        suggestion = _find(sighting, wish)
        if sighting.judged.get(suggestion.id) is not None:
            raise BadInputError("Somebody has confirmed or dismissed this suggestion already.")
        desk = self._occupancy.desk
        orifice = desk.find_entered_opening(desk.journal.procedure(procedure_id))
        still = keep_picture(self._occupancy, who, procedure_id, room.hold_suggestion(suggestion.id).sequence)
        return suggestion, still, None if orifice is None else orifice.number, finder.now().eye

    def _letter(self, procedure_id: str) -> str:
        desk = self._occupancy.desk
        return desk.next_letter(desk.journal.procedure(procedure_id))


def suggestion_routes(occupancy: Occupancy, suggested: Suggested) -> APIRouter:
    """Make the acts on suggestions and on the course, for the procedure in the room."""

    def keep_judged(request: Request, procedure_id: str | None, wish: JudgeWish) -> dict[str, Any]:
        assert procedure_id is not None
        return {"finding": write(suggested.judge(person_of(request), procedure_id, wish))}

    routes = find_act_routes(occupancy.room, occupancy.frozen, occupancy.holding, keep_judged)

    @routes.post("/accept")
    def accept(request: Request, procedure_id: str, wish: CourseWish) -> dict[str, Any]:
        with occupancy.holding(procedure_id):
            return suggested.accept(person_of(request), procedure_id, wish)

    return routes


def correct_suggestion(
    suggestion: Suggestion, wish: RoomFindingWish, letter: str, still: Still, orifice: int | None, eye: str
) -> Finding:
    """Make the finding of a suggestion that a person changed; what was left alone is the suggestion's."""
    outline = None if _is_outline_of(suggestion, wish.outline) else tuple(wish.outline) or None
    size: Measurement | Unmeasurable | None = None
    if wish.scale.kind in ("tool", "distance"):
        raise BadInputError("A suggestion keeps its own scale; mark a finding of your own to give another.")
    if outline is not None:
        size = _measure_again(suggestion, outline, still.width_px)
    place, known = wish.place.to_place(), suggestion.depth
    # An emptied field is a person's word, too: the depth that was suggested does not come back into it.
    if known is not None and place.depth is not None and abs(place.depth.mm - known.mm) < AS_TYPED_MM:
        place = replace(place, depth=known)
    return to_finding(
        suggestion,
        letter,
        still.sha256,
        eye,
        orifice=orifice,
        state=wish.state,
        outline=outline,
        terms={name: wish.terms.get(name) for name in FINDING_TERMS},
        size=size,
        words=wish.words,
        place=place,
        count=wish.count,
        obstruction_percent=wish.obstruction_percent,
        discharge_behind=wish.discharge_behind,
    )


def round_depth(depth: Depth | None) -> Depth | None:
    """A depth as it is written into a record: nobody needs more than a tenth of a millimetre, nor believes it."""
    if depth is None:
        return None
    return Depth(round(depth.mm, 1), max(round(depth.sigma_mm, 1), 0.1), depth.origin)


def _round_place(finding: Finding) -> Finding:
    return replace(finding, place=replace(finding.place, depth=round_depth(finding.place.depth)))


def _measure_again(suggestion: Suggestion, outline: Sequence[Point], side_px: int) -> Measurement | Unmeasurable | None:
    """The size of another outline in the same picture, by the scale that the suggestion's own size had there."""
    size = suggestion.size
    if isinstance(size, Unmeasurable):
        return size
    mm_per_px = size.value_mm / max(_find_extent(suggestion.outline_xy) * side_px, 1.0)
    outline_px = [(x * side_px, y * side_px) for x, y in outline]
    sigma = mm_per_px * size.sigma_mm / size.value_mm
    return measure_outline(outline_px, mm_per_px, sigma, CLICK_SIGMA_SHARE * side_px, size.scale)


def _is_outline_of(suggestion: Suggestion, outline: Sequence[Point]) -> bool:
    was = suggestion.outline_xy
    return len(outline) == len(was) and all(
        math.dist(one, other) < SAME for one, other in zip(outline, was, strict=True)
    )


def _find_extent(outline: Sequence[tuple[float, float]]) -> float:
    return max((math.dist(one, other) for one in outline for other in outline), default=0.0)


def reaches_as_deep(measured: MeasuredMap, earlier: MeasuredMap | None) -> bool:
    """Whether a map may take the place of an earlier one of another search; one in another unit cannot be compared."""
    if earlier is None:
        return True
    return measured.unit == earlier.unit and _reach(measured) >= _reach(earlier)


def _reach(measured: MeasuredMap) -> float:
    return max((one.end for one in measured.branches if one.is_entered), default=0.0)


def judge_view(sighting: Sighting, before: ViewQuality | None) -> ViewQuality:
    """How well one could see, as measured; what a person said of it stands."""
    share = round(sighting.clear_share, 3)
    if before is not None:
        return replace(before, clear_share=share)
    hidden = [
        HIDERS.get(word, "equipment")
        for word, count in sighting.hidden.items()
        if count >= HID_SHARE * max(sighting.looks, 1)
    ]
    grade = next((grade for least, grade in GRADES if share >= least), 0)
    return ViewQuality(grade, tuple(dict.fromkeys(hidden)), share)  # type: ignore[arg-type]  # a Literal of 0 to 3


def note_way(sighting: Sighting, orifice: Orifice) -> Orifice:
    """An opening with how deep the scope was and which branches it entered, together with what was known before.

    The map may have been begun anew meanwhile (new duct, recalibration, a look that failed) and know less.
    """
    branches = () if sighting.duct_map is None else [one for one in sighting.duct_map.branches if one.name]
    entered = dict.fromkeys((*orifice.branches_entered, *(one.name for one in branches if one.is_entered)))
    seen = dict.fromkeys((*orifice.branches_not_entered, *(one.name for one in branches if not one.is_entered)))
    depths = [one for one in (round_depth(sighting.deepest), orifice.deepest) if one is not None]
    return replace(
        orifice,
        deepest=max(depths, key=lambda one: one.mm, default=None),
        branches_entered=tuple(entered),
        branches_not_entered=tuple(name for name in seen if name not in entered),
    )


def read_newest(occupancy: Occupancy) -> Sighting:
    """The newest of what was found. Raises BadInputError when nothing was."""
    finder = occupancy.room.finder
    newest = None if finder is None else finder.found.newest()
    if newest is None:
        raise BadInputError("Nothing was found yet that could be written.")
    return newest[1]


def _find(sighting: Sighting, wish: SuggestionWish) -> Suggestion:
    for one in sighting.found.suggestions:
        if one.id == wish.suggestion and sighting.search == wish.search:
            return one
    raise BadInputError("This suggestion is not there any more; a new map was begun meanwhile.")
