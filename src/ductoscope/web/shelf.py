"""Shelf: the few things that the page may fetch again by a number, and nothing else.

The page never names a file: it names a number that was given out, so no address can lead to another file.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

T = TypeVar("T")


class Shelf(Generic[T]):
    """Keeps the last `room_for` things by their number; safe to use from several threads."""

    def __init__(self, room_for: int) -> None:
        self._room_for = room_for
        self._lock = threading.Lock()
        self._things: OrderedDict[int, T] = OrderedDict()

    def put(self, number: int, thing: T) -> None:
        """Keep a thing, letting go of the oldest where there is no room."""
        with self._lock:
            self._things[number] = thing
            while len(self._things) > self._room_for:
                self._things.popitem(last=False)

    def get(self, number: int) -> T | None:
        """Return the thing with this number, or None when there is none (any more)."""
        with self._lock:
            return self._things.get(number)

    def numbers(self) -> list[int]:
        """Return the numbers of what is kept, oldest first."""
        with self._lock:
            return list(self._things)

    def clear(self) -> None:
        """Let go of everything; numbers that were given out lead nowhere any more."""
        with self._lock:
            self._things.clear()
