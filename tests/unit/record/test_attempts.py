"""Attempts are kept whole or not at all, whatever happens to the file."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import replace
from pathlib import Path

import pytest

from ductoscope.model import BadFileError, Debrief, DiskFullError
from ductoscope.record.attempts import list_attempts, list_trainees, save_attempt

DEBRIEF = Debrief(
    attempt="2026-11-22_20-05-06-000000Z",
    task="two-lesions",
    trainee="Ann Ågren",
    seed=5,
    preset="typical",
    finished_utc="2026-11-22T20:05:06+00:00",
    is_reached=False,
    figures={"score": 0.625, "seconds": 300.0, "contacts": 2.0},
    remarks=(("hard-contacts", {"count": 2, "depth_mm": 31}), ("did-not-press", {})),
    map_svg='<svg xmlns="http://www.w3.org/2000/svg"/>',
    path=((0.0, 0.0, -1), (12.5, 20.25, 0)),
    best_path=((0.0, 0.0, 0), (10.0, 20.0, 1)),
    lesions=({"id": "A", "is_found": True, "depth_mm": 25.0},),
)


def keep(folder: Path, *names: str) -> Path:
    for at, name in enumerate(names):
        save_attempt(folder, replace(DEBRIEF, trainee=name, attempt=f"attempt-{at}"))
    return folder / "practice" / "attempts.jsonl"


def test_comes_back_exactly(tmp_path: Path) -> None:
    save_attempt(tmp_path, DEBRIEF)
    assert list_attempts(tmp_path) == (DEBRIEF,)


def test_each_line_says_what_it_is(tmp_path: Path) -> None:
    (line,) = keep(tmp_path, "Ann").read_text(encoding="utf-8").splitlines()
    page = json.loads(line)
    assert (page["format"], page["version"], page["is_simulated"]) == ("ductoscope practice attempt", 1, True)


def test_attempts_of_one_trainee_in_order(tmp_path: Path) -> None:
    keep(tmp_path, "Ann", "Bo", "Ann")
    assert [attempt.attempt for attempt in list_attempts(tmp_path, "Ann")] == ["attempt-0", "attempt-2"]
    assert list_attempts(tmp_path, "Cy") == ()
    assert list_trainees(tmp_path) == ("Ann", "Bo")


def test_before_the_first_there_are_none(tmp_path: Path) -> None:
    assert list_attempts(tmp_path) == ()
    assert list_trainees(tmp_path) == ()
    assert list(tmp_path.iterdir()) == [], "looking makes nothing"


@pytest.mark.parametrize("cut", [1, 2, 40, 200])
def test_a_torn_last_line_costs_only_itself(tmp_path: Path, cut: int, caplog: pytest.LogCaptureFixture) -> None:
    path = keep(tmp_path, "Ann", "Bo")
    path.write_bytes(path.read_bytes()[:-cut])
    whole = ["Ann", "Bo"] if cut == 1 else ["Ann"]
    assert [attempt.trainee for attempt in list_attempts(tmp_path)] == whole
    keep(tmp_path, "Cy")
    with caplog.at_level(logging.WARNING):
        assert [attempt.trainee for attempt in list_attempts(tmp_path)] == [*whole, "Cy"]
    assert ("1 lines" in caplog.text) == (cut > 1)
    assert "Bo" not in caplog.text


@pytest.mark.parametrize(
    "line", [b"not json", b"[1, 2]", b"{}", b'{"format": "another", "version": 1}', b"\xff\xfe", b"null", b"  "]
)
def test_foreign_lines_are_left_out(tmp_path: Path, line: bytes) -> None:
    path = keep(tmp_path, "Ann")
    path.write_bytes(line + b"\n" + path.read_bytes())
    assert [attempt.trainee for attempt in list_attempts(tmp_path)] == ["Ann"]


def test_a_line_of_a_later_version_is_left_out(tmp_path: Path) -> None:
    path = keep(tmp_path, "Ann")
    path.write_bytes(path.read_bytes().replace(b'"version":1', b'"version":2'))
    assert list_attempts(tmp_path) == ()


def test_nothing_kept_is_ever_written_again(tmp_path: Path) -> None:
    path = keep(tmp_path, "Ann")
    before = path.read_bytes()
    keep(tmp_path, "Bo")
    assert path.read_bytes().startswith(before)


def test_it_is_on_the_disk_when_it_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    really_sync = os.fsync

    def note(handle: int) -> None:
        synced.append(os.fstat(handle).st_ino)
        really_sync(handle)

    monkeypatch.setattr(os, "fsync", note)
    path = keep(tmp_path, "Ann")
    assert synced == [path.stat().st_ino, path.parent.stat().st_ino, tmp_path.stat().st_ino]


def test_a_full_disk_is_told_and_the_rest_survives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(tmp_path, "Ann")

    def refuse(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        with pytest.raises(DiskFullError, match="The disk is full"):
            keep(tmp_path, "Bo")
    assert list_attempts(tmp_path)[0].trainee == "Ann"


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "practice" / "attempts.jsonl").mkdir(parents=True)
    with pytest.raises(BadFileError, match="cannot be read"):
        list_attempts(tmp_path)
    with pytest.raises(BadFileError, match="could not be written"):
        save_attempt(tmp_path, DEBRIEF)


def test_a_figure_that_is_no_number_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        save_attempt(tmp_path, replace(DEBRIEF, figures={"score": float("nan")}))
    assert list_attempts(tmp_path) == ()


def test_names_stand_in_no_file_name(tmp_path: Path) -> None:
    keep(tmp_path, "Ann")
    assert not [path for path in tmp_path.rglob("*") if "Ann" in path.name]
