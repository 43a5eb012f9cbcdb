"""A small fibre and a small camera that most tests look through."""

from __future__ import annotations

import numpy as np
import pytest

from ductoscope.simulate import CameraSettings, FibreBundle, FibreSettings, make_fibre


@pytest.fixture(scope="session")
def fibre() -> FibreBundle:
    return make_fibre(np.random.default_rng(1), FibreSettings(cores=400))


@pytest.fixture(scope="session")
def plain_fibre() -> FibreBundle:
    """No spread, no cross-talk, no dead cores: what comes out is what went in."""
    settings = FibreSettings(cores=400, dead=0.0, transmission_sd=0.0, tint_sd=0.0, spot_sd=0.0, crosstalk=0.0)
    return make_fibre(np.random.default_rng(2), settings)


@pytest.fixture(scope="session")
def camera() -> CameraSettings:
    return CameraSettings(height_px=240, width_px=320, disc_fraction=0.9, offset_px=(3.3, -2.6), rotation_deg=25.0)
