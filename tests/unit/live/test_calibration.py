"""Getting a bundle ready to be looked through."""

from __future__ import annotations

import numpy as np
import pytest

from ductoscope.live.calibration import average_frames, prepare
from ductoscope.model import SourceError
from ductoscope.restore import calibrate
from tests.toy_scope import ToyFibre


def test_prepared_is_as_good_as_new() -> None:
    bundle = calibrate(ToyFibre((300, 330)).white())
    calibrated = prepare(bundle, 64)
    assert calibrated.plan.bundle is bundle
    assert calibrated.plan.size_px == 64
    assert calibrated.watch.frames == 0, "warming up leaves no trace"
    assert calibrated.denoise.mean_lin is None


def test_averaging_removes_noise_and_keeps_the_level() -> None:
    rng = np.random.default_rng(1)
    frames = [rng.integers(80, 121, (40, 50, 3)).astype(np.uint8) for _ in range(16)]
    white = average_frames(frames)
    assert white.dtype == np.uint16
    assert white.mean() == pytest.approx(257 * np.mean(frames), rel=1e-4), "white stays where white was"
    assert white.std() / 257 == pytest.approx(frames[0].std() / 4, rel=0.1)


def test_averaging_deep_frames_keeps_their_scale() -> None:
    assert average_frames([np.full((4, 4), 65_535, np.uint16)] * 2).max() == 65_535


def test_nothing_to_average() -> None:
    with pytest.raises(SourceError, match="no picture"):
        average_frames([])
