"""A toy scope: the least that looks like a fibre bundle, with a plug that can be pulled."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ductoscope.model import Bundle, Frame, Pixels, SourceError, SourceInfo

PITCH_PX = 7.0
SIGMA_PX = 1.6


def lay_cores(shape: tuple[int, int], seed: int = 0) -> NDArray[np.float64]:
    """(N, 2) xy of a jittered hexagonal lattice inside a disc that fills 90 % of the height."""
    rng = np.random.default_rng(seed)
    height, width = shape
    rows = np.arange(0, height / (PITCH_PX * np.sqrt(0.75)))
    columns = np.arange(0, width / PITCH_PX + 1)
    x = (columns[None, :] + 0.5 * (rows[:, None] % 2)) * PITCH_PX
    y = np.broadcast_to(rows[:, None] * PITCH_PX * np.sqrt(0.75), x.shape)
    xy = np.stack([x.ravel(), y.ravel()], axis=1) + rng.normal(0, 0.25, (x.size, 2))
    inside = np.hypot(xy[:, 0] - width / 2, xy[:, 1] - height / 2) < 0.45 * height
    return xy[inside]


class ToyFibre:
    """Draws camera pictures of a bundle: every core a round spot, carrying one colour."""

    def __init__(self, shape: tuple[int, int] = (360, 400), seed: int = 0) -> None:
        self.shape = shape
        self.xy_px = lay_cores(shape, seed)
        self.transmission = np.random.default_rng(seed + 1).normal(0.8, 0.06, len(self.xy_px)).clip(0.5, 1.0)
        rows, columns = np.mgrid[: shape[0], : shape[1]]
        distance2 = np.full(shape, np.inf)
        self._core_of_pixel = np.zeros(shape, np.intp)
        for core, (x, y) in enumerate(self.xy_px):
            top, left = max(int(y) - 6, 0), max(int(x) - 6, 0)
            window = np.s_[top : int(y) + 8, left : int(x) + 8]
            d2 = (rows[window] - y) ** 2 + (columns[window] - x) ** 2
            is_nearer = d2 < distance2[window]
            distance2[window] = np.where(is_nearer, d2, distance2[window])
            self._core_of_pixel[window] = np.where(is_nearer, core, self._core_of_pixel[window])
        self._spot = np.exp(-distance2 / (2 * SIGMA_PX**2))

    def draw(self, light_lin: NDArray[np.float64]) -> NDArray[np.uint8]:
        """(H, W, 3) uint8 camera picture of (N, 3) light, 1 is white."""
        through = light_lin * self.transmission[:, None] * 235.0
        return (through[self._core_of_pixel] * self._spot[..., None] + 6.0).clip(0, 255).astype(np.uint8)

    def white(self) -> NDArray[np.uint8]:
        """The picture of a white wall."""
        return self.draw(np.ones((len(self.xy_px), 3)))

    def scene(self, phase: float) -> NDArray[np.uint8]:
        """The picture of soft coloured waves, moved along by `phase`."""
        x, y = (self.xy_px / 40.0).T
        light = [
            0.5 + 0.35 * np.sin(x * a + y * b + phase * c) for a, b, c in ((1, 0.5, 1), (0.4, 1, 0.7), (0.8, 0.9, 1.3))
        ]
        return self.draw(np.stack(light, axis=1))


class ToyScope:
    """A Source over a ToyFibre.

    length: frames until its end, None for endless. interval_s: pause before each frame of a live scope.
    has_white: whether it can make its own white picture. on_read: called with each index before its frame is given;
    what it raises, `read` raises. `unplug` makes every call fail with SourceError until `plug_in`.
    """

    def __init__(
        self,
        fibre: ToyFibre,
        *,
        length: int | None = None,
        is_live: bool = True,
        interval_s: float = 0.01,
        has_white: bool = True,
        known_bundle: Bundle | None = None,
        is_moving: bool = True,
        on_read: Callable[[int], None] = lambda _index: None,
    ) -> None:
        self.fibre = fibre
        self.opened = 0
        self.closed = 0
        self.given = 0
        self._length = length
        self._is_live = is_live
        self._interval_s = interval_s
        self._has_white = has_white
        self._known_bundle = known_bundle
        self._on_read = on_read
        self._pictures = [fibre.scene(0.15 * i * is_moving) for i in range(16)]
        self._index = 0
        self._is_open = False
        self._is_plugged_in = True
        self._wake = threading.Event()

    def open(self) -> SourceInfo:
        if not self._is_plugged_in:
            raise SourceError("The toy scope is not plugged in; plug it in.")
        self.opened += 1
        self._index = 0
        self._is_open = True
        self._wake.clear()
        return SourceInfo("Toy scope", self.fibre.shape, 3, 1 / self._interval_s, self._is_live, True, self._length)

    def read(self) -> Frame | None:
        if self._is_live:
            self._wake.wait(self._interval_s)
        if not (self._is_plugged_in and self._is_open):
            raise SourceError("The toy scope gives no picture any more; check its plug.")
        if self._length is not None and self._index >= self._length:
            return None
        self._on_read(self._index)
        index, self._index = self._index, self._index + 1
        self.given += 1
        t_ns = time.monotonic_ns() if self._is_live else round(index * self._interval_s * 1e9)
        return Frame(index, t_ns, self._pictures[index % len(self._pictures)])

    def white(self) -> Pixels | None:
        return self.fibre.white() if self._has_white else None

    def bundle(self) -> Bundle | None:
        return self._known_bundle

    def close(self) -> None:
        self.closed += 1
        self._is_open = False
        self._wake.set()

    def unplug(self) -> None:
        """Pull the plug."""
        self._is_plugged_in = False

    def plug_in(self) -> None:
        """Put the plug back."""
        self._is_plugged_in = True
