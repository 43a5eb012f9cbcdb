"""The denoiser against core light that is known: still light calms, moving light stays sharp and on time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from ductoscope.model import CoreImage, FloatArray, round_light
from ductoscope.restore import Plan, calibrate, plan_restore, start_denoise, step_denoise
from ductoscope.simulate import (
    CameraSettings,
    FibreBundle,
    FibreSettings,
    SceneWindow,
    make_fibre,
    make_scene,
    see_scene,
    white_picture,
)


@dataclass(frozen=True)
class Tables:
    """Clean core tables with the noise of a camera added: read noise 0.003 and shot noise, in full scales."""

    plan: Plan
    fibre: FibreBundle
    xy: np.ndarray
    rng: np.random.Generator

    def noisy(self, light: FloatArray, index: int) -> CoreImage:
        gain = self.plan.bundle.gain
        sd = np.sqrt(0.003**2 * (1.0 + np.maximum(light * gain, 0.0) / 0.03)) / gain
        seen = round_light((light + self.rng.normal(0.0, 1.0, light.shape) * sd).astype(np.float32))
        return CoreImage(index, index * 33_000_000, seen, np.ones(len(light), dtype=np.bool_))


@pytest.fixture(scope="module")
def world() -> tuple[Plan, FibreBundle, np.ndarray]:
    rng = np.random.default_rng(6)
    fibre = make_fibre(rng, FibreSettings(cores=1600, dead=0.0))
    camera = CameraSettings(height_px=360, width_px=400, disc_fraction=0.85)
    plan = plan_restore(calibrate(white_picture(fibre, camera, rng)), 128)
    lens = camera.lens
    xy = (plan.bundle.xy_px - np.asarray(lens.centre_xy_px)) / lens.radius_px
    return plan, fibre, xy


@pytest.fixture
def tables(world: tuple[Plan, FibreBundle, np.ndarray]) -> Tables:
    return Tables(*world, np.random.default_rng(7))


def rms(error: np.ndarray) -> float:
    return float(np.sqrt(np.mean(error**2)))


def test_a_still_scene_calms_at_least_twofold(tables: Tables) -> None:
    scene = make_scene("texture", 2, 512)
    light = see_scene(tables.fibre, scene)[: len(tables.xy)]
    state = start_denoise(tables.plan)
    for frame in range(25):
        image = tables.noisy(light, frame)
        state, calm = step_denoise(state, image)
    assert rms(calm - light) < 0.5 * rms(image.light_lin - light)


def edge(tables: Tables, at: float, low: float, high: float) -> FloatArray:
    """A step edge across the picture, as sharp as cores can see."""
    width = 0.15 * tables.fibre.pitch
    share = 1.0 / (1.0 + np.exp(-np.clip((tables.xy[:, 0] - at) / width, -50.0, 50.0)))
    return np.repeat((low + (high - low) * share)[:, None], 3, axis=1).astype(np.float32)


@pytest.mark.parametrize("high", [0.9, 0.4, 0.25])
@pytest.mark.parametrize("pitches_a_frame", [0.15, 1.0, 3.0])
def test_a_moving_edge_is_neither_smeared_nor_late(tables: Tables, high: float, pitches_a_frame: float) -> None:
    """Near the edge, where a plain mean is worst: no worse than the camera's own frame, strong edge or faint."""
    state = start_denoise(tables.plan)
    raw, calm, lag = [], [], []
    step = pitches_a_frame * tables.fibre.pitch
    for frame in range(40):
        at = (0.7 + frame * step) % 1.4 - 0.7
        light = edge(tables, at, 0.2, high)
        image = tables.noisy(light, frame)
        state, shown = step_denoise(state, image)
        if frame >= 20:
            near = np.abs(tables.xy[:, 0] - at) < 3.0 * tables.fibre.pitch
            raw.append(image.light_lin[near] - light[near])
            calm.append(shown[near] - light[near])
            lag.append(np.abs(shown[near] - light[near]).max() / np.abs(image.light_lin[near] - light[near]).max())
    assert rms(np.concatenate(calm)) < 1.02 * rms(np.concatenate(raw))
    # Nor is there a single core left behind: the worst error stays that of the noise.
    assert np.median(lag) < 1.3


def test_texture_that_glides_is_no_worse_than_its_frames(tables: Tables) -> None:
    scene = make_scene("texture", 3, 512)
    state = start_denoise(tables.plan)
    raw, calm = [], []
    for frame in range(25):
        window = SceneWindow((0.3 * tables.fibre.pitch * frame, 0.0))
        light = see_scene(tables.fibre, scene, window=window)[: len(tables.xy)]
        image = tables.noisy(light, frame)
        state, shown = step_denoise(state, image)
        raw.append(image.light_lin - light)
        calm.append(shown - light)
    assert rms(np.stack(calm[10:])) < 1.02 * rms(np.stack(raw[10:]))


def test_a_cut_is_shown_at_once(tables: Tables) -> None:
    state = start_denoise(tables.plan)
    for frame in range(15):
        state, _ = step_denoise(state, tables.noisy(np.full((len(tables.xy), 3), 0.3, dtype=np.float32), frame))
    image = tables.noisy(np.full((len(tables.xy), 3), 0.5, dtype=np.float32), 15)
    _, shown = step_denoise(state, image)
    assert rms(shown - 0.5) < 1.1 * rms(image.light_lin - 0.5)
