"""Fidelity: restored pictures against the scenes that the simulated fibre really looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.peer import calibrate_peer, filter_as_peer
from benchmarks.table import Figure, Table
from ductoscope.model import BoolArray, DoubleArray, Pixels
from ductoscope.restore import calibrate, plan_restore, restore
from ductoscope.simulate import (
    CameraSettings,
    FibreSettings,
    camera_picture,
    dark_picture,
    ideal_view,
    make_fibre,
    make_scene,
    see_scene,
    white_picture,
)

SIZE_PX = 512
SEED = 101
"""Nothing was tuned on it."""

SCENES = ("chart", "chart", "texture", "texture", "vessels", "vessels", "edges", "edges")
_INSIDE = 0.96
"""The disc that is judged, as a share of the rim: both methods guess beyond the outermost cores."""

_CORE_SIZES = (0.5, 0.75, 1.0)
_TRIANGULAR_FILTERS = (None, 0.08, 0.12, 0.16, 0.2)
_GAUSSIAN_FILTERS = (0.2, 0.25, 0.3, 0.35)


@dataclass(frozen=True)
class Score:
    """Mean over scenes."""

    psnr_db: float
    ssim: float


@dataclass(frozen=True)
class Case:
    """One bundle and camera, its calibration pictures, and what it saw of every scene.

    scenes: (H, W, 3) linear light. frames: what the camera made of each.
    """

    camera: CameraSettings
    pitch_px: float
    white: Pixels
    dark: Pixels
    scenes: tuple[NDArray[np.float32], ...]
    frames: tuple[Pixels, ...]


def make_case(cores: int, *, is_dim: bool, seed: int, scenes: tuple[str, ...] = SCENES) -> Case:
    """Simulate one bundle on a 1080 x 1080 camera; dim is a tenth of the light, lifted by the camera's gain."""
    rng = np.random.default_rng([seed, cores, is_dim])
    fibre = make_fibre(rng, FibreSettings(cores=cores))
    bright = CameraSettings(height_px=1080, width_px=1080, disc_fraction=0.96)
    dim = CameraSettings(height_px=1080, width_px=1080, disc_fraction=0.96, exposure=bright.exposure / 10.0)
    white, dark = white_picture(fibre, bright, rng, frames=8), dark_picture(fibre, bright, rng, frames=8)
    drawn = tuple(make_scene(family, seed * 100 + place) for place, family in enumerate(scenes))
    frames = tuple(
        camera_picture(see_scene(fibre, scene), fibre, dim if is_dim else bright, rng, gain=10.0 if is_dim else 1.0)
        for scene in drawn
    )
    return Case(bright, fibre.pitch * bright.lens.radius_px, white, dark, drawn, frames)


def judge(pictures: Iterator[NDArray[np.floating]], case: Case, frame_from_view: DoubleArray) -> Score:
    """Compare pictures (white is 255) with the scenes, each at exactly the places that its view shows."""
    seen = _judged_disc(case.camera, frame_from_view)
    scores = []
    for picture, scene in zip(pictures, case.scenes, strict=True):
        truth = ideal_view(scene, SIZE_PX, camera=case.camera, frame_from_view=frame_from_view).astype(np.float64)
        drawn = np.clip(picture, 0.0, 255.0)
        scores.append((measure_psnr(drawn, truth, seen), measure_ssim(drawn, truth, seen)))
    psnr, ssim = np.mean(scores, axis=0)
    return Score(float(psnr), float(ssim))


def measure_psnr(picture: NDArray[np.floating], truth: DoubleArray, seen: BoolArray) -> float:
    """Peak signal-to-noise ratio over the seen pixels of all colours, in dB; peak is 255."""
    return float(10.0 * np.log10(255.0**2 / np.mean((picture[seen] - truth[seen]) ** 2)))


def measure_ssim(picture: NDArray[np.floating], truth: DoubleArray, seen: BoolArray) -> float:
    """Structural similarity (Wang et al., IEEE Trans. Image Process. 13:600, 2004), mean of the colours."""

    def smooth(x: NDArray[np.floating]) -> DoubleArray:
        return np.asarray(cv2.GaussianBlur(x.astype(np.float64), (11, 11), 1.5))

    mean_p, mean_t = smooth(picture), smooth(truth)
    var_p, var_t = smooth(picture * picture) - mean_p**2, smooth(truth * truth) - mean_t**2
    both = smooth(picture * truth) - mean_p * mean_t
    c1, c2 = (0.01 * 255.0) ** 2, (0.03 * 255.0) ** 2
    index = (2.0 * mean_p * mean_t + c1) * (2.0 * both + c2)
    index /= (mean_p**2 + mean_t**2 + c1) * (var_p + var_t + c2)
    return float(index[seen].mean())


