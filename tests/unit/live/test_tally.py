"""Counting pictures, and how fast they come."""

from __future__ import annotations

import pytest

from ductoscope.live.tally import Rate, Tally

SECOND = 1_000_000_000


def test_rate_is_that_of_the_last_two_seconds() -> None:
    rate = Rate()
    for n in range(100):
        rate.note(n * SECOND // 10)
    for n in range(1, 100):
        rate.note(99 * SECOND // 10 + n * SECOND // 30)
    now = 99 * SECOND // 10 + 99 * SECOND // 30
    assert rate.per_second(now) == pytest.approx(30, rel=0.01), "the slow start is forgotten"


def test_rate_falls_as_soon_as_pictures_are_overdue() -> None:
    rate = Rate()
    for n in range(11):
        rate.note(n * SECOND // 10)
    assert rate.per_second(SECOND) == pytest.approx(10)
    assert rate.per_second(SECOND + SECOND // 2) == pytest.approx(10 / 1.5)
    assert rate.per_second(4 * SECOND) == 0


def test_one_picture_has_no_rate() -> None:
    rate = Rate()
    rate.note(0)
    assert rate.per_second(0) == 0


def test_gaps_in_the_index_are_lost_frames() -> None:
    tally = Tally()
    for index in (0, 1, 4, 5):
        tally.note_frame(index, index)
    assert (tally.frames_in, tally.frames_lost) == (4, 2)


def test_a_source_opened_again_starts_its_count_again() -> None:
    tally = Tally()
    tally.note_frame(0, 0)
    tally.note_reopened()
    tally.note_frame(7, 1)
    assert tally.frames_lost == 0, "a recording may begin at any index"
    tally.note_frame(3, 2)
    tally.note_frame(4, 3)
    assert tally.frames_lost == 0, "an index that goes back is no loss"
