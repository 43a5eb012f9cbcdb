"""The temporal stages: what watching and denoising cost a frame, and how well a pushed camera is followed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from benchmarks.table import Figure, Table
from ductoscope.model import Frame
from ductoscope.restore import (
    calibrate,
    plan_restore,
    read_core_image,
    start_denoise,
    start_watch,
    step_denoise,
    step_watch,
)
from ductoscope.simulate import (
    CameraSettings,
    FibreSettings,
    SceneWindow,
    camera_picture,
    dark_picture,
    make_fibre,
    make_scene,
    see_scene,
    white_picture,
)


def measure(quick: bool) -> Table:
    """Measure at 6,000 and 30,000 cores; quick takes the smaller bundle only."""
    figures = []
    for cores in (6000,) if quick else (6000, 30_000):
        rng = np.random.default_rng([17, cores])
        fibre = make_fibre(rng, FibreSettings(cores=cores))
        camera = CameraSettings(height_px=1080, width_px=1920, disc_fraction=0.8)
        plan = plan_restore(calibrate(white_picture(fibre, camera, rng), dark_picture(fibre, camera, rng)), 512)
        scene = make_scene("vessels", 5)
        entered = [see_scene(fibre, scene, window=SceneWindow((0.01 * step, 0.0))) for step in range(6)]
        pushed = replace(camera, offset_px=(3.0, -2.0))
        film = [camera_picture(light, fibre, pushed, rng) for light in entered]
        watch, errors = start_watch(plan), []
        for frame in range(90):
            watch, fit = step_watch(watch, film[frame % len(film)], plan)
            errors.append(float(np.hypot(fit.shift_xy_px[0] - 3.0, fit.shift_xy_px[1] + 2.0)))
        images = [read_core_image(Frame(i, i, picture), plan, fit) for i, picture in enumerate(film)]
        denoise = start_denoise(plan)
        for image in images:
            denoise, _ = step_denoise(denoise, image)
        # Bound now, so that the calls timed below are of this bundle.
        watched, denoised = watch, denoise
        figures += [
            Figure(
                f"watching, a frame, {cores:,} cores",
                _milliseconds(lambda k, w=watched, p=plan, f=film: step_watch(w, f[k % len(f)], p)),
                "ms",
            ),
            Figure(
                f"denoising, a frame, RGB, {cores:,} cores",
                _milliseconds(lambda k, d=denoised, i=images: step_denoise(d, i[k % len(i)])),
                "ms",
            ),
            Figure(f"shift of 3.6 px, error after 3 s, {cores:,} cores", errors[-1], "px"),
            Figure(
                f"the same, frames until within 0.25 px, {cores:,} cores",
                float(next(n for n in range(90) if max(errors[n:]) < 0.25)),
                "frames",
            ),
        ]
    return Table(
        name="watch",
        title="Watching the calibration, and denoising",
        how=(
            "Simulated scope on a 1920 x 1080 RGB camera, gliding over a wall; the camera was pushed by (3, -2) px "
            "after calibration. Times are the least of many on one thread."
        ),
        figures=tuple(figures),
    )


def _milliseconds(step: Callable[[int], object]) -> float:
    best = np.inf
    for k in range(60):
        started = time.perf_counter()
        step(k)
        best = min(best, time.perf_counter() - started)
    return 1000.0 * best
