"""Terms describe, with a confidence each, in words of the list only, and keep silent when unsure."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from ductoscope.detect import begin_suggest, step_suggest
from ductoscope.detect.look import Look
from ductoscope.detect.terms import describe, tell_what_shows
from ductoscope.model import WhatShows
from ductoscope.model.clinical import FINDING_TERMS
from tests.unit.detect.drawn_duct import SCOPE, Ball, Duct, judge

POLYP = Look(
    worth=1.0,
    parts=1,
    height_radii=0.7,
    hides=0.2,
    around_deg=60.0,
    redder=0.0,
    yellower=0.0,
    brighter=0.1,
    red=0.4,
    yellow=0.2,
    wall_red=0.0,
    rough=1.0,
    ragged=1.05,
)
FLAT = replace(POLYP, height_radii=0.05)


def words(look: Look) -> dict[str, str]:
    return {name: term.word for name, term in describe([look] * 6).items()}


@pytest.mark.parametrize(
    ("look", "name", "word"),
    [
        (POLYP, "type", "polypoid solitary"),
        (replace(POLYP, parts=3), "type", "polypoid multiple"),
        (FLAT, "type", "superficial"),
        (FLAT, "form", "flat"),
        (replace(POLYP, redder=0.5), "colour", "red"),
        (replace(POLYP, yellower=0.3), "colour", "yellow"),
        (replace(POLYP, redder=-0.4), "colour", "white"),
        (replace(POLYP, wall_red=0.25), "wall_around", "reddened"),
    ],
)
def test_what_is_plain_is_told(look: Look, name: str, word: str) -> None:
    assert words(look)[name] == word


@pytest.mark.parametrize(
    ("look", "name"),
    [
        (POLYP, "colour"),
        (replace(POLYP, redder=0.3), "colour"),
        (replace(POLYP, height_radii=0.35), "type"),
        (replace(POLYP, height_radii=None), "type"),
        (POLYP, "wall_around"),
        (POLYP, "form"),
    ],
)
def test_what_is_doubtful_is_not_told(look: Look, name: str) -> None:
    assert name not in words(look)


def test_few_looks_tell_nothing() -> None:
    assert describe([POLYP] * 3) == {}
    assert describe([]) == {}


def test_every_word_is_of_the_list_and_every_confidence_a_chance() -> None:
    for look in (POLYP, FLAT, replace(POLYP, redder=0.6, wall_red=0.3), replace(POLYP, parts=2, yellower=0.4)):
        for name, term in describe([look] * 6).items():
            assert term.word in FINDING_TERMS[name]
            assert 0.5 < term.confidence <= 1.0
            assert name != "suspicion"


@pytest.mark.parametrize(
    ("look", "shows"),
    [
        (POLYP, "stands out"),
        (replace(POLYP, hides=0.9), "plugs"),
        (replace(POLYP, around_deg=330.0), "narrows"),
        (FLAT, "changes the wall"),
        (replace(FLAT, wall_red=0.2), "bleeds"),
    ],
)
def test_what_shows_is_one_phrase(look: Look, shows: WhatShows) -> None:
    assert tell_what_shows([look] * 6) == shows
    assert shows in get_args(WhatShows)


def test_colours_are_told_against_the_wall_beside_whatever_the_lamp() -> None:
    for cast in (np.array((1.0, 1.0, 1.0)), np.array((0.6, 1.0, 1.2))):
        spots = begin_suggest(SCOPE)
        for number in range(12):
            duct = Duct(balls=(Ball(20.0, 90.0, 0.5, light=(0.5, 0.18, 0.15)),))
            raster, outlook, sight, where = duct.look(number, 16.0)
            lit = replace(raster, light_lin=(raster.light_lin * cast).astype(np.float32))
            spots, said = step_suggest(spots, lit, outlook, judge(raster.t_ns), where, sight, (1.2, 0.06))
        assert said[0].terms["colour"].word == "red"
