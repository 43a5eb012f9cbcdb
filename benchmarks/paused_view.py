"""A paused view: eight shifted frames made into one picture, ours and the peer's super-resolution."""

from __future__ import annotations

import time
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from pybundle import core_values
from pybundle.super_res import SuperRes

from benchmarks.fidelity import measure_psnr, measure_ssim
from benchmarks.table import PICTURES, Figure, Table
from ductoscope.model import BoolArray, DoubleArray, Frame, Pixels
from ductoscope.restore import calibrate, plan_restore, read_core_image, restore_view, super_resolve
from ductoscope.simulate import (
    CameraSettings,
    FibreSettings,
    SceneWindow,
    camera_picture,
    dark_picture,
    ideal_view,
    make_fibre,
    make_scene,
    see_scene,
    white_picture,
)

SIZE_PX, CORES, FRAMES = 512, 10_000, 8
_FAMILIES = ("chart", "texture", "vessels", "edges")
_CORE_SIZES, _FILTERS = (0.75, 1.0), (None, 0.12, 0.2)
_REAL = Path(__file__).parents[2] / "shared" / "data" / "fibre" / "usaf_shifted"


def peer_pictures(
    white: Pixels, dark: Pixels, frames: list[Pixels], shifts_px: DoubleArray | None, pitch_px: float, quick: bool
) -> list[tuple[NDArray[np.float64], DoubleArray]]:
    """The peer's super-resolved picture at each of its settings, colour by colour, with its frame_from_view.

    shifts_px: the true shifts, which spare it the registration; None lets it register by itself.
    """
    pictures = []
    sizes, filters = (_CORE_SIZES[-1:], _FILTERS[1:2]) if quick else (_CORE_SIZES, _FILTERS)
    for core_size in sizes:
        for width in filters:
            filter_px = None if width is None else width * pitch_px
            colours = [[picture[:, :, c].astype(np.float64) for c in range(3)] for picture in (white, dark)]
            # Cores are found, and frames registered, in the sum of colours, as its own calibration does.
            known = SuperRes.calib_multi_tri_interp(
                white.astype(np.float64).mean(axis=2),
                np.stack([frame.astype(np.float64).mean(axis=2) for frame in frames], axis=2),
                core_size * pitch_px,
                SIZE_PX,
                shifts=shifts_px,
                normalise=white.astype(np.float64).mean(axis=2),
                filterSize=filter_px,
            )
            planes = []
            for channel, (lit, unlit) in enumerate(zip(*colours, strict=True)):
                # Each colour gets its own dark level and white, in the fields where its calibration keeps them.
                known.darkVals = core_values(unlit, known.coreX, known.coreY, filter_px).astype(np.float64)
                known.normaliseVals = core_values(lit, known.coreX, known.coreY, filter_px) - known.darkVals
                stack = np.stack([frame[:, :, channel].astype(np.float64) for frame in frames], axis=2)
                planes.append(np.nan_to_num(SuperRes.recon_multi_tri_interp(stack, known), posinf=0.0, neginf=0.0))
            cores_x, cores_y = np.asarray(known.coreX), np.asarray(known.coreY)
            middle = np.array([cores_x.mean(), cores_y.mean()])
            radius = float(np.hypot(cores_x - middle[0], cores_y - middle[1]).max())
            step = 2.0 * radius / (SIZE_PX - 1)
            view = np.array([[step, 0.0, middle[0] - radius], [0.0, step, middle[1] - radius]])
            pictures.append((255.0 * np.stack(planes, axis=2), view))
    return pictures


