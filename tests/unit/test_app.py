"""What the floor plan joins by the settings: the finder, its eye, and the sensor at the shaft."""

from __future__ import annotations

from pathlib import Path

import pytest

from ductoscope import app as floor_plan
from ductoscope.app import build
from ductoscope.config import Config, DataConfig, DepthConfig, FindConfig, SourceConfig
from ductoscope.model import BadFileError

SOURCE = SourceConfig(spec="sim:7?cores=1600&height=360&width=640")


def test_the_settings_say_whether_anybody_looks_and_what_is_shown_at_first(tmp_path: Path) -> None:
    data = DataConfig(folder=str(tmp_path))
    off, page = build(Config(source=SOURCE, data=data, find=FindConfig(is_on=False)))
    quiet, _ = build(Config(source=SOURCE, data=data, find=FindConfig(first_look_unassisted=True)))
    on, _ = build(Config(source=SOURCE, data=data))

    assert off.finder is None
    assert page is not None
    assert quiet.finder is not None
    assert not quiet.finder.now().are_hints_on
    assert on.finder is not None
    assert on.finder.now().are_hints_on


def test_a_learned_eye_that_cannot_be_opened_leaves_the_classical_one(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = floor_plan.open_eye

    def open_damaged(kind: str) -> object:
        if kind == "learned":
            raise BadFileError("The eye's model file is damaged.")
        return opened(kind)  # type: ignore[arg-type]

    monkeypatch.setattr(floor_plan, "open_eye", open_damaged)

    assert floor_plan._open_eye("learned").name.startswith("classical")


def test_a_simulated_scope_brings_its_own_sensor_unless_the_settings_say_otherwise(tmp_path: Path) -> None:
    data = DataConfig(folder=str(tmp_path))
    own, _ = build(Config(source=SOURCE, data=data))
    none, _ = build(Config(source=SOURCE, data=data, depth=DepthConfig(sensor="none")))

    assert own.status().depth_sensor is not None
    assert none.status().depth_sensor is None
