"""Remembered: a list of everybody's work that is made again only when something happened that can change it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from datetime import date
from typing import Generic, TypeVar

from ductoscope.model.clinical import Happened
from ductoscope.record.journal import Journal

T = TypeVar("T")


class Remembered(Generic[T]):
    """What `make` made of the journal on a day; safe to use from several threads.

    kinds: the acts that can change it, whoever does them in whichever room. Looks at records, which are most of what
    happens, are none of them.
    """

    def __init__(self, journal: Journal, kinds: Collection[type[Happened]], make: Callable[[date], T]) -> None:
        self._journal = journal
        self._kinds = tuple(kinds)
        self._make = make
        self._lock = threading.Lock()
        self._held: tuple[int, date, T] | None = None

    def on(self, day: date) -> T:
        """Return what holds on this day."""
        # Asked before it is made: what happens in between makes it once more, and is never missed.
        number = self._journal.newest(self._kinds)
        with self._lock:  # Several who ask at once wait for one that makes it.
            held = self._held
            if held is None or held[0] < number or held[1] != day:
                held = (number, day, self._make(day))
                self._held = held
            return held[2]