def measure(quick: bool) -> Table:
    """Measure every scene family; quick takes one, and one setting of the peer."""
    rng = np.random.default_rng(31)
    fibre = make_fibre(rng, FibreSettings(cores=CORES))
    camera = CameraSettings(height_px=1080, width_px=1080, disc_fraction=0.96)
    radius_px = camera.lens.radius_px
    white, dark = white_picture(fibre, camera, rng, frames=8), dark_picture(fibre, camera, rng, frames=8)
    plan = plan_restore(calibrate(white, dark), SIZE_PX)
    figures, ours_all, peer_all, alone_all, seconds = [], [], [], [], []
    for place, family in enumerate(_FAMILIES[2:3] if quick else _FAMILIES):
        scene = make_scene(family, 700 + place)
        shifts = rng.uniform(-1.5, 1.5, (FRAMES, 2)) * fibre.pitch
        # The peer refers to its first frame, we to our last: that frame looks straight.
        shifts[0] = 0.0
        frames = [
            camera_picture(see_scene(fibre, scene, window=SceneWindow((float(x), float(y)))), fibre, camera, rng)
            for x, y in shifts
        ]
        images = [read_core_image(Frame(i, i, frame), plan) for i, frame in enumerate(reversed(frames))]
        view = super_resolve(images, plan)
        started = time.process_time()
        view = super_resolve(images, plan)
        seconds.append(time.process_time() - started)

        def score(
            picture: NDArray[np.floating], frame_from_view: DoubleArray, scene: NDArray[np.floating] = scene
        ) -> tuple[float, float]:
            truth = ideal_view(scene, SIZE_PX, camera=camera, frame_from_view=frame_from_view).astype(np.float64)
            seen = _judged(camera, frame_from_view)
            drawn = np.clip(picture.astype(np.float64), 0.0, 255.0)
            return measure_psnr(drawn, truth, seen), measure_ssim(drawn, truth, seen)

        ours = score(view.pixels, plan.frame_from_view)
        alone = score(restore_view(images[-1], plan).pixels, plan.frame_from_view)
        drawn = peer_pictures(white, dark, frames, shifts * radius_px, fibre.pitch * radius_px, quick)
        if not quick:
            drawn += peer_pictures(white, dark, frames, None, fibre.pitch * radius_px, True)
        peer = np.max([score(picture, at) for picture, at in drawn], axis=0)
        ours_all.append(ours)
        alone_all.append(alone)
        peer_all.append(peer)
        figures.append(Figure(f"PSNR, {family}", ours[0], "dB", float(peer[0]), ours[0] - float(peer[0]), "dB"))
    ours_mean, peer_mean, alone_mean = (np.mean(x, axis=0) for x in (ours_all, peer_all, alone_all))
    gain = ours_mean - peer_mean
    figures += [
        Figure(
            "PSNR, mean of scenes", float(ours_mean[0]), "dB", float(peer_mean[0]), float(gain[0]), "dB", demand=1.5
        ),
        Figure("SSIM, mean of scenes", float(ours_mean[1]), "", float(peer_mean[1]), float(gain[1]), ""),
        Figure(
            "PSNR, against our own single frame",
            float(ours_mean[0]),
            "dB",
            None,
            float(ours_mean[0] - alone_mean[0]),
            "dB",
        ),
        Figure("processor time of one picture", float(np.median(seconds)), "s"),
    ]
    return Table(
        name="paused_view",
        title="A paused view: eight frames into one",
        how=(
            f"{FRAMES} frames of {CORES:,} cores (1080 x 1080, RGB, 8 bit), shifted by up to 1.5 pitches, drawn at "
            f"{SIZE_PX} x {SIZE_PX} and compared with the simulated scene. Ours registers by itself. The peer is given "
            "the true shifts as well as its own registration, and counts with its best setting for each scene "
            "(core size, filter), white normalisation and dark subtraction for both."
        ),
        figures=tuple(figures),
        pictures=() if quick or not _REAL.is_dir() else (draw_real(PICTURES),),
    )


def draw_real(folder: Path) -> str:
    """Pool the six real shifted frames of a USAF target; the newest alone stands left, all together right."""
    names = sorted(_REAL.glob("[0-9].tif"))
    white = cv2.imread(str(_REAL / "background.tif"), cv2.IMREAD_UNCHANGED)
    frames = [cv2.imread(str(name), cv2.IMREAD_UNCHANGED) for name in names]
    white, *frames = (picture if picture.ndim == 2 else picture[:, :, 0] for picture in (white, *frames))
    plan = plan_restore(calibrate(white), 900)
    images = [read_core_image(Frame(i, i, np.ascontiguousarray(frame)), plan) for i, frame in enumerate(frames)]
    pooled = super_resolve(images, plan)
    print("real frames:", pooled.lineage)
    folder.mkdir(parents=True, exist_ok=True)
    both = np.hstack([restore_view(images[-1], plan).pixels, pooled.pixels]).astype(np.float64)
    top = np.percentile(both[both > 0], 99.5)
    cv2.imwrite(str(folder / "paused_view_usaf.png"), np.clip(both * (255.0 / top), 0.0, 255.0).astype(np.uint8))
    return "paused_view_usaf.png"


def _judged(camera: CameraSettings, frame_from_view: DoubleArray) -> BoolArray:
    """The disc that both cover, a little inside the rim."""
    column, row = np.meshgrid(np.arange(SIZE_PX), np.arange(SIZE_PX))
    x = frame_from_view[0, 0] * column + frame_from_view[0, 2]
    y = frame_from_view[1, 1] * row + frame_from_view[1, 2]
    lens = camera.lens
    return np.asarray(np.hypot(x - lens.centre_xy_px[0], y - lens.centre_xy_px[1]) < 0.94 * lens.radius_px)
