"""Slots: the newest wins, nobody waits in vain."""

from __future__ import annotations

import threading

from ductoscope.live.slot import Slot


def test_gives_the_newest_and_tells_how_many_were_missed() -> None:
    slot: Slot[str] = Slot()
    assert slot.newest() is None
    for value in "abc":
        slot.put(value)
    assert slot.newest() == (3, "c")
    assert slot.wait_newer(1, 0) == (3, "c"), "2 was missed, and the number says so"


def test_waits_only_as_long_as_asked() -> None:
    slot: Slot[str] = Slot()
    number = slot.put("a")
    assert slot.wait_newer(number, 0.01) is None
    assert slot.newest() == (number, "a"), "waiting takes nothing away"


def test_wakes_every_reader() -> None:
    slot: Slot[int] = Slot()
    got: list[tuple[int, int] | None] = []
    readers = [threading.Thread(target=lambda: got.append(slot.wait_newer(0, 5))) for _ in range(3)]
    for reader in readers:
        reader.start()
    slot.put(42)
    for reader in readers:
        reader.join(5)
    assert got == [(1, 42)] * 3


def test_rings_for_those_who_cannot_wait_until_told_to_stop() -> None:
    slot: Slot[str] = Slot()
    heard: list[tuple[int, str] | None] = []
    stop = slot.ring_on_change(lambda: heard.append(slot.newest()))
    slot.put("a")
    slot.put("b")
    stop()
    slot.put("c")
    assert heard == [(1, "a"), (2, "b")]


def test_closing_lets_readers_go_but_keeps_the_value() -> None:
    slot: Slot[str] = Slot()
    slot.put("last")
    waiter = threading.Thread(target=slot.wait_newer, args=(1,))
    waiter.start()
    assert not slot.is_closed
    slot.close()
    waiter.join(5)
    assert not waiter.is_alive()
    assert slot.is_closed
    assert slot.wait_newer(0) == (1, "last")
    assert slot.wait_newer(1) is None


def test_a_cleared_value_is_never_given_and_readers_wait_on() -> None:
    slot: Slot[str] = Slot()
    number = slot.put("of somebody who left")
    rung: list[int] = []
    slot.ring_on_change(lambda: rung.append(1))

    slot.clear()

    assert slot.newest() is None
    assert slot.wait_newer(0, 0.01) is None
    assert rung == [1]
    assert slot.clearings == 1
    assert slot.put("of the next") == number + 1
    assert slot.wait_newer(0, 1) == (number + 1, "of the next")


def test_a_reader_that_waits_outlives_a_clearing() -> None:
    slot: Slot[int] = Slot()
    slot.put(1)
    got: list[tuple[int, int] | None] = []
    reader = threading.Thread(target=lambda: got.append(slot.wait_newer(1, 10)))
    reader.start()
    slot.clear()
    slot.put(2)
    reader.join(10)
    assert got == [(2, 2)]
