from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import cKDTree

from ductoscope.model import BadInputError
from ductoscope.simulate import FibreBundle, FibreSettings, SceneWindow, carry_light, make_fibre, see_scene


@pytest.mark.parametrize("cores", [1600, 6000])
def test_has_exactly_the_cores_asked_for_inside_the_rim(cores: int) -> None:
    fibre = make_fibre(np.random.default_rng(0), FibreSettings(cores=cores))
    assert fibre.xy.shape == (cores, 2)
    assert np.hypot(*fibre.xy.T).max() <= 1.0 + 0.2 * fibre.pitch, "jitter alone may cross the rim"
    # A full hexagonal lattice has 0.907 = pi / sqrt(12) of the disc's (diameter / pitch)^2 as its count.
    assert 2.0 / fibre.pitch == pytest.approx(np.sqrt(cores / 0.907), rel=0.05)


def test_jitter_is_what_was_asked_for() -> None:
    still, shaken = (
        make_fibre(np.random.default_rng(3), FibreSettings(cores=3000, jitter=jitter)) for jitter in (0.0, 0.05)
    )
    # The same draw without jitter is the lattice itself; partners are found by nearness.
    distance, _ = cKDTree(still.xy).query(shaken.xy)
    assert np.sqrt(np.mean(distance**2) / 2.0) == pytest.approx(0.05 * still.pitch, rel=0.1)
    nearest, _ = cKDTree(still.xy).query(still.xy, k=2)
    np.testing.assert_allclose(nearest[:, 1], still.pitch, rtol=1e-9)


def test_transmission_tint_and_dead_cores_follow_their_settings() -> None:
    settings = FibreSettings(cores=6000, dead=0.02, transmission_sd=0.15, tint_sd=0.03)
    fibre = make_fibre(np.random.default_rng(4), settings)
    assert fibre.dead.sum() == 120
    assert not fibre.transmission[fibre.dead].any()
    alive = fibre.transmission[~fibre.dead]
    assert alive.mean() == pytest.approx(1.0, abs=0.01)
    assert alive.mean(axis=1).std() == pytest.approx(0.15, rel=0.1)
    assert (alive / alive.mean(axis=1, keepdims=True)).std() == pytest.approx(0.03, rel=0.3)


def test_crosstalk_makes_and_loses_no_light(fibre: FibreBundle) -> None:
    totals = np.abs(fibre.exchange.sum(axis=0)).max(), np.abs(fibre.exchange.sum(axis=1)).max()
    assert max(totals) < 1e-6
    even = carry_light(fibre, np.ones((fibre.cores, 3), np.float32))
    np.testing.assert_allclose(even, fibre.transmission, atol=1e-6)


def test_crosstalk_gives_neighbours_the_share_that_was_set() -> None:
    settings = FibreSettings(cores=400, dead=0.0, transmission_sd=0.0, tint_sd=0.0, crosstalk=0.2)
    fibre = make_fibre(np.random.default_rng(5), settings)
    shares = []
    for core in np.flatnonzero(np.hypot(*fibre.xy.T) < 0.7):
        one = np.zeros((fibre.cores, 3), np.float32)
        one[core] = 1.0
        leaving = carry_light(fibre, one)
        assert leaving.sum(axis=0) == pytest.approx(np.ones(3), abs=1e-5)
        lit = np.flatnonzero(leaving[:, 1] > 1e-6)
        assert len(lit) == 7, "itself and six neighbours"
        shares.append(1.0 - leaving[core])
    red, green, blue = np.mean(shares, axis=0)
    assert green == pytest.approx(0.2, rel=0.05)
    assert red > green > blue, "cross-talk rises with wavelength"


def test_dead_cores_are_dark_whatever_they_see(fibre: FibreBundle) -> None:
    assert fibre.dead.any()
    assert not carry_light(fibre, np.full((fibre.cores, 3), 5.0, np.float32))[fibre.dead].any()


def test_an_even_scene_is_even_light(fibre: FibreBundle) -> None:
    scene = np.broadcast_to([0.2, 0.5, 0.9], (64, 80, 3))
    np.testing.assert_allclose(see_scene(fibre, scene), np.tile([0.2, 0.5, 0.9], (fibre.cores, 1)), atol=1e-5)


def test_a_core_averages_its_gaussian_patch(fibre: FibreBundle) -> None:
    size, waves = 512, 6.0
    x = (np.arange(size) + 0.5) * 2.0 / size - 1.0
    scene = np.broadcast_to((0.5 + 0.5 * np.cos(waves * np.pi * x))[None, :, None], (size, size, 3))
    # A Gaussian average of a cosine is the cosine times exp(-(k sigma)^2 / 2).
    damping = np.exp(-0.5 * (waves * np.pi * fibre.settings.acceptance * fibre.pitch) ** 2)
    inner = np.abs(fibre.xy[:, 0]) < 0.9
    expected = 0.5 + 0.5 * damping * np.cos(waves * np.pi * fibre.xy[:, 0])
    np.testing.assert_allclose(see_scene(fibre, scene)[inner, 1], expected[inner], atol=0.004)


def test_a_window_moves_turns_and_scales_the_scene(fibre: FibreBundle) -> None:
    size = 256
    place = (np.arange(size) + 0.5) * 2.0 / size - 1.0
    x, y = np.meshgrid(place, place)
    ramp = np.dstack([x, y, np.zeros_like(x)])
    window = SceneWindow(shift_xy=(0.1, -0.05), rotation_deg=90.0, scale=0.5)
    seen = see_scene(fibre, ramp, window=window)
    # A quarter turn from x towards y sends (x, y) to (-y, x).
    np.testing.assert_allclose(seen[:, 0], 0.5 * -fibre.xy[:, 1] + 0.1, atol=1e-3)
    np.testing.assert_allclose(seen[:, 1], 0.5 * fibre.xy[:, 0] - 0.05, atol=1e-3)


def test_same_seed_same_fibre() -> None:
    first, second, other = (make_fibre(np.random.default_rng(seed), FibreSettings(cores=300)) for seed in (6, 6, 7))
    assert first.xy.tobytes() == second.xy.tobytes()
    assert first.transmission.tobytes() == second.transmission.tobytes()
    assert first.xy.tobytes() != other.xy.tobytes()


def test_refuses_what_no_fibre_is() -> None:
    with pytest.raises(BadInputError, match=r"crosstalk must lie between 0\.0 and 0\.5, got 0\.9"):
        FibreSettings(crosstalk=0.9)
    with pytest.raises(BadInputError, match=r"\(H, W, 3\).*\(4, 4\)"):
        see_scene(make_fibre(np.random.default_rng(0), FibreSettings(cores=100)), np.zeros((4, 4)))
