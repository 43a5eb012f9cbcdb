from __future__ import annotations

import numpy as np
import pytest

from ductoscope.model import CalibrationError, Pixels
from ductoscope.restore.calibrate_from_frames import calibrate_from_frames
from tests.lattices import lay_round_hexagons, light_spots

XY = lay_round_hexagons(6.0, 26, jitter=0.04)
LIGHT = light_spots(XY, 1.7, (200, 200), floor=0.03)


def _frame(index: int) -> Pixels:
    """The bundle lit by a slow wave that moves on from frame to frame."""
    x = np.arange(200)
    wave = 0.8 + 0.4 * np.sin(x / 12.0 + index)[np.newaxis, :] * np.cos(x / 15.0 - 0.7 * index)[:, np.newaxis]
    return np.rint(255 * np.clip(LIGHT * wave, 0, 1)).astype(np.uint8)


def test_moving_frames_give_a_bundle_of_lower_grade() -> None:
    bundle = calibrate_from_frames(_frame(index) for index in range(20))
    assert bundle.cores == pytest.approx(len(XY), abs=3)
    assert bundle.quality.calibrated_from == "frames"
    assert bundle.quality.grade == "fair"
    assert len(bundle.quality.notes) == 1
    assert bundle.gain.std() / bundle.gain.mean() < 0.1


def test_few_frames_are_told() -> None:
    bundle = calibrate_from_frames([_frame(0), _frame(3)])
    assert any("Only 2 frames" in note for note in bundle.quality.notes)


def test_a_changing_camera_gain_is_no_movement() -> None:
    still = [np.rint(_frame(0) * factor).astype(np.uint8) for factor in np.linspace(0.5, 1.0, 20)]
    assert any("hardly moved" in note for note in calibrate_from_frames(still).quality.notes)


def test_colours_are_left_as_they_are() -> None:
    tint = np.array([1.0, 0.5, 0.3])
    frames = [np.rint(_frame(index)[:, :, np.newaxis] * tint).astype(np.uint8) for index in range(16)]
    gain = np.median(calibrate_from_frames(frames).gain, axis=0)
    np.testing.assert_allclose(gain / gain[0], 1.0, atol=0.02)


def test_no_frames_are_refused() -> None:
    with pytest.raises(CalibrationError, match="no frames"):
        calibrate_from_frames([])


def test_frames_of_different_kinds_are_refused() -> None:
    with pytest.raises(CalibrationError, match="one kind"):
        calibrate_from_frames([_frame(0), _frame(1)[:100]])
    with pytest.raises(CalibrationError, match="one kind"):
        calibrate_from_frames([_frame(0), _frame(1).astype(np.uint16)])
