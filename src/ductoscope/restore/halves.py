"""Two threads, and no more: one half of a picture here, the other half on a helper thread.

The kernels release the interpreter lock, so plain threads are enough. Numba's own parallel loops were not taken:
where no OpenMP or TBB is installed they run on a layer that aborts the process when two Python threads meet in
it, and under OpenMP a process that forks afterwards (a researcher's worker pool) is killed in its next parallel
loop. Here, when the helper is still busy with somebody else's half, or has not woken up by the time the first
half is done, the caller takes the second half back and does it too: nobody ever waits for a thread to be free.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


def _start_helper() -> ThreadPoolExecutor | None:
    return ThreadPoolExecutor(1, thread_name_prefix="restore-half") if (os.cpu_count() or 1) > 1 else None


_helper = _start_helper()


def _start_over_in_child() -> None:
    global _helper
    _helper = _start_helper()


if hasattr(os, "register_at_fork"):
    # Threads do not survive a fork; the child gets a helper of its own.
    os.register_at_fork(after_in_child=_start_over_in_child)


def do_halves(work: Callable[[int], None]) -> None:
    """Call `work(0)` and `work(1)`, at once where there are two processors; errors of either are raised."""
    if _helper is None:
        work(0)
        work(1)
        return
    second = _helper.submit(work, 1)
    try:
        work(0)
    finally:
        if second.cancel():
            work(1)
        else:
            second.result()
