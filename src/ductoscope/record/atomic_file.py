"""Write a small file so that, whatever happens, either the old or the new content is there, whole."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

from ductoscope.model import BadFileError, DiskFullError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
TEMPORARY_SUFFIX = ".part"


def write_atomically(path: Path, content: bytes) -> None:
    """Put `content` at `path`: temporary name, sync, rename, sync the folder.

    Raises DiskFullError when the disk is full and BadFileError for anything else; `path` is then as it was.
    """
    temporary = path.with_name(path.name + TEMPORARY_SUFFIX)
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        publish(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise explain_write_error(error, path) from error


def publish(temporary: Path, path: Path) -> None:
    """Give a finished, synced temporary file its true name, for good."""
    temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make names just created or renamed in `folder` survive a power cut."""
    if sys.platform == "win32":
        return  # Windows has no folder handles to sync; NTFS journals names itself.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_disk_full(error: OSError) -> bool:
    """Whether an operating system error means that no more bytes fit (disk, quota or file size limit)."""
    return error.errno in _FULL


def explain_write_error(error: OSError, path: Path) -> BadFileError:
    """Say in plain sentences why `path` could not be written."""
    if is_disk_full(error):
        return DiskFullError(f"The disk is full: {path} could not be written. Free some space and start again.")
    return BadFileError(f"{path} could not be written: {error.strerror or error}. Check the folder and disk.")
