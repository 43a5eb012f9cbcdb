"""Follow one ray through the lumen until it meets the wall or a lesion.

The lumen is the union of the tubes that meet in a fork, run together a little near the fork and nowhere else. A ray
carries the place along its tube with it (one Newton step for each step of the march); only near a fork are the other
tubes looked at. As long as a ray stays in any one tube it is inside, so it may go as far as the best tube lets it.
"""

from __future__ import annotations

import math

from ductoscope.simulate.light.kernel import kernel
from ductoscope.simulate.light.lobes import FAR_MM, gap_to_lobes
from ductoscope.simulate.light.lumen import (
    FIRST_ROW,
    LENGTH,
    NEIGHBOURS,
    RADIUS,
    ROWS,
    ZONE_END,
    ZONE_START,
    ZONES,
    gap_to_wall,
)

FARTHEST_MM = 40.0
FORK_SOFTNESS_MM = 0.12
LOBE_SOFTNESS_MM = 0.05

_STEPS = 60
_LONGEST_MM = 1.5
_CLOSE_ENOUGH = 0.0025
_GRAZING_MM = 0.03
_CLIFF_MM = 0.001
_DEEP_MM = 0.01
_BACK_MM = 0.1
_MOST_BACKS = 3
_AT_THE_END_MM = 0.06
_SLOPE = 0.1
_STEEPER_PER_MM = 1.2
_SLOPE_IN_FORK = 0.25
_FIRST_ROUNDS = 3
_ALONE_MM = 0.3
_STEEPEST = 1.5
_NEARBY_MM = 0.3
_PRESSED_MM = 0.25
_PRESSING_MM = 0.05
_TOUCHING_MM = 0.03


