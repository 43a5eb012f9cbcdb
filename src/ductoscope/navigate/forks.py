"""Forks: from mouths in single pictures to forks at a depth, each with its arms."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ductoscope.navigate.lumens import Lumen, Mouths, Ridge

CARINA_RADII, RIM_RADII = 3.6, 0.85
"""How far the carina, and the rim where the parent's wall ends, lie beyond the place where the ducts' middle lines
part, in radii of the parent: two children of 0.7 its radius, 40 degrees apart."""
_CARINA_SIGMA, _RIM_SIGMA = (0.8, 0.12), (0.3, 0.06)
"""One standard deviation of that: in radii, and as a share of how far ahead it is."""
_SAME_RIDGE = 1.4
"""Ridges whose distances differ less than this belong to one fork."""
_FARTHEST_RADII = 9.0
_RECENT_NS, _AWAY_NS = 400_000_000, 3_000_000_000
_AS_GOOD, _LEAST_SIGMA = 1.6, 0.4
_LEAST_RISE = 0.15
_CERTAIN_WEIGHT = 2.5
_PASSED_WEIGHT = 0.8
_STAYED, _LEFT = 0.5, 0.6
"""How far from the picture's middle a mouth that is entered is at most, and one that leaves over the rim at least."""
_LEAST_SIGHTINGS = 5
_LOST_WEIGHT = -1.5
_MISSED = 0.25
_EDGE, _STEEP, _STEEP_ALONE, _SPOT = (0.1, 0.3), (0.1, 0.3), (0.15, 0.35), (0.12, 0.32)
_NO_EDGE = 0.3
"""A saddle that shows no edge must be steeper and counts less: eyes miss edges, and folds have none."""
_ARM_SHARE, _STAYING_SHARE = 0.35, 0.7
_NEW_ARM_SIGHTINGS = 8
MOST_ARMS = 3


@dataclass(frozen=True, slots=True)
class Sighting:
    """One fork in one picture.

    arms: the deepest lumen of each. ahead_radii: how far ahead of the tip the ducts part, and its sigma; negative when
    the tip is past it. weight: how much it looks like a fork, 0 to 1.
    """

    arms: tuple[Lumen, ...]
    ahead_radii: float
    sigma_radii: float
    weight: float


@dataclass(slots=True)
class Arm:
    """One branch that leaves a fork.

    place_xy: of its mouth against the middle of the fork's mouths, in the unit disc, turned to roll 0. last_xy: where
    it was in the picture when it was last seen, turned to roll 0; its mouth chance then, and the time.
    child: its branch's number in the tree, -1 while the fork is only supposed.
    """

    place_xy: tuple[float, float]
    last_xy: tuple[float, float]
    last_mouth: float
    last_t_ns: int
    sightings: int = 1
    child: int = -1
    clock: float = 12.0


@dataclass(slots=True, eq=False)
class Fork:
    """One fork, supposed or certain; `along` in the map's unit is where its branches' middle lines part.

    best_sigma: of the best single sighting. is_seen_again: the tip was away and has come back. from_arm: the arm that
    the tip was in when the fork was first seen, where it had passed it unseen.
    """

    branch: int
    along: float
    sigma: float
    arms: list[Arm] = field(default_factory=list)
    weight: float = 0.0
    sightings: int = 0
    is_certain: bool = False
    last_t_ns: int = 0
    from_arm: Arm | None = None
    best_sigma: float = math.inf
    is_seen_again: bool = False


