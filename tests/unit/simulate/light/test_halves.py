import threading

import pytest

from ductoscope.simulate.light.halves import do_halves


def test_both_halves_are_done() -> None:
    done: list[int] = []

    do_halves(done.append)

    assert sorted(done) == [0, 1]


def test_nobody_waits_for_a_busy_helper() -> None:
    """Inside the helper's own half the helper is busy: both inner halves are done here."""
    done: list[tuple[int, str]] = []

    def outer(half: int) -> None:
        if half == 1:
            do_halves(lambda inner: done.append((inner, threading.current_thread().name)))

    do_halves(outer)

    assert sorted(inner for inner, _ in done) == [0, 1]


@pytest.mark.parametrize("half", [0, 1])
def test_an_error_of_either_half_is_raised(half: int) -> None:
    def fail(which: int) -> None:
        if which == half:
            raise ValueError(f"half {half}")

    with pytest.raises(ValueError, match=f"half {half}"):
        do_halves(fail)
