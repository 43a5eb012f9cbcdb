"""What a kill left behind is mended at the next start, step by step, and told."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import av
import numpy as np
import pytest

from ductoscope.model import Bundle, CoreImage, SourceInfo
from ductoscope.record import (
    RecordingWriter,
    list_recordings,
    open_core_recording,
    open_recording,
    read_page,
    recover_recordings,
    verify_recording,
)

FRAMES = 50
Cut = Callable[..., Path]


@pytest.fixture
def cut_off(tmp_path: Path, make_bundle: Callable[..., Bundle], make_images, source: SourceInfo) -> Cut:
    """Make a recording as a kill leaves it; returns its folder."""

    def make(name: str = "rec", frames: int = FRAMES) -> Path:
        writer = RecordingWriter(
            tmp_path / name,
            make_bundle(),
            source,
            started_utc=datetime(2026, 5, 4, tzinfo=UTC),
            start_limit_bytes=0,
            reserve_bytes=0,
        )
        for image in make_images(frames):
            writer.write(image)
            writer.write_picture(np.full((32, 32, 3), 100, np.uint8), image.t_ns)
        folder = tmp_path / name
        whole = (folder / "cores.duct").read_bytes()
        video = (folder / "picture.mp4").read_bytes() if frames else b""
        writer.close()
        (folder / "cores.duct").write_bytes(whole)
        if frames:
            (folder / "picture.mp4").write_bytes(video)
        page = folder / "recording.json"
        page.write_text(
            page.read_text().replace('"complete"', '"recording"').replace(f'"frames": {frames}', '"frames": 0')
        )
        return folder

    return make


def test_clean_cut_is_mended_and_told_once(tmp_path: Path, cut_off: Cut, make_images, assert_same) -> None:
    folder = cut_off()
    (recovered,) = recover_recordings(tmp_path)
    assert (recovered.folder, recovered.is_mended, recovered.frames, recovered.lost_frames) == (folder, True, FRAMES, 0)
    assert "1.6 s (50 frames) are kept" in recovered.message
    info = read_page(folder)
    assert (info.state, info.frames, info.seconds) == ("recovered", FRAMES, 1.633)
    assert info.message is not None
    assert info.message in recovered.message
    assert info.picture_message is None
    recording = open_recording(folder)
    assert recording.cores.damage.is_closed
    for written, read in zip(make_images(FRAMES), recording.core_images(), strict=True):
        assert_same(written, read)
    recording.close()
    with av.open(str(folder / "picture.mp4")) as video:
        assert FRAMES - sum(1 for _ in video.decode(video=0)) <= 30
    assert recover_recordings(tmp_path) == []
    assert {path.name for path in folder.iterdir()} == {
        "recording.json",
        "bundle.npz",
        "cores.duct",
        "picture.mp4",
        "stills",
    }


def test_torn_end_is_cut_and_kept(tmp_path: Path, cut_off: Cut) -> None:
    folder = cut_off()
    content = (folder / "cores.duct").read_bytes()
    (folder / "cores.duct").write_bytes(content[:-40])
    (recovered,) = recover_recordings(tmp_path)
    assert recovered.frames == FRAMES - 1
    assert "cores.duct.tail" in recovered.message
    tail = (folder / "cores.duct.tail").read_bytes()
    assert content[:-40].endswith(tail)
    assert 0 < len(tail) < 400
    assert verify_recording(folder).is_whole


def test_earlier_tail_is_never_overwritten(tmp_path: Path, cut_off: Cut) -> None:
    folder = cut_off()
    (folder / "cores.duct.tail").write_bytes(b"from before")
    (folder / "cores.duct").write_bytes((folder / "cores.duct").read_bytes()[:-40])
    recover_recordings(tmp_path)
    assert (folder / "cores.duct.tail").read_bytes() == b"from before"
    assert (folder / "cores.duct.tail2").stat().st_size > 0


def test_damage_in_the_middle_is_told_and_nothing_is_removed(tmp_path: Path, cut_off: Cut) -> None:
    folder = cut_off()
    content = bytearray((folder / "cores.duct").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "cores.duct").write_bytes(content)
    (recovered,) = recover_recordings(tmp_path)
    assert 0 < recovered.lost_frames <= 30
    assert recovered.frames + recovered.lost_frames == FRAMES
    assert f"{recovered.lost_frames} frames inside it are damaged" in recovered.message
    assert (folder / "cores.duct").read_bytes() == content
    assert read_page(folder).lost_frames == recovered.lost_frames
    recording = open_recording(folder)
    assert len(list(recording.core_images())) == recovered.frames
    recording.close()


def test_running_recording_is_left_alone(
    tmp_path: Path, make_bundle: Callable[..., Bundle], make_images: Callable[..., list[CoreImage]], source: SourceInfo
) -> None:
    writer = RecordingWriter(
        tmp_path / "rec",
        make_bundle(),
        source,
        started_utc=datetime(2026, 5, 4, tzinfo=UTC),
        has_picture_video=False,
        start_limit_bytes=0,
        reserve_bytes=0,
    )
    images = make_images(2)
    writer.write(images[0])
    assert recover_recordings(tmp_path) == []
    writer.write(images[1])
    assert writer.close().state == "complete"
    assert recover_recordings(tmp_path) == []


@pytest.mark.parametrize("page", [None, b"", b'{"format": "duct'])
def test_lost_page_is_made_again(tmp_path: Path, cut_off: Cut, source: SourceInfo, page: bytes | None) -> None:
    folder = cut_off()
    before = read_page(folder)
    (folder / "recording.json").unlink()
    if page is not None:
        (folder / "recording.json").write_bytes(page)
    (recovered,) = recover_recordings(tmp_path)
    assert recovered.is_mended
    info = read_page(folder)
    assert (info.state, info.frames, info.started_utc) == ("recovered", FRAMES, before.started_utc)
    assert (info.source.name, info.source.is_simulated, info.source.fps) == (source.name, True, 30.0)
    assert info.source.frame_shape == source.frame_shape
    open_recording(folder).close()


def test_cut_before_the_first_frame(tmp_path: Path, cut_off: Cut) -> None:
    folder = cut_off(frames=0)
    (recovered,) = recover_recordings(tmp_path)
    assert (recovered.is_mended, recovered.frames) == (True, 0)
    assert "before the first frame" in recovered.message
    assert read_page(folder).state == "recovered"


def test_cut_before_the_core_file_was_made(tmp_path: Path, cut_off: Cut) -> None:
    folder = cut_off(frames=0)
    (folder / "cores.duct").unlink()
    (folder / "bundle.npz").unlink()
    (recovered,) = recover_recordings(tmp_path)
    assert recovered.is_mended
    assert "before the first frame" in recovered.message
    assert read_page(folder).state == "recovered"


def test_lost_bundle_is_told(tmp_path: Path, cut_off: Cut) -> None:
    folder = cut_off()
    (folder / "bundle.npz").write_bytes(b"PK nothing")
    (recovered,) = recover_recordings(tmp_path)
    assert recovered.frames == FRAMES
    assert "bundle.npz" in recovered.message


def test_hopeless_file_is_told_and_left(tmp_path: Path, cut_off: Cut) -> None:
    folder = cut_off()
    (folder / "cores.duct").write_bytes(b"nothing of ours")
    (recovered,) = recover_recordings(tmp_path)
    assert not recovered.is_mended
    assert "could not be recovered" in recovered.message
    assert (folder / "cores.duct").read_bytes() == b"nothing of ours"
    assert read_page(folder).state == "recording"


def test_hopeless_video_is_told_and_left(tmp_path: Path, cut_off: Cut) -> None:
    folder = cut_off()
    (folder / "picture.mp4").write_bytes(b"no video")
    (recovered,) = recover_recordings(tmp_path)
    assert recovered.is_mended
    assert "picture video could not be mended" in recovered.message
    assert (folder / "picture.mp4").read_bytes() == b"no video"
    assert not list(folder.glob("*.part"))


def test_several_are_told_in_order(tmp_path: Path, cut_off: Cut) -> None:
    for name in ("b", "a", "c"):
        cut_off(name, frames=3)
    assert [recovered.folder.name for recovered in recover_recordings(tmp_path)] == ["a", "b", "c"]
    assert [entry.state for entry in list_recordings(tmp_path)] == ["recovered"] * 3


def test_no_folder_nothing_to_do(tmp_path: Path) -> None:
    assert recover_recordings(tmp_path / "none") == []


class _KilledError(BaseException):
    """Stands for a kill: nothing may catch it."""


def test_killed_at_any_step_the_next_start_does_the_rest(
    tmp_path: Path, cut_off: Cut, make_images, assert_same, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At every call that changes the disk for good, in turn."""
    images = make_images(FRAMES)
    steps_seen = 0
    for fails_at in range(100):
        folder = cut_off(f"rec{fails_at}")
        (folder / "cores.duct").write_bytes((folder / "cores.duct").read_bytes()[:-40])
        with monkeypatch.context() as patch:
            steps = _kill_at(patch, fails_at)
            try:
                recover_recordings(tmp_path)
            except _KilledError:
                pass
            else:
                steps_seen = len(steps)
                break
        with open_core_recording(folder / "cores.duct") as cores:
            for written, read in zip(images[: FRAMES - 1], cores, strict=True):
                assert_same(written, read)
        recover_recordings(tmp_path)
        assert (read_page(folder).state, read_page(folder).frames) == ("recovered", FRAMES - 1)
        assert verify_recording(folder).is_whole
        with av.open(str(folder / "picture.mp4")) as video:
            assert sum(1 for _ in video.decode(video=0)) >= FRAMES - 31
    assert steps_seen >= 8


def _kill_at(patch: pytest.MonkeyPatch, number: int) -> list[str]:
    """Raise `_KilledError` instead of the given sync, rename or removal."""
    steps: list[str] = []

    def watch(owner: object, name: str) -> None:
        really = getattr(owner, name)

        def step(*arguments: object, **options: object) -> object:
            steps.append(name)
            if len(steps) > number:
                raise _KilledError
            return really(*arguments, **options)

        patch.setattr(owner, name, step)

    watch(os, "fsync")
    watch(Path, "replace")
    watch(Path, "unlink")
    return steps
