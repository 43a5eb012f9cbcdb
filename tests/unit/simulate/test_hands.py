from __future__ import annotations

import numpy as np
import pytest

from ductoscope.model import BadInputError
from ductoscope.simulate.hands import Hands


def depths(hands: Hands, seconds: float, hz: float = 20.0) -> np.ndarray:
    return np.array([hands.pose_at(t).depth_mm for t in np.arange(0.0, seconds, 1.0 / hz)])


def test_moves_as_a_person_does() -> None:
    steady = depths(Hands(5, unsteadiness=0.0), 240.0)
    speed = np.diff(steady) * 20.0
    assert steady.min() >= 3.0 - 1e-9
    assert 25.0 < steady.max() <= 30.0
    assert np.abs(speed).max() < 6.0, "no jumps, neither at keyframes nor where a round begins again"
    assert (np.abs(speed) < 1e-6).mean() > 0.05, "pauses"
    assert (speed > 0.1).mean() > 0.2
    assert (speed < -0.1).mean() > 0.2, "withdrawal"
    deepest = int(np.argmax(steady))
    assert (speed[:deepest] < -0.1).any(), "reversals on the way in"


def test_breathes_and_sways_a_little() -> None:
    hands = Hands(5)
    times = np.arange(0.0, 120.0, 0.1)
    poses = [hands.pose_at(t) for t in times]
    offsets = np.array([pose.offset_xy_mm for pose in poses])
    assert 0.02 < offsets.std() < 0.3
    assert np.hypot(*offsets.T).max() < 0.6, "the tip stays in a duct of 0.9 mm radius"
    assert 2.0 < np.std([pose.roll_deg for pose in poses]) < 30.0
    added = depths(hands, 120.0, 10.0) - depths(Hands(5, unsteadiness=0.0), 120.0, 10.0)
    spectrum = np.abs(np.fft.rfft(added - added.mean()))
    frequency = np.fft.rfftfreq(len(added), 0.1)
    assert 0.19 <= frequency[np.argmax(spectrum)] <= 0.31, "breathing is the strongest wave"


def test_any_moment_may_be_asked_first_and_every_seed_is_another_person() -> None:
    late_first = Hands(6).pose_at(200.0)
    hands = Hands(6)
    for t in (0.0, 50.0, 120.0):
        hands.pose_at(t)
    assert hands.pose_at(200.0) == late_first
    assert Hands(7).pose_at(200.0) != late_first


def test_refuses_a_duct_that_ends_before_it_starts() -> None:
    with pytest.raises(BadInputError, match=r"got 5.0 to 4.0 mm"):
        Hands(0, start_mm=5.0, reach_mm=4.0)
