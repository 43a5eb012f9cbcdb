"""Waiting for what other threads and processes do, and the rule that none of ours outlives its test."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest

T = TypeVar("T")


def wait_for(look: Callable[[], T | None], what: str = "it", seconds: float = 30.0) -> T:
    """Ask again and again until there is an answer that counts as true, and return it; fail when none comes."""
    end = time.monotonic() + seconds
    while not (answer := look()):
        assert time.monotonic() < end, f"waited {seconds:g} s in vain for {what}"
        time.sleep(0.01)
    return answer


@pytest.fixture(autouse=True)
def no_thread_stays() -> Iterator[None]:
    """Every thread of ours has ended when the test has; for all tests of a module that imports this."""
    yield
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("duct-")] == []