def judge_ours(case: Case, method: str = "mmse") -> Score:
    """Calibrate on the white picture, as a user would, and restore."""
    plan = plan_restore(calibrate(case.white, case.dark), SIZE_PX, method="mmse" if method == "mmse" else "triangular")
    return judge((restore(frame, plan) for frame in case.frames), case, plan.frame_from_view)


def judge_peer(case: Case, *, quick: bool) -> Score:
    """The peer's best PSNR and, on its own, its best SSIM, over both of its methods and their knobs."""
    scores = []
    radius_px = case.camera.lens.radius_px
    for core_size in _CORE_SIZES[-1:] if quick else _CORE_SIZES:
        for width in _TRIANGULAR_FILTERS[1:3] if quick else _TRIANGULAR_FILTERS:
            peer = calibrate_peer(
                case.white,
                SIZE_PX,
                core_size_px=core_size * case.pitch_px,
                filter_px=None if width is None else width * case.pitch_px,
                dark=case.dark,
                radius_px=radius_px,
            )
            scores.append(judge((peer.restore(frame) for frame in case.frames), case, peer.frame_from_view))
    lens = case.camera.lens
    step = 2.0 * lens.radius_px / SIZE_PX
    view = np.array([[step, 0.0, 0.0], [0.0, step, 0.0]])
    view[:, 2] = np.asarray(lens.centre_xy_px) - step * (SIZE_PX - 1) / 2.0
    for width in _GAUSSIAN_FILTERS[1:2] if quick else _GAUSSIAN_FILTERS:
        drawn = (
            filter_as_peer(frame, case.white, case.dark, width * case.pitch_px, view, SIZE_PX) for frame in case.frames
        )
        scores.append(judge(drawn, case, view))
    return Score(max(s.psnr_db for s in scores), max(s.ssim for s in scores))


def measure(quick: bool) -> Table:
    """Measure every case; quick takes fewer scenes and only the peer's usually best settings."""
    figures = []
    for cores, is_dim in ((3000, False), (10000, False), (30000, False), (10000, True)):
        case = make_case(cores, is_dim=is_dim, seed=SEED, scenes=SCENES[::2] if quick else SCENES)
        ours, plain, peer = judge_ours(case), judge_ours(case, "triangular"), judge_peer(case, quick=quick)
        what = f"{cores:,} cores{', low light' if is_dim else ''}"
        figures += [
            Figure(f"PSNR, {what}", ours.psnr_db, "dB", peer.psnr_db, ours.psnr_db - peer.psnr_db, "dB", demand=0.9),
            Figure(f"SSIM, {what}", ours.ssim, "", peer.ssim, ours.ssim - peer.ssim, "", demand=0.02),
            Figure(
                f"PSNR, {what}, our triangular", plain.psnr_db, "dB", peer.psnr_db, plain.psnr_db - peer.psnr_db, "dB"
            ),
        ]
    return Table(
        name="fidelity",
        title="How close restored pictures come to the scene",
        how=(
            "Simulated scenes through a simulated fibre and camera (1080 x 1080, 8 bit), restored to "
            f"{SIZE_PX} x {SIZE_PX} and compared with the scene at the same places, over the disc. The peer's PSNR "
            "and SSIM are each the best over its triangular and Gaussian methods and their settings; white "
            "normalisation and dark subtraction for both, nothing fitted to the truth for either. "
            "Low light: a tenth of the light, lifted by the camera's gain."
        ),
        figures=tuple(figures),
    )


def _judged_disc(camera: CameraSettings, frame_from_view: DoubleArray) -> BoolArray:
    column, row = np.meshgrid(np.arange(SIZE_PX), np.arange(SIZE_PX))
    x, y = (frame_from_view[axis, axis] * (column, row)[axis] + frame_from_view[axis, 2] for axis in (0, 1))
    lens = camera.lens
    return np.asarray(np.hypot(x - lens.centre_xy_px[0], y - lens.centre_xy_px[1]) < _INSIDE * lens.radius_px)


if __name__ == "__main__":
    for figure in measure(quick=True).figures:
        print(figure.what, figure.ours, figure.peer, figure.result)
