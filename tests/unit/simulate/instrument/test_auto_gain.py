from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from ductoscope.simulate.instrument.auto_gain import AutoGainSettings, GainCurve, GainState, step_gain


def test_settles_where_it_wants_to_be_after_overshooting() -> None:
    settings = AutoGainSettings(target=0.4, strength=0.5, overshoot=0.6)
    wanted = (0.4 / 0.1) ** 0.5
    state, gains = GainState(), []
    for _ in range(100):
        state = step_gain(state, 0.1, settings)
        gains.append(state.gain)
    assert gains[0] < 0.5 * (1.0 + wanted), "late"
    assert max(gains) > 1.03 * wanted, "too far: it pumps"
    assert gains[-1] == pytest.approx(wanted, rel=0.01)


def test_stays_within_its_limits_in_the_dark_and_in_glare() -> None:
    settings = AutoGainSettings()
    for light, limit in ((0.0, settings.highest), (50.0, settings.lowest)):
        state = GainState()
        for _ in range(100):
            state = step_gain(state, light, settings)
            assert settings.lowest <= state.gain <= settings.highest
        assert state.gain == pytest.approx(limit)


def test_the_curve_is_the_same_whatever_was_asked_first_and_by_whom() -> None:
    def light_at(t_s: float) -> float:
        return 0.1 if 1.0 < t_s < 2.0 else 0.6

    forward, backward = (GainCurve(light_at, AutoGainSettings()) for _ in range(2))
    times = [0.07 * step for step in range(60)]
    first = [forward.gain_at(t) for t in times]
    with ThreadPoolExecutor(4) as threads:
        second = list(threads.map(backward.gain_at, reversed(times)))[::-1]
    assert first == second
    assert forward.gain_at(0.0) == 1.0
    assert max(first) > first[14] > 0.0
    halfway = 0.5 * (forward.gain_at(0.5) + forward.gain_at(0.6))
    assert forward.gain_at(0.55) == pytest.approx(halfway)
