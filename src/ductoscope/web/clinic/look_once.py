"""LookOnce: pictures and states of a record are fetched many times; the audit keeps one look of it a session."""

from __future__ import annotations

import threading
from collections import OrderedDict

from fastapi import Request

from ductoscope.clinic import Desk
from ductoscope.web.clinic.entry import person_of, token_of

REMEMBERED = 4_096
"""Sessions' looks that are remembered; one that was forgotten is kept once more, which does no harm."""


class LookOnce:
    """Keeps a look at a record when a session fetches something of it for the first time. Used from any thread.

    part: what is looked at, as the audit says it.
    """

    def __init__(self, desk: Desk, part: str) -> None:
        self._desk = desk
        self._part = part
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], None] = OrderedDict()

    def look(self, request: Request, procedure_id: str) -> None:
        """Keep the look, unless this session has one. Raises as the desk's `look`."""
        with self._lock:
            key = (token_of(request), procedure_id)
            if key not in self._kept:
                self._desk.look(person_of(request), self._part, procedure_id=procedure_id)
            self._remember(key)

    def remember(self, request: Request, procedure_id: str) -> None:
        """Know that the page itself has kept its look: what it fetches belongs to that one."""
        with self._lock:
            self._remember((token_of(request), procedure_id))

    def _remember(self, key: tuple[str, str]) -> None:
        self._kept[key] = None
        self._kept.move_to_end(key)
        while len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)
