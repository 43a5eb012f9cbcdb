"""Halves: both are always done, whoever else is at work, and after a fork."""

from __future__ import annotations

import os
import threading

import pytest

from ductoscope.restore.halves import do_halves


def test_both_halves_are_done():
    done = []
    do_halves(done.append)
    assert sorted(done) == [0, 1]


@pytest.mark.parametrize("bad", [0, 1])
def test_an_error_in_either_half_is_raised(bad):
    def work(half: int) -> None:
        if half == bad:
            raise ValueError(f"half {half}")

    with pytest.raises(ValueError, match=f"half {bad}"):
        do_halves(work)


def test_a_busy_helper_keeps_nobody_waiting():
    release, is_busy = threading.Event(), threading.Event()

    def hold(half: int) -> None:
        if half == 1:
            is_busy.set()
            release.wait(30.0)
        else:
            is_busy.wait(30.0)

    holder = threading.Thread(target=do_halves, args=(hold,))
    holder.start()
    assert is_busy.wait(30.0)
    done: list[int] = []
    do_halves(done.append)
    release.set()
    holder.join(30.0)
    assert sorted(done) == [0, 1]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_gets_a_helper_of_its_own():
    do_halves(lambda half: None)
    child = os.fork()
    if child == 0:
        done: list[int] = []
        do_halves(done.append)
        os._exit(0 if sorted(done) == [0, 1] else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
