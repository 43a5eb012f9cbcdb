"""Slot: where one stage leaves its newest result for the next, so that lateness cannot build up."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Slot(Generic[T]):
    """Holds the newest value only; a slow reader misses values, it never delays the writer.

    Every value gets the next whole number, from 1. A reader remembers the number it saw last and asks for a newer
    one; the gap between two numbers says how many it missed. Any number of readers may wait at once.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._number = 0
        self._value: T | None = None
        self._is_closed = False
        self._clearings = 0
        self._bells: tuple[Callable[[], None], ...] = ()

    def put(self, value: T) -> int:
        """Replace the value and return its number; never blocks."""
        with self._changed:
            self._number += 1
            self._value = value
            self._changed.notify_all()
            number, bells = self._number, self._bells
        for ring in bells:
            ring()
        return number

    def newest(self) -> tuple[int, T] | None:
        """Return (number, value) of the newest, or None when nothing was put yet."""
        with self._changed:
            return None if self._value is None else (self._number, self._value)

    def wait_newer(self, number: int, timeout_s: float | None = None) -> tuple[int, T] | None:
        """Wait for a value newer than `number`; None after `timeout_s`, or when the slot closes."""
        with self._changed:
            self._changed.wait_for(lambda: self._has_newer(number) or self._is_closed, timeout_s)
            return (self._number, self._value) if self._has_newer(number) and self._value is not None else None

    def ring_on_change(self, ring: Callable[[], None]) -> Callable[[], None]:
        """Call `ring` after every put, from the writer's thread, until the returned function is called.

        For readers that cannot wait in a thread, such as an event loop. `ring` must be quick and must not fail; it
        reads the slot later, by itself.
        """
        with self._changed:
            self._bells = (*self._bells, ring)

        def stop() -> None:
            with self._changed:
                self._bells = tuple(bell for bell in self._bells if bell is not ring)

        return stop

    def clear(self) -> None:
        """Forget the value, and ring; readers wait for the next one, and nobody gets this one any more."""
        with self._changed:
            self._value = None
            self._clearings += 1
            bells = self._bells
        for ring in bells:
            ring()

    def close(self) -> None:
        """Wake everyone who waits; a value that is there can still be read."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    @property
    def clearings(self) -> int:
        """How often the slot was cleared: who took a value before and shows it later compares."""
        with self._changed:
            return self._clearings

    def _has_newer(self, number: int) -> bool:
        return self._number > number and self._value is not None

    @property
    def is_closed(self) -> bool:
        """Whether nothing more will come."""
        with self._changed:
            return self._is_closed
