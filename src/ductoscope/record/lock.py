"""Say "this recording is being written" in a way that ends by itself when the writer dies."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ductoscope.model import BadFileError

if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _try_lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class BeingRecordedError(BadFileError):
    """Another program is writing this recording just now."""


LOCK_NAME = "recording.lock"


class FolderLock:
    """Holds a recording's folder for one writer; the operating system lets go of it if the program is killed.

    Raises BeingRecordedError when somebody else holds it, BadFileError when the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK_NAME
        try:
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise BadFileError(f"{folder} cannot be written: {error.strerror}. Check the folder.") from error
        try:
            _try_lock(self._handle)
        except OSError as error:
            os.close(self._handle)
            raise BeingRecordedError(f"{folder} is being recorded by another program just now.") from error
        self._is_held = True

    def release(self) -> None:
        """Let go and remove the lock file. Safe to call twice."""
        if self._is_held:
            self._is_held = False
            os.close(self._handle)
            self._path.unlink(missing_ok=True)
