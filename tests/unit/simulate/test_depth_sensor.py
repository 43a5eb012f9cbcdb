"""The simulated sensor at the shaft has the faults that real ones have, and gives the same again for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from ductoscope.model import DepthReading
from ductoscope.simulate import (
    EncoderFaults,
    SimulatedEncoder,
    SimulatedScope,
    begin_encoder,
    draw_faults,
    step_encoder,
)

PERIOD_NS = 40_000_000


def measure(path_mm: np.ndarray, faults: EncoderFaults, seed: int = 1) -> list[DepthReading]:
    state, readings = begin_encoder(0, float(path_mm[0])), []
    for index, mm in enumerate(path_mm):
        state, new = step_encoder(state, faults, seed, index * PERIOD_NS, float(mm))
        readings += new
    return readings


def test_reads_at_its_own_rate_between_the_frames() -> None:
    path = np.linspace(0.0, 10.0, 251)
    readings = measure(path, EncoderFaults(noise_mm=0.0))
    assert [reading.t_ns for reading in readings] == list(range(50_000_000, 10_000_000_001, 50_000_000))
    for reading in readings:
        assert reading.depth_mm == pytest.approx(reading.t_ns / 1e9, abs=0.006)
        assert (reading.origin, reading.sigma_mm > 0) == ("encoder", True)


def test_lags_by_its_slack_after_a_reversal_only() -> None:
    path = np.concatenate([np.linspace(0, 10, 100), np.linspace(10, 2, 100), np.linspace(2, 8, 100)])
    faults = EncoderFaults(noise_mm=0.0, slack_mm=0.8)
    readings = measure(path, faults)
    off = {
        reading.t_ns: reading.depth_mm - np.interp(reading.t_ns / PERIOD_NS, range(300), path) for reading in readings
    }
    at = lambda index: off[round(index * PERIOD_NS / 50e6) * 50_000_000]  # noqa: E731
    assert at(80) == pytest.approx(0.0, abs=0.01)
    assert at(180) == pytest.approx(0.8, abs=0.01)
    assert at(280) == pytest.approx(0.0, abs=0.01)
    assert max(off.values()) < 0.81


def test_stretch_grows_with_depth_and_noise_is_as_stated() -> None:
    deep = measure(np.full(2000, 40.0), EncoderFaults(noise_mm=0.15, stretch=0.02))
    values = np.array([reading.depth_mm for reading in deep])
    assert values.mean() == pytest.approx(40.8, abs=0.02)
    assert values.std() == pytest.approx(0.15, rel=0.1)


def test_falls_silent_now_and_then() -> None:
    readings = measure(np.zeros(25 * 120), EncoderFaults(dropouts_per_s=0.05))
    gaps_s = np.diff([reading.t_ns for reading in readings]) / 1e9
    silent = gaps_s[gaps_s > 0.1]
    assert 2 <= len(silent) <= 15
    assert 0.25 < silent.min() < silent.max() < 2.2


def test_the_same_seed_gives_the_same_and_another_seed_another() -> None:
    path, faults = np.linspace(0, 5, 100), draw_faults(7)
    assert measure(path, faults) == measure(path, faults)
    assert measure(path, faults, seed=2) != measure(path, faults)
    assert draw_faults(7) == draw_faults(7) != draw_faults(8)


def test_every_drawn_fault_is_possible() -> None:
    drawn = [draw_faults(seed) for seed in range(100)]
    assert all(0.2 <= faults.slack_mm <= 1.0 and abs(faults.stretch) <= 0.05 for faults in drawn)
    assert np.std([faults.stretch for faults in drawn]) == pytest.approx(0.02, rel=0.25)


def test_reads_along_with_a_simulated_scope() -> None:
    scope = SimulatedScope("sim:3?cores=200&height=96&width=128&fps=25&seconds=0.6&paced=0")
    sensor = SimulatedEncoder(scope, EncoderFaults(noise_mm=0.0))
    sensor.open()
    scope.open()
    frames = []
    while (frame := scope.read()) is not None:
        frames.append(frame)
    readings = [sensor.read() for _ in range(10)]
    sensor.close()
    scope.close()
    for reading in readings:
        assert reading is not None
        assert frames[0].t_ns < reading.t_ns <= frames[-1].t_ns
        at = (reading.t_ns - frames[0].t_ns) / PERIOD_NS
        before, after = scope.truth_at(int(at)).depth_mm, scope.truth_at(min(int(at) + 1, 14)).depth_mm
        assert min(before, after) - 0.01 <= reading.depth_mm <= max(before, after) + 0.01
