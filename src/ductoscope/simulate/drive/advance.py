"""Move the tip: turn it with a lag, push it where it looks, pull it back along its shaft, let it slide on walls."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from ductoscope.model import Controls
from ductoscope.simulate.drive.course import add
from ductoscope.simulate.drive.fork import settle_branch
from ductoscope.simulate.drive.lumen import Lumen, lets_pass, radius_towards_mm
from ductoscope.simulate.drive.pose import look, retell
from ductoscope.simulate.drive.state import TipState
from ductoscope.simulate.drive.sway import sway_at
from ductoscope.simulate.settings import WorldSettings

FULL_BEND_DEG = 30.0
FULL_ROLL_DEG_S = 60.0
START_MM = 0.5
"""Depth of a tip that was just put in; the hand does not pull it out of the orifice by driving."""

_BEND_LAG_S = 0.15
_CENTRES_OVER_MM = 4.0
"""A tip that is pulled back follows its shaft towards the middle over this way (assumed)."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Where a step brought the tip, and what was in its way.

    overlap_mm: how far it would have gone into the wall beside it. is_blocked: the lumen ahead is too narrow.
    """

    tip: TipState
    overlap_mm: float = 0.0
    is_blocked: bool = False


def move_tip(
    lumen: Lumen, settings: WorldSettings, tip: TipState, controls: Controls, t_s: float, dt_s: float
) -> Passage:
    """Where the tip is `dt_s` after `t_s`. A still world's tip stays where it is, whatever the hands ask for."""
    if settings.is_still:
        return Passage(tip)
    before = sway_at(lumen.tree, settings, t_s, is_held=controls.hold)
    after = sway_at(lumen.tree, settings, t_s + dt_s, is_held=controls.hold)
    roll_deg = tip.roll_deg + after.roll_deg - before.roll_deg
    travel_mm = after.along_mm - before.along_mm
    tilt_xy_deg = (
        tip.tilt_xy_deg[0] + after.tilt_x_deg - before.tilt_x_deg,
        tip.tilt_xy_deg[1] + after.tilt_y_deg - before.tilt_y_deg,
    )
    if not controls.hold:
        roll_deg += FULL_ROLL_DEG_S * controls.roll * dt_s
        travel_mm += settings.speed_mm_s * controls.push * dt_s
        towards = _bend_in_duct(controls, roll_deg)
        towards = (towards[0] + after.tilt_x_deg, towards[1] + after.tilt_y_deg)
        share = 1.0 - math.exp(-dt_s / _BEND_LAG_S)
        tilt_xy_deg = (
            tip.tilt_xy_deg[0] + share * (towards[0] - tip.tilt_xy_deg[0]),
            tip.tilt_xy_deg[1] + share * (towards[1] - tip.tilt_xy_deg[1]),
        )
    offset_xy_mm = (
        tip.offset_xy_mm[0] + after.right_mm - before.right_mm,
        tip.offset_xy_mm[1] + after.down_mm - before.down_mm,
    )
    turned = replace(tip, offset_xy_mm=offset_xy_mm, tilt_xy_deg=tilt_xy_deg, roll_deg=roll_deg)
    return _push(lumen, turned, travel_mm) if travel_mm > 0.0 else _pull(lumen, turned, travel_mm)


def slide(lumen: Lumen, tip: TipState) -> Passage:
    """Keep the tip inside the lumen: a place beyond the wall becomes the nearest one on it."""
    off_mm = math.hypot(*tip.offset_xy_mm)
    if off_mm < 1e-9:
        return Passage(tip)
    angle_deg = math.degrees(math.atan2(tip.offset_xy_mm[1], tip.offset_xy_mm[0]))
    branch = lumen.tree.branches[tip.branch]
    room_mm = radius_towards_mm(lumen, branch, tip.arc_mm, angle_deg) - lumen.scope_radius_mm
    if off_mm <= room_mm:
        return Passage(tip)
    share = room_mm / off_mm
    inside = (share * tip.offset_xy_mm[0], share * tip.offset_xy_mm[1])
    return Passage(replace(tip, offset_xy_mm=inside), off_mm - room_mm)


def _push(lumen: Lumen, tip: TipState, travel_mm: float) -> Passage:
    """Along where the tip looks, into the lumen that lies there, as far as the scope fits."""
    place, ahead = look(lumen.tree, tip)
    branch = lumen.tree.branches[tip.branch]
    moved = retell(lumen.tree, tip, branch, add(place, ahead, travel_mm), tip.arc_mm + travel_mm)
    moved = settle_branch(lumen, moved)
    now_in = lumen.tree.branches[moved.branch]
    is_at_end = moved.arc_mm > now_in.length_mm and not now_in.children
    if is_at_end or not lets_pass(lumen, now_in, moved.arc_mm):
        return replace(slide(lumen, tip), is_blocked=True)
    return slide(lumen, moved)


def _pull(lumen: Lumen, tip: TipState, travel_mm: float) -> Passage:
    """Back along the shaft, which lies in the middle of the lumen; at a fork into the parent it came from."""
    share = math.exp(travel_mm / _CENTRES_OVER_MM)
    inward = (share * tip.offset_xy_mm[0], share * tip.offset_xy_mm[1])
    moved = replace(tip, arc_mm=tip.arc_mm + travel_mm, offset_xy_mm=inward)
    if moved.arc_mm < START_MM and lumen.tree.branches[tip.branch].parent is None:
        moved = replace(moved, arc_mm=START_MM)
    if moved.arc_mm < 0.0:
        moved = settle_branch(lumen, moved)
    return slide(lumen, moved)


def _bend_in_duct(controls: Controls, roll_deg: float) -> tuple[float, float]:
    """Degrees to the branch's right and down that a bend to the picture's right and down means."""
    cos, sin = math.cos(math.radians(roll_deg)), math.sin(math.radians(roll_deg))
    x_deg, y_deg = FULL_BEND_DEG * controls.bend_x, FULL_BEND_DEG * controls.bend_y
    return (cos * x_deg - sin * y_deg, sin * x_deg + cos * y_deg)
