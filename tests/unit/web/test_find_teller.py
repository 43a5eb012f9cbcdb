"""What the pages are told: everything with its uncertainty or its reason, and nothing that is kept back or gone."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ductoscope.live import Finder, FinderNow, FindSetup, Sighting
from ductoscope.live.find import Found
from ductoscope.live.troubles import Troubles
from ductoscope.model.clinical import Unmeasurable
from ductoscope.navigate import DepthNow
from ductoscope.navigate.draw_map import LABELS
from ductoscope.web.find_teller import FindTeller, describe_course, describe_map, describe_sighting
from ductoscope.web.texts import load_texts
from tests.hand_find import draw_up, judge, lose, place, suggest

NOW = FinderNow("classical 1", 12.34, 3, are_hints_on=True)


def sight(**changes):
    depth = DepthNow(None, 0.0, None, None, "by the encoder")
    found = Found(7, 560_000_000, judge(), place(), depth, (), (suggest(1),))
    found = replace(found, **{name: changes.pop(name) for name in ("view", "where", "suggestions") if name in changes})
    told = {"search": 2, "map_number": 4, "duct_map": draw_up(), "judged": {}, "clear_share": 0.75, "looks": 40}
    return Sighting(found=found, **(told | changes))


def test_a_look_is_told_with_sigma_and_origin():
    told = describe_sighting(sight(), NOW)

    assert told["view"] == {"word": "clear", "advice": "", "clear": 0.9}
    assert told["where"] == {
        "lost": None,
        "branch": "L",
        "depth": {"mm": 23.4, "sigma_mm": 0.8, "origin": "encoder"},
        "travel_radii": 7.0,
        "roll_deg": 12,
        "roll_sigma_deg": 2,
    }
    (one,) = told["suggestions"]
    assert one["depth"] == {"mm": 26.0, "sigma_mm": 0.9, "origin": "encoder"}
    assert (one["size"]["value_mm"], one["size"]["sigma_mm"]) == (2.1, 0.3)
    assert one["terms"] == {"type": {"word": "polypoid solitary", "confidence": 0.87}}
    assert one["judged"] is None
    assert (told["looks_per_s"], told["skipped"]) == (12.3, 3)
    assert len(json.dumps(told)) < 3000


def test_lost_is_told_with_its_reason_and_what_the_shaft_still_says():
    told = describe_sighting(sight(where=lose("too fast"), view=judge("turbid", "flush")), NOW)

    assert told["where"]["lost"] == "too fast"
    assert told["where"]["depth"] == {"mm": 24.0, "sigma_mm": 0.9, "origin": "encoder"}
    assert told["where"]["roll_deg"] is None
    assert told["view"]["advice"] == "flush"


def test_a_suggestion_without_place_and_size_says_so():
    unmeasured = suggest(1, depth=None, size=Unmeasurable("nothing gave a scale"))

    (one,) = describe_sighting(sight(suggestions=(unmeasured,)), NOW)["suggestions"]

    assert (one["depth"], one["size"]) == (None, {"reason": "nothing gave a scale"})


def test_nothing_is_said_to_be_certain():
    sure = suggest(1, chance=1.0, depth=replace(suggest().depth, sigma_mm=0.01))

    (one,) = describe_sighting(sight(suggestions=(sure,)), NOW)["suggestions"]

    assert one["chance"] < 1.0
    assert one["depth"]["sigma_mm"] == 0.1


def test_suggestions_that_are_kept_back_are_told_nowhere():
    quiet = replace(NOW, are_hints_on=False)

    assert describe_sighting(sight(), quiet)["suggestions"] == []
    told = describe_map(sight(), LABELS, are_hints_on=False)
    assert told["studies"] == {}
    assert LABELS["finding"] not in told["svg"]


def test_without_a_look_nothing_of_an_older_one_is_left():
    told = describe_sighting(None, NOW)

    assert (told["search"], told["t_ns"], told["view"], told["where"], told["suggestions"]) == (0, None, None, None, [])


def test_a_map_is_told_with_its_wall_and_what_studies_found_apart():
    told = describe_map(sight(), LABELS, are_hints_on=True)

    assert told["svg"].startswith("<svg")
    assert "style" not in told["svg"]  # the page's Content-Security-Policy lets none in
    assert [wall["branch"] for wall in told["walls"]] == ["L"]
    studies = told["studies"]["1"]
    assert studies
    assert all(study["source"] and study["population"] for study in studies)
    assert "studies" not in describe_sighting(sight(), NOW)["suggestions"][0]


def test_a_dismissed_suggestion_stands_on_no_map():
    told = describe_map(sight(judged={1: "dismissed"}), LABELS, are_hints_on=True)

    assert told["studies"] == {}


def test_the_course_names_branches_entered_and_not_entered():
    told = describe_course(sight(deepest=place(31.25).depth))

    assert (told["branches_entered"], told["branches_not_entered"]) == (["L"], ["R"])
    assert (told["clear_share"], told["deepest"]["mm"]) == (0.75, 31.2)


def test_a_map_is_drawn_once_however_many_look(monkeypatch: pytest.MonkeyPatch):
    drawn = []
    monkeypatch.setattr("ductoscope.web.find_teller.draw_map", lambda *_, **__: drawn.append(1) or "<svg/>")
    finder = Finder(FindSetup(lambda: None), Troubles(), lambda: 0)
    teller = FindTeller(finder, LABELS)
    assert teller.tell_map()["map"] == 0

    finder.found.put(sight())
    assert teller.tell_map() is teller.tell_map()
    finder.found.put(sight(map_number=5))
    assert teller.tell_map()["map"] == 5
    finder.found.put(sight(map_number=5, judged={1: "dismissed"}))
    assert teller.tell_map()["studies"] == {}, "though no new map came"
    assert teller.tell_map() is teller.tell_map()
    finder.found.clear()
    assert teller.tell_map()["svg"] == ""
    assert len(drawn) == 3


def test_the_map_has_all_its_words():
    assert set(load_texts()["map_labels"]) == set(LABELS)
