"""Small exact bundles: a hexagonal lattice of Gaussian spots, known to the last digit."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ductoscope.model import Bundle, BundleQuality, Rim

BundleMaker = Callable[..., Bundle]


@pytest.fixture(scope="session")
def lattice_bundle() -> BundleMaker:
    """A function (side_px, pitch_px, channels, dead, seed) -> Bundle of a jittered lattice in a square picture."""

    def make(
        side_px: int = 120,
        pitch_px: float = 7.0,
        channels: int = 3,
        dead: tuple[int, ...] = (),
        seed: int = 0,
        centre_px: tuple[float, float] | None = None,
    ) -> Bundle:
        rng = np.random.default_rng(seed)
        centre = centre_px or ((side_px - 1) / 2, (side_px - 1) / 2)
        radius_px = 0.47 * side_px
        reach = int(2 * radius_px / pitch_px) + 3
        column, row = np.meshgrid(np.arange(-reach, reach + 1), np.arange(-reach, reach + 1))
        xy = np.stack([(column + 0.5 * (row % 2)) * pitch_px, row * pitch_px * np.sqrt(0.75)], axis=-1).reshape(-1, 2)
        xy = xy[np.hypot(*xy.T) < radius_px - 0.5 * pitch_px]
        xy = xy + rng.normal(0.0, 0.04 * pitch_px, xy.shape) + centre
        is_in = np.all((xy > -0.5) & (xy < side_px - 0.5), axis=1)
        xy = xy[is_in]
        gain = rng.uniform(0.3, 0.6, (len(xy), channels)).astype(np.float32)
        flags = np.zeros(len(xy), dtype=np.bool_)
        flags[list(dead)] = True
        return Bundle(
            frame_shape=(side_px, side_px),
            xy_px=xy,
            pitch_px=pitch_px,
            sigma_px=0.28 * pitch_px,
            rim=Rim(centre[0], centre[1], radius_px),
            gain=gain,
            dark=np.full(gain.shape, 0.02, dtype=np.float32),
            dead=flags,
            quality=BundleQuality("white", 0.5, 0.0, "good"),
        )

    return make
