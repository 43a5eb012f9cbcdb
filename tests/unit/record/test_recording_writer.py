"""A recording is begun, written and ended; trouble is told and costs nothing that was kept."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import pytest

from ductoscope.model import BadFileError, BadInputError, Bundle, CoreImage, DepthReading, DiskFullError, SourceInfo
from ductoscope.record import RecordingWriter, name_recording, open_recording, read_page, verify_recording
from ductoscope.record.picture_video import PictureVideoWriter

STARTED_UTC = datetime(2026, 5, 4, 12, 30, 5, tzinfo=UTC)
PICTURE = np.full((64, 64, 3), 100, np.uint8)
Begin = Callable[..., RecordingWriter]


@pytest.fixture
def images(make_images: Callable[..., list[CoreImage]]) -> list[CoreImage]:
    return make_images(40)


@pytest.fixture
def begin(tmp_path: Path, make_bundle: Callable[..., Bundle], source: SourceInfo, clock) -> Iterator[Begin]:
    """Begin a recording in tmp_path/rec; closed at the end of the test."""
    begun: list[RecordingWriter] = []

    def begin_it(**options: object) -> RecordingWriter:
        settings = {"started_utc": STARTED_UTC, "start_limit_bytes": 0, "reserve_bytes": 0, "clock": clock} | options
        begun.append(RecordingWriter(tmp_path / "rec", make_bundle(), source, **settings))
        return begun[-1]

    yield begin_it
    for writer in begun:
        writer.close()


def test_whole_recording(tmp_path: Path, begin: Begin, images: list[CoreImage], source: SourceInfo) -> None:
    writer = begin()
    assert read_page(tmp_path / "rec").state == "recording"
    for image in images:
        writer.write(image)
        writer.write_picture(PICTURE, image.t_ns)
    assert writer.seconds == pytest.approx(39 / 30)
    summary = writer.close()
    assert summary is writer.close()
    assert (summary.state, summary.frames, summary.picture_frames, summary.message) == ("complete", 40, 40, None)
    assert summary.seconds == pytest.approx(39 / 30)
    files = {path.name: path.stat().st_size for path in (tmp_path / "rec").iterdir() if path.is_file()}
    assert set(files) == {"recording.json", "bundle.npz", "cores.duct", "picture.mp4"}
    assert summary.bytes == sum(files.values())
    assert (tmp_path / "rec" / "stills").is_dir()
    info = read_page(tmp_path / "rec")
    assert (info.state, info.frames, info.source, info.started_utc) == ("complete", 40, source, STARTED_UTC)
    assert info.picture_codec in ("libx264", "mpeg4")
    assert verify_recording(tmp_path / "rec").is_whole


def test_without_picture_video(tmp_path: Path, begin: Begin, images: list[CoreImage]) -> None:
    writer = begin(has_picture_video=False)
    writer.write(images[0])
    writer.write_picture(PICTURE, 0)
    summary = writer.close()
    assert (summary.picture_frames, summary.message) == (0, None)
    assert not (tmp_path / "rec" / "picture.mp4").exists()
    assert read_page(tmp_path / "rec").picture_codec is None


def test_dropped_frames_are_told(tmp_path: Path, begin: Begin, images: list[CoreImage]) -> None:
    writer = begin()
    writer.write(images[0])
    summary = writer.close(dropped_frames=3)
    assert summary.dropped_frames == read_page(tmp_path / "rec").dropped_frames == 3
    assert summary.message is not None
    assert "3 frames" in summary.message


def test_existing_recording_is_never_touched(tmp_path: Path, begin: Begin, images: list[CoreImage]) -> None:
    writer = begin()
    writer.write(images[0])
    writer.close()
    with pytest.raises(BadFileError, match="already"):
        begin()
    assert verify_recording(tmp_path / "rec").is_whole


def test_too_full_to_start(tmp_path: Path, begin: Begin) -> None:
    with pytest.raises(DiskFullError, match="to start"):
        begin(start_limit_bytes=10**18)
    assert list(tmp_path.iterdir()) == []


def test_failed_start_leaves_nothing_behind(tmp_path: Path, begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(DiskFullError):
        begin()
    assert list(tmp_path.iterdir()) == []


def test_time_without_zone_is_refused(begin: Begin) -> None:
    with pytest.raises(BadInputError, match="time zone"):
        begin(started_utc=datetime(2026, 5, 4))


def test_low_disk_ends_it_cleanly(
    tmp_path: Path, begin: Begin, images: list[CoreImage], clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = begin(reserve_bytes=1000)
    for image in images[:20]:
        writer.write(image)
        writer.write_picture(PICTURE, image.t_ns)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=999))
    clock.now_s += 1.0
    for _ in range(2):  # Asked again, it says the same.
        with pytest.raises(DiskFullError, match=r"nearly full.*The first 0\.6 s \(20 frames\) are kept"):
            writer.write(images[20])
    writer.write_picture(PICTURE, images[20].t_ns)
    summary = writer.close()
    assert (summary.state, summary.frames) == ("stopped", 20)
    assert summary.message is not None
    assert "nearly full" in summary.message
    assert read_page(tmp_path / "rec").message == summary.message
    assert verify_recording(tmp_path / "rec").is_whole


@pytest.mark.parametrize("when", ["__init__", "write", "close"])
def test_failing_encoder_never_stops_the_cores(
    tmp_path: Path, begin: Begin, images: list[CoreImage], monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise av.error.ExternalError(1, "encoder broke")

    really_close = PictureVideoWriter.close

    def close_and_fail(video: PictureVideoWriter) -> None:
        really_close(video)
        fail()

    monkeypatch.setattr(PictureVideoWriter, when, close_and_fail if when == "close" else fail)
    writer = begin()
    for image in images:
        writer.write(image)
        writer.write_picture(PICTURE, image.t_ns)
    summary = writer.close()
    assert (summary.state, summary.frames) == ("complete", 40)
    assert summary.message is not None
    assert "encoder broke" in summary.message
    assert "core recording is not harmed" in (read_page(tmp_path / "rec").picture_message or "")
    assert verify_recording(tmp_path / "rec").is_whole


def test_failing_disk_at_the_end_is_told(
    tmp_path: Path, begin: Begin, images: list[CoreImage], monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = begin(has_picture_video=False)
    writer.write(images[0])

    def refuse(handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        summary = writer.close()
    assert summary.state == "stopped"
    assert summary.message is not None
    assert "Input/output error" in summary.message
    assert "mended at the next start" in summary.message


def test_recording_that_is_written_can_be_opened(tmp_path: Path, begin: Begin, images: list[CoreImage]) -> None:
    writer = begin()
    for image in images[:5]:
        writer.write(image)
    recording = open_recording(tmp_path / "rec")
    assert [image.index for image in recording.core_images()] == [0, 1, 2, 3, 4]
    recording.close()


def test_names_hold_date_and_time_only_and_never_clash(tmp_path: Path) -> None:
    berlin = datetime(2026, 5, 4, 14, 30, 5, tzinfo=timezone(timedelta(hours=2)))
    first = name_recording(berlin, tmp_path)
    assert first.name == "2026-05-04_12-30-05Z"
    first.mkdir()
    second = name_recording(berlin, tmp_path)
    assert second.name == "2026-05-04_12-30-05Z_2"
    second.mkdir()
    assert name_recording(berlin, tmp_path).name == "2026-05-04_12-30-05Z_3"


def test_depth_readings_lie_beside_the_frames(tmp_path: Path, begin: Begin, images: list[CoreImage]) -> None:
    writer = begin()
    readings = [DepthReading(image.t_ns, float(at), 0.15, "encoder") for at, image in enumerate(images)]
    for image, reading in zip(images, readings, strict=True):
        writer.write(image, [reading] if reading.depth_mm % 2 else [])
    writer.flush()
    assert writer.close().message is None
    recording = open_recording(tmp_path / "rec")
    assert recording.depth_readings() == tuple(readings[1::2])
    recording.close()
    assert not verify_recording(tmp_path / "rec").problems


def test_a_depth_log_that_fails_costs_no_frame(tmp_path: Path, begin: Begin, images: list[CoreImage]) -> None:
    writer = begin()
    (tmp_path / "rec" / "depth.csv").mkdir()
    for image in images:
        writer.write(image, [DepthReading(image.t_ns, 1.0, 0.15, "encoder")])
    summary = writer.close()
    assert (summary.state, summary.frames) == ("complete", 40)
    assert summary.message is not None
    assert "depth log ends early" in summary.message
    assert "depth log ends early" in (read_page(tmp_path / "rec").message or "")


def test_a_damaged_depth_log_is_a_problem(tmp_path: Path, begin: Begin, images: list[CoreImage]) -> None:
    writer = begin()
    writer.write(images[0], [DepthReading(0, 1.0, 0.15, "encoder")])
    writer.close()
    path = tmp_path / "rec" / "depth.csv"
    path.write_bytes(path.read_bytes().replace(b"encoder", b"guessed") + b"1,1,1,encoder\n")
    assert any("line 2" in problem for problem in verify_recording(tmp_path / "rec").problems)
