"""A folder appears whole or not at all, and what went wrong is said."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ductoscope.model import BadFileError, CalibrationError, DiskFullError
from ductoscope.record import make_whole_folder, refuse_existing


def _make(folder: Path, meanwhile: Callable[[], None]) -> None:
    with make_whole_folder(folder, "making") as whole:
        whole.mkdir()
        (whole / "page").write_text("half of")
        meanwhile()


def _fail(error: BaseException) -> None:
    raise error


def test_it_appears_when_the_block_has_ended_and_not_before(tmp_path: Path) -> None:
    folder = tmp_path / "not there yet" / "one"
    with make_whole_folder(folder, "making") as whole:
        whole.mkdir()
        (whole / "page").write_text("all of it")
        assert not folder.exists()
        hidden = [path.name for path in folder.parent.iterdir()]
        assert len(hidden) == 1
        assert hidden[0].startswith(".one.making-")
    assert [path.name for path in folder.parent.iterdir()] == ["one"]
    assert (folder / "page").read_text() == "all of it"


def test_others_may_look_into_it_as_into_any_folder(tmp_path: Path) -> None:
    (tmp_path / "usual").mkdir()
    with make_whole_folder(tmp_path / "one", "making") as whole:
        whole.mkdir()
    assert (tmp_path / "one").stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_what_is_there_is_left_as_it_is(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "one"
    if kind == "folder":
        folder.mkdir()
    else:
        folder.write_text("mine")
    with pytest.raises(BadFileError, match=r"something in .*one already; choose another name"):
        refuse_existing(folder)
    with pytest.raises(BadFileError, match="already"), make_whole_folder(folder, "making"):
        pytest.fail("the block began")
    assert list(tmp_path.iterdir()) == [folder]
    assert folder.is_dir() if kind == "folder" else folder.read_text() == "mine"


def test_what_somebody_else_made_meanwhile_is_left_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    with pytest.raises(BadFileError, match="somebody else"):
        _make(folder, folder.mkdir)
    assert list(tmp_path.iterdir()) == [folder]
    assert list(folder.iterdir()) == []


def test_a_parent_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with (
        pytest.raises(BadFileError, match=r"one cannot be made: .*Choose another folder"),
        make_whole_folder(tmp_path / "file" / "one", "making"),
    ):
        pytest.fail("the block began")
    assert (tmp_path / "file").read_text() == "in the way"


@pytest.mark.parametrize(
    ("number", "kind", "words"),
    [
        (errno.EACCES, BadFileError, "one cannot be made: Permission denied. Choose another folder"),
        (errno.ENOSPC, DiskFullError, "The disk is full: .*one could not be written"),
    ],
)
def test_a_parent_that_takes_nothing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[BadFileError], words: str
) -> None:
    def refuse(**_kept: object) -> str:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    with pytest.raises(kind, match=words), make_whole_folder(tmp_path / "one", "making"):
        pytest.fail("the block began")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "kind", "words"),
    [
        (errno.ENOSPC, DiskFullError, "The disk is full: .*one could not be written. Free some space"),
        (errno.EDQUOT, DiskFullError, "The disk is full"),
        (errno.EIO, BadFileError, "one could not be written: Input/output error. Check the folder"),
    ],
)
def test_a_disk_that_fails_is_said_and_leaves_nothing(
    tmp_path: Path, number: int, kind: type[BadFileError], words: str
) -> None:
    with pytest.raises(kind, match=words) as raised:
        _make(tmp_path / "one", lambda: _fail(OSError(number, os.strerror(number))))
    assert raised.type is kind
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "error",
    [
        BadFileError("The recording cannot be read."),
        DiskFullError("The disk is nearly full."),
        CalibrationError("No disc."),
        KeyboardInterrupt(),
    ],
)
def test_what_the_block_says_itself_goes_on_and_nothing_stays(tmp_path: Path, error: BaseException) -> None:
    with pytest.raises(type(error)) as raised:
        _make(tmp_path / "one", lambda: _fail(error))
    assert raised.value is error
    assert list(tmp_path.iterdir()) == []
