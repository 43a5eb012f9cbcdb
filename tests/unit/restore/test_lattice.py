from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ductoscope.restore.lattice import keep_strongest, largest_patch, measure_disorder, measure_sixfold
from tests.lattices import lay_hexagons, lay_round_hexagons


def test_a_lattice_is_orderly_and_chance_is_not() -> None:
    lattice = lay_hexagons(5.0, 30, jitter=0.08)
    middle = (np.abs(lattice - lattice.mean(axis=0)) < 50).all(axis=1)
    chance = np.random.default_rng(0).uniform(0, 150, (900, 2))
    # Peaks of noise keep a distance from each other.
    chance = chance[keep_strongest(chance, np.random.default_rng(1).uniform(size=900), 3.0)]
    assert measure_disorder(lattice)[middle].max() < 0.15
    assert np.median(measure_disorder(chance)) > 0.18


def test_six_neighbours_are_told_from_four() -> None:
    assert measure_sixfold(lay_hexagons(5.0, 30, jitter=0.08)) > 0.75
    square = np.stack(np.meshgrid(np.arange(30), np.arange(30)), axis=-1).reshape(-1, 2) * 5.0
    jittered = square + np.random.default_rng(0).normal(0, 0.1, square.shape)
    assert measure_sixfold(jittered) < 0.65


def test_the_largest_patch_leaves_islands_out() -> None:
    main = lay_round_hexagons(5.0, 20)
    island = lay_round_hexagons(5.0, 6) + 200.0
    mark = largest_patch(np.concatenate([island, main]), 5.0)
    assert mark.sum() == len(main)
    assert not mark[: len(island)].any()


@given(st.integers(0, 2**31))
def test_of_places_too_near_only_the_strongest_stays(seed: int) -> None:
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, 20, (40, 2))
    strength = rng.uniform(size=40)
    keep = keep_strongest(xy, strength, 3.0)
    distance = np.hypot(*(xy[:, None] - xy).transpose(2, 0, 1))
    near = (distance < 3.0) & ~np.eye(40, dtype=bool)
    assert not near[np.ix_(keep, keep)].any()
    for lost in np.flatnonzero(~keep):
        assert (strength[keep & near[lost]] > strength[lost]).any()
