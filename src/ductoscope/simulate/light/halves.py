"""Two threads, and no more: one half of the cores here, the other half on a helper thread.

The kernels release the interpreter lock, so plain threads are enough; numba's own parallel loops are not safe to run
from several Python threads. When the helper is busy with another scope's half, the caller does both.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


def _start_helper() -> ThreadPoolExecutor | None:
    return ThreadPoolExecutor(1, thread_name_prefix="light-half") if (os.cpu_count() or 1) > 1 else None


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