def turn(place_xy: tuple[float, float], degrees: float) -> tuple[float, float]:
    """Turn a place in the picture clockwise about its middle."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x, y = place_xy
    return cosine * x - sine * y, sine * x + cosine * y


def sight_forks(mouths: Mouths, radius: float) -> Iterator[Sighting]:
    """Forks in one picture, the nearest first, and behind it that in the arm ahead.

    radius: of the lumen around the tip, in the Outlook's scale.
    """
    lumens = mouths.lumens
    members = list(range(len(lumens)))
    open_ridges = [ridge for ridge in mouths.ridges if ridge.rise >= _LEAST_RISE]
    while len(members) > 1:
        within = [ridge for ridge in open_ridges if ridge.first in members and ridge.second in members]
        if not within:
            return
        nearest = min(ridge.distance for ridge in within)
        far = [ridge for ridge in within if ridge.distance > _SAME_RIDGE * nearest]
        groups = _join(members, far)
        near = [ridge for ridge in within if _group_of(ridge.first, groups) is not _group_of(ridge.second, groups)]
        if not near:  # what the nearest ridge parts meets again farther away: it is no carina
            open_ridges = far
            continue
        arms = tuple(lumens[min(group)] for group in groups)
        best = max(near, key=lambda ridge: ridge.rise)
        carina = best.distance / radius
        if carina <= _FARTHEST_RADII:
            ahead, sigma = _place_fork(mouths, [min(group) for group in groups], carina, radius)
            yield Sighting(arms, ahead, sigma, max(_weigh(ridge) for ridge in near))
        members = sorted(min(groups, key=lambda group: lumens[min(group)].off_axis))


def _place_fork(mouths: Mouths, arms: Sequence[int], carina_radii: float, radius: float) -> tuple[float, float]:
    """How far ahead the ducts part, in radii, and its sigma: by the rim where the wall ends, else by the carina."""
    is_ahead = all(mouths.lumens[arm].mouth > 0.5 for arm in arms)
    rim = mouths.find_rim(arms) if is_ahead else None
    if rim is None:
        return carina_radii - CARINA_RADII, _CARINA_SIGMA[0] + _CARINA_SIGMA[1] * carina_radii
    return rim / radius - RIM_RADII, _RIM_SIGMA[0] + _RIM_SIGMA[1] * rim / radius


def _join(members: Sequence[int], ridges: Sequence[Ridge]) -> list[set[int]]:
    groups = [{member} for member in members]
    for ridge in ridges:
        one, other = _group_of(ridge.first, groups), _group_of(ridge.second, groups)
        if one is not other:
            one |= other
            groups.remove(other)
    return groups


def _group_of(member: int, groups: Sequence[set[int]]) -> set[int]:
    return next(group for group in groups if member in group)


def _weigh(ridge: Ridge) -> float:
    """How much a ridge looks like a carina: steep, an edge, and nothing that stands out, as a lesion does."""
    edge = _rise(ridge.edge, *_EDGE)
    looks = edge * _rise(ridge.rise, *_STEEP) + _NO_EDGE * (1.0 - edge) * _rise(ridge.rise, *_STEEP_ALONE)
    return looks * (1.0 - _rise(ridge.spot, *_SPOT)) * (0.3 + 0.7 * ridge.mouth)


def _rise(value: float, low: float, high: float) -> float:
    """From 0 at `low` to 1 at `high`."""
    return min(max((value - low) / (high - low), 0.0), 1.0)


def note_sighting(
    fork: Fork, sighting: Sighting, along: float, sigma: float, roll_deg: float, t_ns: int
) -> float | None:
    """Take a sighting into a fork that it belongs to; return how far the picture's roll is off, when that can be told.

    along, sigma: where the sighting puts the fork.
    """
    fork.weight += sighting.weight
    fork.sightings += 1
    # Errors of one kind of sighting are alike: a hundred poor ones do not outweigh a few good ones.
    if sigma < _AS_GOOD * fork.best_sigma:
        fork.best_sigma = min(fork.best_sigma, sigma)
        gain = fork.sigma**2 / (fork.sigma**2 + sigma**2)
        fork.along += gain * (along - fork.along)
        fork.sigma = max(math.sqrt(1.0 - gain) * fork.sigma, _LEAST_SIGMA * fork.best_sigma)
    middle = _find_middle(sighting.arms)
    seen = [turn(lumen.place_xy, -roll_deg) for lumen in sighting.arms]
    beside = [
        turn((lumen.place_xy[0] - middle[0], lumen.place_xy[1] - middle[1]), -roll_deg) for lumen in sighting.arms
    ]
    is_recent = t_ns - fork.last_t_ns < _RECENT_NS
    fork.is_seen_again |= fork.is_certain and t_ns - fork.last_t_ns > _AWAY_NS
    pairs = _match(fork.arms, seen if is_recent else beside, is_recent=is_recent)
    turns = []
    for number, lumen in enumerate(sighting.arms):
        arm = pairs.get(number)
        if arm is None:
            if len(fork.arms) < MOST_ARMS:
                fork.arms.append(Arm(beside[number], seen[number], lumen.mouth, t_ns, clock=lumen.clock))
            continue
        if fork.is_seen_again and len(sighting.arms) == len(fork.arms):
            turns.append(_angle_between(arm.place_xy, beside[number]))
        if not fork.is_seen_again:
            # What the roll is corrected by must not follow the roll.
            arm.place_xy = _blend(arm.place_xy, beside[number], 1.0 / (min(arm.sightings, 20) + 1))
        arm.last_xy, arm.last_mouth, arm.last_t_ns = seen[number], lumen.mouth, t_ns
        arm.sightings += 1
        arm.clock = _hour(lumen.place_xy, middle)
    fork.last_t_ns = t_ns
    return sum(turns) / len(turns) if turns else None


def miss_fork(fork: Fork) -> bool:
    """Note that a supposed fork should have been seen and was not; say whether it is given up."""
    fork.weight -= _MISSED
    return not fork.is_certain and fork.weight < _LOST_WEIGHT


def is_ready(fork: Fork, *, is_passed: bool = False) -> bool:
    """Whether a supposed fork has been seen often and clearly enough, with two arms that stay.

    is_passed: the tip is beyond it. Then one mouth has left over the rim while the other stayed, as at a fork.
    """
    staying = sum(arm.sightings >= _STAYING_SHARE * fork.sightings for arm in fork.arms)
    least = _CERTAIN_WEIGHT
    if is_passed:
        offs = sorted(math.hypot(*arm.last_xy) for arm in fork.arms)
        least = _PASSED_WEIGHT if len(offs) > 1 and offs[0] < _STAYED < _LEFT < offs[-1] else least
    return fork.weight >= least and fork.sightings >= _LEAST_SIGHTINGS and staying >= 2


def certain_arms(fork: Fork) -> list[Arm]:
    """Arms that were seen often enough to be branches, the left-most in the picture first."""
    least = max(min(_ARM_SHARE * fork.sightings, _NEW_ARM_SIGHTINGS), 2)
    often = [arm for arm in fork.arms if arm.sightings >= least or arm.child >= 0]
    return sorted(often, key=lambda arm: arm.place_xy[0])


def _match(arms: Sequence[Arm], places: Sequence[tuple[float, float]], *, is_recent: bool) -> dict[int, Arm]:
    """Pair places in the picture with arms so that they lie nearest together over all."""
    best: dict[int, Arm] = {}
    lowest = math.inf
    count = min(len(arms), len(places))
    for chosen in itertools.permutations(range(len(places)), count):
        for whose in itertools.combinations(range(len(arms)), count):
            cost = 0.0
            for place, arm in zip(chosen, whose, strict=True):
                known = arms[arm].last_xy if is_recent else arms[arm].place_xy
                if is_recent:
                    cost += math.dist(places[place], known)
                else:
                    cost += abs(_angle_between(known, places[place]))
            if cost < lowest:
                lowest = cost
                best = {place: arms[arm] for place, arm in zip(chosen, whose, strict=True)}
    return best


def _blend(old: tuple[float, float], new: tuple[float, float], share: float) -> tuple[float, float]:
    return old[0] + share * (new[0] - old[0]), old[1] + share * (new[1] - old[1])


def _find_middle(lumens: Sequence[Lumen]) -> tuple[float, float]:
    xs, ys = zip(*(lumen.place_xy for lumen in lumens), strict=True)
    return sum(xs) / len(xs), sum(ys) / len(ys)


def _angle_between(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Degrees from the first to the second, clockwise in the picture, -180 to 180."""
    cross = first[0] * second[1] - first[1] * second[0]
    return math.degrees(math.atan2(cross, first[0] * second[0] + first[1] * second[1]))


def _hour(place_xy: tuple[float, float], middle: tuple[float, float]) -> float:
    hour = (math.degrees(math.atan2(place_xy[0] - middle[0], middle[1] - place_xy[1])) / 30.0) % 12.0
    return hour if hour > 0 else 12.0
