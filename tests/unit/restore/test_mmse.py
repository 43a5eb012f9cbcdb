"""Kriging weights: fair, best for the assumed scenes, and equal to the plain formula."""

from __future__ import annotations

import numpy as np

from ductoscope.restore.mmse import SceneModel, mmse_weights, spilled_share, tabulate_covariances

PITCH = 7.0


def _points(bundle, count=40):
    rng = np.random.default_rng(3)
    return np.column_stack([bundle.rim.x_px, bundle.rim.y_px]) + rng.uniform(-25.0, 25.0, (count, 2))


def test_weights_sum_to_one_so_that_even_light_stays_even(lattice_bundle):
    bundle = lattice_bundle()
    noise = np.full(bundle.cores, 0.01, dtype=np.float32)
    _, weight = mmse_weights(bundle.xy_px, _points(bundle), PITCH, noise, SceneModel())
    np.testing.assert_allclose(weight.sum(axis=1), 1.0, atol=1e-5)


def test_compiled_solve_is_the_kriging_system(lattice_bundle):
    bundle = lattice_bundle()
    points = _points(bundle)
    noise = np.random.default_rng(1).uniform(0.0, 0.1, bundle.cores).astype(np.float32)
    model = SceneModel()
    index, weight = mmse_weights(bundle.xy_px, points, PITCH, noise, model)
    tables = tabulate_covariances(model, PITCH, 200.0)
    count = model.neighbours

    def look_up(table, distance):
        return np.interp(distance, np.arange(len(table)) * tables.step_px, table)

    for point, cores, found in zip(points, index, weight, strict=True):
        xy = bundle.xy_px[cores]
        system = np.ones((count + 1, count + 1))
        apart = np.linalg.norm(xy[:, None] - xy[None], axis=2)
        system[:count, :count] = look_up(tables.core_core, apart) + np.diag(noise[cores])
        system[count, count] = 0.0
        right = np.append(look_up(tables.point_core, np.linalg.norm(xy - point, axis=1)), 1.0)
        np.testing.assert_allclose(found, np.linalg.solve(system, right)[:count], atol=2e-5)


def test_nearest_cores_are_taken(lattice_bundle):
    bundle = lattice_bundle()
    points = _points(bundle)
    index, _ = mmse_weights(bundle.xy_px, points, PITCH, np.zeros(bundle.cores, np.float32), SceneModel(neighbours=7))
    away = np.linalg.norm(bundle.xy_px[None] - points[:, None], axis=2)
    np.testing.assert_array_equal(np.sort(index, axis=1), np.sort(np.argsort(away, axis=1)[:, :7], axis=1))


def test_a_noisy_core_is_trusted_less(lattice_bundle):
    bundle = lattice_bundle()
    points = bundle.xy_px[100:101]
    quiet = np.zeros(bundle.cores, dtype=np.float32)
    noisy = quiet.copy()
    noisy[100] = 0.5
    index, before = mmse_weights(bundle.xy_px, points, PITCH, quiet, SceneModel())
    _, after = mmse_weights(bundle.xy_px, points, PITCH, noisy, SceneModel())
    assert index[0, 0] == 100
    assert after[0, 0] < 0.5 * before[0, 0]


def test_blur_is_undone_only_when_it_is_assumed(lattice_bundle):
    bundle = lattice_bundle()
    points, quiet = bundle.xy_px[100:101], np.full(bundle.cores, 0.001, dtype=np.float32)
    sharp = mmse_weights(bundle.xy_px, points, PITCH, quiet, SceneModel(acceptance_pitches=0.05, crosstalk=0.0))[1]
    mixed = mmse_weights(bundle.xy_px, points, PITCH, quiet, SceneModel(crosstalk=0.2))[1]
    # Without blur the core itself is the answer; with cross-talk the neighbours' share is taken off again.
    assert sharp[0, 0] > 0.95
    assert mixed[0, 0] > 1.1
    assert mixed[0, 1:7].sum() < -0.1


def test_spill_grows_with_the_spot_and_vanishes_with_it():
    shares = [spilled_share(10.0, sigma, 5) for sigma in (1.0, 2.5, 3.0, 4.0)]
    assert shares[0] < 1e-4
    assert shares == sorted(shares)
    assert 0.2 < shares[-1] < 1.0
