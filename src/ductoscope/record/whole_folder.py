"""Make a folder of many files so that it appears only when it is whole, whatever happens meanwhile."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ductoscope.model import BadFileError, DuctoscopeError
from ductoscope.record.atomic_file import explain_write_error, is_disk_full


@contextmanager
def make_whole_folder(folder: Path, doing: str) -> Iterator[Path]:
    """Give a place to make a folder at, in a `with` block; it becomes `folder` when the block ends without an error.

    The place is new, on the same disk, and nothing is there yet: the block makes the folder itself. doing: what goes
    on, one word, for who finds the hidden folder of a killed program. Whatever the block raises, nothing stays behind.

    Raises BadFileError when there is something at `folder`, before or after, or it cannot be written; DiskFullError
    when there is no room. An OSError of the block is told as one of these; its other errors go on as they are.
    """
    refuse_existing(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Hidden: neither a list of recordings nor start-up recovery takes it for a recording. And the folder is made
        # inside it, for what mkdtemp makes is closed to everybody else.
        hidden = Path(tempfile.mkdtemp(prefix=f".{folder.name}.{doing}-", dir=folder.parent))
    except OSError as error:
        if is_disk_full(error):
            raise explain_write_error(error, folder) from error
        raise BadFileError(f"{folder} cannot be made: {error.strerror or error}. Choose another folder.") from error
    try:
        yield hidden / folder.name
        if folder.exists():
            raise BadFileError(f"{folder} was made by somebody else meanwhile; choose another name.")
        (hidden / folder.name).rename(folder)
    except DuctoscopeError:
        raise  # some are OSErrors, and say in words already what was wrong
    except OSError as error:
        raise explain_write_error(error, folder) from error
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def refuse_existing(folder: Path) -> None:
    """Raise BadFileError when there is something in that place; better asked before an hour of work than after."""
    if folder.exists():
        raise BadFileError(f"There is something in {folder} already; choose another name.")
