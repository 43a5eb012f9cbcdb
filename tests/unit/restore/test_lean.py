"""Leaning: which scenes are taken for likely around a core."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ductoscope.restore import plan_restore, render
from ductoscope.restore.lean import DIRECTIONS, JUDGED, MIXED, PAIRS, STRETCHED, find_lean

PITCH = 7.0


def _steering(bundle):
    return plan_restore(bundle, 64).picture.steering


def _find_lean(light, steering, rows=None):
    rows = np.arange(len(steering.cores), dtype=np.uint16) if rows is None else rows
    table = light.astype(np.float32)
    return find_lean(table, steering.cores, steering.near, steering.ring, steering.misfit, steering.prior, rows)


def _across(bundle, degrees):
    """Distance of every core from the line through the centre, in pixels."""
    angle = np.deg2rad(degrees)
    x, y = (bundle.xy_px - (bundle.rim.x_px, bundle.rim.y_px)).T
    return y * np.cos(angle) - x * np.sin(angle)


def _all_shares(lean):
    """(N, 1 + STRETCHED) share of every scene, the even one first."""
    shares = np.zeros((len(lean), 1 + STRETCHED))
    shares[:, 0] = lean[:, 0]
    for k in range(MIXED):
        np.add.at(shares, (np.arange(len(lean)), 1 + lean[:, 1 + 2 * k].astype(int)), lean[:, 2 + 2 * k])
    return shares


def test_shares_are_those_of_the_smoothed_likelihoods(lattice_bundle):
    bundle = lattice_bundle(dead=(40,))
    steering = _steering(bundle)
    light = (
        np.random.default_rng(3).uniform(0.0, 1.0, (bundle.cores, 3)) * np.linspace(0.02, 1.0, bundle.cores)[:, None]
    )
    light[40] = np.nan
    level = light.mean(axis=1)[steering.near]
    away = level[:, 1:] - level[:, :1]
    i, j = np.tril_indices(JUDGED - 1)
    pairs = np.zeros((len(away), PAIRS))
    pairs[:, : len(i)] = away[:, i] * away[:, j]
    square = np.einsum("msp,mp->ms", steering.misfit, pairs)
    likely = 2.5 * (steering.prior - 0.5 * (JUDGED - 1) * np.log(square + 1e-5))
    likely[:, 0] += 2.0
    for _ in range(2):
        likely = 0.15 * likely + 0.85 * likely[steering.ring].mean(axis=1)
    shares = np.exp(likely - likely.max(axis=1, keepdims=True))
    shares = np.maximum(shares - np.sort(shares, axis=1)[:, [-MIXED - 1]], 0.0)
    shares *= (square[:, 0] / (square[:, 0] + 0.01) / shares.sum(axis=1))[:, None]
    shares[:, 0] += 1.0 - shares.sum(axis=1)
    lean = _find_lean(light, steering)
    np.testing.assert_allclose(_all_shares(lean)[steering.cores], shares, atol=2e-3)
    assert lean[40, 0] == 1.0
    assert not lean[40, 2::2].any()


@pytest.mark.parametrize("degrees", [0.0, 30.0, 90.0, 135.0, 170.0])
@pytest.mark.parametrize("channels", [1, 3])
def test_the_lean_lies_along_an_edge(lattice_bundle, degrees, channels):
    bundle = lattice_bundle(dead=(50,), channels=channels)
    across = _across(bundle, degrees)
    light = np.repeat(0.5 + 0.4 * np.tanh(across / PITCH)[:, np.newaxis], channels, axis=1)
    light[50] = np.nan
    shares = _all_shares(_find_lean(light, _steering(bundle)))
    beside = (np.abs(across) < PITCH) & ~bundle.dead
    turns = np.exp(2j * np.pi * (np.arange(STRETCHED) % DIRECTIONS) / DIRECTIONS)
    towards = np.rad2deg(np.angle(shares[:, 1:] @ turns)) / 2.0
    off = (towards[beside] - degrees + 90.0) % 180.0 - 90.0
    assert np.abs(off).max() < 12.0
    assert shares[beside, 0].max() < 0.2


def test_even_light_and_faint_noise_do_not_lean(lattice_bundle):
    bundle = lattice_bundle()
    steering = _steering(bundle)
    assert _find_lean(np.full((bundle.cores, 3), 0.8), steering)[:, 0].min() == 1.0
    noise = np.random.default_rng(5).normal(0.5, 0.002, (bundle.cores, 1))
    assert _find_lean(noise, steering)[:, 0].min() > 0.85


def test_shares_sum_to_one_and_none_is_negative(lattice_bundle):
    bundle = lattice_bundle()
    lean = _find_lean(np.random.default_rng(4).uniform(0.0, 1.0, (bundle.cores, 3)), _steering(bundle))
    shares = np.concatenate([lean[:, :1], lean[:, 2::2]], axis=1)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, atol=1e-5)
    assert shares.min() > -1e-5
    assert (lean[:, 1::2] % 1 == 0).all()
    assert lean[:, 1::2].min() >= 0
    assert lean[:, 1::2].max() < STRETCHED


def test_judging_the_rows_around_some_cores_tells_the_same_of_them(lattice_bundle):
    bundle = lattice_bundle(dead=(3, 4))
    steering = _steering(bundle)
    light = np.random.default_rng(9).uniform(0.0, 1.0, (bundle.cores, 3))
    wanted = np.array([20, 21, 60], dtype=np.uint16)
    rows = steering.rows_for(wanted)
    assert len(wanted) < len(rows) < len(steering.cores)
    unread = np.setdiff1d(np.arange(bundle.cores), steering.near[rows])
    assert len(unread)
    whole = _find_lean(light, steering)
    light[unread] = np.nan
    some = _find_lean(light, steering, rows)
    np.testing.assert_array_equal(some[wanted], whole[wanted])
    assert (some[unread, 0] == 1.0).all()


@pytest.mark.parametrize("live", [8, 12])
def test_a_handful_of_cores_is_still_drawn(lattice_bundle, live):
    bundle = lattice_bundle()
    is_dead = np.ones(bundle.cores, dtype=bool)
    is_dead[np.linspace(0, bundle.cores - 1, live).astype(int)] = False
    plan = plan_restore(replace(bundle, dead=is_dead), 64)
    light = np.random.default_rng(8).uniform(0.2, 1.0, (bundle.cores, 3)).astype(np.float32)
    lean = _find_lean(light, plan.picture.steering)
    np.testing.assert_allclose(lean[:, 0] + lean[:, 2::2].sum(axis=1), 1.0, atol=1e-5)
    picture = render(light, plan)[plan.seen]
    assert picture.mean() > 40.0
    assert np.abs(render(np.full_like(light, 0.5), plan)[plan.seen].astype(int) - 128).max() <= 1
