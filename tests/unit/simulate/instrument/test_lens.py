from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ductoscope.simulate import CameraSettings, FibreBundle, FibreSettings, make_fibre, true_centres_px
from ductoscope.simulate.instrument.lens import Lens, Spots, gather_light, place_spots


def spots_of(fibre: FibreBundle, camera: CameraSettings, *, cladding: float = 0.1) -> Spots:
    lens = camera.lens
    return place_spots(
        lens,
        true_centres_px(fibre, camera),
        fibre.spot * lens.radius_px,
        fibre.pitch * lens.radius_px,
        (camera.height_px, camera.width_px),
        blur_px=camera.blur_px,
        cladding=cladding,
        vignette=camera.vignette,
    )


def test_disc_of_undoes_camera_of() -> None:
    lens = Lens((101.3, 77.7), 60.0, 0.4, 0.2)
    xy = np.random.default_rng(0).uniform(-0.7, 0.7, (200, 2))
    np.testing.assert_allclose(lens.disc_of(lens.camera_of(xy)), xy, atol=1e-9)


def test_distortion_leaves_the_rim_and_moves_the_rest() -> None:
    straight, bent = Lens((0.0, 0.0), 100.0, 0.0, 0.0), Lens((0.0, 0.0), 100.0, 0.0, 0.2)
    rim, half = np.array([[1.0, 0.0]]), np.array([[0.5, 0.0]])
    np.testing.assert_allclose(bent.camera_of(rim), straight.camera_of(rim))
    assert bent.camera_of(half)[0, 0] == pytest.approx(100.0 * 0.5 * 1.05 / 1.2)


@pytest.mark.parametrize("blur_px", [0.0, 1.0, 3.0])
def test_every_core_gives_the_picture_one_cell_of_light(plain_fibre: FibreBundle, blur_px: float) -> None:
    camera = CameraSettings(height_px=400, width_px=400, disc_fraction=0.7, vignette=0.0, blur_px=blur_px)
    spots = spots_of(plain_fibre, camera)
    given = np.bincount(spots.core.ravel(), weights=spots.weight.ravel().astype(float), minlength=plain_fibre.cores)
    cell = np.sqrt(0.75) * (plain_fibre.pitch * camera.lens.radius_px) ** 2
    assert given.sum() == pytest.approx(cell * plain_fibre.cores, rel=0.003), "blur moves light, it makes none"
    np.testing.assert_allclose(given, cell, rtol=0.02)


@pytest.mark.parametrize("distortion", [0.0, 0.15])
def test_centroids_of_lone_cores_are_their_true_centres(distortion: float) -> None:
    fibre = make_fibre(np.random.default_rng(3), FibreSettings(cores=400, dead=0.0))
    camera = CameraSettings(
        height_px=400,
        width_px=500,
        disc_fraction=0.8,
        offset_px=(11.37, -7.21),
        rotation_deg=33.0,
        vignette=0.0,
        distortion=distortion,
    )
    spots, truth = spots_of(fibre, camera), true_centres_px(fibre, camera)
    for core in range(0, fibre.cores, 23):
        lone = np.zeros((fibre.cores, 1), np.float32)
        lone[core] = 1.0
        light = gather_light(spots, lone)[:, :, 0].astype(float)
        rows, columns = np.indices(light.shape)
        x = (light * columns).sum() / light.sum() + spots.box_xy[0]
        y = (light * rows).sum() / light.sum() + spots.box_xy[1]
        assert np.hypot(x - truth[core, 0], y - truth[core, 1]) < 0.05


def test_gathering_is_the_plain_weighted_sum(fibre: FibreBundle, camera: CameraSettings) -> None:
    spots = spots_of(fibre, camera)
    leaving = np.random.default_rng(1).uniform(0.0, 1.0, (fibre.cores, 3)).astype(np.float32)
    plain = np.einsum("pk,pkc->pc", spots.weight, leaving[spots.core]).reshape(*spots.shape, 3)
    np.testing.assert_allclose(gather_light(spots, leaving), plain, atol=1e-5)
    np.testing.assert_allclose(gather_light(spots, leaving[:, :1]), plain[:, :, :1], atol=1e-5)


def test_cladding_lights_the_gaps(plain_fibre: FibreBundle) -> None:
    camera = CameraSettings(height_px=400, width_px=400, disc_fraction=0.9, blur_px=0.0)
    white = np.ones((plain_fibre.cores, 1), np.float32)
    dark_gap, lit_gap = (
        np.percentile(gather_light(spots_of(plain_fibre, camera, cladding=share), white)[150:250, 150:250], 5)
        for share in (0.0, 0.3)
    )
    assert lit_gap > dark_gap + 0.1


def test_a_rim_outside_the_picture_is_cut_off(plain_fibre: FibreBundle) -> None:
    camera = CameraSettings(height_px=200, width_px=240, disc_fraction=1.4)
    spots = spots_of(plain_fibre, camera)
    assert spots.shape == (200, 240)
    inside = spots_of(plain_fibre, replace(camera, disc_fraction=0.5))
    assert inside.shape[0] < 200
    assert inside.box_xy[0] % 2 == 0
    assert inside.box_xy[1] % 2 == 0
    assert inside.shape[0] % 2 == 0
    assert inside.shape[1] % 2 == 0
