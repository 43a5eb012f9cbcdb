"""A room without threads, for testing the web alone: pictures come when a test puts them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import numpy as np
import pytest
from fastapi import FastAPI
from websockets.sync.client import ClientConnection, connect

from ductoscope.live import Finder, RecordingNow, RoomStatus, Shown, Slot
from ductoscope.model import BadInputError, BundleQuality, CalibrationFit, Frame, SourceInfo, View
from ductoscope.record import Still, save_still
from ductoscope.report import Signer, make_signer
from ductoscope.web import create_app
from tests.browser import open_to_visitors
from tests.clinic_house import PASSWORD, House, open_house
from tests.examination_room import ExaminationRoom, open_examination_room
from tests.web_visit import Visitor

SIDE_PX = 64


@dataclass(frozen=True)
class Summary:
    name: str
    frames: int


class HandRoom:
    """Shows what a test puts, and notes what it was asked to do."""

    def __init__(self, folder: Path) -> None:
        self.shown: Slot[Shown] = Slot()
        self.forgotten_to = 0
        self.folder = self.data_folder = folder
        self.asked: list[object] = []
        self.failure: Exception | None = None
        self.recording: RecordingNow | None = None
        self.finder: Finder | None = None

    def put(self, sequence: int, *, value: int = 100, has_frame: bool = True, is_restored: bool = True) -> Shown:
        shown = make_shown(sequence, value=value, has_frame=has_frame, is_restored=is_restored)
        self.shown.put(shown)
        return shown

    def status(self) -> RoomStatus:
        return RoomStatus(
            state="live",
            message="Recalibrate: the camera has moved.",
            source=SourceInfo("Toy scope", (SIDE_PX, SIDE_PX), 3, 30.0, is_live=True, is_simulated=True),
            fps_in=30.04,
            fps_shown=29.96,
            age_ms=12.0,
            frames_in=100,
            frames_lost=1,
            views_dropped=2,
            recorder_lost=3,
            recording=self.recording,
            fit=CalibrationFit(advice="Recalibrate: the camera has moved."),
            bundle_id="abc",
            quality=BundleQuality("white", 0.5, 0.0, "good", ("A note.",)),
            cores=6003,
            free_bytes=10**9,
        )

    def freeze(self) -> Shown:
        self._ask("freeze")
        newest = self.shown.newest()
        if newest is None:
            raise BadInputError("There is no picture yet to freeze.")
        return newest[1]

    def take_still(self, sequence: int | None = None) -> Still:
        self._ask(("still", sequence))
        shown = self.freeze()
        return save_still(
            self.folder, shown.view, None, None, datetime.now(UTC), source_name="Toy scope", is_simulated=True
        )

    def start_recording(self) -> str:
        self._ask("start")
        self.recording = RecordingNow("walk", 1.5, 2_000_000, 45)
        return "walk"

    def stop_recording(self) -> Summary:
        self._ask("stop")
        self.recording = None
        return Summary("walk", 45)

    def recalibrate(self, how: str) -> None:
        self._ask(("recalibrate", how))

    def _ask(self, what: object) -> None:
        self.asked.append(what)
        if self.failure is not None:
            raise self.failure


def make_shown(sequence: int, *, value: int = 100, has_frame: bool = True, is_restored: bool = True) -> Shown:
    """A picture whose restored side is `value` all over, and whose camera side is 30."""
    pixels = np.full((SIDE_PX, SIDE_PX, 3), value, np.uint8)
    seen = np.ones((SIDE_PX, SIDE_PX), bool)
    lineage = ("read", "mmse") if is_restored else ("raw",)
    frame = Frame(sequence, sequence * 1000, np.full((SIDE_PX, SIDE_PX, 3), 30, np.uint8))
    return Shown(
        sequence=sequence,
        source_t_ns=sequence * 1000,
        index=sequence + 5,
        arrived_ns=sequence * 1000 + 7,
        view=View(sequence + 5, sequence * 1000, pixels, seen, lineage),
        size_px=SIDE_PX,
        frame=frame if has_frame else None,
        is_simulated=True,
    )


@pytest.fixture
def room(tmp_path: Path) -> HandRoom:
    return HandRoom(tmp_path / "stills")


@pytest.fixture
def app(room: HandRoom) -> FastAPI:
    return create_app(room)  # type: ignore[arg-type]


@pytest.fixture
def address(app: FastAPI) -> Iterator[str]:
    with open_to_visitors(app) as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, trust_env=False) as client:
        yield client


@pytest.fixture
def watch(address: str) -> Callable[..., ClientConnection]:
    """Open a WebSocket as a browser does: `watch(query, origin=...)`."""

    def connect_viewer(query: str = "", **settings: object) -> ClientConnection:
        live = f"{address.replace('http', 'ws')}ws/live{query}"
        return connect(live, compression=None, close_timeout=2, **settings)  # type: ignore[arg-type]

    return connect_viewer


@pytest.fixture(name="make_shown")
def give_make_shown() -> Callable[..., Shown]:
    return make_shown


@pytest.fixture
def serve_app() -> Callable[[FastAPI], AbstractContextManager[str]]:
    return open_to_visitors


@pytest.fixture(scope="session")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return make_signer(tmp_path_factory.mktemp("signing"), "Test clinic")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, signer: Signer) -> Iterator[House]:
    """A clinic with one person of every role, whose clock a test moves; one for all tests of a file."""
    made = open_house(tmp_path_factory.mktemp("house"), signer)
    yield made
    made.desk.journal.close()


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory, house: House) -> FastAPI:
    """The whole workstation around that clinic; it has many routes, so it is made once a file."""
    return create_app(HandRoom(tmp_path_factory.mktemp("stills")), desk=house.desk)  # type: ignore[arg-type]


@pytest.fixture
def enter(clinic: FastAPI) -> Callable[[str], Visitor]:
    """Sign somebody in by name, as "doctor", "nurse", "trainee" or "admin"."""

    def come_in(name: str) -> Visitor:
        visitor = Visitor(clinic)
        assert visitor.sign_in(name, PASSWORD).status_code == 200
        return visitor

    return come_in


@pytest.fixture(scope="package")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExaminationRoom]:
    """One workstation with a toy scope and a desk for all tests of the room; each brings patients of its own."""
    with open_examination_room(tmp_path_factory.mktemp("station")) as station:
        yield station


@pytest.fixture
def doctor(station: ExaminationRoom) -> Iterator[httpx.Client]:
    """A doctor at the workstation; afterwards nobody is in the room any more."""
    with station.visit() as client:
        yield client
        station.empty(client)
