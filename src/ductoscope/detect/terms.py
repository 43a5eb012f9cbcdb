"""Describe a patch in the field's terms, each with a confidence; a term that cannot be told is left out.

Words are those of FINDING_TERMS (the Japanese classification and the consensus terms); none is a verdict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ductoscope.detect.look import Look
from ductoscope.model.suggestion import Term, WhatShows

_FEWEST_LOOKS = 4
_LEAST_CONFIDENCE = 0.55
_STANDS_RADII, _STANDS_STEP = 0.35, 0.08
_FLAT_RADII, _FLAT_STEP = 0.12, 0.05
_PLUGS, _NARROWS_DEG = 0.75, 300.0
_REDDER, _REDDER_STEP = 0.3, 0.08
_YELLOWER, _YELLOWER_STEP = 0.15, 0.04
_PALER, _PALER_STEP = -0.2, 0.05
_WALL_REDDER, _WALL_STEP = 0.11, 0.03
"""How much the logarithms of red over green and of green over blue must differ from the neighbouring wall's."""


def tell_what_shows(looks: Sequence[Look]) -> WhatShows:
    """Say in one phrase what is noticed first."""
    if not looks:
        return "changes the wall"
    height = _height(looks)
    stands_out = height is not None and height > _STANDS_RADII
    if _middle(looks, "hides") > _PLUGS:
        return "plugs"
    if stands_out:
        return "narrows" if _middle(looks, "around_deg") > _NARROWS_DEG else "stands out"
    return "bleeds" if _middle(looks, "wall_red") > _WALL_REDDER else "changes the wall"


def describe(looks: Sequence[Look]) -> Mapping[str, Term]:
    """Every term that can be told from these looks; surface and base cannot, a core is too coarse for them."""
    if len(looks) < _FEWEST_LOOKS:
        return {}
    told = {
        "type": _tell_type(looks),
        "form": _tell_form(looks),
        "colour": _tell_colour(looks),
        "wall_around": _tell_wall(looks),
    }
    return {name: term for name, term in told.items() if term is not None and term.confidence >= _LEAST_CONFIDENCE}


def _tell_type(looks: Sequence[Look]) -> Term | None:
    height = _height(looks)
    if height is None:
        return None
    raised, flat = _rise((height - _STANDS_RADII) / _STANDS_STEP), _rise((_FLAT_RADII - height) / _FLAT_STEP)
    if flat > raised:
        return Term("superficial", round(flat, 2))
    many = float(np.mean([one.parts > 1 for one in looks]))
    if many > 0.5:
        return Term("polypoid multiple", round(raised * many, 2))
    return Term("polypoid solitary", round(raised * (1.0 - many), 2))


def _tell_form(looks: Sequence[Look]) -> Term | None:
    height = _height(looks)
    return None if height is None else Term("flat", round(_rise((_FLAT_RADII - height) / _FLAT_STEP), 2))


def _tell_colour(looks: Sequence[Look]) -> Term | None:
    """The colour where it differs from the wall's: what is as pale as the wall has no word."""
    redder, yellower = _middle(looks, "redder"), _middle(looks, "yellower")
    red = _rise((redder - _REDDER) / _REDDER_STEP)
    yellow = _rise((yellower - _YELLOWER) / _YELLOWER_STEP) * (1.0 - red)
    white = _rise((_PALER - redder) / _PALER_STEP) * (1.0 - yellow)
    chance, word = max((red, "red"), (yellow, "yellow"), (white, "white"))
    return Term(word, round(chance, 2))


def _tell_wall(looks: Sequence[Look]) -> Term:
    return Term("reddened", round(_rise((_middle(looks, "wall_red") - _WALL_REDDER) / _WALL_STEP), 2))


def _height(looks: Sequence[Look]) -> float | None:
    known = [one.height_radii for one in looks if one.height_radii is not None]
    return float(np.median(known)) if known else None


def _middle(looks: Sequence[Look], name: str) -> float:
    return float(np.median([getattr(one, name) for one in looks]))


def _rise(steps: float) -> float:
    """From 0 to 1 as `steps` goes from well below 0 to well above it."""
    return float(1.0 / (1.0 + np.exp(-np.clip(steps, -30.0, 30.0))))
