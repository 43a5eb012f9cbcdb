"""The view's word: steady, but not late; and what would help."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import get_args

import numpy as np
import pytest

from ductoscope.detect import ViewState, begin_view, step_view
from ductoscope.model import CalibrationFit, Outlook, Raster, ViewJudgement, ViewWord

WORDS: tuple[ViewWord, ...] = get_args(ViewWord)
FRAME_NS = 40_000_000
FITS = CalibrationFit()


def _look(
    frame: int, word: ViewWord, chance: float = 0.9, clear: float = 0.5, gap_ns: int = 0
) -> tuple[Outlook, Raster]:
    chances = dict.fromkeys(WORDS, (1.0 - chance) / (len(WORDS) - 1)) | {word: chance}
    empty = np.zeros((4, 4), dtype=np.float32)
    t_ns = frame * FRAME_NS + gap_ns
    outlook = Outlook(frame, t_ns, empty, empty, empty, empty, np.full((4, 4), clear, np.float32), chances, "test")
    return outlook, Raster(frame, t_ns, np.zeros((4, 4, 3), np.float32), np.ones((4, 4), np.bool_))


def _run(words: list[ViewWord], **more: float) -> list[ViewJudgement]:
    state, told = begin_view(), []
    for frame, word in enumerate(words):
        state, judgement = step_view(state, *_look(frame, word, **more), FITS)
        told.append(judgement)
    return told


def test_the_first_picture_is_told_at_once() -> None:
    assert _run(["blood"])[0].word == "blood"


def test_a_single_odd_picture_changes_nothing() -> None:
    words = _run([*["clear"] * 20, "bubble", *["clear"] * 20])
    assert {each.word for each in words} == {"clear"}


def test_two_words_in_turn_do_not_flicker() -> None:
    told = [each.word for each in _run(["turbid", "blood"] * 40)]
    assert sum(one != other for one, other in pairwise(told)) <= 1


def test_a_new_view_is_told_within_half_a_second() -> None:
    told = [each.word for each in _run([*["clear"] * 20, *["blood"] * 20])]
    first = told.index("blood")
    assert 0 <= (first - 20) * FRAME_NS <= 500_000_000
    assert set(told[first:]) == {"blood"}


def test_chances_are_of_the_picture_alone_and_sum_to_one() -> None:
    last = _run([*["clear"] * 20, "blood"])[-1]
    assert last.chances["blood"] == pytest.approx(0.9)
    assert sum(last.chances.values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("word", "chance", "told"), [("red-out", 0.6, "clear"), ("collapsed", 0.7, "clear"), ("blood", 0.6, "blood")]
)
def test_a_rare_view_needs_more_than_an_even_chance(word: ViewWord, chance: float, told: ViewWord) -> None:
    outlook, raster = _look(0, word)
    chances = dict.fromkeys(WORDS, 0.0) | {word: chance, "clear": 1.0 - chance}
    _, judgement = step_view(begin_view(), replace(outlook, chances=chances), raster, FITS)
    assert judgement.word == told


def test_a_lost_calibration_is_told_at_once_and_forgotten_at_once() -> None:
    state = begin_view()
    for frame in range(10):
        state, _ = step_view(state, *_look(frame, "clear"), FITS)
    state, lost = step_view(state, *_look(10, "clear"), CalibrationFit(is_shifted=True, advice="Recalibrate: moved."))
    assert (lost.word, lost.advice, lost.clear) == ("calibration lost", "recalibrate", 0.0)
    assert lost.chances["calibration lost"] == 1.0
    state, found = step_view(state, *_look(11, "clear"), FITS)
    assert (found.word, found.clear) == ("clear", pytest.approx(0.5))


def test_advice_of_the_calibration_is_passed_on_while_the_view_is_clear() -> None:
    fit = CalibrationFit(new_dark=9, advice="Recalibrate: 9 fibre cores have gone dark since calibration.")
    _, clear = step_view(begin_view(), *_look(0, "clear"), fit)
    _, blood = step_view(begin_view(), *_look(0, "blood"), fit)
    assert (clear.advice, blood.advice) == ("recalibrate", "flush")


@pytest.mark.parametrize(
    ("word", "helps"),
    [("clear", ""), ("turbid", "flush"), ("blood", "flush"), ("bubble", "flush"), ("collapsed", "flush"),
     ("red-out", "pull back"), ("white-out", "wait"), ("defocused", "")],
)  # fmt: skip
def test_every_view_has_its_help(word: ViewWord, helps: str) -> None:
    assert _run([word])[0].advice == helps


def test_what_stays_unsharp_wants_cleaning_and_what_stays_white_more_distance() -> None:
    assert _run(["defocused"] * 140)[-1].advice == "clean"
    assert _run(["white-out"] * 60)[-1].advice == "pull back"


def test_clearness_follows_the_share_of_wall_that_is_seen() -> None:
    state = begin_view()
    for frame in range(30):
        state, judgement = step_view(state, *_look(frame, "clear", clear=1.0 if frame < 15 else 0.2), FITS)
        if frame == 14:
            assert judgement.clear == pytest.approx(1.0)
    assert judgement.clear == pytest.approx(0.2, abs=0.02)


def test_pixels_outside_the_rim_say_nothing_of_clearness() -> None:
    outlook, raster = _look(0, "clear", clear=1.0)
    seen = np.zeros((4, 4), np.bool_)
    seen[:2] = True
    half = Outlook(**{name: getattr(outlook, name) for name in outlook.__slots__} | {"clear": seen.astype(np.float32)})
    _, judgement = step_view(begin_view(), half, Raster(0, 0, raster.light_lin, seen), FITS)
    assert judgement.clear == 1.0


@pytest.mark.parametrize("gap_ns", [5_000_000_000, -5_000_000_000])
def test_after_a_gap_or_a_jump_back_nothing_of_before_is_kept(gap_ns: int) -> None:
    state = begin_view()
    for frame in range(200, 220):
        state, _ = step_view(state, *_look(frame, "clear", clear=1.0), FITS)
    _, judgement = step_view(state, *_look(220, "blood", clear=0.0, gap_ns=gap_ns), FITS)
    assert (judgement.word, judgement.clear) == ("blood", 0.0)


def test_a_stream_whose_time_stands_still_goes_by_its_pictures() -> None:
    state: ViewState = begin_view(25.0)
    words = []
    for frame in range(40):
        outlook, raster = _look(0, "clear" if frame < 20 else "blood")
        state, judgement = step_view(state, outlook, raster, FITS)
        words.append(judgement.word)
    assert (words[20], words[-1]) == ("clear", "blood")
