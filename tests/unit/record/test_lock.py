"""One writer a folder, and none after the program has died."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ductoscope.model import BadFileError
from ductoscope.record.lock import BeingRecordedError, FolderLock


def test_second_writer_is_refused_until_the_first_lets_go(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    with pytest.raises(BeingRecordedError, match="by another program"):
        FolderLock(tmp_path)
    lock.release()
    lock.release()
    assert list(tmp_path.iterdir()) == []
    FolderLock(tmp_path).release()


def test_killed_program_holds_nothing(tmp_path: Path) -> None:
    hold = "import sys, pathlib; from ductoscope.record.lock import FolderLock as L; l = L(pathlib.Path(sys.argv[1]));"
    hold += "print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(BeingRecordedError):
            FolderLock(tmp_path)
        other.kill()
    FolderLock(tmp_path).release()


def test_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match="cannot be written"):
        FolderLock(tmp_path / "none")
