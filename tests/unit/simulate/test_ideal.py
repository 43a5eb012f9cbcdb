from __future__ import annotations

import numpy as np

from ductoscope.simulate import CameraSettings, SceneWindow, ideal_view


def ramp(size: int = 200) -> np.ndarray:
    place = (np.arange(size) + 0.5) / size
    x, y = np.meshgrid(place, place)
    return np.dstack([x, y, np.full_like(x, 0.25)])


def test_the_view_is_the_scene_itself() -> None:
    view = ideal_view(ramp(), 200)
    assert np.abs(view / 255.0 - ramp()).max() < 0.6 / 255.0
    small = ideal_view(ramp(), 50)
    assert np.abs(small / 255.0 - ramp(50))[3:-3, 3:-3].max() < 0.02


def test_a_window_looks_elsewhere() -> None:
    view = ideal_view(ramp(), 100, window=SceneWindow(shift_xy=(0.2, 0.0), scale=0.5))
    # The middle of the view lies 0.2 of the disc's radius, a tenth of the scene, to the right of the scene's middle.
    assert abs(view[49:51, 49:51, 0].mean() / 255.0 - 0.6) < 0.01
    assert abs(view[49:51, 49:51, 1].mean() / 255.0 - 0.5) < 0.01


def test_with_a_plans_map_it_follows_the_camera() -> None:
    camera = CameraSettings(height_px=300, width_px=400, offset_px=(12.5, -8.0), rotation_deg=90.0, disc_fraction=0.8)
    x, y = camera.lens.centre_xy_px
    radius, size = camera.lens.radius_px, 100
    scale = 2.0 * radius / size
    frame_from_view = np.array([[scale, 0.0, x + 0.5 * scale - radius], [0.0, scale, y + 0.5 * scale - radius]])
    view = ideal_view(ramp(), size, camera=camera, frame_from_view=frame_from_view)
    # The fibre is turned by 90 degrees from x towards y, so the scene's right shows at the camera's bottom.
    np.testing.assert_allclose(view[:, :, 0] / 255.0, np.rot90(ramp(size), -1)[:, :, 0], atol=0.02)
