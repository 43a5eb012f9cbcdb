"""Driven: the scope's moments while somebody else than the simulated hands drives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ductoscope.model import DoubleArray
from ductoscope.simulate.breast.draw import Breast
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.pose import tip_pose
from ductoscope.simulate.drive.state import ExamState
from ductoscope.simulate.eye import Glance, open_shutter
from ductoscope.simulate.instrument.auto_gain import AutoGainSettings, GainState, step_gain
from ductoscope.simulate.light.sight import Sight


class Driver(Protocol):
    """Whoever drives the scope instead of the simulated hands. Called from the thread that reads the pictures."""

    def next_state(self, dt_s: float) -> tuple[Breast, DuctTree, ExamState]:
        """Let `dt_s` seconds go by; the breast, the tree that the scope is in, and the moment now."""

    def note_sight(self, sight: Sight) -> None:
        """Hear what the picture of the last `next_state` showed."""


class Driven:
    """Asks one driver for moment after moment; used from one thread at a time.

    driver: it. haste: 0..1, how often its pictures came late. measure_light: mean light of a moment's picture.
    dt_s, shutter_s: of the camera.
    """

    def __init__(
        self, driver: Driver, measure_light: Callable[[Glance], float], *, dt_s: float, shutter_s: float
    ) -> None:
        self.driver = driver
        self.haste = 0.0
        self._measure_light = measure_light
        self._dt_s = dt_s
        self._shutter_s = shutter_s
        self._last: tuple[DuctTree, DoubleArray] | None = None
        self._gain = GainState()

    def step(self, frames: int) -> tuple[Glance, float]:
        """Let the time of so many frames (1 or more) go by; the last one's moment, and the camera's gain."""
        for _ in range(frames):
            breast, tree, state = self.driver.next_state(self._dt_s)
            before = self._last[1] if self._last is not None and self._last[0] is tree else None
            self._last = (tree, tip_pose(tree, state.tip))
        glance = open_shutter(breast, tree, state, before, self._dt_s, self._shutter_s)
        self._gain = step_gain(self._gain, self._measure_light(glance), AutoGainSettings(), frames * self._dt_s)
        return glance, self._gain.gain
