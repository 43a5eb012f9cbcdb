"""What the pages are told of the finder: the newest look a few times a second, the map about twice a second."""

from __future__ import annotations

import base64
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from ductoscope.care import what_studies_found
from ductoscope.live import Finder, FinderNow, Sighting
from ductoscope.model import Lost, Suggestion
from ductoscope.model.clinical import Depth, Measurement, Unmeasurable
from ductoscope.navigate import draw_map, draw_wall
from ductoscope.web.encode import encode_png

NEVER_SURER = 0.99
MAP_WIDTH = 380.0


class FindTeller:
    """Puts the finder's newest sighting into the words of JSON; each map is drawn once, however many look at it."""

    def __init__(self, finder: Finder, map_words: Mapping[str, str]) -> None:
        self.finder = finder
        self._map_words = map_words
        self._drawing = threading.Lock()
        self._drawn: tuple[tuple[object, ...], dict[str, Any]] | None = None

    def tell(self) -> dict[str, Any]:
        """Say what the newest look told."""
        newest = self.finder.found.newest()
        return describe_sighting(None if newest is None else newest[1], self.finder.now())

    def tell_map(self) -> dict[str, Any]:
        """Say what is known of the duct by now, drawn; "map" is its number, 0 without one."""
        newest, are_hints_on = self.finder.found.newest(), self.finder.now().are_hints_on
        if newest is None or newest[1].duct_map is None:
            return {
                "type": "find_map",
                "search": 0,
                "map": 0,
                "hints": are_hints_on,
                "judged": {},
                "svg": "",
                "walls": [],
                "studies": {},
                "course": None,
            }
        sighting = newest[1]
        # What was dismissed goes from the map, though no new one may come: a file ends, a source is lost.
        key = (sighting.search, sighting.map_number, are_hints_on, dict(sighting.judged))
        with self._drawing:
            if self._drawn is None or self._drawn[0] != key:
                self._drawn = (key, describe_map(sighting, self._map_words, are_hints_on=are_hints_on))
            return self._drawn[1]


def describe_sighting(sighting: Sighting | None, now: FinderNow) -> dict[str, Any]:
    """Put one look into the words of JSON; without one everything is null, and nothing of an older one is left."""
    told: dict[str, Any] = {
        "type": "find",
        "search": 0,
        "eye": now.eye,
        "looks_per_s": round(now.looks_per_s, 1),
        "skipped": now.skipped,
        "hints": now.are_hints_on,
        "t_ns": None,
        "view": None,
        "where": None,
        "scale": "",
        "suggestions": [],
    }
    if sighting is None:
        return told
    found = sighting.found
    suggestions = found.suggestions if now.are_hints_on else ()
    return told | {
        "search": sighting.search,
        "t_ns": found.t_ns,
        "view": {"word": found.view.word, "advice": found.view.advice, "clear": round(found.view.clear, 2)},
        "where": _describe_place(sighting),
        "scale": found.depth.scale,
        "suggestions": [_describe_suggestion(one, sighting) for one in suggestions],
    }


def describe_map(sighting: Sighting, words: Mapping[str, str], *, are_hints_on: bool) -> dict[str, Any]:
    """Draw the map and the walls, and say what published studies found for what is suggested.

    course: what the examination came to so far, for the record; a person accepts it.
    """
    duct_map, found = sighting.duct_map, sighting.found
    assert duct_map is not None
    shown = [one for one in found.suggestions if are_hints_on and sighting.judged.get(one.id) != "dismissed"]
    tip = None if isinstance(found.where, Lost) else found.where
    here = next((one for one in duct_map.branches if one.name == found.where.branch), None)
    walls = []
    if here is not None and here.name in duct_map.walls:
        png = encode_png(draw_wall(here, duct_map.walls[here.name], duct_map.unit))
        walls.append({"branch": here.name, "png": base64.b64encode(png).decode("ascii")})
    return {
        "type": "find_map",
        "search": sighting.search,
        "map": sighting.map_number,
        "hints": are_hints_on,
        "judged": {str(number): judged for number, judged in sighting.judged.items()},
        "svg": draw_map(duct_map, words, findings=shown, tip=tip, is_dark=True, width=MAP_WIDTH),
        "walls": walls,
        "studies": {str(one.id): _describe_studies(one) for one in shown},
        "course": describe_course(sighting),
    }


def describe_course(sighting: Sighting) -> dict[str, Any]:
    """Say what the examination came to so far: how clear it was, how deep, which branches."""
    branches = () if sighting.duct_map is None else sighting.duct_map.branches
    return {
        "clear_share": round(sighting.clear_share, 3),
        "looks": sighting.looks,
        "deepest": _describe_depth(sighting.deepest),
        "branches_entered": [one.name for one in branches if one.name and one.is_entered],
        "branches_not_entered": [one.name for one in branches if one.name and not one.is_entered],
    }


def _describe_place(sighting: Sighting) -> dict[str, Any]:
    where = sighting.found.where
    told: dict[str, Any] = {
        "lost": None,
        "branch": where.branch,
        "depth": _describe_depth(where.depth),
        "travel_radii": None,
        "roll_deg": None,
        "roll_sigma_deg": None,
    }
    if isinstance(where, Lost):
        return told | {"lost": where.reason}
    return told | {
        "travel_radii": round(where.travel_radii, 1),
        "roll_deg": round(where.roll_deg),
        "roll_sigma_deg": round(where.roll_sigma_deg),
    }


def _describe_suggestion(one: Suggestion, sighting: Sighting) -> dict[str, Any]:
    return {
        "id": one.id,
        "shows": one.shows,
        "chance": min(round(one.chance, 2), NEVER_SURER),
        "branch": one.branch,
        "depth": _describe_depth(one.depth),
        "wall_angle_deg": round(one.wall_angle_deg),
        "size": _describe_size(one.size),
        "terms": {
            name: {"word": term.word, "confidence": min(round(term.confidence, 2), NEVER_SURER)}
            for name, term in one.terms.items()
        },
        "outline_xy": _round_points(one.outline_xy),
        "now_xy": _round_points(one.now_xy),
        "last_t_ns": one.last_t_ns,
        "judged": sighting.judged.get(one.id),
    }


def _round_points(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(round(x, 4), round(y, 4)) for x, y in points]


def _describe_depth(depth: Depth | None) -> dict[str, Any] | None:
    if depth is None:
        return None
    return {"mm": round(depth.mm, 1), "sigma_mm": max(round(depth.sigma_mm, 1), 0.1), "origin": depth.origin}


def _describe_size(size: Measurement | Unmeasurable) -> dict[str, Any]:
    if isinstance(size, Unmeasurable):
        return {"reason": size.reason}
    return {
        "value_mm": round(size.value_mm, 2),
        "sigma_mm": max(round(size.sigma_mm, 2), 0.01),
        "method": size.method,
        "scale": size.scale,
    }


def _describe_studies(one: Suggestion) -> list[dict[str, Any]]:
    terms = {name: term.word for name, term in one.terms.items()}
    return [
        {
            "says": study.says,
            "share": study.share,
            "low": study.low,
            "high": study.high,
            "interval": study.interval,
            "source": study.source,
            "population": study.population,
            "caveat": study.caveat,
        }
        for study in what_studies_found(terms, one.shows)
    ]
