from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from ductoscope.live import record_source
from ductoscope.model import CalibrationError, CoreImage, DiskFullError, Frame, SourceInfo
from ductoscope.record import RecordingWriter, open_recording, read_page
from ductoscope.restore import calibrate, plan_restore, read_core_image, start_watch, step_watch
from tests.toy_scope import ToyFibre, ToyScope

FIBRE = ToyFibre((200, 220))
PICTURES = 40
SHIFT_PX = 2
STARTED = datetime(2026, 3, 4, tzinfo=UTC)


class NudgedScope(ToyScope):
    """Somebody knocks against the camera in the middle: from then on every picture lies 2 px further right."""

    def __init__(self) -> None:
        super().__init__(FIBRE, length=PICTURES, is_live=False)
        self.frames: list[Frame] = []

    def read(self) -> Frame | None:
        frame = super().read()
        if frame is None:
            return None
        shift = SHIFT_PX if frame.index >= 8 else 0
        frame = replace(frame, t_ns=frame.index * 10_000_000, pixels=np.roll(frame.pixels, shift, axis=1))
        self.frames.append(frame)
        return frame


def info_of(source: ToyScope) -> SourceInfo:
    return replace(source.open(), name="Bench scope")


@pytest.fixture(scope="module")
def nudged(tmp_path_factory: pytest.TempPathFactory) -> tuple[NudgedScope, Path, list[int]]:
    source, folder, told = NudgedScope(), tmp_path_factory.mktemp("nudged") / "out", []
    summary = record_source(
        source,
        folder,
        info=info_of(source),
        started_utc=STARTED,
        size_px=128,
        on_frame=lambda frame: told.append(frame.index),
    )
    assert (summary.frames, summary.picture_frames, summary.message) == (PICTURES, PICTURES, None)
    return source, folder, told


def test_every_picture_is_kept_and_told(nudged: tuple[NudgedScope, Path, list[int]]) -> None:
    _, folder, told = nudged
    assert told == list(range(PICTURES))
    page = read_page(folder)
    assert (page.state, page.frames, page.source.name, page.started_utc) == (
        "complete",
        PICTURES,
        "Bench scope",
        STARTED,
    )


def test_the_cores_are_read_as_live_ones_are_with_the_camera_watched(
    nudged: tuple[NudgedScope, Path, list[int]],
) -> None:
    source, folder, _ = nudged
    plan = plan_restore(calibrate(FIBRE.white()), 128)
    watch, expected = start_watch(plan), []
    for frame in source.frames:
        watch, fit = step_watch(watch, frame.pixels, plan)
        expected.append(read_core_image(frame, plan, fit))
    recording = open_recording(folder)
    images = list(recording.core_images())
    recording.close()
    assert expected[-1].fit.shift_xy_px[0] > 1.0, "the watch must have noticed"
    for image, wanted in zip(images, expected, strict=True):
        assert isinstance(image, CoreImage)
        np.testing.assert_array_equal(image.light_lin, wanted.light_lin)
        assert image.t_ns == wanted.t_ns


def test_without_a_white_picture_nothing_is_begun(tmp_path: Path) -> None:
    source = ToyScope(FIBRE, length=3, has_white=False, is_live=False)
    with pytest.raises(CalibrationError, match="gives no white picture"):
        record_source(source, tmp_path / "out", info=info_of(source), started_utc=STARTED, size_px=128)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_ends_it_in_words_and_closes_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, true_write = ToyScope(FIBRE, length=9, is_live=False), RecordingWriter.write

    def write(writer: RecordingWriter, image: CoreImage) -> None:
        if image.index == 4:
            raise DiskFullError("The disk is full.")
        true_write(writer, image)

    monkeypatch.setattr(RecordingWriter, "write", write)
    with pytest.raises(DiskFullError):
        record_source(source, tmp_path / "out", info=info_of(source), started_utc=STARTED, size_px=128)
    assert read_page(tmp_path / "out").frames == 4
