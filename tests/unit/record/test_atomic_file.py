"""Either the old or the new content is there, whole, and the reason is said."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from ductoscope.model import BadFileError, DiskFullError
from ductoscope.record.atomic_file import explain_write_error, write_atomically


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_content_replaces_content(tmp_path: Path) -> None:
    for content in (b"one", b"two"):
        write_atomically(tmp_path / "page", content)
        assert (tmp_path / "page").read_bytes() == content
    assert _names(tmp_path) == ["page"]


def test_it_is_synced_before_it_gets_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other order would leave an empty file after a power cut."""
    seen: list[list[str]] = []
    really_sync = os.fsync

    def note(handle: int) -> None:
        seen.append(_names(tmp_path))
        really_sync(handle)

    monkeypatch.setattr(os, "fsync", note)
    write_atomically(tmp_path / "page", b"one")
    assert seen == [["page.part"], ["page"]]  # The file itself, then the folder that holds its name.


@pytest.mark.parametrize("full", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_full_disk_keeps_the_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full: int) -> None:
    write_atomically(tmp_path / "page", b"one")

    def refuse(handle: int) -> None:
        raise OSError(full, os.strerror(full))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(DiskFullError, match="Free some space"):
        write_atomically(tmp_path / "page", b"two")
    assert (tmp_path / "page").read_bytes() == b"one"
    assert _names(tmp_path) == ["page"]


def test_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match="No such file"):
        write_atomically(tmp_path / "none" / "page", b"one")


def test_failing_disk_is_told_apart_from_a_full_one() -> None:
    error = explain_write_error(OSError(errno.EIO, "Input/output error"), Path("x.duct"))
    assert "x.duct" in str(error)
    assert not isinstance(error, DiskFullError)
