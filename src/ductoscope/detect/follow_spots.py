"""Follow patches from picture to picture by their place on the wall, and count what speaks for each."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from ductoscope.detect.look import Look
from ductoscope.detect.measure_spot import SizeSeen
from ductoscope.detect.spots import SpotSeen
from ductoscope.detect.terms import tell_what_shows
from ductoscope.detect.wall_place import WallPlace
from ductoscope.model import Suggestion
from ductoscope.model.clinical import Depth

Point = tuple[float, float]

SHOWN_AT_S, SHOWN_FLAT_AT_S = 0.2, 0.65
"""Seconds of clear view before a patch is pointed out; hits of a few pictures are withheld. What only colours the wall
shows less in a picture than what stands out, so more pictures have to speak for it (set on tuning seeds 21 to 29: six
of 15 false suggestions went, no lesion did)."""
_FEWEST_HITS = 3
_LEAST_BELIEF = 0.55
_NO_BELIEF, _BELIEF_SPAN = 0.42, 0.2
_MOST_S = 1.2
_WITHDRAWN_AT_S = 0.1
_MISS_RATE = 0.7
_PICTURE_S = 0.4
_PICTURE_GATE, _PICTURE_REACH = 0.25, 0.4
_WALL_GATE_RADII, _WALL_PER_AWAY = 0.6, 0.12
_KEPT_PLACES = 60
_KEPT_VIEWS = 24
_FLOATS = 0.34
_LATELY = 6
_DRIFTS_RADII = 0.5


@dataclass(slots=True)
class Followed:
    """One patch over time.

    seen_s: seconds of clear view that speak for it, less those that speak against it. hits: pictures it was in;
    slips: of these, those where it had left its place on the wall. shaft, tip_branch: where the tip was when it last
    showed. placed, told: what follows from the rest, until it changes.
    """

    id: int
    first_t_ns: int
    last_t_ns: int
    middle_xy: Point
    reach: float
    seen_s: float = 0.0
    hits: int = 0
    slips: int = 0
    belief: float = 0.0
    is_shown: bool = False
    places: list[WallPlace] = field(default_factory=list)
    sizes: list[SizeSeen] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    best_worth: float = -1.0
    best_frame: int = -1
    best_outline: tuple[Point, ...] = ()
    now_outline: tuple[Point, ...] = ()
    shown_t_ns: int | None = None
    shaft: Depth | None = None
    tip_branch: str = ""
    placed: WallPlace | None = None
    told: Suggestion | None = None
    wall_worth: float = -1.0
    wall_outline: tuple[Point, ...] = ()

    @property
    def floats(self) -> bool:
        """Whether it does not stay at a place on the wall, as debris in the fluid does."""
        return self.hits >= _FEWEST_HITS and self.slips > _FLOATS * self.hits

    def place(self) -> WallPlace | None:
        """The middle of the places where it was seen, weighted by how well; None when none was known."""
        if self.placed is None and self.places:
            self.placed = self._find_place()
        return self.placed

    def find_drift(self) -> float:
        """How far it moved along the wall lately, in radii beyond what its place's own uncertainty explains."""
        lately = [one for one in self.places[-_LATELY:] if one.is_own]
        third = max(len(lately) // 3, 1)
        if len(lately) < _FEWEST_HITS or lately[0].branch != lately[-1].branch:
            return 0.0
        old, new = lately[:third], lately[-third:]
        radius = max(old[0].radius, 1e-6)
        along = (np.median([one.along for one in new]) - np.median([one.along for one in old])) / radius
        around = math.radians((new[-1].angle_deg - old[0].angle_deg + 180.0) % 360.0 - 180.0)
        slack = (new[-1].sigma + 0.5 * new[-1].half_along) / radius
        return max(math.hypot(float(along), around) - slack, 0.0)

    def _find_place(self) -> WallPlace:
        worth = np.array([weigh_place(one) for one in self.places])
        names = [one.branch for one in self.places]
        branch = max(dict.fromkeys(names), key=lambda name: float(worth[[one == name for one in names]].sum()))
        here = [one for one in self.places if one.branch == branch]
        worth = np.array([weigh_place(one) for one in here])
        best = here[int(worth.argmax())]
        off = np.array([(one.angle_deg - best.angle_deg + 180.0) % 360.0 - 180.0 for one in here])
        middle = (best.angle_deg + _weighted_median(off, worth)) % 360.0
        along = np.array([one.along for one in here])
        value = _weighted_median(along, worth)
        spread = 1.48 * _weighted_median(np.abs(along - value), worth)
        return WallPlace(
            best.unit,
            best.radius,
            branch,
            value,
            middle,
            _weighted_median(np.array([one.half_along for one in here]), worth),
            _weighted_median(np.array([one.half_angle_deg for one in here]), worth),
            best.away_radii,
            best.height_radii,
            math.hypot(best.sigma, spread / math.sqrt(min(len(here), 4))),
            best.quality,
            best.is_own,
        )

    def _is_raised(self) -> bool:
        return tell_what_shows(self.looks) not in ("changes the wall", "bleeds")

    def is_worth_keeping(self, worth: float) -> bool:
        """Whether a view as good as this adds anything to those that are kept."""
        return len(self.looks) < _KEPT_VIEWS or worth > min(one.worth for one in self.looks)

    def take_over(self, other: Followed) -> None:
        """Become one with another that turned out to be the same thing."""
        self.told = None
        self.first_t_ns = min(self.first_t_ns, other.first_t_ns)
        if other.last_t_ns > self.last_t_ns:
            self.last_t_ns, self.middle_xy, self.reach = other.last_t_ns, other.middle_xy, other.reach
            self.now_outline, self.shaft, self.tip_branch = other.now_outline, other.shaft, other.tip_branch
        self.belief = (self.belief * self.hits + other.belief * other.hits) / max(self.hits + other.hits, 1)
        self.hits, self.slips = self.hits + other.hits, self.slips + other.slips
        self.seen_s = min(self.seen_s + max(other.seen_s, 0.0), _MOST_S)
        self.is_shown = self.is_shown or other.is_shown
        shown = [one for one in (self.shown_t_ns, other.shown_t_ns) if one is not None]
        self.shown_t_ns = min(shown, default=None)
        for place in other.places:
            self.add_place(place)
        for size in other.sizes:
            self.add_size(size)
        for look in other.looks:
            self.add_look(look)
        if other.best_worth > self.best_worth:
            self.best_worth, self.best_frame, self.best_outline = other.best_worth, other.best_frame, other.best_outline
        if other.wall_worth > self.wall_worth:
            self.wall_worth, self.wall_outline = other.wall_worth, other.wall_outline

    def add_place(self, place: WallPlace) -> None:
        """Keep one more place; of many, the best seen and the newest."""
        if self.places and self.places[-1].unit != place.unit:
            self.places.clear()
            self.wall_worth, self.wall_outline = -1.0, ()  # drawn in the unit of before
        self.places.append(place)
        self.placed = None
        if len(self.places) > _KEPT_PLACES:
            worst = min(range(len(self.places) - 10), key=lambda at: weigh_place(self.places[at]))
            del self.places[worst]

    def add_size(self, size: SizeSeen) -> None:
        """Keep one more size; of many, the best seen."""
        self.sizes.append(size)
        if len(self.sizes) > _KEPT_VIEWS:
            self.sizes.remove(min(self.sizes, key=lambda one: one.worth))

    def add_look(self, look: Look) -> None:
        """Keep one more look; of many, the best seen."""
        self.looks.append(look)
        if len(self.looks) > _KEPT_VIEWS:
            self.looks.remove(min(self.looks, key=lambda one: one.worth))

    def count_hit(self, spot: SpotSeen, seconds: float, *, slipped: bool) -> None:
        """One more picture speaks for it, as much as it is seen clearly and surely."""
        self.told = None
        self.hits += 1
        self.slips += slipped
        weight = min(max((spot.belief - _NO_BELIEF) / _BELIEF_SPAN, 0.0), 1.0) * min(spot.clear / 0.5, 1.0)
        self.seen_s = min(self.seen_s + seconds * weight, _MOST_S)
        self.belief += (spot.belief - self.belief) / min(self.hits, 20)
        self.middle_xy, self.reach = spot.middle_xy, spot.reach

    def count_miss(self, seconds: float) -> None:
        """Its wall was seen well, and nothing stood there."""
        self.told = None
        self.seen_s -= _MISS_RATE * seconds

    def decide(self, t_ns: int) -> None:
        """Show it once enough speaks for it; withdraw it only when much speaks against it, so that nothing flickers."""
        if self.is_shown:
            self.is_shown = self.seen_s > _WITHDRAWN_AT_S and not self.floats
        else:
            is_steady = not self.floats and self.find_drift() < _DRIFTS_RADII
            is_sure = self.seen_s >= SHOWN_AT_S and self.hits >= _FEWEST_HITS and self.belief >= _LEAST_BELIEF
            self.is_shown = is_sure and is_steady and (self.seen_s >= SHOWN_FLAT_AT_S or self._is_raised())
            if self.is_shown and self.shown_t_ns is None:
                self.shown_t_ns = t_ns


def weigh_place(place: WallPlace) -> float:
    """How much one place counts: near and well seen."""
    return max(place.quality, 0.01) / (1.0 + (place.away_radii / 3.0) ** 2)


def is_same_wall(one: WallPlace, other: WallPlace) -> float | None:
    """How far two places are apart in units of what may still be one thing, None when they cannot be."""
    if one.unit != other.unit or one.branch != other.branch:
        return None
    slack = _WALL_GATE_RADII + _WALL_PER_AWAY * max(one.away_radii, other.away_radii)
    along = abs(one.along - other.along) / (
        slack * one.radius + 0.7 * (one.half_along + other.half_along) + one.sigma + other.sigma
    )
    turn = abs((one.angle_deg - other.angle_deg + 180.0) % 360.0 - 180.0)
    around = turn / (math.degrees(slack) + 0.7 * (one.half_angle_deg + other.half_angle_deg))
    apart = math.hypot(along, around)
    return apart if apart <= 1.0 else None


def is_same_picture(followed: Followed, spot: SpotSeen, t_ns: int) -> float | None:
    """How far a patch lies from where it was in the picture just before; None when it cannot be the same."""
    if t_ns - followed.last_t_ns > _PICTURE_S * 1e9:
        return None
    away = math.dist(followed.middle_xy, spot.middle_xy)
    allowed = _PICTURE_GATE + _PICTURE_REACH * max(followed.reach, spot.reach)
    return away / allowed if away <= allowed else None


def _weighted_median(values: np.ndarray, worth: np.ndarray) -> float:
    order = np.argsort(values, kind="stable")
    total = np.cumsum(worth[order])
    return float(values[order[int(np.searchsorted(total, 0.5 * total[-1]))]])
