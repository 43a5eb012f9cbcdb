"""What grows in ducts, in the words of the classifications, drawn by their published shares.

Types: Japanese Association of Mammary Ductoscopy (Breast Cancer 9:220, 2002). Forms, bases, surfaces and colours:
Makita 1991 and the Chinese consensus on ductoscopy 2022. What none of them counts is assumed. No look is tied to a
verdict: lesions are neither benign nor malignant here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np

from ductoscope.simulate.breast.lesion import LesionType

Form = Literal["hemispheric", "papillary", "flat", "carpet", "fold", "lump", "edge"]
"""The first three protrude from the wall, a carpet spreads along it; the others are look-alikes' forms."""

_TYPES: dict[LesionType, float] = {
    "polypoid solitary": 61.0,
    "polypoid multiple": 20.0,
    "superficial": 30.0,
    "combined": 18.0,
}
"""Cases of each type among the 129 of Breast Cancer 9:220, 2002."""

_Word = TypeVar("_Word", bound=str)

_COLOURS = {"yellow": 0.30, "white": 0.25, "red": 0.45}
_CARPET_COLOURS = {"grey-white": 0.5, "pale red": 0.5}
_FORMS: dict[Form, float] = {"hemispheric": 0.3, "papillary": 0.55, "flat": 0.15}
_SURFACES: dict[str, dict[str, float]] = {
    "hemispheric": {"smooth": 0.7, "granular": 0.15, "rough": 0.15},
    "papillary": {"lobulated": 0.4, "villous": 0.3, "granular": 0.3},
    "flat": {"smooth": 0.4, "granular": 0.4, "rough": 0.2},
    "carpet": {"granular": 0.7, "rough": 0.3},
}
_BLEEDS = {"no": 0.5, "on contact": 0.35, "spontaneous": 0.15}
_CARPET_BLEEDS = {"no": 0.2, "on contact": 0.5, "spontaneous": 0.3}
_PLUG_SHARE = 0.15
_STENOSIS_SHARE = 0.25
_LOOKALIKES: dict[LesionType, float] = {"fold": 0.35, "debris": 0.3, "clot": 0.2, "fork edge": 0.15}


@dataclass(frozen=True, slots=True)
class LesionKind:
    """What is to grow, before its place and size are known; words as in `Lesion`.

    form: of its protruding part, or "carpet". is_plug: it fills the lumen and ends the duct. narrows: a circular
    stenosis. stiffness: of the wall beneath it.
    """

    type: LesionType
    form: Form
    base: str
    surface: str
    colour: str
    bleeds: str
    stiffness: float
    is_plug: bool = False
    narrows: bool = False

    @property
    def is_lesion(self) -> bool:
        """Whether it is a lesion, not a look-alike."""
        return self.type in _TYPES

    @property
    def is_loose(self) -> bool:
        """Whether flushing can carry it away."""
        return self.type in ("debris", "clot")

    @property
    def ends_duct(self) -> bool:
        """Whether the scope may be unable to pass it."""
        return self.is_plug or self.narrows


def draw_kind(rng: np.random.Generator, lesion_type: str) -> LesionKind:
    """Draw what a lesion of this type is like; "mixed" draws the type as well."""
    type_ = _pick(rng, _TYPES) if lesion_type == "mixed" else next(each for each in _TYPES if each == lesion_type)
    if type_ == "superficial":
        surface, bleeds = _pick(rng, _SURFACES["carpet"]), _pick(rng, _CARPET_BLEEDS)
        narrows = bool(rng.uniform() < _STENOSIS_SHARE)
        colour = _pick(rng, _CARPET_COLOURS)
        return LesionKind(type_, "carpet", "broad", surface, colour, bleeds, rng.uniform(2.0, 4.0), narrows=narrows)
    form = _pick(rng, _FORMS)
    surface = _pick(rng, _SURFACES[form])
    if type_ == "combined":
        # A polyp that stands in a carpet: its base is broad, its wall stiff.
        colour, bleeds = _pick(rng, _CARPET_COLOURS), _pick(rng, _CARPET_BLEEDS)
        return LesionKind(type_, form, "broad", surface, colour, bleeds, rng.uniform(2.0, 4.0))
    base = "broad" if form == "flat" or rng.uniform() < 0.35 else "stalk"
    is_plug = bool(type_ == "polypoid solitary" and form != "flat" and rng.uniform() < _PLUG_SHARE)
    if is_plug:
        base = "broad"
    colour, bleeds = _pick(rng, _COLOURS), _pick(rng, _BLEEDS)
    stiffness = rng.uniform(1.0, 1.6) if base == "stalk" else rng.uniform(1.2, 2.5)
    return LesionKind(type_, form, base, surface, colour, bleeds, stiffness, is_plug=is_plug)


def draw_lookalike(rng: np.random.Generator) -> LesionKind:
    """Draw something that looks like a lesion and is none."""
    return make_lookalike(rng, _pick(rng, _LOOKALIKES))


def make_lookalike(rng: np.random.Generator, type_: LesionType) -> LesionKind:
    """One look-alike of this type."""
    if type_ == "debris":
        colour = "white" if rng.uniform() < 0.7 else "yellow"
        return LesionKind(type_, "lump", "none", "rough", colour, "no", 1.0)
    if type_ == "clot":
        return LesionKind(type_, "lump", "none", "smooth", "brown", "no", 1.0)
    form: Form = "fold" if type_ == "fold" else "edge"
    return LesionKind(type_, form, "broad", "smooth", "white", "no", 1.0)


def _pick(rng: np.random.Generator, shares: dict[_Word, float]) -> _Word:
    weights = np.array(list(shares.values()))
    return list(shares)[int(rng.choice(len(weights), p=weights / weights.sum()))]
