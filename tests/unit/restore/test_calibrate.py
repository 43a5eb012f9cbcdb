from __future__ import annotations

import numpy as np
import pytest

from ductoscope.model import CalibrationError, Pixels
from ductoscope.restore.calibrate import calibrate
from ductoscope.restore.psf import psf_windows, read_psf
from tests.lattices import lay_round_hexagons, light_spots

PITCH_PX = 6.0
XY = lay_round_hexagons(PITCH_PX, 26, jitter=0.04)


def _white(tint: tuple[float, ...] = (1.0,), floor: float = 0.05, dtype: type[np.generic] = np.uint8) -> Pixels:
    light = light_spots(XY, 1.7, (200, 200), floor=floor)
    top = np.iinfo(dtype).max
    planes = np.rint(top * np.clip(light[:, :, np.newaxis] * np.array(tint), 0, 1)).astype(dtype)
    return planes[:, :, 0] if len(tint) == 1 else planes


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("tint", [(1.0,), (1.0, 0.8, 0.5)])
def test_the_white_picture_itself_reads_as_one(dtype: type[np.generic], tint: tuple[float, ...]) -> None:
    white = _white(tint, dtype=dtype)
    bundle = calibrate(white)
    windows = psf_windows(bundle.xy_px, bundle.sigma_px, bundle.pitch_px, bundle.frame_shape)
    light = (read_psf(white, windows) - bundle.dark) / bundle.gain
    assert bundle.channels == len(tint)
    np.testing.assert_allclose(light[~bundle.dead], 1.0, atol=1e-5)


def test_a_channel_without_light_never_divides_by_zero() -> None:
    white = _white((1.0, 0.7, 0.0), floor=0.0)
    bundle = calibrate(white)
    assert (bundle.gain > 0).all()
    assert np.isfinite(1.0 / bundle.gain).all()
    assert not bundle.dead.any()


def test_the_dark_picture_is_taken_off_core_by_core() -> None:
    dark = np.full((200, 200), 10, dtype=np.uint8)
    x, y = np.rint(XY[200]).astype(int)
    dark[y - 3 : y + 4, x - 3 : x + 4] = 200
    bundle = calibrate(_white(), dark)
    glowing = np.argmin(np.hypot(*(bundle.xy_px - XY[200]).T))
    assert bundle.dead[glowing]
    assert np.median(bundle.dark) == pytest.approx(10 / 255, abs=1e-4)


def test_a_core_without_light_is_dead_but_keeps_its_place_and_a_gain() -> None:
    middle = np.argmin(np.hypot(*(XY - XY.mean(axis=0)).T))
    light = light_spots(np.delete(XY, middle, axis=0), 1.7, (200, 200), floor=0.0)
    bundle = calibrate(np.rint(255 * np.clip(light, 0, 1)).astype(np.uint8))
    nearest = np.argmin(np.hypot(*(bundle.xy_px - XY[middle]).T))
    assert np.hypot(*(bundle.xy_px[nearest] - XY[middle])) < 0.4 * PITCH_PX
    assert bundle.dead[nearest]
    assert bundle.dead.sum() == 1
    assert bundle.gain[nearest, 0] == pytest.approx(np.median(bundle.gain), rel=0.3)


def test_black_is_not_guessed_from_a_bright_surround() -> None:
    assert calibrate(_white(floor=0.25)).dark.max() == 0.0


def test_an_overexposed_picture_is_graded_down_and_not_called_dead() -> None:
    light = 3.0 * light_spots(XY, 1.7, (200, 200), floor=0.02)
    bundle = calibrate(np.rint(255 * np.clip(light, 0, 1)).astype(np.uint8))
    assert bundle.dead.mean() < 0.02
    assert bundle.quality.saturated > 0.5
    assert bundle.quality.grade == "poor"
    assert any("overexposed" in note for note in bundle.quality.notes)


@pytest.mark.parametrize("dark", [np.zeros((200, 201), np.uint8), np.zeros((200, 200), np.uint16)])
def test_a_dark_picture_of_another_kind_is_refused(dark: Pixels) -> None:
    with pytest.raises(CalibrationError, match="differ in kind"):
        calibrate(_white(), dark)
