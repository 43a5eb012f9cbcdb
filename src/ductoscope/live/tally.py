"""Tally: how many pictures passed, and how fast."""

from __future__ import annotations

import threading
from collections import deque

WINDOW_NS = 2_000_000_000


class Rate:
    """Events a second over the last two seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times_ns: deque[int] = deque()

    def note(self, now_ns: int) -> None:
        """Count one event."""
        with self._lock:
            self._times_ns.append(now_ns)
            self._forget(now_ns)

    def per_second(self, now_ns: int) -> float:
        """Events a second; falls to 0 within two seconds when nothing comes."""
        with self._lock:
            self._forget(now_ns)
            if len(self._times_ns) < 2:
                return 0.0
            # Counted to now once the next event is overdue, so that a stop shows at once and not after the window.
            first, last = self._times_ns[0], self._times_ns[-1]
            step_ns = (last - first) / (len(self._times_ns) - 1)
            until = last if now_ns - last <= 2 * step_ns else now_ns
            return (len(self._times_ns) - 1) * 1e9 / max(until - first, 1)

    def _forget(self, now_ns: int) -> None:
        while self._times_ns and now_ns - self._times_ns[0] > WINDOW_NS:
            self._times_ns.popleft()


class Tally:
    """What came in and what a source counted but never gave. Written by one thread, read by any."""

    def __init__(self) -> None:
        self.frames_in = 0
        self.frames_lost = 0
        self.rate_in = Rate()
        self.rate_shown = Rate()
        self.views_dropped = 0
        self._next_index: int | None = None

    def note_reopened(self) -> None:
        """Begin to count indices anew: a source that was opened again starts from 0."""
        self._next_index = None

    def note_frame(self, index: int, now_ns: int) -> None:
        """Count one picture in; a jump of its index is pictures that the source lost."""
        self.frames_in += 1
        self.rate_in.note(now_ns)
        if self._next_index is not None and index > self._next_index:
            self.frames_lost += index - self._next_index
        self._next_index = index + 1
