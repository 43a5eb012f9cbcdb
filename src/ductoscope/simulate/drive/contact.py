"""How hard the tip presses on the wall, and which lesions it touches."""

from __future__ import annotations

import math

from ductoscope.model import Controls
from ductoscope.simulate.breast.lesion import Lesion
from ductoscope.simulate.drive.advance import Passage
from ductoscope.simulate.drive.lumen import Lumen, radius_towards_mm
from ductoscope.simulate.drive.state import Contact, TipState

_LAG_S = 0.25
_TOUCH = 0.05
"""A tip that glides along the wall; all forces are assumed, as shares of what makes the wall bleed."""
_LEAN = 0.5
_LEAN_PUSHED = 2.0
_AHEAD = 0.35
_AHEAD_PUSHED = 0.65
_AHEAD_UNTIL = 0.15
"""A tip that swings a little off what blocks it is still blocked until the wall has eased to this."""
_COLLAPSED = 0.3
_LEAST = 0.02
_FLAT_HEIGHT_MM = 0.3


def press_wall(
    lumen: Lumen, before: Contact | None, passage: Passage, controls: Controls, dt_s: float
) -> Contact | None:
    """The contact a step later; None when the tip is free.

    Beside the tip the force grows with how steeply it looks into the wall and how hard it is pushed; ahead, where the
    lumen is too narrow, with the push; in a collapsed lumen a push presses on the wall all around.
    """
    push = 0.0 if controls.hold else max(controls.push, 0.0)
    tip = passage.tip
    angle_deg = math.degrees(math.atan2(tip.offset_xy_mm[1], tip.offset_xy_mm[0]))
    force = 0.0
    if passage.overlap_mm > 0.0:
        force = _TOUCH + _lean_into(tip, angle_deg) * (_LEAN + _LEAN_PUSHED * push)
    force = max(force, _COLLAPSED * push * (1.0 - min(lumen.roundness, 1.0)))
    is_ahead = passage.is_blocked and push > 0.0
    if is_ahead:
        force = max(force, _AHEAD + _AHEAD_PUSHED * push)
        if math.hypot(*tip.tilt_xy_deg) > 1.0:
            angle_deg = math.degrees(math.atan2(tip.tilt_xy_deg[1], tip.tilt_xy_deg[0]))
    felt = before.force if before else 0.0
    felt += (1.0 - math.exp(-dt_s / _LAG_S)) * (min(force, 1.0) - felt)
    if felt < _LEAST:
        return None
    still_ahead = before is not None and before.ahead and felt >= _AHEAD_UNTIL
    return Contact(felt, angle_deg % 360.0, is_ahead or still_ahead)


def touch_lesions(lumen: Lumen, tip: TipState, gone: frozenset[str]) -> tuple[Lesion, ...]:
    """The lesions that the tip lies on: one of their lobes, or their painted patch, is nearer than its rim."""
    return tuple(
        lesion
        for lesion in lumen.tree.lesions
        if lesion.branch == tip.branch
        and lesion.id not in gone
        and abs(lesion.arc_mm - tip.arc_mm) <= lesion.size_mm / 2.0 + lumen.scope_radius_mm
        and _is_touched(lumen, lesion, tip)
    )


def _is_touched(lumen: Lumen, lesion: Lesion, tip: TipState) -> bool:
    branch = lumen.tree.branches[lesion.branch]
    if lesion.lobes.shape[0] == 0:
        across_mm = _across(lumen, tip, lesion.arc_mm, lesion.wall_angle_deg, 0.0)
        return across_mm < lumen.scope_radius_mm + _FLAT_HEIGHT_MM
    for along_mm, around_deg, height_mm, radius_mm, *_ in lesion.lobes.tolist():
        arc_mm = lesion.arc_mm + along_mm
        if not -1.0 < arc_mm < branch.length_mm + 1.0 or abs(arc_mm - tip.arc_mm) > radius_mm + lumen.scope_radius_mm:
            continue
        across_mm = _across(lumen, tip, arc_mm, lesion.wall_angle_deg + around_deg, height_mm)
        if math.hypot(across_mm, arc_mm - tip.arc_mm) < radius_mm + lumen.scope_radius_mm:
            return True
    return False


def _across(lumen: Lumen, tip: TipState, arc_mm: float, angle_deg: float, height_mm: float) -> float:
    """Distance, in the cross-section, from the tip's middle to a place so high above the wall."""
    branch = lumen.tree.branches[tip.branch]
    out_mm = radius_towards_mm(lumen, branch, arc_mm, angle_deg) - height_mm
    angle = math.radians(angle_deg)
    return math.hypot(out_mm * math.cos(angle) - tip.offset_xy_mm[0], out_mm * math.sin(angle) - tip.offset_xy_mm[1])


def _lean_into(tip: TipState, angle_deg: float) -> float:
    """How steeply the tip looks into the wall beside it: the sine of the angle, 0 when it looks away."""
    angle = math.radians(angle_deg)
    tilt_x, tilt_y = (math.tan(math.radians(tilt_deg)) for tilt_deg in tip.tilt_xy_deg)
    outward = tilt_x * math.cos(angle) + tilt_y * math.sin(angle)
    return max(outward, 0.0) / math.sqrt(1.0 + tilt_x * tilt_x + tilt_y * tilt_y)
