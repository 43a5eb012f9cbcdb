from __future__ import annotations

import pytest

from ductoscope.simulate.instrument.auto_gain import AutoGainSettings, GainState, step_gain


def test_settles_where_it_wants_to_be_after_overshooting() -> None:
    settings = AutoGainSettings(target=0.4, strength=0.5, overshoot=0.6)
    wanted = (0.4 / 0.1) ** 0.5
    state, gains = GainState(), []
    for _ in range(100):
        state = step_gain(state, 0.1, settings, 0.1)
        gains.append(state.gain)
    assert gains[0] < 0.5 * (1.0 + wanted), "late"
    assert max(gains) > 1.03 * wanted, "too far: it pumps"
    assert gains[-1] == pytest.approx(wanted, rel=0.01)


def test_stays_within_its_limits_in_the_dark_and_in_glare() -> None:
    settings = AutoGainSettings()
    for light, limit in ((0.0, settings.highest), (50.0, settings.lowest)):
        state = GainState()
        for _ in range(100):
            state = step_gain(state, light, settings, 0.1)
            assert settings.lowest <= state.gain <= settings.highest
        assert state.gain == pytest.approx(limit)


def test_long_steps_are_as_calm_as_short_ones() -> None:
    settings = AutoGainSettings()
    once = step_gain(GainState(), 0.1, settings, 1.0)
    often = GainState()
    for _ in range(10):
        often = step_gain(often, 0.1, settings, 0.1)
    assert once.gain == pytest.approx(often.gain)
    fine = GainState()
    for _ in range(100):
        fine = step_gain(fine, 0.1, settings, 0.01)
    assert fine.gain == pytest.approx(often.gain, rel=0.1)
