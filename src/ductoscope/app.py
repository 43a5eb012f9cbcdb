"""The floor plan: `build` joins the rooms into one workstation."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from fastapi import FastAPI

from ductoscope.config import Config
from ductoscope.live import Room, open_source
from ductoscope.model import Scope, Source
from ductoscope.record import load_bundle
from ductoscope.simulate import SimulatedScope, open_simulated_scope
from ductoscope.simulate.practice.driver import PracticeDriver
from ductoscope.web import Action, MonitorSettings, PracticeDesk, create_app, load_texts


def make_source(spec: str) -> Source:
    """Make the source that `spec` names: a camera, a file, or the simulated scope."""
    return open_source(spec, {"sim": open_simulated_scope})


def build(config: Config) -> tuple[Room, FastAPI]:
    """Join everything that a workstation needs; nothing runs until the room is entered.

    Raises BadFileError, BadInputError or ConfigError, in words, for what cannot be used.
    """
    data_folder = Path(config.data.folder).expanduser()
    source = make_source(config.source.spec)
    room = Room(
        lambda _: source,
        spec=config.source.spec,
        data_folder=data_folder,
        bundle=load_bundle(Path(config.source.bundle)) if config.source.bundle else None,
        plan_size_px=config.monitor.size_px,
        has_picture_video=config.data.picture_video,
    )
    scope = Scope(
        outer_diameter_mm=config.scope.outer_diameter_mm,
        field_of_view_air_deg=config.scope.field_of_view_air_deg,
        field_of_view_saline_deg=config.scope.field_of_view_saline_deg,
    )
    monitor = MonitorSettings(
        width_mm=config.monitor.width_mm or None,
        distance_mm=config.monitor.distance_mm or None,
        medium=config.monitor.medium,
        scope=scope,
        keys=cast("Mapping[Action, tuple[str, ...]]", config.keys),  # MonitorSettings refuses unknown acts
    )
    practice = _offer_practice(source, data_folder)
    return room, create_app(room, monitor=monitor, practice=practice, host=config.web.host)


def _offer_practice(source: Source, data_folder: Path) -> PracticeDesk | None:
    """Let trainees drive a simulated scope; anything else cannot be driven from here."""
    if not isinstance(source, SimulatedScope):
        return None
    driver = PracticeDriver(source.spec.settings, time.monotonic_ns, scope=source, texts=load_texts()["map"])
    return PracticeDesk(driver, data_folder)
