"""The ideal view: what a perfect restoration of a scene would look like."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ductoscope.model import DoubleArray, PictureArray
from ductoscope.simulate.instrument.camera import CameraSettings
from ductoscope.simulate.instrument.fibre import WHOLE_SCENE, SceneWindow


def ideal_view(
    scene_rgb: NDArray[np.floating],
    size_px: int,
    *,
    window: SceneWindow = WHOLE_SCENE,
    camera: CameraSettings | None = None,
    frame_from_view: DoubleArray | None = None,
) -> PictureArray:
    """The scene itself on the square around the bundle's rim, (size_px, size_px, 3) uint8.

    Without `camera` the view is upright on the fibre. With `camera` and a restoration plan's `frame_from_view`
    (2 x 3, camera xy of view xy) it is the scene at exactly the places that the plan's view shows.
    """
    column, row = np.meshgrid(np.arange(size_px, dtype=np.float64), np.arange(size_px, dtype=np.float64))
    at = np.stack([column.ravel(), row.ravel()], axis=1)
    if camera is None or frame_from_view is None:
        disc = (at + 0.5) * (2.0 / size_px) - 1.0
    else:
        disc = camera.lens.disc_of(at @ frame_from_view[:, :2].T + frame_from_view[:, 2])
    height, width = scene_rgb.shape[:2]
    places = ((window.scene_of(disc) + 1.0) * (np.array([width, height]) / 2.0) - 0.5).astype(np.float32)
    places = places.reshape(size_px, size_px, 2)
    scene = scene_rgb.astype(np.float32)
    # A view coarser than the scene shows averages: blur by the pixel's own footprint first.
    footprint = window.scale * min(height, width) / size_px
    if footprint > 1.0:
        blurred = cv2.GaussianBlur(scene, (0, 0), 0.3 * footprint, borderType=cv2.BORDER_REPLICATE)
        scene = np.asarray(blurred, dtype=np.float32)
    seen = cv2.remap(scene, places[:, :, 0], places[:, :, 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(np.rint(np.clip(seen, 0.0, 1.0) * 255.0), dtype=np.uint8)
