"""Steering: weights for stretched scenes, and what leaning along an edge is worth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ductoscope.restore import grid as grid_module
from ductoscope.restore import plan_restore, render, restore
from ductoscope.restore.lean import DIRECTIONS, MIXED, STRETCHED, STRETCHES
from ductoscope.restore.mmse import SceneModel, core_patch
from ductoscope.restore.steer import lean_weights, plan_steering

PITCH = 7.0
MODEL = SceneModel(neighbours=7)


def _plan(bundle, points):
    noise = np.random.default_rng(1).uniform(0.0, 0.1, bundle.cores).astype(np.float32)
    return noise, *plan_steering(bundle.xy_px, np.arange(bundle.cores), points, PITCH, noise, MODEL)


def _points(bundle, count=40):
    rng = np.random.default_rng(3)
    return np.column_stack([bundle.rim.x_px, bundle.rim.y_px]) + rng.uniform(-25.0, 25.0, (count, 2))


def _covariances(bundle, cores, noise, scene, point=None):
    """Covariance between cores, and of each with a point, summed up patch by patch."""
    stretch, direction = (1.0, 0) if scene == 0 else (STRETCHES[(scene - 1) // DIRECTIONS], (scene - 1) % DIRECTIONS)
    angle = np.pi * direction / DIRECTIONS
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    length = MODEL.likeness_pitches * PITCH * np.array([np.sqrt(stretch), 1.0 / np.sqrt(stretch)])
    patch, share = core_patch(MODEL, PITCH)
    patch, share = np.concatenate([patch, patch * (1.0, -1.0)]), np.concatenate([share, share]) / 2.0

    def likeness(offset):
        return np.exp(-np.linalg.norm(offset / length, axis=-1))

    xy = bundle.xy_px[cores] @ turn.T
    apart = (xy[:, None] - xy)[:, :, None, None] + patch[:, None] + patch
    between = likeness(apart) @ share @ share + np.diag(noise[cores])
    if point is None:
        return between
    return between, likeness((xy - point @ turn.T)[:, np.newaxis] + patch) @ share


def _seen_by_cores(scene, bundle):
    """Light of every core: the scene (a function of x, y) averaged over the patch that it accepts."""
    patch, share = core_patch(SceneModel(), PITCH)
    at = bundle.xy_px[:, np.newaxis] + patch
    light = (scene(at[..., 0], at[..., 1]) * share).sum(axis=1)
    return np.repeat(light[:, np.newaxis], bundle.channels, axis=1).astype(np.float32)


@pytest.mark.parametrize("scene", [0, 1, 4, DIRECTIONS + 7])
def test_weights_are_the_kriging_system_of_the_scene(lattice_bundle, scene):
    bundle = lattice_bundle()
    points = _points(bundle)
    noise, weights, _ = _plan(bundle, points)
    for m in range(0, len(points), 5):
        cores = weights.index[m]
        between, guess = _covariances(bundle, cores, noise, scene, points[m])
        system = np.ones((len(cores) + 1, len(cores) + 1))
        system[:-1, :-1] = between
        system[-1, -1] = 0.0
        plain = np.linalg.solve(system, np.append(guess, 1.0))[:-1]
        row = weights.place[m, 0] + (scene - 1) * weights.place[m, 1]
        np.testing.assert_allclose(weights.stretched[row] if scene else weights.even[m], plain, atol=0.02)


def test_samples_are_made_from_the_cores_around_their_nearest(lattice_bundle):
    bundle = lattice_bundle()
    points = _points(bundle)
    index = _plan(bundle, points)[1].index
    for m in range(len(points)):
        own = np.argmin(np.linalg.norm(bundle.xy_px - points[m], axis=1))
        away = np.linalg.norm(bundle.xy_px - bundle.xy_px[own], axis=1)
        assert index[m, 0] == own
        np.testing.assert_allclose(away[index[m]], np.sort(away)[: index.shape[1]])


def test_all_weights_sum_to_one_so_that_even_light_stays_even(lattice_bundle):
    bundle = lattice_bundle()
    _, weights, _ = _plan(bundle, _points(bundle))
    np.testing.assert_allclose(weights.even.sum(axis=1), 1.0, atol=1e-5)
    np.testing.assert_allclose(weights.stretched.sum(axis=1), 1.0, atol=1e-5)


def test_every_sample_has_rows_of_its_own(lattice_bundle):
    bundle = lattice_bundle()
    _, weights, _ = _plan(bundle, _points(bundle))
    rows = weights.place[:, :1] + np.arange(STRETCHED) * weights.place[:, 1:]
    np.testing.assert_array_equal(np.sort(rows.ravel()), np.arange(len(weights.stretched)))


@pytest.mark.parametrize("scene", [0, 2, DIRECTIONS + 6])
def test_misfit_is_that_of_the_likelihood_with_any_mean(lattice_bundle, scene):
    bundle = lattice_bundle()
    noise, _, steering = _plan(bundle, _points(bundle))
    rng = np.random.default_rng(2)
    for core in (0, 60, 111):
        cores = steering.near[core]
        between = _covariances(bundle, cores, noise, scene)
        inverse, one = np.linalg.inv(between), np.ones(len(cores))
        total = one @ inverse @ one
        plain = inverse - np.outer(inverse @ one, inverse @ one) / total
        light = rng.uniform(0.0, 1.0, len(cores))
        away = light[1:] - light[0]
        pairs = np.outer(away, away)[np.tril_indices(len(away))]
        misfit = steering.misfit[core, scene]
        assert misfit[: len(pairs)] @ pairs == pytest.approx(light @ plain @ light, rel=0.1)
        assert not misfit[len(pairs) :].any()
        level = -0.5 * (np.linalg.slogdet(between)[1] + np.log(total))
        assert steering.prior[core, scene] == pytest.approx(level, abs=0.15)


def test_leaning_mixes_the_sets_of_the_nearest_core(lattice_bundle):
    rng = np.random.default_rng(6)
    index = rng.integers(0, 30, (50, 4)).astype(np.uint16)
    weight = rng.normal(size=(50, 4)).astype(np.float32)
    stretched = rng.normal(size=(50 * STRETCHED, 4)).astype(np.float32)
    place = np.stack([np.arange(50), np.full(50, 50)], axis=1).astype(np.int32)
    shares = rng.dirichlet(np.ones(1 + MIXED), 30)
    shares[:5, 1:] = 0.0
    scenes = rng.integers(0, STRETCHED, (30, MIXED))
    lean = np.concatenate([shares[:, :1], np.stack([scenes, shares[:, 1:]], axis=2).reshape(30, -1)], axis=1)
    mixed = np.empty_like(weight)
    lean_weights(index, weight, stretched, place, lean.astype(np.float32), mixed)
    for m, core in enumerate(index[:, 0]):
        sets = np.concatenate([weight[m : m + 1], stretched[m + 50 * scenes[core]]])
        weights = np.concatenate([lean[core, :1], shares[core, 1:]])
        np.testing.assert_allclose(mixed[m], weights @ sets, atol=1e-5)


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
    assert leant < 0.4 * plain


def test_only_few_cores_are_steered(lattice_bundle, monkeypatch):
    bundle = lattice_bundle()
    few = plan_restore(bundle, 64)
    monkeypatch.setattr(grid_module, "FEW_CORES", bundle.cores - 1)
    many = plan_restore(bundle, 64)
    assert few.picture.steered.shape == (len(few.picture.index) * STRETCHED, few.picture.index.shape[1])
    assert few.picture.steering is not None
    assert many.picture.steering is None
    assert len(many.picture.steered) == 0
    assert [len(half.judged) for half in many.halves] == [0, 0]
    assert len(few.picture.index) > 2 * len(many.picture.index)


def test_each_half_reads_and_judges_only_around_itself(lattice_bundle):
    bundle = lattice_bundle(240)
    plan = plan_restore(bundle, 96)
    for half in plan.halves:
        assert len(half.judged) < 0.75 * bundle.cores
        assert len(half.cores) < 0.85 * bundle.cores
    frame = np.random.default_rng(7).integers(0, 256, (240, 240, 3), dtype=np.uint8)
    everything = tuple(
        replace(half, cores=np.arange(bundle.cores, dtype=np.uint16), judged=np.arange(bundle.cores, dtype=np.uint16))
        for half in plan.halves
    )
    np.testing.assert_array_equal(restore(frame, plan), restore(frame, replace(plan, halves=everything)))
