"""The witness: a file outside the database that notes number and hash of every newest event.

Whoever can change the database can also compute its chain anew, or cut off its end. What the witness noted before
still says how it was.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

from ductoscope.model.errors import JournalError

_log = logging.getLogger(__name__)


class Witness:
    """One file of JSON lines; several programs may add to it at once, since a short line is added in one piece.

    A line is not synced by itself: after a power cut the witness may lack the last seconds, never the journal.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def note(self, number: int, hash_hex: str) -> None:
        """Note the newest event. The event itself is safe already, so a failure is logged and not raised."""
        line = json.dumps({"number": number, "hash": hash_hex}, separators=(",", ":"))
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                # The line end comes first too, so that a line that was cut short spoils nothing but itself.
                os.write(handle, f"\n{line}\n".encode())
            finally:
                os.close(handle)
        except OSError as error:
            _log.warning("The witness file %s cannot be written: %s", self.path, error.strerror)

    def begin(self, number: int, hash_hex: str) -> None:
        """Begin the file where there is none, from the event that is the newest now.

        Raises JournalError when it cannot be written: who asked for a witness must not go on without one unknowingly.
        """
        try:
            is_new = not self.path.exists()
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600))
        except OSError as error:
            raise JournalError(
                f"The witness file {self.path} cannot be written: {error.strerror}. Check its folder."
            ) from error
        if is_new and number:
            _log.warning("There was no witness file %s; it vouches from event %d on", self.path, number)
            self.note(number, hash_hex)

    def read(self) -> Iterator[tuple[int, str]]:
        """Read every note, oldest first. A line that cannot be read was cut short by a power cut, and is left out.

        Raises OSError when the file cannot be read.
        """
        with self.path.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                try:
                    note = json.loads(line)
                    yield int(note["number"]), str(note["hash"])
                except (ValueError, TypeError, KeyError):
                    continue
