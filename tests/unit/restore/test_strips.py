"""Samples mixed from strips: which cores they take, that weights stay whole, and the plain sums."""

from __future__ import annotations

import numpy as np
import pytest

from ductoscope.restore.mmse import SceneModel, mmse_weights
from ductoscope.restore.strips import lay_out, mix_samples, no_strips, plan_strips, round_weights
from ductoscope.restore.vectors import SETS, TOGETHER

PITCH_PX = 9.0


def _scatter(count=400, side_px=160.0):
    rng = np.random.default_rng(0)
    across = int(np.sqrt(count))
    row, column = np.divmod(np.arange(count), across)
    xy = np.stack([column + 0.5 * (row % 2), row * np.sqrt(0.75)], axis=1) * PITCH_PX
    xy += rng.normal(scale=0.6, size=xy.shape)
    return xy[rng.permutation(count)], rng.uniform(40.0, side_px - 40.0, (50, 2))


def _plan(xy, points, live=None):
    live = np.arange(len(xy)) if live is None else live
    return plan_strips(xy, live, points, PITCH_PX, np.full(len(xy), 0.0005), SceneModel())


def _cores_of(strips, count):
    return strips.order[strips.first[:count, :, np.newaxis].astype(int) + np.arange(TOGETHER)].reshape(count, -1)


def test_the_nearest_cores_are_among_those_taken():
    xy, points = _scatter()
    cores = _cores_of(_plan(xy, points), len(points))
    away = np.linalg.norm(xy[np.newaxis] - points[:, np.newaxis], axis=2)
    for taken, distance in zip(cores, away, strict=True):
        assert len(set(taken.tolist())) == SETS * TOGETHER
        assert set(np.argsort(distance)[:4].tolist()) <= set(taken.tolist())
        assert distance[taken].max() < 4.0 * PITCH_PX


def test_a_smooth_scene_is_guessed_as_from_the_nearest_cores():
    xy, points = _scatter()
    strips = _plan(xy, points)
    light = 0.5 + 0.4 * np.sin(xy[:, 0] / 20.0) * np.cos(xy[:, 1] / 25.0)
    index, weight = mmse_weights(xy, points, PITCH_PX, np.full(len(xy), 0.0005), SceneModel())
    nearest = (light[index] * weight).sum(axis=1)
    found = (light[_cores_of(strips, len(points))] * strips.weight[: len(points)] / 8192).sum(axis=1)
    np.testing.assert_allclose(found, nearest, atol=0.01)


def test_cores_are_named_by_their_place_in_the_bundle():
    xy, points = _scatter()
    live = 3 * np.arange(len(xy))
    assert set(_plan(xy, points, live).order.tolist()) == set(live.tolist())


@pytest.mark.parametrize("count", [7, 16])
def test_the_fewest_cores_are_enough(count):
    xy, _ = _scatter()
    strips = _plan(xy[:count], xy[:3] + 1.0)
    assert int(strips.first.max()) + TOGETHER <= count
    assert set(strips.weight[:3].sum(axis=1).tolist()) == {8192}


def test_rounded_weights_sum_to_one():
    exact = np.random.default_rng(1).normal(size=(300, 16)).astype(np.float32) * 0.2
    exact[:, 5] += 1.0 - exact.sum(axis=1)
    rounded = round_weights(exact)
    assert set(rounded.sum(axis=1).tolist()) == {8192}
    assert np.abs(rounded / 8192 - exact).max() < 17 / 8192


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("samples", [1, 4, 7])
def test_samples_are_the_weighted_sums(channels, samples):
    xy, points = _scatter()
    strips = _plan(xy, points)
    light = np.random.default_rng(2).random((len(xy), channels)).astype(np.float32)
    start, stop = 11, 11 + samples
    laid = np.full((channels, len(strips.order)), np.nan, dtype=np.float32)
    lay_out(light, strips.order, strips.first[start : stop + TOGETHER], laid)
    row = np.full(channels * (samples + 2) + TOGETHER - 1, -7.0, dtype=np.float32)
    mix_samples(laid, strips.first, strips.weight, start, stop, channels, row)
    cores = _cores_of(strips, len(points))[start:stop]
    plain = np.einsum("mk,mkc->mc", strips.weight[start:stop] / 8192, light[cores])
    np.testing.assert_allclose(row[channels : channels * (1 + samples)].reshape(-1, channels), plain, atol=1e-5)
    assert set(row[:channels].tolist()) == {-7.0}


def test_only_cores_that_are_mixed_need_reading():
    xy, points = _scatter()
    strips = _plan(xy, points[np.argsort(points[:, 1])])
    cores = strips.cores_of_samples(10, 20)
    assert set(_cores_of(strips, 20)[10:].ravel().tolist()) <= set(cores.tolist())
    assert len(cores) < len(xy) * 0.6
    assert len(strips.cores_of_samples(5, 5)) == 0
    assert len(no_strips().cores_of_samples(0, 0)) == 0
