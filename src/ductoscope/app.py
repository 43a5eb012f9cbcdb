"""The floor plan: `build` joins the rooms of the monitor, `build_workstation` those of the whole patient's path."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Literal, cast

from fastapi import FastAPI

from ductoscope.clinic import Desk
from ductoscope.config import Config
from ductoscope.detect import Eye, open_eye
from ductoscope.live import FindSetup, Room, SensorFactory, open_depth_sensor, open_source
from ductoscope.model import BadFileError, DepthSensor, Scope, Source
from ductoscope.navigate import Known
from ductoscope.record import load_bundle
from ductoscope.record.credentials import Credentials
from ductoscope.record.journal import Journal, open_journal
from ductoscope.record.media import MediaStore
from ductoscope.report import Signer, Site, load_signer, make_signer
from ductoscope.simulate import SimulatedEncoder, SimulatedScope, open_simulated_scope
from ductoscope.simulate.practice.driver import PracticeDriver
from ductoscope.web import Action, DemoPeople, MonitorSettings, PracticeDesk, create_app, load_texts
from ductoscope.web.clinic.recordings import tie_cut_off_recordings

log = logging.getLogger(__name__)

PASSWORD_IN = "DUCTOSCOPE_SIGNING_PASSWORD"


def make_source(spec: str) -> Source:
    """Make the source that `spec` names: a camera, a file, or the simulated scope."""
    return open_source(spec, {"sim": open_simulated_scope})


def build(config: Config, desk: Desk | None = None, demo_people: DemoPeople = ()) -> tuple[Room, FastAPI]:
    """Join everything that a monitor needs, and with a `desk` the pages of the patient's path around it.

    Nothing runs until the room is entered. demo_people: sign-in name, password and role of invented people, shown on
    the sign-in page of a demonstration. Raises BadFileError, BadInputError or ConfigError, in words, for what cannot be
    used.
    """
    data_folder = data_folder_of(config)
    source = make_source(config.source.spec)
    scope = Scope(
        outer_diameter_mm=config.scope.outer_diameter_mm,
        field_of_view_air_deg=config.scope.field_of_view_air_deg,
        field_of_view_saline_deg=config.scope.field_of_view_saline_deg,
    )
    room = Room(
        lambda _: source,
        spec=config.source.spec,
        data_folder=data_folder,
        bundle=load_bundle(Path(config.source.bundle)) if config.source.bundle else None,
        plan_size_px=config.monitor.size_px,
        has_picture_video=config.data.picture_video,
        make_sensor=_choose_sensor(config.depth.sensor, source),
        find=_set_up_finder(config, scope) if config.find.is_on else None,
    )
    monitor = MonitorSettings(
        width_mm=config.monitor.width_mm or None,
        distance_mm=config.monitor.distance_mm or None,
        medium=config.monitor.medium,
        scope=scope,
        keys=cast("Mapping[Action, tuple[str, ...]]", config.keys),  # MonitorSettings refuses unknown acts
    )
    practice = _offer_practice(source, data_folder)
    page = create_app(
        room, monitor=monitor, practice=practice, host=config.web.host, desk=desk, demo_people=demo_people
    )
    return room, page


@contextmanager
def build_workstation(config: Config, demo_people: DemoPeople = ()) -> Iterator[tuple[Room, FastAPI]]:
    """Open the journal and run the room around it; at the end everything is closed in order.

    Raises JournalError when the journal cannot be opened, and what `build` raises.
    """
    with open_desk(config) as desk:
        room, page = build(config, desk, demo_people)
        with room:
            tie_cut_off_recordings(desk, room.data_folder)  # the room has just mended what a crash cut off
            yield room, page


@contextmanager
def open_desk(config: Config) -> Iterator[Desk]:
    """Open the desk on its journal for a while; raises JournalError, BadFileError or ConfigError in words."""
    with open_journal_of(config) as journal:
        yield Desk(
            journal,
            Credentials(journal),
            open_media_of(config),
            site=Site(**config.site.on_documents),
            signer=_find_signer(config),
            now_utc=lambda: datetime.now(UTC),
            station=config.site.room,
            idle=timedelta(minutes=config.session.idle_minutes),
            end=timedelta(hours=config.session.end_hours),
        )


def open_journal_of(config: Config) -> Journal:
    """Open the journal that the settings name; raises JournalError in words."""
    data_folder_of(config).mkdir(parents=True, exist_ok=True)
    return open_journal(journal_url(config), witness=witness_file(config))


def open_media_of(config: Config) -> MediaStore:
    """Open the store of stills and documents."""
    return MediaStore(media_folder(config))


def data_folder_of(config: Config) -> Path:
    """Return the data folder, `~` filled in."""
    return Path(config.data.folder).expanduser()


def journal_url(config: Config) -> str:
    """Return the journal's address: as set, else a file in the data folder."""
    return config.journal.url or f"sqlite:///{data_folder_of(config).resolve() / 'journal.db'}"


def media_folder(config: Config) -> Path:
    """Return the folder of stills and documents."""
    return data_folder_of(config) / "media"


def witness_file(config: Config) -> Path:
    """Return the file that remembers the journal's newest event outside the database."""
    return data_folder_of(config) / "journal.witness"


def _find_signer(config: Config) -> Signer:
    if config.signing.certificate:
        key = Path(config.signing.key).expanduser() if config.signing.key else None
        return load_signer(Path(config.signing.certificate).expanduser(), os.environ.get(PASSWORD_IN, ""), key=key)
    return make_signer(data_folder_of(config) / "signing", config.site.name)


def _choose_sensor(spec: str, source: Source) -> Callable[[Callable[[], int]], DepthSensor] | None:
    """What makes the sensor at the shaft; a simulated scope has one of its own. Raises BadInputError when asked."""
    own: dict[str, SensorFactory] = {}
    if isinstance(source, SimulatedScope):
        own["sim"] = lambda _spec, _clock_ns: SimulatedEncoder(source)
    chosen = spec or ("sim" if own else "none")
    return None if chosen == "none" else lambda clock_ns: open_depth_sensor(chosen, clock_ns, own)


def _set_up_finder(config: Config, scope: Scope) -> FindSetup:
    known = Known(
        radius_mm=config.depth.radius_mm or None,
        radius_sigma_mm=config.depth.radius_sigma_mm,
        start_mm=config.depth.start_mm,
    )
    return FindSetup(
        partial(_open_eye, config.find.eye),
        scope,
        known,
        has_hints=config.find.hints,
        is_first_look_unassisted=config.find.first_look_unassisted,
    )


def _open_eye(kind: Literal["learned", "classical"]) -> Eye:
    """Open the eye that is wanted; the pages name the one that looks."""
    try:
        return open_eye(kind)
    except BadFileError as error:
        log.warning("the classical eye looks instead: %s", error)
        return open_eye("classical")


def _offer_practice(source: Source, data_folder: Path) -> PracticeDesk | None:
    """Let trainees drive a simulated scope; anything else cannot be driven from here."""
    if not isinstance(source, SimulatedScope):
        return None
    driver = PracticeDriver(source.spec.settings, time.monotonic_ns, scope=source, texts=load_texts()["map"])
    return PracticeDesk(driver, data_folder)
