"""Recording beside the picture: nothing lost in silence, one bundle a part, a full disk ends it cleanly."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from ductoscope.live.recorder import OpenPart, Recorder
from ductoscope.model import Bundle, BundleQuality, CoreImage, DepthReading, DiskFullError, Rim, SourceInfo
from ductoscope.record import RecordingWriter, open_recording

INFO = SourceInfo("Bench camera", (100, 120), 3, 25.0, is_live=True, is_simulated=False)


def make_bundle(gain: float = 1.0, cores: int = 40) -> Bundle:
    xy_px = np.random.default_rng(5).uniform(10, 90, (cores, 2))
    gains = np.full((cores, 3), gain, np.float32)
    quality = BundleQuality("white", 0.5, 0.0, "good")
    return Bundle((100, 120), xy_px, 6.0, 1.5, Rim(50, 50, 45), gains, 0 * gains, np.zeros(cores, bool), quality)


def make_image(index: int, bundle: Bundle) -> CoreImage:
    light = np.full((bundle.cores, 3), index / 64, np.float32)
    return CoreImage(index, index * 40_000_000, light, ~bundle.dead)


class SlowWriter(RecordingWriter):
    """A writer on a disk that stands still until `go_on`, and fails at frame `fails_at`."""

    go_on: threading.Event
    fails_at: int | None = None

    def write(self, core_image: CoreImage, readings: Sequence[DepthReading] = ()) -> None:
        assert self.go_on.wait(10)
        if core_image.index == self.fails_at:
            raise DiskFullError("The disk is full. The first 0.1 s (3 frames) are kept.")
        super().write(core_image, readings)


def open_in(folder: Path, go_on: threading.Event | None = None, fails_at: int | None = None) -> OpenPart:
    def open_part(bundle: Bundle, part: int) -> RecordingWriter:
        kind = type("Writer", (SlowWriter,), {"go_on": go_on or _set_event(), "fails_at": fails_at})
        started = datetime(2026, 5, 4, tzinfo=UTC)
        writer = kind(
            folder / str(part), bundle, INFO, started_utc=started, has_picture_video=False, start_limit_bytes=0
        )
        assert isinstance(writer, RecordingWriter)
        return writer

    return open_part


def _set_event() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


def read_indices(folder: Path) -> list[int]:
    recording = open_recording(folder)
    indices = [image.index for image in recording.core_images()]
    recording.close()
    return indices


def test_everything_offered_before_close_is_in_it(tmp_path: Path) -> None:
    bundle = make_bundle()
    recorder = Recorder(open_in(tmp_path), bundle)
    for index in range(30):
        recorder.offer(make_image(index, bundle), bundle)
    summary = recorder.close()
    assert summary is not None
    assert summary.state == "complete"
    assert read_indices(tmp_path / "1") == list(range(30))
    assert recorder.lost == 0
    recorder.offer(make_image(30, bundle), bundle)
    assert recorder.now("x").frames == 30, "after the end nothing is taken"


def test_a_slow_disk_loses_frames_only_when_the_queue_is_full_and_says_how_many(tmp_path: Path) -> None:
    bundle, go_on = make_bundle(), threading.Event()
    recorder = Recorder(open_in(tmp_path, go_on), bundle, queue_frames=5)
    recorder.offer(make_image(0, bundle), bundle)
    while recorder._queue:
        time.sleep(0.005)  # until the writer has it in hand
    for index in range(1, 20):
        recorder.offer(make_image(index, bundle), bundle)
    assert recorder.lost == 14
    go_on.set()
    summary = recorder.close()
    assert summary is not None
    assert summary.dropped_frames == 14
    assert read_indices(tmp_path / "1") == [0, 1, 2, 3, 4, 5], "what waited longest is kept"


def test_a_source_that_can_wait_loses_nothing(tmp_path: Path) -> None:
    bundle, go_on = make_bundle(), threading.Event()
    recorder = Recorder(open_in(tmp_path, go_on), bundle, queue_frames=3)

    def offer_all() -> None:
        for index in range(20):
            recorder.offer(make_image(index, bundle), bundle, may_wait=True)

    source = threading.Thread(target=offer_all)
    source.start()
    source.join(0.1)
    assert source.is_alive(), "it waits for the disk"
    go_on.set()
    source.join(10)
    recorder.close()
    assert read_indices(tmp_path / "1") == list(range(20))


def test_a_new_bundle_begins_a_new_part_and_loses_nothing(tmp_path: Path) -> None:
    first, second = make_bundle(1.0), make_bundle(0.5)
    recorder = Recorder(open_in(tmp_path), first)
    for index in range(10):
        bundle = first if index < 6 else second
        recorder.offer(make_image(index, bundle), bundle)
    recorder.close()
    assert read_indices(tmp_path / "1") == [0, 1, 2, 3, 4, 5]
    assert read_indices(tmp_path / "2") == [6, 7, 8, 9]
    assert open_recording_bundle(tmp_path / "2") == second.id
    now = recorder.now("x")
    assert (now.frames, now.part) == (10, 2)


def open_recording_bundle(folder: Path) -> str:
    recording = open_recording(folder)
    recording.close()
    return recording.bundle.id


def test_a_full_disk_ends_it_and_says_what_is_kept(tmp_path: Path) -> None:
    bundle = make_bundle()
    recorder = Recorder(open_in(tmp_path, fails_at=3), bundle)
    for index in range(10):
        recorder.offer(make_image(index, bundle), bundle)
    recorder.close()
    assert recorder.failure == "Recording has stopped. The disk is full. The first 0.1 s (3 frames) are kept."
    assert read_indices(tmp_path / "1") == [0, 1, 2]
    assert recorder.lost <= 7, "those that waited are counted as lost"


def test_a_folder_that_cannot_be_made_is_told_at_once(tmp_path: Path) -> None:
    def refuse(bundle: Bundle, part: int) -> RecordingWriter:
        raise DiskFullError("Only 3 MB are free.")

    with pytest.raises(DiskFullError, match="3 MB"):
        Recorder(refuse, make_bundle())
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("duct-")]


def test_readings_go_with_their_frames_and_those_of_lost_ones_with_the_next(tmp_path: Path) -> None:
    bundle, go_on = make_bundle(), threading.Event()
    recorder = Recorder(open_in(tmp_path, go_on), bundle, queue_frames=4)
    recorder.note_readings([DepthReading(0, 1.0, 0.15, "encoder")])
    for index in range(20):
        recorder.offer(make_image(index, bundle), bundle, [DepthReading(index * 40_000_000, index, 0.15, "encoder")])
    assert recorder.lost > 0
    go_on.set()
    while recorder.frames < 4:
        time.sleep(0.005)
    recorder.offer(make_image(20, bundle), bundle)
    recorder.close()
    recording = open_recording(tmp_path / "1")
    assert [reading.depth_mm for reading in recording.depth_readings()] == [1.0, *range(20)]
    recording.close()