@kernel
def march(rows, tubes, spans, relief, now, hulls, hoods, balls, clusters, lesion_clusters,  # type: ignore[no-untyped-def]
          memory, stamp, ray, tube, along, px, py, pz, dx, dy, dz, gone, last, step,
          enter, spread, pupil, rounds):  # fmt: skip
    """Go from `gone` mm along a ray to its end.

    last, step: the gap that was left a step before, and that step; 0, 0 when nothing is known.
    memory (B, 5), stamp (B,): scratch; `ray` a number that only a ray and its neighbours share.
    enter: how far off the first lesion's hull is. spread, pupil: the ray's neighbours lie within pupil + spread *
    distance of it. rounds: Newton steps that `along` needs to be right at the start (1 when it is).
    Returns how far it went; tube and along; a second tube, its along and share where two run together (else -1);
    lesion (-1: wall), its share; 1 when it met something; and the last place that is safe for all its neighbours: how
    far, tube, along, the gap there, and 1 when the wall only came nearer from there on.
    """
    second, second_along, second_share = -1, 0.0, 0.0
    lesion, lesion_share = -1, 0.0
    safe, safe_tube, safe_along, is_safe = gone, tube, along, True
    safe_gap, lowest, is_straight = 0.0, FAR_MM, 1
    closing, gap = 0.0, FAR_MM
    inner, inner_gap, outer, outer_gap, is_outer, backs = 0.0, 0.0, FAR_MM, 0.0, False, 0
    met, is_inside = 0, gone > 0.0
    for _ in range(_STEPS):
        x, y, z = px + gone * dx, py + gone * dy, pz + gone * dz
        for _r in range(rounds):
            wall, along, nearing, room, uneven = gap_to_wall(
                rows, tubes, spans, relief, now, tube, along, x, y, z, dx, dy, dz
            )
        rounds = 1
        at_start, at_end = along < tubes[tube, ZONE_START], along > tubes[tube, ZONE_END]
        second, second_share = -1, 0.0
        # Deep inside its own tube a ray need not look at the others.
        if (at_start or at_end) and wall < _ALONE_MM:
            here = tube
            first_gap, first_along, first_nearing = wall, along, nearing
            second_gap = -FAR_MM
            if wall > 0.0 and room == 0.0:
                room = wall / (max(nearing, 0.0) + _SLOPE_IN_FORK)
            for k in range(6):
                other = spans[here, NEIGHBOURS + k]
                if other < 0 or not (along < tubes[here, ZONES + k] if k < 3 else at_end):
                    continue
                if stamp[other] == ray:
                    ex, ey, ez = x - memory[other, 2], y - memory[other, 3], z - memory[other, 4]
                    away = math.sqrt(ex * ex + ey * ey + ez * ez)
                    # Since it was last looked at it cannot have come near enough to matter.
                    if memory[other, 1] + _STEEPEST * away < wall - FORK_SOFTNESS_MM:
                        continue
                    place, tries = memory[other, 0], 1 if away < _NEARBY_MM else 2
                else:
                    # First met: as far from the fork as here, then a few Newton steps.
                    place, tries = _first_guess(rows, tubes, spans, here, k, x, y, z), _FIRST_ROUNDS
                for _r in range(tries):
                    found, place, nears, clear, _ = gap_to_wall(
                        rows, tubes, spans, relief, now, other, place, x, y, z, dx, dy, dz
                    )
                _remember(memory, stamp, ray, other, place, found, x, y, z)
                if found > 0.0:
                    room = max(room, clear, found / (max(nears, 0.0) + _SLOPE_IN_FORK))
                if found > first_gap:
                    second, second_gap, second_along = tube, first_gap, first_along
                    tube, first_gap, first_along, first_nearing = other, found, place, nears
                elif found > second_gap:
                    second, second_gap, second_along = other, found, place
            if tube != here:
                _remember(memory, stamp, ray, here, along, wall, x, y, z)
            wall, along, nearing = first_gap, first_along, first_nearing
            softness = _softness(rows, spans, here, 0 if at_start else 3, x, y, z)
            overlap = max(softness - (first_gap - second_gap), 0.0)
            if second_gap < 0.0 and room > wall / (max(nearing, 0.0) + _SLOPE):
                room = 0.0
            if overlap > 0.0:
                wall += overlap * overlap / (4.0 * softness)
                second_share = overlap / (2.0 * softness)
        gap, lobe_gap = wall, FAR_MM
        if gone >= enter:
            lobe_gap, lesion = gap_to_lobes(hulls, hoods, balls, clusters, lesion_clusters, x, y, z)
            overlap = max(LOBE_SOFTNESS_MM - abs(wall - lobe_gap), 0.0)
            gap = min(wall, lobe_gap) - overlap * overlap / (4.0 * LOBE_SOFTNESS_MM)
            lesion_share = min(max(0.5 + 0.5 * (wall - lobe_gap) / LOBE_SOFTNESS_MM, 0.0), 1.0)
        if lowest == FAR_MM:
            safe_gap = gap
        if is_safe:
            if gap > 1.4 * (pupil + spread * gone) + 0.004:
                safe, safe_tube, safe_along, safe_gap = gone, tube, along, gap
            else:
                is_safe = False
        elif gap > lowest and outer >= FAR_MM:
            is_straight = 0
        lowest = gap
        if not is_inside:
            # The tip presses soft tissue aside: a ray that finds the lumen soon sees into it.
            is_inside = gap > _CLOSE_ENOUGH * (1.0 + gone)
            if not is_inside:
                if gone > _PRESSED_MM:
                    gone, met, is_straight = _TOUCHING_MM, 1, 0
                    break
                gone += _PRESSING_MM
                continue
        closing = (last - gap) / step if step != 0.0 else 0.0
        # A ray that only grazes the wall must come the closer, for it may pass by after all.
        if abs(gap) < min(_CLOSE_ENOUGH * (1.0 + gone), _GRAZING_MM * max(closing, 0.02)):
            # The rest of the way in one straight step.
            gone += min(max(gap / max(closing, 0.1), -0.05), 0.05)
            met = 1
            break
        if gone > FARTHEST_MM:
            break
        last = gap
        if gap < 0.0:
            # Through the wall: between the last place inside and here (regula falsi, Illinois form).
            if outer >= FAR_MM:
                inner, inner_gap = (
                    (gone - step, max(closing * step + gap, 0.001)) if step > 0.0 else (gone - 0.05, -gap)
                )
            elif is_outer:
                inner_gap *= 0.5
            outer, outer_gap, is_outer = gone, gap, True
        elif outer < FAR_MM:
            if not is_outer:
                outer_gap *= 0.5
            inner, inner_gap, is_outer = gone, gap, False
        if outer < FAR_MM:
            step = inner + (outer - inner) * inner_gap / (inner_gap - outer_gap) - gone
            if outer - inner < _CLIFF_MM * (1.0 + gone):
                if gap > -_DEEP_MM or backs == _MOST_BACKS:
                    # A wall as steep as a cliff is met between two places, however close they come.
                    gone, met = gone + step, 1
                    break
                # The place thought to be inside was not, for the ray was not yet well placed along the tube.
                backs += 1
                inner, inner_gap = inner - _BACK_MM * backs, -gap
                step = inner - gone
        elif room > 0.0:
            step = max(room, 0.8 * gap)
        else:
            # Secant steps: the wall comes nearer as fast as it did over the last step, folds included, and a little
            # faster the more uneven the wall is, so that the ray stops short of a fold; not so at the very end.
            faster = (_SLOPE + _STEEPER_PER_MM * uneven) * min(gap / _AT_THE_END_MM, 1.0)
            step = gap / (max(nearing, closing, 0.0) + faster + 0.01)
        if outer >= FAR_MM:
            if gone < enter:
                step = min(step, enter - gone + 0.01)
            elif lobe_gap < FAR_MM:
                step = min(step, max(lobe_gap, gap))
            step = min(step, _LONGEST_MM)
        gone += step
    if gone < FARTHEST_MM:
        # Out of steps: it grazes a wall, and is near enough.
        met = 1
    if lesion_share < 0.02:
        lesion = -1
    return (
        gone, tube, along, second, second_along, second_share, lesion, lesion_share, met,
        safe, safe_tube, safe_along, safe_gap, is_straight,
    )  # fmt: skip


