"""Steering: weights for stretched scenes, which way the light lies, and what leaning along it is worth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ductoscope.restore import grid as grid_module
from ductoscope.restore import plan_restore, render
from ductoscope.restore.mmse import SceneModel, core_patch, mmse_weights
from ductoscope.restore.steer import DIRECTIONS, STRETCH, find_lean, lean_weights, plan_steering, steered_weights

PITCH = 7.0


def _find_lean(light, bundle):
    steering = plan_steering(bundle.xy_px, PITCH, bundle.dead)
    return find_lean(light.astype(np.float32), steering.corners, steering.slope, steering.cores, steering.around)


def _points(bundle, count=20):
    rng = np.random.default_rng(3)
    return np.column_stack([bundle.rim.x_px, bundle.rim.y_px]) + rng.uniform(-25.0, 25.0, (count, 2))


def _weights(bundle, points, **settings):
    noise = np.random.default_rng(1).uniform(0.0, 0.1, bundle.cores).astype(np.float32)
    model = SceneModel(neighbours=7)
    index, even = mmse_weights(bundle.xy_px, points, PITCH, noise, model)
    return index, even, steered_weights(bundle.xy_px, points, index, PITCH, noise, model, **settings), noise, model


def _seen_by_cores(scene, bundle):
    """Light of every core: the scene (a function of x, y) averaged over the patch that it accepts."""
    patch, share = core_patch(SceneModel(), PITCH)
    at = bundle.xy_px[:, np.newaxis] + patch
    light = (scene(at[..., 0], at[..., 1]) * share).sum(axis=1)
    return np.repeat(light[:, np.newaxis], bundle.channels, axis=1).astype(np.float32)


def test_steered_weights_are_the_kriging_system_of_a_stretched_scene(lattice_bundle):
    bundle = lattice_bundle()
    points = _points(bundle)
    index, _, steered, noise, model = _weights(bundle, points)
    patch, share = core_patch(model, PITCH)
    patch, share = np.concatenate([patch, patch * (1.0, -1.0)]), np.concatenate([share, share]) / 2.0
    for d in (0, 3):
        angle = np.pi * d / DIRECTIONS
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        length = model.likeness_pitches * PITCH * np.array([np.sqrt(STRETCH), 1.0 / np.sqrt(STRETCH)])

        def likeness(offset, length=length):
            return np.exp(-np.linalg.norm(offset / length, axis=-1))

        for m in range(0, len(points), 5):
            cores = index[m]
            xy = bundle.xy_px[cores] @ turn.T
            to_point = (xy - points[m] @ turn.T)[:, np.newaxis] + patch
            apart = (xy[:, None] - xy)[:, :, None, None] + patch[:, None] + patch
            system = np.ones((len(cores) + 1, len(cores) + 1))
            system[:-1, :-1] = likeness(apart) @ share @ share + np.diag(noise[cores])
            system[-1, -1] = 0.0
            plain = np.linalg.solve(system, np.append(likeness(to_point) @ share, 1.0))[:-1]
            np.testing.assert_allclose(steered[m, d], plain, atol=0.01)


def test_unstretched_every_direction_has_the_even_weights(lattice_bundle):
    bundle = lattice_bundle()
    _, even, steered, _, _ = _weights(bundle, _points(bundle), stretch=1.0)
    np.testing.assert_allclose(steered, np.repeat(even[:, np.newaxis], DIRECTIONS, axis=1), atol=0.02)


def test_every_weight_set_sums_to_one_so_that_even_light_stays_even(lattice_bundle):
    bundle = lattice_bundle()
    steered = _weights(bundle, _points(bundle))[2]
    np.testing.assert_allclose(steered.sum(axis=2), 1.0, atol=1e-5)


@pytest.mark.parametrize("degrees", [0.0, 30.0, 90.0, 135.0, 170.0])
def test_the_lean_lies_along_an_edge(lattice_bundle, degrees):
    bundle = lattice_bundle(dead=(50,))
    angle = np.deg2rad(degrees)
    x, y = (bundle.xy_px - (bundle.rim.x_px, bundle.rim.y_px)).T
    across = y * np.cos(angle) - x * np.sin(angle)
    light = np.repeat(0.5 + 0.4 * np.tanh(across / PITCH)[:, np.newaxis], 3, axis=1)
    light[50] = np.nan
    lean = _find_lean(light, bundle)
    beside = (np.abs(across) < PITCH) & ~bundle.dead
    off = (lean[beside, 0] * 180.0 / DIRECTIONS - degrees + 90.0) % 180.0 - 90.0
    assert np.abs(off).max() < 8.0
    assert lean[beside, 1].min() == 1.0
    assert lean[50].tolist() == [0.0, 0.0]


def test_even_light_and_faint_noise_do_not_lean(lattice_bundle):
    bundle = lattice_bundle()
    assert not _find_lean(np.full((bundle.cores, 3), 0.8), bundle).any()
    noise = np.random.default_rng(5).normal(0.5, 0.004, (bundle.cores, 1))
    assert _find_lean(noise, bundle)[:, 1].max() < 0.05


def test_lone_cores_do_not_lean(lattice_bundle):
    bundle = lattice_bundle()
    column, row = np.rint((bundle.xy_px - bundle.xy_px[0]) / PITCH).astype(int).T
    is_dead = (column % 3 > 0) | (row % 3 > 0)
    assert 7 < np.count_nonzero(~is_dead) < 40
    plan = plan_restore(replace(bundle, dead=is_dead), 64)
    light = np.random.default_rng(8).uniform(0.0, 1.0, (bundle.cores, 3)).astype(np.float32)
    assert not _find_lean(light, plan.bundle).any()
    assert render(light, plan)[plan.seen].std() > 10.0


def test_leaning_blends_the_two_directions_beside(lattice_bundle):
    rng = np.random.default_rng(6)
    index = rng.integers(0, 30, (50, 4)).astype(np.uint16)
    weight = rng.normal(size=(50, 4)).astype(np.float32)
    steered = rng.normal(size=(50, DIRECTIONS, 4)).astype(np.float32)
    lean = np.column_stack([rng.uniform(0.0, DIRECTIONS, 30), rng.uniform(0.0, 1.0, 30)]).astype(np.float32)
    lean[:3] = [(DIRECTIONS, 1.0), (DIRECTIONS - 0.5, 1.0), (0.0, 0.0)]
    index[:3, 0] = range(3)
    mixed = np.empty_like(weight)
    lean_weights(index, weight, steered, lean, mixed)
    direction, share = lean[index[:, 0]].astype(float).T
    low, row = np.floor(direction).astype(int), np.arange(50)
    between = (direction - low)[:, np.newaxis]
    along = (1 - between) * steered[row, low % DIRECTIONS] + between * steered[row, (low + 1) % DIRECTIONS]
    plain = (1 - share[:, np.newaxis]) * weight + share[:, np.newaxis] * along
    np.testing.assert_allclose(mixed, plain, atol=1e-5)


# Not along the lattice's own rows, at 0, 60 and 120 degrees: there all cores beside an edge see the same part of it.
@pytest.mark.parametrize("degrees", [25.0, 100.0, 155.0])
def test_an_oblique_vessel_is_truer_for_leaning(lattice_bundle, degrees):
    bundle = lattice_bundle(channels=1)
    angle = np.deg2rad(degrees)

    def vessel(x, y):
        across = (y - bundle.rim.y_px) * np.cos(angle) - (x - bundle.rim.x_px) * np.sin(angle)
        return 0.9 - 0.8 * np.exp(-0.5 * (across / (0.6 * PITCH)) ** 2)

    plan = plan_restore(bundle, 240)
    upright = replace(plan, picture=replace(plan.picture, steered=plan.picture.steered[:0], steering=None))
    row, column = np.nonzero(plan.seen)
    at = np.stack([column, row], axis=1) @ plan.frame_from_view[:, :2].T + plan.frame_from_view[:, 2]
    inner = np.hypot(*(at - (bundle.rim.x_px, bundle.rim.y_px)).T) < bundle.rim.radius_px - 2.0 * PITCH
    truth = 255.0 * vessel(*at.T)[inner]
    light = _seen_by_cores(vessel, bundle)
    leant, plain = (np.mean((render(light, each)[row, column][inner] - truth) ** 2) for each in (plan, upright))
    assert leant < 0.5 * plain


def test_only_few_cores_are_steered(lattice_bundle, monkeypatch):
    bundle = lattice_bundle()
    few = plan_restore(bundle, 64).picture
    monkeypatch.setattr(grid_module, "FEW_CORES", bundle.cores - 1)
    many = plan_restore(bundle, 64).picture
    assert few.steered.shape == (len(few.index), DIRECTIONS, few.index.shape[1])
    assert few.steering is not None
    assert many.steering is None
    assert len(many.steered) == 0
    assert len(few.index) > 2 * len(many.index)
