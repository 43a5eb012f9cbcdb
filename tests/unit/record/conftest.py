"""Small bundles, core images and clocks for the tests of the record room."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ductoscope.model import Bundle, BundleQuality, CalibrationFit, CoreImage, Rim, SourceInfo, round_light
from tests.postgres import journal_url, postgres_url  # noqa: F401

FPS = 30


def _make_bundle(cores: int = 40, channels: int = 3, seed: int = 1) -> Bundle:
    rng = np.random.default_rng(seed)
    return Bundle(
        frame_shape=(108, 192),
        xy_px=rng.uniform(20.0, 90.0, (cores, 2)),
        pitch_px=5.25,
        sigma_px=1.4,
        rim=Rim(60.5, 54.25, 40.0),
        gain=rng.uniform(0.2, 0.6, (cores, channels)).astype(np.float32),
        dark=rng.uniform(0.0, 0.02, (cores, channels)).astype(np.float32),
        dead=rng.random(cores) < 0.1,
        quality=BundleQuality("frames", 0.31, 0.002, "fair", ("It was calibrated without a white picture.",)),
    )


def _make_images(count: int, cores: int = 40, channels: int = 3, seed: int = 2) -> list[CoreImage]:
    """A drifting pattern with noise on the code grid; now and then a core goes dark or advice appears."""
    rng = np.random.default_rng(seed)
    at = np.linspace(0.0, 6.0, cores)[:, None]
    valid = np.ones(cores, dtype=bool)
    images = []
    for index in range(count):
        light = 0.4 + 0.3 * np.sin(at + index / 9.0) + rng.normal(0.0, 0.01, (cores, channels))
        if index % 11 == 5:
            valid = valid.copy()
            valid[rng.integers(cores)] ^= True
        fit = CalibrationFit(
            shift_xy_px=(0.01 * index, -0.5),
            is_shifted=index % 7 == 3,
            new_dark=index % 3,
            colour_drift=0.001 * index,
            advice="Recalibrate: 3 µm shift." if index % 7 == 3 else None,
        )
        images.append(CoreImage(index, 5_000 + index * 1_000_000_000 // FPS, round_light(light), valid, fit))
    return images


def _assert_same(a: CoreImage, b: CoreImage) -> None:
    """Fail unless two core images are the same to the last bit."""
    assert (a.index, a.t_ns, a.fit) == (b.index, b.t_ns, b.fit)
    assert a.light_lin.dtype == b.light_lin.dtype == np.float32
    np.testing.assert_array_equal(a.light_lin, b.light_lin)
    np.testing.assert_array_equal(a.valid, b.valid)


class HandClock:
    """A clock that goes only when told to."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def make_bundle() -> Callable[..., Bundle]:
    return _make_bundle


@pytest.fixture(scope="session")
def make_images() -> Callable[..., list[CoreImage]]:
    return _make_images


@pytest.fixture(scope="session")
def assert_same() -> Callable[[CoreImage, CoreImage], None]:
    return _assert_same


@pytest.fixture
def source() -> SourceInfo:
    return SourceInfo("Simulated scope, seed 1", (108, 192), 3, float(FPS), is_live=True, is_simulated=True)
