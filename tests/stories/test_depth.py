"""An encoder is plugged into the monitor, zeroed, pulled out and plugged in again; the recording replays its depths."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ductoscope.live import Room, open_source
from ductoscope.live.depth_sensors import open_depth_sensor
from ductoscope.live.pipeline import Pipeline
from ductoscope.model import BadInputError, Bundle, DepthReading
from ductoscope.record import open_recording, verify_recording
from ductoscope.restore import calibrate
from tests.talking_port import TalkingPort
from tests.toy_scope import ToyFibre, ToyScope
from tests.waiting import wait_for


@pytest.fixture(scope="module")
def fibre() -> ToyFibre:
    return ToyFibre((300, 330))


@pytest.fixture(scope="module")
def bundle(fibre: ToyFibre) -> Bundle:
    return calibrate(fibre.white())


@pytest.fixture
def device() -> Iterator[TalkingPort]:
    with TalkingPort() as port:
        yield port


def sensed_mm(room: Room) -> float | None:
    sensor = room.status().depth_sensor
    return None if sensor is None else sensor.depth_mm


def test_an_encoder_in_the_room(fibre: ToyFibre, bundle: Bundle, device: TalkingPort, tmp_path: Path) -> None:
    link = tmp_path / "encoder"
    link.symlink_to(device.port)
    scope = ToyScope(fibre, interval_s=1 / 50)
    room = Room(
        lambda _: scope,
        spec="toy",
        data_folder=tmp_path / "data",
        bundle=bundle,
        plan_size_px=64,
        make_sensor=lambda clock_ns: open_depth_sensor(f"serial:{link}?mm_per_count=0.01", clock_ns),
        retry_s=0.02,
    )
    with room:
        device.keep_saying(b"1200\n")
        wait_for(lambda: sensed_mm(room) == 12.0)
        wait_for(lambda: (got := room.shown.newest()) is not None and got[1].is_restored)
        room.zero_depth()
        wait_for(lambda: sensed_mm(room) == 0.0)
        name = room.start_recording()
        wait_for(lambda: (now := room.status().recording) is not None and now.frames > 10)
        room.key_graduation(5.0)
        with pytest.raises(BadInputError, match="graduation"):
            room.key_graduation(-1.0)
        device.unplug()
        wait_for(
            lambda: "is gone" in (room.status().message or "") or "cannot be opened" in (room.status().message or "")
        )
        assert room.status().state == "live", "the picture goes on"
        with TalkingPort() as again:
            link.unlink()
            link.symlink_to(again.port)
            again.keep_saying(b"1500\n")
            wait_for(lambda: sensed_mm(room) == 3.0)
            wait_for(lambda: room.status().message is None)
            frames = (now := room.status().recording) is not None and now.frames
            wait_for(lambda: (now := room.status().recording) is not None and now.frames > frames + 10)
            room.stop_recording()
    assert not [thread for thread in threading.enumerate() if thread.name == "duct-depth"]
    folder = tmp_path / "data" / name
    assert not verify_recording(folder).problems
    recording = open_recording(folder)
    readings, times_ns = recording.depth_readings(), [image.t_ns for image in recording.core_images()]
    recording.close()
    assert {reading.depth_mm for reading in readings} == {0.0, 3.0, 5.0}
    assert {reading.depth_mm for reading in readings if reading.origin == "graduation"} <= {0.0, 5.0}
    assert [reading.t_ns for reading in readings] == sorted(reading.t_ns for reading in readings)
    assert readings[-1].t_ns <= times_ns[-1], "each came with a frame"


def test_a_recording_replays_its_depths_with_its_frames(
    fibre: ToyFibre, bundle: Bundle, device: TalkingPort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Live and on the recording, every frame gets the same readings."""
    given: list[tuple[int, tuple[DepthReading, ...]]] = []
    keep = Pipeline._keep

    def note(
        self: Pipeline, core_image: object, calibrated: object, readings: tuple[DepthReading, ...], now: int
    ) -> None:
        given.append((core_image.t_ns, readings))  # type: ignore[attr-defined]
        keep(self, core_image, calibrated, readings, now)  # type: ignore[arg-type]

    monkeypatch.setattr(Pipeline, "_keep", note)
    scope = ToyScope(fibre, interval_s=1 / 50)
    spec = f"serial:{device.port}?mm_per_count=0.01"
    device.keep_saying(b"700\n", every_s=0.007)
    with Room(
        lambda _: scope,
        spec="toy",
        data_folder=tmp_path,
        bundle=bundle,
        plan_size_px=64,
        make_sensor=lambda clock_ns: open_depth_sensor(spec, clock_ns),
    ) as room:
        wait_for(lambda: sensed_mm(room) and (got := room.shown.newest()) is not None and got[1].is_restored)
        name = room.start_recording()
        wait_for(lambda: (now := room.status().recording) is not None and now.frames > 25)
        room.stop_recording()
    live = dict(given)
    given.clear()
    with Room(open_source, spec=f"file:{tmp_path / name}?speed=max", data_folder=tmp_path, plan_size_px=64) as room:
        wait_for(lambda: room.status().state == "ended")
    assert len(given) > 20
    assert sum(len(readings) for _, readings in given) > 20
    assert given[1:] == [(t_ns, live[t_ns]) for t_ns, _ in given[1:]], "the first one also has what waited before it"
