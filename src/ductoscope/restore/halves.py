"""Two threads, and no more: one half of a picture here, the other half on a helper thread.

The kernels release the interpreter lock, so plain threads are enough. Numba's own parallel loops were not taken:
where no OpenMP or TBB is installed they run on a layer that aborts the process when two Python threads meet in
it, and under OpenMP a process that forks afterwards (a researcher's worker pool) is killed in its next parallel
loop. Here, when the helper is still busy with somebody else's half, or has not woken up by the time the first
half is done, the caller takes the second half back and does it too: nobody ever waits for a thread to be free.
The helper is a bare thread and a queue: the futures of a pool cost up to a tenth of a mono picture.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from queue import SimpleQueue


class _SecondHalf:
    """A second half that is done once, by whoever claims it first."""

    __slots__ = ("_claim", "_done", "_error", "_work")

    def __init__(self, work: Callable[[int], None]) -> None:
        self._work: Callable[[int], None] | None = work
        self._claim, self._done = threading.Lock(), threading.Lock()
        self._done.acquire()
        self._error: BaseException | None = None

    def do(self) -> None:
        """Do it here, unless it has been taken back."""
        if self._claim.acquire(blocking=False):
            assert self._work is not None
            try:
                self._work(1)
            except BaseException as error:
                self._error = error
            self._done.release()

    def take_back(self) -> bool:
        """Claim it for the caller, who then does it without this; False when it has been begun."""
        if not self._claim.acquire(blocking=False):
            return False
        # What waits in the queue should hold no picture.
        self._work = None
        return True

    def wait(self) -> None:
        """Wait until it is done; its error is raised."""
        self._done.acquire()
        if self._error is not None:
            raise self._error


class _Helper:
    """A thread that does second halves, one at a time, started when the first one comes."""

    def __init__(self) -> None:
        self._offered: SimpleQueue[_SecondHalf] = SimpleQueue()
        self._starting = threading.Lock()

    def offer(self, second: _SecondHalf) -> None:
        self._offered.put(second)
        if self._starting.acquire(blocking=False):
            # Never released: one start is enough. A daemon, since it may wait for ever.
            threading.Thread(target=self._serve, name="restore-half", daemon=True).start()

    def _serve(self) -> None:
        while True:
            self._offered.get().do()


_helper = _Helper() if (os.cpu_count() or 1) > 1 else None


def _start_over_in_child() -> None:
    global _helper
    _helper = _helper and _Helper()


if hasattr(os, "register_at_fork"):
    # Threads do not survive a fork; the child gets a helper of its own.
    os.register_at_fork(after_in_child=_start_over_in_child)


def do_halves(work: Callable[[int], None]) -> None:
    """Call `work(0)` and `work(1)`, at once where there are two processors; errors of either are raised."""
    if _helper is None:
        work(0)
        work(1)
        return
    second = _SecondHalf(work)
    _helper.offer(second)
    try:
        work(0)
    finally:
        if second.take_back():
            work(1)
        else:
            second.wait()
