"""Sighting: what the finder tells the room of one frame, and how the finder itself does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ductoscope.detect import Eye
from ductoscope.live.find import Found
from ductoscope.model import DuctMap, Scope
from ductoscope.model.clinical import Depth
from ductoscope.model.view_state import ViewWord
from ductoscope.navigate import Known

Judged = Literal["confirmed", "dismissed"]
"""What a person said to a suggestion."""


@dataclass(frozen=True, slots=True)
class FindSetup:
    """What the finder is told once.

    open_eye: makes what looks at the pictures, in the finder's own thread. scope, known: as in `begin_find`.
    has_hints: suggestions are shown until somebody switches them off. is_first_look_unassisted: they are not shown
    before somebody asks for them, anew for every patient. looks_at_all: a source that is no live one waits for the
    finder, so that no look is left out.
    """

    open_eye: Callable[[], Eye]
    scope: Scope = field(default_factory=Scope)
    known: Known = field(default_factory=Known)
    has_hints: bool = True
    is_first_look_unassisted: bool = False
    looks_at_all: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """What the newest look told.

    search: counts up with every map that is begun anew; map_number: with every map drawn up. duct_map: drawn up about
    twice a second; None before the first. judged: suggestion's id to what a person said to it. clear_share: share of
    all looks at this patient in which the view was clear; looks: how many those were; hidden: how many were of each
    other word. deepest: how deep the tip was at most since the map began; None without a scale.
    """

    search: int
    found: Found
    map_number: int
    duct_map: DuctMap | None
    judged: Mapping[int, Judged]
    clear_share: float
    looks: int
    hidden: Mapping[ViewWord, int] = field(default_factory=dict)
    deepest: Depth | None = None


@dataclass(frozen=True, slots=True)
class FinderNow:
    """How the finder does.

    eye: what looks. looks_per_s: over the last two seconds. skipped: looks that were due and left out because the
    machine was busy. are_hints_on: whether suggestions may be shown now.
    """

    eye: str
    looks_per_s: float
    skipped: int
    are_hints_on: bool
