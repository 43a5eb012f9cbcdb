"""Tell from the pictures themselves whether a video is interlaced, and which field of a picture came first.

An interlaced picture is woven from two half pictures (fields) taken at different moments. Headers and flags often
lie about it, moving pictures do not. For two pictures n and n + 1 with top fields T and bottom fields B, three
differences are compared, each as the mean over the picture:

    within       |T(n) - B(n)|          no time apart when progressive
    top_first    |B(n) - T(n+1)|        half a picture's time apart when the top field is the earlier one
    bottom_first |T(n) - B(n+1)|        half a picture's time apart when the bottom field is the earlier one

With motion, a progressive video has within << the other two; interlaced with the top field first has
bottom_first three times the others, with the bottom field first top_first. Every field is blurred first over a few
cores, because the cores' honeycomb changes from row to row as strongly as combing does.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from ductoscope.live.video_file import FieldOrder
from ductoscope.model import FloatArray, PictureArray

_BLUR_SIGMA_ROWS = 3.0
_LEAST_MOTION = 0.15  # of 255, mean over the picture: less than this is noise, and nothing can be told
_PROGRESSIVE_SHARE = 0.7  # 0 in theory; what two fields of a still picture differ by (aliasing, noise) lifts it
_ORDER_RATIO = 1.3  # 3 in theory, for steady motion; noise and reversals pull it towards 1


@dataclass(frozen=True, slots=True)
class FieldDifferences:
    """How far the fields of two neighbouring pictures differ (mean absolute difference, 0..255)."""

    within: float
    top_first: float
    bottom_first: float


def compare_fields(before: PictureArray, after: PictureArray) -> FieldDifferences:
    """Compare the fields of two neighbouring pictures as stored, (H, W) uint8 luma of the same video."""
    top_before, bottom_before = _blur_fields(before)
    top_after, bottom_after = _blur_fields(after)
    within = (_difference(top_before, bottom_before) + _difference(top_after, bottom_after)) / 2
    return FieldDifferences(within, _difference(bottom_before, top_after), _difference(top_before, bottom_after))


def judge_fields(pairs: Sequence[FieldDifferences]) -> FieldOrder:
    """Judge many pairs from all over a video: its field order, or "unknown" when too little moves to tell.

    The differences are summed, so the pairs with most motion count most.
    """
    if not pairs:
        return "unknown"
    within = sum(pair.within for pair in pairs) / len(pairs)
    top_first = sum(pair.top_first for pair in pairs) / len(pairs)
    bottom_first = sum(pair.bottom_first for pair in pairs) / len(pairs)
    if max(top_first, bottom_first) < _LEAST_MOTION:
        return "unknown"
    if bottom_first > _ORDER_RATIO * top_first:
        return "top"
    if top_first > _ORDER_RATIO * bottom_first:
        return "bottom"
    return "progressive" if within < _PROGRESSIVE_SHARE * min(top_first, bottom_first) else "unknown"


def measure_combing(pictures: Sequence[PictureArray]) -> float:
    """Measure how far the two fields of a moving picture belong to different moments.

    Takes neighbouring (H, W) uint8 pictures. Gives the change of the difference between fields as a share of the
    change of the picture (what differs between fields without changing is the cores' pattern): near 0 without
    combing, near 1 when interlaced.
    """
    fields = [_blur_fields(picture) for picture in pictures]
    apart = [np.asarray(top - bottom, dtype=np.float32) for top, bottom in fields]
    whole = [np.asarray((top + bottom) / 2, dtype=np.float32) for top, bottom in fields]
    change = sum(_difference(before, after) for before, after in pairwise(whole))
    return sum(_difference(before, after) for before, after in pairwise(apart)) / change if change else 0.0


def _blur_fields(picture: PictureArray) -> tuple[FloatArray, FloatArray]:
    """Both fields on the same rows: the bottom field lies one picture row lower, which is half of its own row."""
    rows = picture.shape[0] // 2 * 2
    narrow = cv2.resize(picture, (max(picture.shape[1] // 4, 1), picture.shape[0]), interpolation=cv2.INTER_AREA)
    blur = functools.partial(cv2.GaussianBlur, ksize=(0, 0), sigmaX=_BLUR_SIGMA_ROWS / 2, sigmaY=_BLUR_SIGMA_ROWS)
    top, bottom = (np.asarray(blur(narrow[first:rows:2].astype(np.float32)), dtype=np.float32) for first in (0, 1))
    middle = np.asarray((bottom[:-2] + bottom[1:-1]) * np.float32(0.5), dtype=np.float32)
    return top[1:-1], middle  # rows are whole now: top row k is half below bottom row k - 1


def _difference(one: FloatArray, other: FloatArray) -> float:
    return float(np.mean(np.abs(one - other)))
