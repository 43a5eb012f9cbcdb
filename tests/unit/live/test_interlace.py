"""Whether pictures are interlaced, and how, is told from moving texture over a fixed honeycomb."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest

from ductoscope.live.interlace import compare_fields, judge_fields, measure_combing
from ductoscope.model import PictureArray


def draw_moment(moment: float) -> PictureArray:
    """A texture that has moved by 3 px a moment, seen through a fixed pattern as strong as fibre cores are."""
    texture = cv2.GaussianBlur(np.random.default_rng(3).random((160, 400)).astype(np.float32), (0, 0), 6)
    texture = (texture - texture.min()) / (texture.max() - texture.min())
    x, y = np.meshgrid(np.arange(200), np.arange(160))
    seen = cv2.remap(texture, (x + 20 + 3 * moment).astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR)
    cores = 0.6 + 0.4 * np.cos(2 * np.pi * x / 5.3) * np.cos(2 * np.pi * y / 5.3)
    return (60 + 150 * seen * cores).astype(np.uint8)


def weave(first: str, count: int = 6) -> list[PictureArray]:
    pictures = []
    for number in range(count):
        woven = draw_moment(2 * number + 1)
        rows = slice(0 if first == "top" else 1, None, 2)
        woven[rows] = draw_moment(2 * number)[rows]
        pictures.append(woven)
    return pictures


def judge(pictures: list[PictureArray]) -> str:
    return judge_fields([compare_fields(one, two) for one, two in itertools.pairwise(pictures)])


@pytest.mark.parametrize("first", ["top", "bottom"])
def test_the_earlier_field_is_found(first: str) -> None:
    assert judge(weave(first)) == first


def test_whole_pictures_are_progressive() -> None:
    assert judge([draw_moment(2 * number) for number in range(6)]) == "progressive"


def test_a_still_video_cannot_be_told() -> None:
    assert judge([draw_moment(0)] * 4) == "unknown"
    assert judge_fields([]) == "unknown"


def test_combing_is_strong_when_woven_and_near_none_when_whole() -> None:
    whole = measure_combing([draw_moment(2 * number) for number in range(6)])
    assert measure_combing(weave("top")) > 4 * whole
    assert whole < 0.1
