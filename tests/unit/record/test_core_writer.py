"""The writer hands over every frame at once, syncs twice a second, and fails without harm."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from ductoscope.model import BadFileError, BadInputError, CoreImage, DiskFullError
from ductoscope.record import CoreRecordingWriter, open_core_recording

MakeImages = Callable[..., list[CoreImage]]
AssertSame = Callable[[CoreImage, CoreImage], None]
FRAMES = 100


def _write(path: Path, images: list[CoreImage], *, is_closed: bool = True) -> bytes:
    """Write a recording; unclosed as a kill would leave it."""
    writer = CoreRecordingWriter(path, "b1d", 40, images[0].light_lin.shape[1], 30.0, {"source": "test"})
    for image in images:
        writer.write(image)
    if is_closed:
        writer.close()
    else:
        writer._let_go()
    return path.read_bytes()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cores.duct"


@pytest.fixture
def images(make_images: MakeImages) -> list[CoreImage]:
    return make_images(FRAMES)


def test_there_is_a_keyframe_every_second(path: Path, images: list[CoreImage]) -> None:
    _write(path, images)
    with open_core_recording(path) as recording:
        times_ns = [key.t_ns for key in recording.keys]
    assert len(times_ns) == 4
    assert all(b - a <= 1_040_000_000 for a, b in pairwise(times_ns))


def test_time_that_runs_backwards_starts_afresh(path: Path, make_images: MakeImages, assert_same: AssertSame) -> None:
    images = [*make_images(5), *make_images(5, seed=9)]
    _write(path, images)
    with open_core_recording(path) as recording:
        assert [key.position for key in recording.keys] == [0, 5]
        for written, read in zip(images, recording, strict=True):
            assert_same(written, read)


def test_existing_file_is_never_overwritten(path: Path, images: list[CoreImage]) -> None:
    before = _write(path, images)
    with pytest.raises(BadFileError, match="exists"):
        CoreRecordingWriter(path, "other", 40, 3, 30.0)
    assert path.read_bytes() == before


def test_table_of_another_shape_is_refused_and_costs_nothing(
    path: Path, images: list[CoreImage], make_images: MakeImages
) -> None:
    writer = CoreRecordingWriter(path, "b1d", 40, 3, 30.0)
    writer.write(images[0])
    with pytest.raises(BadInputError, match="another recording"):
        writer.write(make_images(1, cores=41)[0])
    writer.write(images[1])
    writer.close()
    with pytest.raises(BadInputError, match="closed"):
        writer.write(images[2])
    with open_core_recording(path) as recording:
        assert len(recording) == 2


def test_it_syncs_twice_a_second_and_when_idle(
    path: Path, images: list[CoreImage], clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[float] = []
    really_sync = os.fsync

    def note(handle: int) -> None:
        synced.append(clock.now_s)
        really_sync(handle)

    monkeypatch.setattr(os, "fsync", note)
    writer = CoreRecordingWriter(path, "b1d", 40, 3, 30.0, clock=clock)
    synced.clear()
    for image in images[:36]:
        writer.write(image)
        clock.now_s += 1 / 30
    assert len(synced) == 2
    clock.now_s += 0.2
    writer.flush()
    assert len(synced) == 3
    writer.flush()  # Nothing new: the disk is left alone.
    assert len(synced) == 3
    writer.close()


def test_full_disk_keeps_what_was_written(
    path: Path, images: list[CoreImage], assert_same: AssertSame, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of a block fits, then nothing: the half is taken back and the file ends with a whole frame."""
    writer = CoreRecordingWriter(path, "b1d", 40, 3, 30.0)
    for image in images[:10]:
        writer.write(image)
    really_write, calls = os.write, []

    def write_half(handle: int, content: memoryview) -> int:
        calls.append(len(content))
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return really_write(handle, content[: len(content) // 2])

    monkeypatch.setattr(os, "write", write_half)
    with pytest.raises(DiskFullError, match=r"disk is full.*cores\.duct"):
        writer.write(images[10])
    writer.close()
    with open_core_recording(path) as recording:
        assert (len(recording), recording.damage.torn_bytes) == (10, 0)
        for written, read in zip(images, recording, strict=False):
            assert_same(written, read)


def test_failing_disk_is_told_apart_from_a_full_one(
    path: Path, images: list[CoreImage], clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = CoreRecordingWriter(path, "b1d", 40, 3, 30.0, clock=clock)

    def refuse(handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", refuse)
    clock.now_s += 1.0
    with pytest.raises(BadFileError, match="Input/output error") as caught:
        writer.write(images[0])
    assert not isinstance(caught.value, DiskFullError)
    writer._let_go()
