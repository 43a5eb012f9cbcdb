"""What a person can do with what the finder says: depth by hand, a new map, hints on and off, a suggestion judged."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from ductoscope.live import Finder, Judged, Room, Shown
from ductoscope.model import BadInputError
from ductoscope.web.shelf import Shelf

Holding = Callable[[str | None], AbstractContextManager[object]]
"""Entered around an act of a page; its argument is the procedure that the page shows, None for none."""


class GraduationWish(BaseModel):
    """The mark on the shaft that stands at the nipple now."""

    model_config = ConfigDict(extra="forbid")
    mm: float = Field(ge=0, le=200)


class HintsWish(BaseModel):
    """Whether suggestions may be shown."""

    model_config = ConfigDict(extra="forbid")
    are_on: bool


class SuggestionWish(BaseModel):
    """One suggestion, by its number; search: of the map that it stands on."""

    model_config = ConfigDict(extra="forbid")
    suggestion: int
    search: int


class JudgeWish(SuggestionWish):
    """What a person says to a suggestion."""

    judged: Judged


KeepJudged = Callable[[Request, str | None, JudgeWish], dict[str, Any]]
"""Writes what a person said to a suggestion where it belongs; returns what the page is told."""


def find_act_routes(
    room: Room, frozen: Shelf[Shown], holding: Holding, keep_judged: KeepJudged | None = None
) -> APIRouter:
    """Make the routes of the acts, below the prefix of the page's other acts.

    frozen: where held pictures are kept for the page to fetch. keep_judged: writes into a record, before the
    suggestion is marked; None where there is no record.
    """
    routes = APIRouter(prefix="/find")

    def finder_of(wish: SuggestionWish | None = None) -> Finder:
        finder = room.finder
        if finder is None:
            raise BadInputError("Nobody looks for the way here; it is switched off in the settings.")
        newest = finder.found.newest()
        if wish is not None and (newest is None or newest[1].search != wish.search):
            raise BadInputError("This suggestion is not there any more; a new map was begun meanwhile.")
        return finder

    @routes.post("/zero")
    def zero_depth(request: Request) -> dict[str, Any]:
        with holding(_procedure_of(request)):
            room.zero_depth()
            return {}

    @routes.post("/graduation")
    def key_graduation(request: Request, wish: GraduationWish) -> dict[str, Any]:
        with holding(_procedure_of(request)):
            room.key_graduation(wish.mm)
            return {}

    @routes.post("/hints")
    def show_hints(request: Request, wish: HintsWish) -> dict[str, Any]:
        with holding(_procedure_of(request)):
            finder_of().show_hints(wish.are_on)
            return {}

    @routes.post("/map")
    def begin_map(request: Request) -> dict[str, Any]:
        with holding(_procedure_of(request)):
            finder_of().begin_map()
            return {}

    @routes.post("/hold")
    def hold(request: Request, wish: SuggestionWish) -> dict[str, Any]:
        with holding(_procedure_of(request)):
            finder_of(wish)
            shown = room.hold_suggestion(wish.suggestion)
            frozen.put(shown.sequence, shown)
            return {"sequence": shown.sequence, "has_raw": False, "is_restored": True, "lineage": shown.view.lineage}

    @routes.post("/judge")
    def judge(request: Request, wish: JudgeWish) -> dict[str, Any]:
        procedure_id = _procedure_of(request)
        with holding(procedure_id):
            finder = finder_of(wish)
            if keep_judged is None:
                finder.judge(wish.suggestion, wish.judged)
                return {}
            told = keep_judged(request, procedure_id, wish)
            mark_judged(finder, wish, wish.judged)
            return told

    return routes


def mark_judged(finder: Finder, wish: SuggestionWish, judged: Judged) -> None:
    """Mark a suggestion whose finding is written already.

    Where a new map was begun meanwhile there is nothing to mark; told as an error, the finding would be marked twice.
    """
    newest = finder.found.newest()
    if newest is None or newest[1].search != wish.search:
        return
    with suppress(BadInputError):
        finder.judge(wish.suggestion, judged)


def _procedure_of(request: Request) -> str | None:
    procedure_id = request.path_params.get("procedure_id")
    return None if procedure_id is None else str(procedure_id)
