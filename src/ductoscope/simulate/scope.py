"""The simulated scope: a Source whose pictures come from a virtual breast, fibre and camera."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property

import numpy as np

from ductoscope.model import (
    Bundle,
    DoubleArray,
    Frame,
    PictureArray,
    Pixels,
    Source,
    SourceError,
    SourceInfo,
)
from ductoscope.simulate.breast.draw import Breast, draw_breast
from ductoscope.simulate.driven import Driven, Driver
from ductoscope.simulate.eye import Eye, Glance
from ductoscope.simulate.instrument.camera import CameraSettings, camera_picture, true_centres_px, white_picture
from ductoscope.simulate.instrument.fibre import FibreBundle, FibreSettings, make_fibre
from ductoscope.simulate.lesion_view import Onlooker, find_lesions_in_view
from ductoscope.simulate.light.sight import Sight
from ductoscope.simulate.scope_spec import ScopeSpec, parse_scope_spec
from ductoscope.simulate.timeline import Moment, Timeline
from ductoscope.simulate.truth import Truth
from ductoscope.simulate.view_state import is_seen_well, judge_view

_HEAD, _WHITE, _FIBRE, _NOISE, _HANDS = 10, 11, 12, 14, 15
"""Streams of chance."""
_WHITE_FRAMES = 8
_SIGHTS_KEPT = 2
_RAYS, _RAYS_IN_HASTE = 4, 1
_HASTE_KEPT, _HURRIED = 0.95, 0.2
"""Haste: the share of late pictures among the last twenty or so."""
_LONGEST_GAP_S = 2.0
"""A paced scope that is further behind than this (the computer slept) goes on from where it was."""


ShaftWatcher = Callable[[int, float], None]
"""Told a time of the stream, in ns, and how many mm of shaft are inside."""


def open_simulated_scope(spec: str) -> Source:
    """Make the simulated scope that `spec` asks for; it starts when its `open` is called."""
    return SimulatedScope(spec)


class SimulatedScope:
    """A scope in a simulated breast; the same spec gives the same pictures.

    spec: like "sim:7?cores=10000" (see `parse_scope_spec`).
    clock_ns, sleep: monotonic nanoseconds, and waiting in seconds; given so that tests need not wait.
    A paced scope waits for each frame's time. When it cannot keep up, indices are missing, as with a camera that
    loses frames; the world goes on meanwhile.
    `frame_at`, `truth_at` and `ideal_view_at` are of the simulated hands' examination, whoever drives now.
    """

    def __init__(
        self,
        spec: str | ScopeSpec,
        *,
        clock_ns: Callable[[], int] = time.monotonic_ns,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.spec = parse_scope_spec(spec) if isinstance(spec, str) else spec
        turned_deg = self.spec.settings.head_roll_deg
        self.camera = CameraSettings(
            height_px=self.spec.height,
            width_px=self.spec.width,
            disc_fraction=min(0.6, 0.98 * self.spec.width / self.spec.height),
            offset_px=(0.004 * self.spec.height, -0.003 * self.spec.height),
            rotation_deg=float(np.random.default_rng([self.spec.seed, _HEAD]).uniform(-turned_deg, turned_deg)),
        )
        self._clock_ns = clock_ns
        self._sleep = sleep
        self._start_ns: int | None = None
        self._next = 0
        self._turn = threading.Lock()
        self._driven: Driven | None = None
        self._driven_frames = 0
        self._late_ns = 0
        self._shaft_mm = 0.0
        self._shaft_watcher: ShaftWatcher | None = None
        self._sights: OrderedDict[int, Sight] = OrderedDict()
        self._sights_lock = threading.Lock()

    def open(self) -> SourceInfo:
        """Start the stream at its first frame."""
        self._start_ns = self._clock_ns()
        self._next = self._driven_frames = self._late_ns = 0
        # Made now, not at the first frame, which would come late.
        self.frame_at(0, self._start_ns)
        self._start_ns = self._clock_ns()
        return SourceInfo(
            name=f"Simulated scope, seed {self.spec.seed}",
            frame_shape=(self.spec.height, self.spec.width),
            channels=3,
            fps=self.spec.settings.fps,
            is_live=self.spec.paced,
            is_simulated=True,
            length=self.length,
        )

    def read(self) -> Frame | None:
        """Wait for the next picture; None after the last, or when `close` was called meanwhile."""
        start_ns = self._start_ns
        if start_ns is None:
            raise SourceError("The simulated scope is not open: open it before reading.")
        period_ns = 1e9 / self.spec.settings.fps
        skipped = self._count_late(start_ns, period_ns) if self.spec.paced else 0
        index = self._next + skipped
        if self.length is not None and index >= self.length:
            return None
        due_ns = start_ns + self._late_ns + round(index * period_ns)
        frame = self._take(index, due_ns, skipped)
        if not self.spec.paced:
            self._next = index + 1
            self._show_shaft(frame)
            return frame
        wait_ns = due_ns - self._clock_ns()
        if wait_ns > 0:
            self._sleep(wait_ns * 1e-9)
        if self._start_ns is None:
            return None
        self._next = index + 1
        frame = Frame(index, self._clock_ns(), frame.pixels)
        self._show_shaft(frame)
        return frame

    def white(self) -> Pixels:
        """A white reference picture: an even white card, several exposures averaged."""
        rng = np.random.default_rng([self.spec.seed, _WHITE])
        return white_picture(self.fibre, self.camera, rng, frames=_WHITE_FRAMES)

    def bundle(self) -> Bundle | None:
        """None: a simulated scope, like a real one, does not tell where its cores are."""
        return None

    def close(self) -> None:
        """Stop the stream."""
        self._start_ns = None

    def take_over(self, driver: Driver) -> None:
        """Let `driver` say from the next picture on where the scope is; the simulated hands rest meanwhile."""
        settings = self.spec.settings
        driven = Driven(driver, self._eye.measure_light, dt_s=1.0 / settings.fps, shutter_s=settings.shutter_s)
        with self._turn:
            self._driven = driven

    def watch_shaft(self, watcher: ShaftWatcher | None) -> None:
        """Tell `watcher` with every picture that is read its time and how many mm of shaft are inside; None: nobody."""
        self._shaft_watcher = watcher

    def give_back(self) -> None:
        """Let the simulated hands go on from where they were; safe to call when they drive already."""
        with self._turn:
            self._driven = None

    @property
    def length(self) -> int | None:
        """Number of frames; None when the stream does not end."""
        return None if self.spec.seconds is None else max(1, round(self.spec.seconds * self.spec.settings.fps))

    @cached_property
    def fibre(self) -> FibreBundle:
        """The true fibre bundle."""
        settings = self.spec.settings
        return make_fibre(
            np.random.default_rng([self.spec.seed, _FIBRE]),
            FibreSettings(
                cores=settings.cores, jitter=settings.jitter, dead=settings.dead, crosstalk=settings.crosstalk
            ),
        )

    @cached_property
    def breast(self) -> Breast:
        """The true breast that the simulated hands examine."""
        return draw_breast(self.spec.seed, self.spec.settings)

    @cached_property
    def timeline(self) -> Timeline:
        """What the simulated hands do."""
        hands_seed = int(np.random.default_rng([self.spec.seed, _HANDS]).integers(2**62))
        return Timeline(hands_seed, self.breast, self._eye.measure_light)

    def frame_at(self, index: int, t_ns: int) -> Frame:
        """Frame number `index`, whichever were asked for before, with the time `t_ns` written on it."""
        moment = self.timeline.at(index)
        return self._expose(index, t_ns, self._sight_of(moment), moment.gain.gain)

    def truth_at(self, index: int) -> Truth:
        """The truth behind frame number `index`."""
        moment = self.timeline.at(index)
        glance, sight, settings = moment.glance, self._sight_of(moment), self.spec.settings
        state = glance.state
        is_well = is_seen_well(sight, state)
        return Truth(
            index=index,
            tree=glance.tree,
            state=state,
            duct_from_tip=glance.duct_from_tip,
            depth_mm=depth_mm(glance),
            gain=moment.gain.gain,
            sight=sight,
            view_state=judge_view(sight, state, settings, moment.gain.gain),
            lesions=find_lesions_in_view(
                Onlooker(self.fibre.xy, self.fibre.pitch, settings),
                glance.tree,
                glance.breast.distension,
                state,
                glance.duct_from_tip,
                sight,
                is_well,
            ),
            is_well=is_well,
            centres_px=true_centres_px(self.fibre, self.camera),
            dead=self.fibre.dead,
        )

    def ideal_view_at(self, index: int, frame_from_view: DoubleArray, size_px: int) -> PictureArray:
        """What a perfect restoration of frame `index` would show, (size_px, size_px, 3) uint8, gain included.

        frame_from_view: 2 x 3, camera xy of view xy, as in a restoration plan. Directions beyond the rim go on.
        """
        column, row = np.meshgrid(np.arange(size_px, dtype=np.float64), np.arange(size_px, dtype=np.float64))
        at = np.column_stack([column.ravel(), row.ravel()])
        disc = self.camera.lens.disc_of(at @ frame_from_view[:, :2].T + frame_from_view[:, 2])
        moment = self.timeline.at(index)
        light = self._eye.look_between(moment.glance, disc).light * moment.gain.gain
        view = np.rint(255.0 * np.clip(light, 0.0, 1.0)).reshape(size_px, size_px, 3)
        return np.asarray(view, dtype=np.uint8)

    @cached_property
    def _eye(self) -> Eye:
        return Eye(self.fibre.xy, self.spec.settings)

    def _count_late(self, start_ns: int, period_ns: float) -> int:
        """How many frames must be left out to be in time again; after a long gap none, the stream goes on later."""
        behind = int((self._clock_ns() - start_ns - self._late_ns) / period_ns) - self._next
        if behind * period_ns <= _LONGEST_GAP_S * 1e9:
            return max(behind, 0)
        self._late_ns += round(behind * period_ns)
        return 0

    def _take(self, index: int, t_ns: int, skipped: int) -> Frame:
        """The picture of now, whoever drives; `skipped` frames before it were left out."""
        with self._turn:
            driven = self._driven
            if driven is None:
                self._shaft_mm = depth_mm(self.timeline.at(index - self._driven_frames).glance)
                return replace(self.frame_at(index - self._driven_frames, t_ns), index=index)
            glance, gain = driven.step(skipped + 1)
            self._driven_frames += skipped + 1
            self._shaft_mm = depth_mm(glance)
        # Who drives needs the next picture soon more than a finer one: a busy machine follows fewer rays.
        driven.haste = _HASTE_KEPT * driven.haste + (1.0 - _HASTE_KEPT) * min(skipped, 1)
        sight = self._eye.look(glance, _RAYS if driven.haste < _HURRIED else _RAYS_IN_HASTE)
        driven.driver.note_sight(sight)
        return self._expose(index, t_ns, sight, gain)

    def _show_shaft(self, frame: Frame) -> None:
        watcher = self._shaft_watcher
        if watcher is not None:
            watcher(frame.t_ns, self._shaft_mm)

    def _expose(self, index: int, t_ns: int, sight: Sight, gain: float) -> Frame:
        rng = np.random.default_rng([self.spec.seed, _NOISE, index])
        return Frame(index, t_ns, camera_picture(sight.light, self.fibre, self.camera, rng, gain=gain))

    def _sight_of(self, moment: Moment) -> Sight:
        """What the cores see at a moment; the last ones are kept, for who asks for a frame and then for its truth."""
        with self._sights_lock:
            found = self._sights.get(moment.index)
        if found is None:
            found = self._eye.look(moment.glance)
            with self._sights_lock:
                self._sights[moment.index] = found
                while len(self._sights) > _SIGHTS_KEPT:
                    self._sights.popitem(last=False)
        return found


def depth_mm(glance: Glance) -> float:
    """Depth of the tip along the duct from the nipple's surface, which is how much shaft is inside."""
    tip = glance.state.tip
    return glance.tree.branches[tip.branch].start_mm + tip.arc_mm
