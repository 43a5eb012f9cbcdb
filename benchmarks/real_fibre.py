"""Real fibre images, for which nobody knows the truth: evenness, resolution and repeatability, beside the peer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.peer import calibrate_peer
from benchmarks.table import PICTURES, Figure, Table
from ductoscope.model import DoubleArray, Pixels
from ductoscope.restore import calibrate, plan_restore, restore

FOLDER = Path(__file__).parents[2] / "shared" / "data" / "fibre"
SIZE_PX = 768
Restorer = Callable[[Pixels], NDArray[np.uint8]]

_GROUP_7 = ((290, 512), (280, 475), (270, 438), (265, 408), (250, 378), (245, 352))
"""Where elements 1 to 6 of group 7 lie in the view of usaf1.tif, xy; found by eye, the same for both methods."""
_FIRST_PERIOD_PX = 10.4
"""Line pair of element 1 of group 7 in the view; element k has 2^(-(k - 1) / 6) of it (USAF 1951)."""
_BLANKS = ((150, 200), (330, 560), (560, 560), (560, 200), (400, 640))


def measure(quick: bool) -> Table:  # noqa: ARG001 - the whole takes seconds
    """Measure all, and draw the pictures that the figures are taken from."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    ours, peer = _make_restorers(_load("usaf_shifted/background.tif"))
    shifted = [_load(f"usaf_shifted/{n}.tif") for n in range(1, 7)]
    both = [[draw(frame) for frame in shifted] for draw in (ours, peer)]
    flat = [_measure_flat(pictures) for pictures in both]
    agree = [_measure_agreement(pictures) for pictures in both]
    bars = [_measure_bars(pictures[0], _GROUP_7) for pictures in both]
    # What the same search finds where there are no bars: noise counts as bars as well, more so in a sharper picture.
    blank = [np.max([_measure_bars(pictures[0], (xy,) * 6) for xy in _BLANKS], axis=0) for pictures in both]
    figures = [
        Figure("flat parts of six frames, relative sd", 100 * flat[0], "%", 100 * flat[1], flat[1] / flat[0]),
        Figure("six shifted frames agree, correlation with the first", agree[0], "", agree[1], agree[0] - agree[1], ""),
        *(
            Figure(f"USAF group 7 element {k + 1}, contrast of the bars", a, "", b, a / b)
            for k, (a, b) in enumerate(zip(*bars, strict=True))
        ),
        *(
            Figure(f"the same over the strongest in a blank patch, element {k + 1}", a, "x", b, a / b)
            for k, (a, b) in enumerate(zip(bars[0] / blank[0], bars[1] / blank[1], strict=True))
        ),
        Figure(
            "smallest element of USAF group 7 above every blank patch",
            _count_resolved(bars[0], blank[0]),
            "",
            _count_resolved(bars[1], blank[1]),
        ),
    ]
    pictures = [_save("real_usaf", both[0][0], both[1][0])]
    colour_ours, colour_peer = _make_restorers(_load("bundle_colour_1_background.tif"))
    colour = _load("bundle_colour_1.tif")
    pictures.append(_save("real_colour", colour_ours(colour), colour_peer(colour)))
    return Table(
        name="real_fibre",
        title="Real fibre images, ours and the peer's side by side",
        how=(
            f"Calibrated on the flat field, restored to {SIZE_PX} x {SIZE_PX} in the same geometry (the peer's "
            "pictures are moved there by a cubic). Flat parts: the same blank patches of the target, slow shading "
            "taken off; core pattern and noise are left, together with dirt on the target. Agreement: frames "
            "registered to the first. "
            "Bars: strength of the bar pattern's own frequency in its best direction, as a share of the step from "
            "black to white. Pictures: ours left, the peer's right."
        ),
        figures=tuple(figures),
        pictures=tuple(pictures),
    )


