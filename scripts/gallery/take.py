"""Take a picture: fibre and camera of the simulated scope, then restored as a user sees it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ductoscope.model import DoubleArray, PictureArray, Pixels
from ductoscope.restore import Plan, calibrate, plan_restore, restore
from ductoscope.simulate.drive.pose import tip_pose
from ductoscope.simulate.drive.state import ExamState
from ductoscope.simulate.eye import Eye, Glance
from ductoscope.simulate.instrument.auto_gain import AutoGainSettings, GainState, step_gain
from ductoscope.simulate.instrument.camera import camera_picture
from ductoscope.simulate.scope import SimulatedScope
from ductoscope.simulate.scope_spec import ScopeSpec
from ductoscope.simulate.settings import WorldSettings
from ductoscope.simulate.view_state import judge_view
from gallery.setting import Place

TILE_PX = 420
_SEED = 7
_SETTLES_S = 8.0
_RAW_MARGIN = 1.02


@dataclass(frozen=True, slots=True)
class Taken:
    """One picture and what the simulator calls its view state."""

    picture: PictureArray
    view_state: str


class Camera:
    """One scope, calibrated on its own white picture, which looks into any duct.

    settings: of the scope; those of its optics must be those of the places that it looks into.
    """

    def __init__(self, settings: WorldSettings) -> None:
        self.scope = SimulatedScope(ScopeSpec(_SEED, settings, paced=False))
        self.settings = settings
        self._eye = Eye(self.scope.fibre.xy, settings)

    @cached_property
    def plan(self) -> Plan:
        """How to restore its pictures."""
        return plan_restore(calibrate(self.scope.white()), size_px=TILE_PX)

    def take(self, place: Place, state: ExamState, poses: DoubleArray | None = None) -> Taken:
        """The restored picture; poses: (T, 4, 4) during the exposure, by default a still tip."""
        pixels, view_state = self._expose(place, state, poses)
        return Taken(restore(pixels, self.plan), view_state)

    def take_raw(self, place: Place, state: ExamState, zoom: float = 1.0) -> PictureArray:
        """The camera's own picture, cut to the disc's middle: the fibre's honeycomb as it comes."""
        pixels, _ = self._expose(place, state, None)
        lens = self.scope.camera.lens
        half = round(_RAW_MARGIN * lens.radius_px / zoom)
        column, row = (round(each) for each in lens.centre_xy_px)
        return np.ascontiguousarray(pixels[row - half : row + half, column - half : column + half], dtype=np.uint8)

    def expose(self, place: Place, state: ExamState) -> Pixels:
        """The whole camera picture of a still tip."""
        return self._expose(place, state, None)[0]

    def _expose(self, place: Place, state: ExamState, poses: DoubleArray | None) -> tuple[Pixels, str]:
        still = tip_pose(place.tree, state.tip)[None]
        glance = Glance(place.breast, place.tree, state, still if poses is None else poses)
        gain = settle_gain(self._eye.measure_light(glance))
        sight = self._eye.look(glance)
        pixels = camera_picture(
            sight.light, self.scope.fibre, self.scope.camera, np.random.default_rng(_SEED), gain=gain
        )
        return pixels, judge_view(sight, state, self.settings, gain)


def settle_gain(mean_light: float) -> float:
    """The automatic gain once it has come to rest on a picture of this mean light."""
    gain = GainState()
    for _ in range(round(_SETTLES_S / 0.1)):
        gain = step_gain(gain, mean_light, AutoGainSettings(), 0.1)
    return gain.gain