@kernel
def _remember(memory, stamp, ray, tube, along, gap, x, y, z):  # type: ignore[no-untyped-def]
    """Keep where a tube was last looked at from."""
    stamp[tube] = ray
    memory[tube, 0], memory[tube, 1] = along, gap
    memory[tube, 2], memory[tube, 3], memory[tube, 4] = x, y, z


@kernel
def _first_guess(rows, tubes, spans, tube, k, x, y, z):  # type: ignore[no-untyped-def]
    """Where to begin looking along neighbour k of a tube: as far from the fork that joins them as the place is."""
    other = spans[tube, NEIGHBOURS + k]
    row = spans[tube, FIRST_ROW] + (spans[tube, ROWS] - 1 if k >= 3 else 0)
    away = math.sqrt((x - rows[row, 0]) ** 2 + (y - rows[row, 1]) ** 2 + (z - rows[row, 2]) ** 2)
    return tubes[other, LENGTH] - away if k == 0 else away


@kernel
def _softness(rows, spans, tube, k, x, y, z):  # type: ignore[no-untyped-def]
    """How softly the tubes of a fork run together: fully within 2 radii of the fork, not at all beyond 4."""
    parent = tube if k >= 3 else spans[tube, NEIGHBOURS]
    row = spans[parent, FIRST_ROW] + spans[parent, ROWS] - 1
    away = math.sqrt((x - rows[row, 0]) ** 2 + (y - rows[row, 1]) ** 2 + (z - rows[row, 2]) ** 2)
    fade = min(max(2.0 - 0.5 * away / rows[row, RADIUS], 0.0), 1.0)
    return FORK_SOFTNESS_MM * fade * fade * (3.0 - 2.0 * fade) + 1e-6
