"""How much room the disk still has, and when to stop before it has none."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from ductoscope.model import BadFileError, DiskFullError

START_LIMIT_BYTES = 2_000_000_000
"""A recording is not started with less than this: about half an hour of cores and picture."""
RESERVE_BYTES = 200_000_000
"""A running recording stops here, so that stills and the clinical record can still be written."""


def free_bytes(folder: Path) -> int:
    """Bytes that may still be written below `folder`.

    Raises BadFileError when the folder does not exist.
    """
    try:
        return shutil.disk_usage(folder).free
    except OSError as error:
        raise BadFileError(f"The free space of {folder} cannot be read: {error.strerror}. Check the folder.") from error


class DiskGuard:
    """Watches the free space of one folder, looking at most every half second.

    start_limit_bytes: least free space with which a recording may start.
    reserve_bytes: free space that a running recording leaves alone.
    clock: monotonic seconds.
    """

    def __init__(
        self,
        folder: Path,
        *,
        start_limit_bytes: int = START_LIMIT_BYTES,
        reserve_bytes: int = RESERVE_BYTES,
        clock: Callable[[], float],
    ) -> None:
        self._folder = folder
        self._start_limit_bytes = start_limit_bytes
        self._reserve_bytes = reserve_bytes
        self._clock = clock
        self._next_look_s = clock()

    def check_start(self) -> None:
        """Raise DiskFullError when there is too little room to start a recording."""
        free = free_bytes(self._folder)
        if free < self._start_limit_bytes:
            raise DiskFullError(
                f"Only {free / 1e6:.0f} MB are free in {self._folder}, a recording needs at least "
                f"{self._start_limit_bytes / 1e6:.0f} MB to start. Free some space or choose another data folder."
            )

    def is_low(self) -> bool:
        """Whether a running recording must stop now; cheap enough to ask before every frame."""
        now_s = self._clock()
        if now_s < self._next_look_s:
            return False
        self._next_look_s = now_s + 0.5
        return free_bytes(self._folder) < self._reserve_bytes
