"""Restored pictures against the scenes that the simulated fibre really looked at, beside the peer's best."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

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

SIZE_PX = 256
CAMERA = CameraSettings(height_px=540, width_px=540, disc_fraction=0.96)
DIM = CameraSettings(height_px=540, width_px=540, disc_fraction=0.96, exposure=CAMERA.exposure / 10)


@pytest.fixture(scope="module")
def seen():
    """A calibrated bundle of 3,000 cores, and its frames of three scenes, in full light and in a tenth of it."""
    rng = np.random.default_rng(41)
    fibre = make_fibre(rng, FibreSettings(cores=3000))
    bundle = calibrate(white_picture(fibre, CAMERA, rng, frames=4), dark_picture(fibre, CAMERA, rng, frames=4))
    scenes = [make_scene(family, 9, 512) for family in ("texture", "vessels", "edges")]
    light = [see_scene(fibre, scene) for scene in scenes]
    bright = [camera_picture(entered, fibre, CAMERA, rng) for entered in light]
    dim = [camera_picture(entered, fibre, DIM, rng, gain=10.0) for entered in light]
    return bundle, scenes, bright, dim


def _psnr_db(plan, pictures, scenes):
    """Mean over scenes, over the disc inside the outermost cores."""
    column, row = np.meshgrid(*[np.arange(SIZE_PX)] * 2)
    inside = np.hypot(column - (SIZE_PX - 1) / 2, row - (SIZE_PX - 1) / 2) < 0.47 * SIZE_PX
    values = []
    for picture, scene in zip(pictures, scenes, strict=True):
        truth = ideal_view(scene, SIZE_PX, camera=CAMERA, frame_from_view=plan.frame_from_view)
        error = picture[inside].astype(float) - truth[inside]
        values.append(10 * np.log10(255**2 / np.mean(error**2)))
    return float(np.mean(values))


@pytest.mark.parametrize("which", ["bright", "dim"])
def test_mmse_beats_lines_and_the_honeycomb(seen, which):
    bundle, scenes, bright, dim = seen
    frames = bright if which == "bright" else dim
    mmse = plan_restore(bundle, SIZE_PX)
    lines = plan_restore(bundle, SIZE_PX, method="triangular")
    best = _psnr_db(mmse, (restore(frame, mmse) for frame in frames), scenes)
    plain = _psnr_db(lines, (restore(frame, lines) for frame in frames), scenes)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    raw = _psnr_db(
        mmse, (cv2.warpAffine(f, mmse.frame_from_view, (SIZE_PX, SIZE_PX), flags=flags) for f in frames), scenes
    )
    assert best > plain + 0.5
    assert best > raw + 5.0


def test_brightness_is_that_of_the_scene(seen):
    bundle, scenes, bright, _ = seen
    plan = plan_restore(bundle, SIZE_PX)
    for frame, scene in zip(bright, scenes, strict=True):
        truth = ideal_view(scene, SIZE_PX, camera=CAMERA, frame_from_view=plan.frame_from_view)
        drawn = restore(frame, plan)
        np.testing.assert_allclose(drawn[plan.seen].mean(axis=0), truth[plan.seen].mean(axis=0), rtol=0.03)
