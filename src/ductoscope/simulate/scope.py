"""The simulated scope: a Source whose pictures come from a virtual duct, fibre and camera."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property

import numpy as np

from ductoscope.model import (
    Bundle,
    DoubleArray,
    FloatArray,
    Frame,
    PictureArray,
    Pixels,
    Scope,
    Source,
    SourceError,
    SourceInfo,
)
from ductoscope.simulate.duct import Duct, core_rays, make_duct, place_tip
from ductoscope.simulate.hands import Hands
from ductoscope.simulate.instrument.auto_gain import AutoGainSettings, GainCurve
from ductoscope.simulate.instrument.camera import CameraSettings, camera_picture, true_centres_px, white_picture
from ductoscope.simulate.instrument.fibre import FibreBundle, FibreSettings, make_fibre
from ductoscope.simulate.one_tube_light import see_duct
from ductoscope.simulate.scope_spec import ScopeSpec, parse_scope_spec
from ductoscope.simulate.truth import Truth

_WHITE_FRAMES = 8
_FEW_RAYS = 200


def open_simulated_scope(spec: str) -> Source:
    """Make the simulated scope that `spec` asks for; it starts when its `open` is called."""
    return SimulatedScope(spec)


class SimulatedScope:
    """A scope in a simulated duct; the same spec gives the same pictures.

    spec: like "sim:7?cores=10000" (see `parse_scope_spec`).
    clock_ns, sleep: monotonic nanoseconds, and waiting in seconds; given so that tests need not wait.
    A paced scope waits for each frame's time. When it cannot keep up, indices are missing, as with a camera that
    loses frames.
    """

    def __init__(
        self,
        spec: str | ScopeSpec,
        *,
        clock_ns: Callable[[], int] = time.monotonic_ns,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.spec = parse_scope_spec(spec) if isinstance(spec, str) else spec
        self.camera = CameraSettings(
            height_px=self.spec.height,
            width_px=self.spec.width,
            disc_fraction=min(0.6, 0.98 * self.spec.width / self.spec.height),
            offset_px=(0.004 * self.spec.height, -0.003 * self.spec.height),
            rotation_deg=float(np.random.default_rng([self.spec.seed, 10]).uniform(0.0, 360.0)),
        )
        self.hands = Hands(self.spec.seed)
        self._clock_ns = clock_ns
        self._sleep = sleep
        self._start_ns: int | None = None
        self._next = 0

    def open(self) -> SourceInfo:
        """Start the stream at its first frame."""
        self._start_ns = self._clock_ns()
        self._next = 0
        # Made now, not at the first frame, which would come late.
        self.frame_at(0, self._start_ns)
        self._start_ns = self._clock_ns()
        return SourceInfo(
            name=f"Simulated scope, seed {self.spec.seed}",
            frame_shape=(self.spec.height, self.spec.width),
            channels=3,
            fps=self.spec.fps,
            is_live=self.spec.paced,
            is_simulated=True,
            length=self._length,
        )

    def read(self) -> Frame | None:
        """Wait for the next picture; None after the last, or when `close` was called meanwhile."""
        start_ns = self._start_ns
        if start_ns is None:
            raise SourceError("The simulated scope is not open: open it before reading.")
        period_ns = 1e9 / self.spec.fps
        if self.spec.paced:
            self._next = max(self._next, int((self._clock_ns() - start_ns) / period_ns))
        index = self._next
        if self._length is not None and index >= self._length:
            return None
        due_ns = start_ns + round(index * period_ns)
        frame = self.frame_at(index, due_ns)
        if not self.spec.paced:
            self._next = index + 1
            return frame
        wait_ns = due_ns - self._clock_ns()
        if wait_ns > 0:
            self._sleep(wait_ns * 1e-9)
        if self._start_ns is None:
            return None
        self._next = index + 1
        return Frame(index, self._clock_ns(), frame.pixels)

    def white(self) -> Pixels:
        """A white reference picture: an even white card, several exposures averaged."""
        return white_picture(self.fibre, self.camera, np.random.default_rng([self.spec.seed, 11]), frames=_WHITE_FRAMES)

    def bundle(self) -> Bundle | None:
        """None: a simulated scope, like a real one, does not tell where its cores are."""
        return None

    def close(self) -> None:
        """Stop the stream."""
        self._start_ns = None

    @cached_property
    def fibre(self) -> FibreBundle:
        """The true fibre bundle."""
        return make_fibre(np.random.default_rng([self.spec.seed, 12]), FibreSettings(cores=self.spec.cores))

    @cached_property
    def duct(self) -> Duct:
        """The true duct."""
        return make_duct(np.random.default_rng([self.spec.seed, 13]))

    def frame_at(self, index: int, t_ns: int) -> Frame:
        """Frame number `index`, whichever were asked for before, with the time `t_ns` written on it."""
        rng = np.random.default_rng([self.spec.seed, 14, index])
        t_s = index / self.spec.fps
        pixels = camera_picture(
            self._see(self._rays, t_s), self.fibre, self.camera, rng, gain=self._gain_curve.gain_at(t_s)
        )
        return Frame(index, t_ns, pixels)

    def truth_at(self, index: int) -> Truth:
        """The truth behind frame number `index`."""
        t_s = index / self.spec.fps
        return Truth(
            index=index,
            pose=self.hands.pose_at(t_s),
            gain=self._gain_curve.gain_at(t_s),
            core_light=self._see(self._rays, t_s),
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
        t_s = index / self.spec.fps
        light = self._see(core_rays(disc, self._field_of_view_deg), t_s) * self._gain_curve.gain_at(t_s)
        view = np.rint(255.0 * np.clip(light, 0.0, 1.0)).reshape(size_px, size_px, 3)
        return np.asarray(view, dtype=np.uint8)

    @property
    def _length(self) -> int | None:
        return None if self.spec.seconds is None else max(1, round(self.spec.seconds * self.spec.fps))

    @property
    def _field_of_view_deg(self) -> float:
        return Scope().field_of_view_saline_deg

    @cached_property
    def _rays(self) -> DoubleArray:
        return core_rays(self.fibre.xy, self._field_of_view_deg)

    @cached_property
    def _gain_curve(self) -> GainCurve:
        few = self._rays[:: max(1, self.fibre.cores // _FEW_RAYS)]
        return GainCurve(lambda t_s: float(np.minimum(self._see(few, t_s), 1.0).mean()), AutoGainSettings())

    def _see(self, rays: DoubleArray, t_s: float) -> FloatArray:
        pose = self.hands.pose_at(t_s)
        place, rotation = place_tip(self.duct, pose)
        return see_duct(self.duct, place, rotation, rays, pose.depth_mm)
