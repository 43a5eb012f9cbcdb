"""The simulated camera: lens and sensor that look at the far face of the fibre bundle."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from ductoscope.model import BadInputError, DoubleArray, FloatArray, Pixels
from ductoscope.simulate.instrument.fibre import FibreBundle, carry_light
from ductoscope.simulate.instrument.lens import Lens, Spots, gather_light, place_spots
from ductoscope.simulate.instrument.sensor import SensorNoise, expose, fill_surround

_LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)
_SATURATING = 4.0
_kept = threading.local()


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """The camera and its lens.

    height_px, width_px: of the whole picture, even numbers.
    disc_fraction: diameter of the bundle's rim over the picture's height (0.1 to 2; above 1 the rim is cut off).
    offset_px: the disc's centre from the picture's centre, (x, y), sub-pixel.
    rotation_deg: of the bundle on the camera, from x towards y.
    distortion: radial (-0.3 to 0.3); a place at radius r of the disc shows at r (1 + k r^2) / (1 + k).
    blur_px: standard deviation of the lens blur (0 to 20).
    vignette: share of light lost at the rim, growing with the radius squared (0 to 0.9).
    exposure: mean level of a white scene in the middle of the disc, full scale is 1 (0 to 2); 0.05 is low light.
    dark_level: what the camera gives without light, in full scales (0 to 0.5).
    full_well: electrons at full scale (100 to 1e7); sets the shot noise.
    read_noise: standard deviation in electrons (0 to 1000).
    bit_depth: 8 (uint8) or 16 (uint16).
    mono: (H, W) pictures of luma.
    bayer: one colour a pixel (RGGB), then bilinear demosaicing.
    chroma_422: colour difference at half the width, as video cables carry it.
    surround: level outside the rim, in full scales (0 to 1); above 0 for a bright surround.
    specks: number of saturated specks, 1 to 3 px in radius, on the far face (0 to 1000), always in the same places.
    """

    height_px: int = 1080
    width_px: int = 1920
    disc_fraction: float = 0.6
    offset_px: tuple[float, float] = (0.0, 0.0)
    rotation_deg: float = 0.0
    distortion: float = 0.0
    blur_px: float = 0.5
    vignette: float = 0.15
    exposure: float = 0.45
    dark_level: float = 0.01
    full_well: float = 12_000.0
    read_noise: float = 12.0
    bit_depth: int = 8
    mono: bool = False
    bayer: bool = False
    chroma_422: bool = False
    surround: float = 0.0
    specks: int = 0

    def __post_init__(self) -> None:
        for name, low, high in (
            ("height_px", 32, 8192),
            ("width_px", 32, 8192),
            ("disc_fraction", 0.1, 2.0),
            ("distortion", -0.3, 0.3),
            ("blur_px", 0.0, 20.0),
            ("vignette", 0.0, 0.9),
            ("exposure", 0.0, 2.0),
            ("dark_level", 0.0, 0.5),
            ("full_well", 100.0, 1e7),
            ("read_noise", 0.0, 1000.0),
            ("surround", 0.0, 1.0),
            ("specks", 0, 1000),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise BadInputError(f"A simulated camera's {name} must lie between {low} and {high}, got {value}.")
        if self.height_px % 2 or self.width_px % 2:
            raise BadInputError(
                f"A simulated camera's height and width must be even, got {self.width_px} x {self.height_px}."
            )
        if self.bit_depth not in (8, 16):
            raise BadInputError(f"A simulated camera's bit_depth must be 8 or 16, got {self.bit_depth}.")
        if self.mono and (self.bayer or self.chroma_422):
            raise BadInputError("A mono camera has no Bayer mosaic and no chroma: leave bayer and chroma_422 out.")

    @property
    def lens(self) -> Lens:
        """How the bundle lies on this camera."""
        return Lens(
            centre_xy_px=((self.width_px - 1) / 2 + self.offset_px[0], (self.height_px - 1) / 2 + self.offset_px[1]),
            radius_px=self.disc_fraction * self.height_px / 2,
            rotation_rad=float(np.deg2rad(self.rotation_deg)),
            distortion=self.distortion,
        )


def true_centres_px(fibre: FibreBundle, camera: CameraSettings) -> DoubleArray:
    """Where each core truly lies on the camera, (N, 2) xy, pixel centres at whole numbers."""
    return camera.lens.camera_of(fibre.xy)


def camera_picture(
    entered: FloatArray,
    fibre: FibreBundle,
    camera: CameraSettings,
    rng: np.random.Generator | None,
    *,
    gain: float = 1.0,
) -> Pixels:
    """What the camera makes of the light that entered the cores.

    entered: (N, 3) linear light, from `see_scene`.
    rng: draws the noise; None gives a picture without noise.
    gain: of the sensor's amplifier; it lifts light and noise together.
    Returns (H, W, 3) or, mono, (H, W); uint8 or uint16 by `bit_depth`.
    """
    leaving = carry_light(fibre, entered) * np.float32(camera.exposure)
    if camera.mono:
        leaving = np.ascontiguousarray((leaving @ _LUMA)[:, None])
    plan = _plan_picture(fibre, camera)
    # Asking the system for this much memory anew for each frame costs as much as filling it.
    light = _kept.light = gather_light(plan.spots, leaving, getattr(_kept, "light", None))
    if camera.surround:
        light += plan.surround[:, :, None]
    light[plan.specks] = _SATURATING
    if camera.bayer:
        light = _keep_one_colour(light)
    channels = 1 if camera.mono else 3
    picture = np.empty((camera.height_px, camera.width_px * channels), np.uint8 if camera.bit_depth == 8 else np.uint16)
    rows, columns = plan.spots.box
    box = rows, slice(columns.start * channels, columns.stop * channels)
    sensor = SensorNoise(gain, camera.full_well, camera.read_noise, camera.dark_level)
    fill_surround(picture, rng, sensor, level=camera.surround)
    if camera.bayer or camera.chroma_422:
        raw = np.empty(light.shape, np.uint16)
        expose(light.reshape(len(light), -1), raw.reshape(len(light), -1), rng, sensor)
        processed = _process(raw, camera).reshape(len(light), -1)
        picture[box] = processed if camera.bit_depth == 16 else (processed.astype(np.uint32) + 128) // 257
    else:
        expose(light.reshape(len(light), -1), picture[box], rng, sensor)
    return picture if camera.mono else picture.reshape(camera.height_px, camera.width_px, 3)


def white_picture(
    fibre: FibreBundle, camera: CameraSettings, rng: np.random.Generator | None, *, frames: int = 1
) -> Pixels:
    """The picture of an even white scene (light 1), the mean of `frames` exposures."""
    return _mean_picture(np.ones((fibre.cores, 3), dtype=np.float32), fibre, camera, rng, frames)


def dark_picture(
    fibre: FibreBundle, camera: CameraSettings, rng: np.random.Generator | None, *, frames: int = 1
) -> Pixels:
    """The picture with the light off, the mean of `frames` exposures."""
    return _mean_picture(np.zeros((fibre.cores, 3), dtype=np.float32), fibre, camera, rng, frames)


def _mean_picture(
    entered: FloatArray, fibre: FibreBundle, camera: CameraSettings, rng: np.random.Generator | None, frames: int
) -> Pixels:
    pictures = [camera_picture(entered, fibre, camera, rng) for _ in range(frames)]
    if frames == 1:
        return pictures[0]
    mean = np.zeros(pictures[0].shape, dtype=pictures[0].dtype)
    np.rint(np.mean(pictures, axis=0), out=mean, casting="unsafe")
    return mean


@dataclass(frozen=True, slots=True, eq=False)
class _PicturePlan:
    """What is the same in every picture: weights, surround light (box) and the pixels (rows, columns) of specks."""

    spots: Spots
    surround: FloatArray
    specks: tuple[NDArray[np.intp], NDArray[np.intp]]


@lru_cache(maxsize=4)
def _plan_picture(fibre: FibreBundle, camera: CameraSettings) -> _PicturePlan:
    lens = camera.lens
    spots = place_spots(
        lens,
        true_centres_px(fibre, camera),
        fibre.spot * lens.radius_px,
        fibre.pitch * lens.radius_px,
        (camera.height_px, camera.width_px),
        blur_px=camera.blur_px,
        cladding=fibre.settings.cladding,
        vignette=camera.vignette,
    )
    rows, columns = np.mgrid[: spots.shape[0], : spots.shape[1]]
    radius = np.hypot(columns + spots.box_xy[0] - lens.centre_xy_px[0], rows + spots.box_xy[1] - lens.centre_xy_px[1])
    # The rim's edge is as soft as the lens, at least one pixel.
    share = np.clip((radius - lens.radius_px) / max(2.0 * camera.blur_px, 1.0) + 0.5, 0.0, 1.0)
    surround = (camera.surround * share).astype(np.float32)
    return _PicturePlan(spots, surround, _draw_specks(camera, spots))


def _draw_specks(camera: CameraSettings, spots: Spots) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    rng = np.random.default_rng(camera.specks)
    mask = np.zeros(spots.shape, dtype=np.uint8)
    lens = camera.lens
    for _ in range(camera.specks):
        angle, radius = rng.uniform(0.0, 2.0 * np.pi), 0.9 * np.sqrt(rng.uniform())
        x = lens.centre_xy_px[0] + lens.radius_px * radius * np.cos(angle) - spots.box_xy[0]
        y = lens.centre_xy_px[1] + lens.radius_px * radius * np.sin(angle) - spots.box_xy[1]
        cv2.circle(mask, (round(x), round(y)), int(rng.integers(1, 4)), 1, -1)
    rows, columns = np.nonzero(mask)
    return rows, columns


def _keep_one_colour(light: FloatArray) -> FloatArray:
    """Leave each pixel the one colour that its filter passes: red green / green blue."""
    mosaic = light[:, :, 1:2].copy()
    mosaic[0::2, 0::2, 0] = light[0::2, 0::2, 0]
    mosaic[1::2, 1::2, 0] = light[1::2, 1::2, 2]
    return mosaic


def _process(raw: NDArray[np.uint16], camera: CameraSettings) -> NDArray[np.uint16]:
    """What camera electronics and cable do to colour: demosaic, then halve the chroma."""
    if camera.bayer:
        # OpenCV names the mosaic by its second row: its "BG" starts with red, like ours.
        raw = np.asarray(cv2.demosaicing(raw[:, :, 0], cv2.COLOR_BayerBG2RGB), dtype=np.uint16)
    return _halve_chroma(raw) if camera.chroma_422 else raw


def _halve_chroma(rgb: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Give each pair of pixels in a row one colour difference between them, and each its own luma."""
    colour = rgb.astype(np.float32)
    luma = colour @ _LUMA
    difference = colour - luma[:, :, None]
    pairs = 0.5 * (difference[:, 0::2] + difference[:, 1::2])
    shared = np.repeat(pairs, 2, axis=1) + luma[:, :, None]
    return np.clip(np.rint(shared), 0, 65535).astype(np.uint16)
