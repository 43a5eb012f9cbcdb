from __future__ import annotations

from ductoscope.web.shelf import Shelf


def test_keeps_the_newest_and_lets_the_oldest_go():
    shelf: Shelf[str] = Shelf(2)

    for number, thing in enumerate("abc"):
        shelf.put(number, thing)

    assert shelf.numbers() == [1, 2]
    assert shelf.get(0) is None
    assert shelf.get(2) == "c"
