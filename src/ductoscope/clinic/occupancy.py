"""Occupancy: whose scope is tied to this station, from the events alone."""

from __future__ import annotations

import threading

from ductoscope.model.clinical import Event
from ductoscope.model.clinical import happened as h
from ductoscope.record.journal import Journal

_ABOUT_IT = (h.ExaminationBegun, h.PatientLeftRoom)
_FIRST_LOOK = 100


class Occupancy:
    """Follows the journal: the first question looks back to the last beginning here, later ones at what is new."""

    def __init__(self, journal: Journal, station: str) -> None:
        self._journal = journal
        self._station = station
        self._lock = threading.Lock()
        self._read_up_to: int | None = None
        self._present: str | None = None

    def present(self) -> str | None:
        """The examination in this station's room; None when nobody is there."""
        with self._lock:
            if self._read_up_to is None:
                self._look_back()
            else:
                for event in self._journal.events(kinds=_ABOUT_IT, after=self._read_up_to):
                    self._follow(event)
            return self._present

    def _look_back(self) -> None:
        count = _FIRST_LOOK
        while True:
            newest = self._journal.events(kinds=_ABOUT_IT, newest_first=True, limit=count)
            is_found = any(self._is_beginning_here(event) for event in newest)
            if is_found or len(newest) < count:
                break
            count *= 10
        self._read_up_to = 0
        for event in reversed(newest):
            self._follow(event)

    def _follow(self, event: Event) -> None:
        self._read_up_to = event.number
        if self._is_beginning_here(event):
            self._present = event.procedure_id
        elif isinstance(event.what, h.PatientLeftRoom) and event.procedure_id == self._present:
            self._present = None

    def _is_beginning_here(self, event: Event) -> bool:
        return isinstance(event.what, h.ExaminationBegun) and event.what.station == self._station
