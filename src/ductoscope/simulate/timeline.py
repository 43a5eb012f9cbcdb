"""Timeline: the examination that the simulated hands make, as one moment for every frame.

Time goes on by steps, but any frame may be asked for: what the hands did is written down, now and then the moment is
kept, and the steps from there are made again, which gives the same.
"""

from __future__ import annotations

import threading
from array import array
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import astuple, dataclass

import numpy as np

from ductoscope.model import Controls
from ductoscope.simulate.breast.draw import Breast
from ductoscope.simulate.drive.hands import Hands
from ductoscope.simulate.drive.pose import tip_pose
from ductoscope.simulate.drive.state import ExamState
from ductoscope.simulate.drive.step import begin_exam, step_exam
from ductoscope.simulate.eye import Glance, open_shutter
from ductoscope.simulate.instrument.auto_gain import AutoGainSettings, GainState, step_gain

_STEP = 20
"""Stream of chance of the steps: a generator of its own for each, so that every one can be made again."""

METER_EVERY_S = 0.1
"""How often the automatic gain looks at the picture (assumed)."""
_KEPT_EVERY_S = 1.0
_MOST_KEPT = 600
_RECENT = 32
_HANDS_SAY = 7
"""Numbers in one `Controls`; six hours at 30 frames a second are 36 MB."""


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """One frame's moment: what the scope looks at, and how far the camera's amplifier is turned up.

    mean_light: that the amplifier measured last.
    """

    index: int
    glance: Glance
    gain: GainState
    mean_light: float


class Timeline:
    """What happens under the simulated hands, frame by frame; used from any thread.

    seed: of the hands and of chance. measure_light: mean light of a moment's picture, for the automatic gain.
    """

    def __init__(self, seed: int, breast: Breast, measure_light: Callable[[Glance], float]) -> None:
        self.breast = breast
        self.tree = breast.tree(breast.discharging)
        self._seed = seed
        self._settings = breast.settings
        self._measure_light = measure_light
        self._gain = AutoGainSettings()
        self._dt_s = 1.0 / self._settings.fps
        self._meter_every = max(1, round(METER_EVERY_S * self._settings.fps))
        self._keep_every = max(1, round(_KEPT_EVERY_S * self._settings.fps))
        self._lock = threading.Lock()
        self._hands = Hands(seed, self.tree, self._settings)
        self._said = array("d")
        self._here = self._begin()
        self._kept = {0: self._here}
        self._recent = OrderedDict({0: self._here})

    def at(self, index: int) -> Moment:
        """The moment of frame `index`, 0 or more."""
        with self._lock:
            if index in self._recent:
                return self._recent[index]
            nearest = self._kept[max(kept for kept in self._kept if kept <= index)]
            if not nearest.index <= self._here.index <= index:
                self._here = nearest
            while self._here.index < index:
                self._here = self._step(self._here)
                self._remember(self._here)
            return self._here

    def _begin(self) -> Moment:
        state = begin_exam(self.tree, self._settings)
        glance = open_shutter(self.breast, self.tree, state, None, self._dt_s, self._settings.shutter_s)
        return Moment(0, glance, GainState(), self._measure_light(glance))

    def _step(self, before: Moment) -> Moment:
        """Go on by one frame."""
        index, was = before.index + 1, before.glance.state
        state = step_exam(
            self.tree,
            self._settings,
            self.breast.distension,
            was,
            self._ask_hands(before.index, was),
            self._dt_s,
            np.random.default_rng([self._seed, _STEP, index]),
        )
        pose = tip_pose(self.tree, was.tip)
        glance = open_shutter(self.breast, self.tree, state, pose, self._dt_s, self._settings.shutter_s)
        gain = step_gain(before.gain, before.mean_light, self._gain, self._dt_s)
        light = self._measure_light(glance) if index % self._meter_every == 0 else before.mean_light
        return Moment(index, glance, gain, light)

    def _ask_hands(self, index: int, state: ExamState) -> Controls:
        """What the hands do after frame `index`. They remember what they are about, so each is asked only once."""
        if len(self._said) == index * _HANDS_SAY:
            self._said.extend(astuple(self._hands.step(state, state.t_s)))
        push, bend_x, bend_y, roll, flush, suction, hold = self._said[index * _HANDS_SAY : (index + 1) * _HANDS_SAY]
        return Controls(push, bend_x, bend_y, roll, flush, suction, hold=bool(hold))

    def _remember(self, moment: Moment) -> None:
        self._recent[moment.index] = moment
        if len(self._recent) > _RECENT:
            self._recent.popitem(last=False)
        if moment.index % self._keep_every:
            return
        self._kept[moment.index] = moment
        if len(self._kept) > _MOST_KEPT:
            # A stream without end must not fill the memory: from now on half as often.
            self._keep_every *= 2
            self._kept = {at: kept for at, kept in self._kept.items() if at % self._keep_every == 0}
