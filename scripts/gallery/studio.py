"""Studio: the scope and the ducts that the gallery's views share; each is made when first asked for."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import cv2
import numpy as np

from ductoscope.model import PictureArray
from ductoscope.restore import calibrate, plan_restore, restore
from ductoscope.simulate.drive.state import ExamState
from gallery.setting import LONG_DUCT, Place, draw_place
from gallery.take import TILE_PX, Camera

_DUCT_SEED = 3
_TREE_SEED = 4
_OUT_OF_FOCUS = replace(LONG_DUCT, near_mm=10.0, focus_mm=15.0, far_mm=30.0)


class WrongViewError(RuntimeError):
    """A view is not in the state that it should show: the world has changed, and the gallery must follow."""


class Studio:
    """One scope of 10,000 cores; a long straight duct, a branching tree and an inflamed duct."""

    @cached_property
    def camera(self) -> Camera:
        """The scope."""
        return Camera(LONG_DUCT)

    @cached_property
    def duct(self) -> Place:
        """A long main duct."""
        return draw_place(_DUCT_SEED)

    @cached_property
    def inflamed(self) -> Place:
        """The same duct, sore."""
        return draw_place(_DUCT_SEED, replace(LONG_DUCT, inflammation=0.6))

    @cached_property
    def forked(self) -> Place:
        """A duct that forks early and wide."""
        return draw_place(_TREE_SEED, replace(LONG_DUCT, first_fork_mm=9.0, fork_angle_deg=50.0, child_ratio=0.75))

    @cached_property
    def wide(self) -> Place:
        """A duct with an ectatic stretch."""
        return draw_place(_DUCT_SEED, replace(LONG_DUCT, ectasia_share=1.0))

    def take(self, place: Place, state: ExamState) -> PictureArray:
        """The restored picture."""
        return self.camera.take(place, state).picture

    def take_as(self, wanted: str, place: Place, state: ExamState) -> PictureArray:
        """The restored picture; raises WrongViewError unless the simulator itself calls it `wanted`."""
        taken = self.camera.take(place, state)
        return _check(wanted, taken.view_state, taken.picture)

    def take_defocused(self, place: Place, state: ExamState) -> PictureArray:
        """The picture of a scope whose camera head was focused wrongly."""
        settings = _OUT_OF_FOCUS
        blurred = Place(replace(place.breast, settings=settings), place.tree)
        taken = Camera(settings).take(blurred, state)
        return _check("defocused", taken.view_state, taken.picture)

    def take_raw(self, place: Place, state: ExamState, zoom: float) -> PictureArray:
        """The camera's own picture at a tile's size; zoom: of the middle part."""
        raw = self.camera.take_raw(place, state, zoom)
        shrinks = len(raw) > TILE_PX
        sized = cv2.resize(raw, (TILE_PX, TILE_PX), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
        return np.asarray(sized, dtype=np.uint8)

    def take_enlarged(self, place: Place, state: ExamState, zoom: float) -> PictureArray:
        """The restored picture's middle part."""
        plan = plan_restore(calibrate(self.camera.scope.white()), size_px=TILE_PX, zoom=zoom)
        return restore(self.camera.expose(place, state), plan)


def _check(wanted: str, is_: str, picture: PictureArray) -> PictureArray:
    if is_ != wanted:
        raise WrongViewError(f'A view that should be "{wanted}" is "{is_}"; place the tip anew in scripts/gallery.')
    return picture
