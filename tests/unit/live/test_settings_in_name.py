"""Settings behind a source's name."""

from __future__ import annotations

import pytest

from ductoscope.live.settings_in_name import split_settings
from ductoscope.live.sources import open_source
from ductoscope.model import BadInputError

KNOWN = {"speed": "true", "loop": "0"}


@pytest.mark.parametrize(
    ("text", "name", "settings"),
    [
        ("walk.mp4", "walk.mp4", KNOWN),
        ("walk.mp4?speed=max", "walk.mp4", {"speed": "max", "loop": "0"}),
        ("walk.mp4?speed=max&loop=1", "walk.mp4", {"speed": "max", "loop": "1"}),
        ("what?.mp4", "what?.mp4", KNOWN),
        ("rtsp://host/x?channel=1", "rtsp://host/x?channel=1", KNOWN),
        ("rtsp://host/x?channel=1?loop=1", "rtsp://host/x?channel=1", {"speed": "true", "loop": "1"}),
    ],
)
def test_splits(text: str, name: str, settings: dict[str, str]) -> None:
    assert split_settings(text, KNOWN) == (name, settings)


def test_an_unknown_setting_is_named() -> None:
    with pytest.raises(BadInputError, match=r'no setting "sped".*loop, speed'):
        split_settings("walk.mp4?sped=max", KNOWN)


@pytest.mark.parametrize("spec", ["webcam", "telescope:3", ""])
def test_an_unknown_source_is_named_with_those_that_exist(spec: str) -> None:
    with pytest.raises(BadInputError, match=f'no source "{spec}".*camera:.*file:.*sim:'):
        open_source(spec, {"sim": lambda spec: pytest.fail("not asked for")})
