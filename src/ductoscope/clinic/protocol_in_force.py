"""The care protocol in force: the newest that the clinic chose, with every rule that it signed."""

from __future__ import annotations

import threading

from ductoscope.care import CareProtocol, load_protocol
from ductoscope.model import JournalError
from ductoscope.model.clinical import happened as h
from ductoscope.record.journal import Journal
from ductoscope.record.media import MediaStore

_ABOUT_IT = (h.ProtocolChanged, h.ProtocolSigned)


class ProtocolInForce:
    """Reads it from the journal, anew only when an event about it came since."""

    def __init__(self, journal: Journal, media: MediaStore) -> None:
        self._journal = journal
        self._media = media
        self._lock = threading.Lock()
        self._read: tuple[int, CareProtocol] | None = None

    def read(self) -> CareProtocol:
        """The care protocol in force. Raises JournalError when its file in the media store is damaged or gone."""
        number = self._journal.newest(_ABOUT_IT)
        with self._lock:
            if self._read is None or self._read[0] != number:
                self._read = (number, self._compose())
            return self._read[1]

    def _compose(self) -> CareProtocol:
        events = self._journal.events(kinds=_ABOUT_IT)
        changes = [event.what for event in events if isinstance(event.what, h.ProtocolChanged)]
        protocol = load_protocol()
        if changes:
            # A newer program may know rules that the clinic's file does not have: it must not be locked out by them.
            protocol = load_protocol(self._media.read(changes[-1].document).decode("utf-8"), fills_gaps=True)
        if changes and changes[-1].protocol != protocol.id:
            raise JournalError(
                f"The care protocol in force is {changes[-1].protocol}, but its file gives {protocol.id}. "
                "Restore the media store from a backup."
            )
        # What was signed stays signed when the clinic goes back to the same content.
        for event in events:
            if isinstance(event.what, h.ProtocolSigned) and event.what.protocol == protocol.id:
                protocol = protocol.signed(event.what.rules or tuple(protocol.rules))
        return protocol
