from __future__ import annotations

import pytest

from ductoscope.model import ConfigError
from ductoscope.web import KEYS, MonitorSettings


def test_a_pedal_can_be_given_to_an_action_and_the_rest_keeps_its_keys():
    monitor = MonitorSettings(keys={"still": ("F13",)})

    assert monitor.keys["still"] == ("F13",)
    assert monitor.keys["freeze"] == KEYS["freeze"]


def test_one_key_cannot_do_two_things():
    with pytest.raises(ConfigError, match='"Space" is given to both freeze and record'):
        MonitorSettings(keys={"record": ("Space",)})


def test_an_unknown_action_is_refused():
    with pytest.raises(ConfigError, match='no action "dance"'):
        MonitorSettings(keys={"dance": ("x",)})


@pytest.mark.parametrize("wrong", [{"width_mm": 0}, {"distance_mm": -1.0}, {"width_mm": float("nan")}])
def test_lengths_are_above_zero(wrong):
    with pytest.raises(ConfigError, match="must be between"):
        MonitorSettings(**wrong)


def test_medium_is_saline_or_air():
    with pytest.raises(ConfigError, match="honey"):
        MonitorSettings(medium="honey")