def _load(name: str) -> Pixels:
    pixels = cv2.imread(str(FOLDER / name), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        raise FileNotFoundError(f"The real fibre image {FOLDER / name} is missing.")
    return pixels if pixels.ndim == 2 else np.ascontiguousarray(pixels[:, :, 2::-1])


def _make_restorers(flat: Pixels) -> tuple[Restorer, Restorer]:
    """Ours and the peer's, both calibrated on the flat field; both scale it to a light grey, so nothing clips."""
    bundle = calibrate(flat)
    plan = plan_restore(bundle, SIZE_PX)
    theirs = calibrate_peer(flat, SIZE_PX, core_size_px=bundle.pitch_px, radius_px=bundle.rim.radius_px)
    square = np.array([[0.0, 0.0, 1.0]])
    peer_from_ours = np.linalg.inv(np.vstack([theirs.frame_from_view, square])) @ np.vstack(
        [plan.frame_from_view, square]
    )

    def draw_ours(frame: Pixels) -> NDArray[np.uint8]:
        return restore(_dim(frame), plan)

    def draw_peer(frame: Pixels) -> NDArray[np.uint8]:
        picture = np.clip(theirs.restore(_dim(frame)), 0.0, 255.0)
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        moved = cv2.warpAffine(picture, peer_from_ours[:2], (SIZE_PX, SIZE_PX), flags=flags)
        return np.where(plan.seen if moved.ndim == 2 else plan.seen[:, :, None], np.rint(moved), 0).astype(np.uint8)

    return draw_ours, draw_peer


def _dim(frame: Pixels) -> Pixels:
    """The frame at 70 % light: the target is brighter than its flat field, and clipped white would look even."""
    return np.rint(0.7 * frame).astype(frame.dtype)


def _patch(picture: NDArray[np.uint8], xy: tuple[int, int], reach: int) -> DoubleArray:
    x, y = xy
    return picture[y - reach : y + reach, x - reach : x + reach].astype(np.float64)


def _measure_flat(pictures: list[NDArray[np.uint8]]) -> float:
    """Median relative standard deviation of blank patches, shading slower than 12 px taken off."""
    spreads = []
    for picture in pictures:
        for xy in _BLANKS:
            patch = _patch(picture, xy, 32)
            spreads.append((patch - cv2.GaussianBlur(patch, (0, 0), 12.0)).std() / patch.mean())
    return float(np.median(spreads))


def _measure_agreement(pictures: list[NDArray[np.uint8]]) -> float:
    """Mean correlation of every later frame with the first, registered, over the target in the middle."""
    middle = slice(SIZE_PX // 4, -SIZE_PX // 4)
    first = pictures[0].astype(np.float32)
    # Dirt on the fibre does not move with the target, so coarse shapes find the shift, and fine ones only refine it.
    coarse = cv2.GaussianBlur(first, (0, 0), 4.0)[middle, middle]
    values = []
    for picture in pictures[1:]:
        second = picture.astype(np.float32)
        match = cv2.matchTemplate(cv2.GaussianBlur(second, (0, 0), 4.0), coarse, cv2.TM_CCOEFF_NORMED)
        _, _, _, place = cv2.minMaxLoc(match)
        start = np.float32([[1, 0, place[0] - middle.start], [0, 1, place[1] - middle.start]])
        _, move = cv2.findTransformECC(
            np.ascontiguousarray(first), second, start, cv2.MOTION_TRANSLATION,
            (cv2.TERM_CRITERIA_COUNT + cv2.TERM_CRITERIA_EPS, 60, 1e-6), None, 5,
        )  # fmt: skip
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        moved = cv2.warpAffine(second, move, (SIZE_PX, SIZE_PX), flags=flags)
        values.append(np.corrcoef(first[middle, middle].ravel(), moved[middle, middle].ravel())[0, 1])
    return float(np.mean(values))


def _measure_bars(picture: NDArray[np.uint8], places: tuple[tuple[int, int], ...]) -> DoubleArray:
    """Contrast of the bars at each place: the strongest grating near that element's period, in any direction."""
    black, white = np.percentile(_patch(picture, (384, 384), 250), (2, 90))
    contrasts = []
    for element, xy in enumerate(places):
        period = _FIRST_PERIOD_PX * 2.0 ** (-element / 6.0)
        reach = round(1.5 * period)
        patch = _patch(picture, xy, 3 * reach // 2)
        y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
        weight = np.exp(-0.5 * (x**2 + y**2) / (0.6 * reach) ** 2)
        weight /= weight.sum()
        best = 0.0
        for angle in np.arange(0.0, np.pi, np.pi / 36):
            for share in (0.94, 1.0, 1.06):
                turn = 2.0 * np.pi / (share * period) * (x * np.cos(angle) + y * np.sin(angle))
                even, odd = (cv2.filter2D(patch - patch.mean(), -1, weight * wave(turn)) for wave in (np.cos, np.sin))
                best = max(best, 2.0 * float(np.hypot(even, odd).max()))
        contrasts.append(best / (white - black))
    return np.asarray(contrasts)


def _count_resolved(contrasts: DoubleArray, blank: DoubleArray) -> float:
    """The last element, counted from 1, before the first that is no stronger than a blank patch."""
    return float(np.argmin(np.append(contrasts > blank, False)))


def _save(name: str, ours: NDArray[np.uint8], peer: NDArray[np.uint8]) -> str:
    both = np.hstack([ours, peer])
    small = cv2.resize(both, None, fx=2 / 3, fy=2 / 3, interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(PICTURES / f"{name}.png"), small if small.ndim == 2 else small[:, :, ::-1])
    return f"{name}.png"


if __name__ == "__main__":
    for figure in measure(quick=True).figures:
        print(figure.what, figure.ours, figure.peer, figure.result)
