"""Plan: everything about making pictures that can be worked out before the first frame comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ductoscope.model import BadInputError, BoolArray, Bundle, DoubleArray
from ductoscope.restore.grid import GridPicture, plan_grid
from ductoscope.restore.reading import Reading, plan_reading
from ductoscope.restore.triangular import TriangularPicture, plan_triangles
from ductoscope.restore.window import ViewWindow, place_window

Method = Literal["mmse", "triangular"]


@dataclass(frozen=True, slots=True, eq=False)
class Half:
    """One half of a picture: view rows `start` to `stop`, and the cores and triangles that they are drawn from.

    judged: the rows of a steered picture's `Steering` that tell how.
    """

    start: int
    stop: int
    cores: NDArray[np.uint16]
    triangles: NDArray[np.uint32]
    judged: NDArray[np.uint16]


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """How to read one bundle's cores and draw them as one view; made once, applied to every frame.

    bundle: what it was planned for.
    method: how light is drawn between cores.
    zoom, at: the part of the round picture that is shown.
    window: the view's pixels on the camera.
    reading: where and how each core is read.
    picture: what each view pixel is made of, by method.
    halves: the two shares of the work.
    """

    bundle: Bundle
    method: Method
    zoom: float
    at: tuple[float, float]
    window: ViewWindow
    reading: Reading
    picture: GridPicture | TriangularPicture
    halves: tuple[Half, Half]

    @property
    def size_px(self) -> int:
        """Side of the view."""
        return self.window.size_px

    @property
    def frame_from_view(self) -> DoubleArray:
        """(2, 3) float64, camera xy of view xy."""
        return self.window.frame_from_view

    @property
    def seen(self) -> BoolArray:
        """(S, S) bool, where light backs the picture."""
        return self.window.seen


def plan_restore(
    bundle: Bundle,
    size_px: int = 1024,
    *,
    method: Method = "mmse",
    zoom: float = 1.0,
    at: tuple[float, float] = (0.5, 0.5),
) -> Plan:
    """Work out how to turn this bundle's camera pictures into views of `size_px` x `size_px`.

    method: "mmse" (sharper and calmer) or "triangular" (plain linear between three cores).
    zoom, at: show the part `zoom` times enlarged about `at`, in fractions of the round picture (x right, y down);
    only that part is ever computed.
    Raises BadInputError for an unknown method, a size below 1 pixel, or a zoom that is not positive.
    """
    if method not in ("mmse", "triangular"):
        raise BadInputError(f'The method must be "mmse" or "triangular", got "{method}".')
    window = place_window(bundle, size_px, zoom, at)
    picture = plan_grid(bundle, window) if method == "mmse" else plan_triangles(bundle, window)
    return Plan(
        bundle=bundle,
        method=method,
        zoom=float(zoom),
        at=(float(at[0]), float(at[1])),
        window=window,
        reading=plan_reading(bundle),
        picture=picture,
        halves=_share_work(window, picture),
    )


def _share_work(window: ViewWindow, picture: GridPicture | TriangularPicture) -> tuple[Half, Half]:
    """Cut the view where half of its seen pixels lie above."""
    above = np.cumsum(window.spans[:, 1] - window.spans[:, 0])
    size = window.size_px
    middle = int(np.searchsorted(above, above[-1] // 2))
    return _take_rows(picture, 0, middle), _take_rows(picture, middle, size)


def _take_rows(picture: GridPicture | TriangularPicture, start: int, stop: int) -> Half:
    cores = picture.cores_of_rows(start, stop)
    if isinstance(picture, GridPicture):
        return Half(start, stop, cores, np.empty(0, dtype=np.uint32), picture.judged_of_rows(start, stop))
    return Half(start, stop, cores, picture.triangles_of_rows(start, stop), np.empty(0, dtype=np.uint16))
