"""The list of recordings, and the check of one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ductoscope.model import Bundle, SourceInfo
from ductoscope.record import (
    RecordingWriter,
    list_recordings,
    open_core_recording,
    save_bundle,
    verify_recording,
)


@pytest.fixture
def record(tmp_path: Path, make_bundle: Callable[..., Bundle], make_images, source: SourceInfo):
    def record_it(name: str, frames: int) -> Path:
        writer = RecordingWriter(
            tmp_path / name,
            make_bundle(),
            source,
            started_utc=datetime(2026, 5, 4, tzinfo=UTC),
            has_picture_video=False,
            start_limit_bytes=0,
            reserve_bytes=0,
        )
        for image in make_images(frames):
            writer.write(image)
        writer.close()
        return tmp_path / name

    return record_it


def test_recordings_are_listed_in_order_with_size_and_state(tmp_path: Path, record) -> None:
    record("2026-05-04_12-30-05Z_2", 31)
    first = record("2026-05-04_12-30-05Z", 3)
    (tmp_path / "stills").mkdir()
    (tmp_path / "note.txt").write_text("not a recording")
    entries = list_recordings(tmp_path)
    assert [(entry.name, entry.frames, entry.state) for entry in entries] == [
        ("2026-05-04_12-30-05Z", 3, "complete"),
        ("2026-05-04_12-30-05Z_2", 31, "complete"),
    ]
    assert entries[1].seconds == pytest.approx(1.0, abs=1e-3)
    assert entries[0].bytes == sum(path.stat().st_size for path in first.iterdir() if path.is_file())
    assert entries[0].is_simulated
    assert entries[0].source_name == "Simulated scope, seed 1"


def test_damaged_page_is_listed_and_told(tmp_path: Path, record) -> None:
    (record("a", 3) / "recording.json").write_text("{")
    (entry,) = list_recordings(tmp_path)
    assert entry.state == "damaged"
    assert entry.message is not None
    assert "recording.json" in entry.message


def test_no_folder_no_recordings(tmp_path: Path) -> None:
    assert list_recordings(tmp_path / "none") == []


def test_whole_recording_is_whole(record) -> None:
    checked = verify_recording(record("a", 40))
    assert (checked.is_whole, checked.frames, checked.lost_frames, checked.problems) == (True, 40, 0, ())


def test_every_kind_of_problem_is_named(record, make_bundle: Callable[..., Bundle]) -> None:
    folder = record("a", 40)
    with open_core_recording(folder / "cores.duct") as cores:
        second_key = cores.keys[1].offset
    content = bytearray((folder / "cores.duct").read_bytes())
    content[second_key + 60] ^= 1
    (folder / "cores.duct").write_bytes(content + b"torn")
    save_bundle(make_bundle(seed=5), folder / "bundle.npz")
    (folder / "recording.json").write_text((folder / "recording.json").read_text().replace("complete", "recording"))
    checked = verify_recording(folder)
    told = " ".join(checked.problems)
    assert (checked.frames, checked.lost_frames) == (30, 10)
    for part in ("10 frames are damaged", "4 bytes are a write that was cut short", "bundle", "never closed"):
        assert part in told


@pytest.mark.parametrize("name", ["recording.json", "bundle.npz", "cores.duct"])
def test_missing_part_is_a_problem(record, name: str) -> None:
    folder = record("a", 3)
    (folder / name).unlink()
    checked = verify_recording(folder)
    assert len(checked.problems) == 1
    assert name in checked.problems[0]


def test_checking_changes_nothing(record) -> None:
    folder = record("a", 3)
    (folder / "cores.duct").write_bytes((folder / "cores.duct").read_bytes()[:-30])
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert not verify_recording(folder).is_whole
    assert before == {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
