from __future__ import annotations

import numpy as np
import pytest

from ductoscope.model import Scope


@pytest.mark.parametrize(("is_air", "field_deg"), [(True, 70.0), (False, 51.0)])
def test_the_rim_looks_at_the_edge_of_the_field(is_air: bool, field_deg: float) -> None:
    rays = Scope().look_along(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, -1.0]]), is_air=is_air)
    np.testing.assert_allclose(rays[0], (0.0, 0.0, 1.0))
    half = np.deg2rad(field_deg / 2)
    np.testing.assert_allclose(rays[1], (np.sin(half), 0.0, np.cos(half)), atol=1e-12)
    np.testing.assert_allclose(rays[2], (0.0, -np.sin(half), np.cos(half)), atol=1e-12)


def test_the_angle_grows_evenly_in_air() -> None:
    places = np.stack([np.linspace(0.0, 1.0, 5), np.zeros(5)], axis=-1)
    rays = Scope().look_along(places, is_air=True)
    np.testing.assert_allclose(np.rad2deg(np.arccos(rays[:, 2])), [0.0, 8.75, 17.5, 26.25, 35.0], atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(rays, axis=-1), 1.0)


def test_water_bends_every_ray_by_one_index() -> None:
    places = np.stack([np.linspace(0.1, 1.0, 9), np.zeros(9)], axis=-1)
    scope = Scope()
    in_air, in_saline = (scope.look_along(places, is_air=is_air)[:, 0] for is_air in (True, False))
    np.testing.assert_allclose(in_air / in_saline, 1.332, atol=0.002)
