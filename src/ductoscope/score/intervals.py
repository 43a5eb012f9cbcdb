"""95 % intervals: of a share, and of any figure over examinations."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

Z95 = 1.959964
_DRAWS = 1000
_SEED = 20_260

_Item = TypeVar("_Item")


def interval_of_share(hits: int, of: int) -> tuple[float, float]:
    """Wilson's score interval (Journal of the American Statistical Association 1927;22:209); (0, 1) of nothing."""
    if of == 0:
        return 0.0, 1.0
    share = hits / of
    middle = (share + Z95**2 / (2 * of)) / (1 + Z95**2 / of)
    half = Z95 / (1 + Z95**2 / of) * math.sqrt(share * (1 - share) / of + Z95**2 / (4 * of**2))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def interval_by_draws(
    items: Sequence[_Item], figure: Callable[[Sequence[_Item]], float | None]
) -> tuple[float, float] | None:
    """Bootstrap over whole examinations, percentile interval (Efron and Tibshirani 1993, chapter 13); seeded.

    Frames of one examination are alike, so drawing frames would promise too much. None for fewer than three.
    """
    if len(items) < 3:
        return None
    rng = np.random.default_rng(_SEED)
    draws = [figure([items[i] for i in rng.integers(0, len(items), len(items))]) for _ in range(_DRAWS)]
    known = [value for value in draws if value is not None]
    if not known:
        return None
    low, high = np.percentile(known, (2.5, 97.5))
    return float(low), float(high)
