from __future__ import annotations

import numpy as np

from ductoscope.model import Bundle, BundleQuality, CoreImage, Rim, place_pixels
from ductoscope.restore import make_raster, plan_raster


def make_bundle(*, dead: tuple[int, ...] = (), channels: int = 3) -> tuple[Bundle, np.ndarray]:
    """A square lattice of cores in a circle of radius 100 px, and the cores' places in the unit disc."""
    steps = np.arange(-100.0, 101.0, 4.0)
    xy = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    xy = xy[np.hypot(*xy.T) <= 100.0]
    dead_mask = np.zeros(len(xy), dtype=bool)
    dead_mask[list(dead)] = True
    gain = np.ones((len(xy), channels), dtype=np.float32)
    quality = BundleQuality("white", 0.5, 0.0, "good")
    bundle = Bundle(
        (240, 260),
        xy + np.array([130.0, 120.0]),
        4.0,
        1.0,
        Rim(130.0, 120.0, 100.0),
        gain,
        0 * gain,
        dead_mask,
        quality,
    )
    return bundle, xy / 100.0


def look(bundle: Bundle, light: np.ndarray, size: int = 48):
    image = CoreImage(3, 77, light.astype(np.float32), ~bundle.dead)
    return make_raster(image, plan_raster(bundle, size))


def test_a_slope_of_light_stays_where_it_is() -> None:
    bundle, xy = make_bundle()
    raster = look(bundle, np.column_stack([xy[:, 0], xy[:, 1], np.ones(len(xy))]))
    inside = raster.seen & (np.hypot(*np.moveaxis(place_pixels(48), -1, 0)) < 0.9)
    np.testing.assert_allclose(raster.light_lin[inside][:, :2], place_pixels(48)[inside], atol=0.02)
    np.testing.assert_allclose(raster.light_lin[raster.seen][:, 2], 1.0, rtol=1e-5)
    assert (raster.index, raster.t_ns, raster.size) == (3, 77, 48)


def test_outside_the_rim_nothing_is_seen() -> None:
    bundle, xy = make_bundle()
    raster = look(bundle, np.ones((len(xy), 3)))
    radius = np.hypot(*np.moveaxis(place_pixels(48), -1, 0))
    assert not raster.seen[radius > 1.0].any()
    assert not raster.light_lin[~raster.seen].any()
    assert raster.seen[radius < 0.97].all()


def test_a_dead_core_tells_nothing() -> None:
    bundle, xy = make_bundle(dead=(500,))
    light = np.ones((len(xy), 3))
    light[500] = 1000.0
    np.testing.assert_allclose(look(bundle, light).light_lin[look(bundle, light).seen], 1.0, rtol=1e-5)


def test_a_hole_of_dead_cores_is_not_seen() -> None:
    _, xy = make_bundle()
    hole = np.flatnonzero(np.hypot(*(xy - np.array([0.3, 0.0])).T) < 0.2)
    bundle, _ = make_bundle(dead=tuple(hole))
    raster = look(bundle, np.ones((len(xy), 3)))
    middle = np.hypot(*np.moveaxis(place_pixels(48) - np.array([0.3, 0.0]), -1, 0)) < 0.1
    assert not raster.seen[middle].any()


def test_a_mono_camera_gives_grey() -> None:
    bundle, xy = make_bundle(channels=1)
    raster = look(bundle, np.full((len(xy), 1), 0.25))
    np.testing.assert_allclose(raster.light_lin[raster.seen], 0.25, rtol=1e-5)
