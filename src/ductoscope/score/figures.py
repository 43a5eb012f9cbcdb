"""The figures of the score: each with what it aims at, its value, and its 95 % interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ductoscope.score.intervals import interval_by_draws, interval_of_share
from ductoscope.score.judge import Judged

AIMS: Mapping[str, str] = MappingProxyType(
    {
        "depth error, median (mm)": "1",
        "depth error, 95th percentile (mm)": "3",
        "depth within 1 sigma / 2 sigma": "68 % / 95 %",
        "error as a share of travel, median": "5 %",
        "truly lost and said so": "95 %",
        "said lost and was not": "5 %",
        "said Lost, of all frames": "100 %",
        "motion invented while still (mm a minute)": "0.1",
        "branches entered: recall": "90 %",
        "branches: precision": "95 %",
        "forks not entered: listed": "90 %",
        "share of seen wall, error (points)": "5",
        "lesions in clear view: sensitivity": "95 %",
        "false suggestions a minute": "1",
        "delay, median (s)": "0.5",
        "lesion's place along the duct, median error (mm)": "1",
        "lesion's size, mean error (mm)": "0.2",
        "size within 1 sigma / 2 sigma": "68 % / 95 %",
        "view state: macro F1": "0.85",
    }
)
"""What each figure aims at, by its name; they are shown in this order."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. value and interval in words, as they are shown; count: of what it was made of, in words."""

    name: str
    aim: str
    value: str
    interval: str
    count: str


_Rows = Sequence[Judged]
_SILENT = "-"


def summarise(judged: _Rows) -> tuple[Figure, ...]:
    """The figures over these examinations, in the order of AIMS; "-" where there is nothing to tell from."""
    made = {
        "depth error, median (mm)": _middle(judged, lambda one: one.depth_error_mm, 50, "frames"),
        "depth error, 95th percentile (mm)": _middle(judged, lambda one: one.depth_error_mm, 95, "frames"),
        "depth within 1 sigma / 2 sigma": _within(judged, lambda one: one.depth_in_sigmas, "frames"),
        "error as a share of travel, median": _middle(judged, lambda one: one.travel_share, 50, "frames", percent=True),
        "truly lost and said so": _share_of_frames(judged, lambda one: (one.lost_hits, one.lost_frames)),
        "said lost and was not": _share_of_frames(judged, lambda one: (one.false_lost, one.seen_frames)),
        "said Lost, of all frames": _share_of_frames(
            judged, lambda one: (one.lost_hits + one.false_lost, sum(one.states.values()))
        ),
        "motion invented while still (mm a minute)": _rate(judged, lambda one: one.invented_mm),
        "branches entered: recall": _share(
            sum(len(one.branches.found_entered) for one in judged), sum(len(one.branches.entered) for one in judged)
        ),
        "branches: precision": _share(
            sum(one.branches.named - len(one.branches.wrong) for one in judged),
            sum(one.branches.named for one in judged),
        ),
        "forks not entered: listed": _share(
            sum(len(one.branches.found_in_view) for one in judged), sum(len(one.branches.in_view) for one in judged)
        ),
        "share of seen wall, error (points)": _middle(
            judged,
            lambda one: () if one.wall_error is None else (100.0 * abs(one.wall_error),),
            50,
            "examinations",
        ),
        "lesions in clear view: sensitivity": _share(
            sum(len(one.lesions.delays_s) for one in judged), sum(len(one.lesions.counted) for one in judged)
        ),
        "false suggestions a minute": _rate(judged, lambda one: len(one.lesions.false)),
        "delay, median (s)": _middle(judged, lambda one: tuple(one.lesions.delays_s.values()), 50, "lesions"),
        "lesion's place along the duct, median error (mm)": _middle(
            judged, lambda one: one.place_errors_mm, 50, "lesions"
        ),
        "lesion's size, mean error (mm)": _mean(judged, lambda one: tuple(abs(s - true) for s, _, true in one.sizes)),
        "size within 1 sigma / 2 sigma": _within(
            judged, lambda one: tuple((size - true) / sigma for size, sigma, true in one.sizes), "lesions"
        ),
        "view state: macro F1": _by_draws(judged, macro_f1, "frames", sum(sum(one.states.values()) for one in judged)),
    }
    return tuple(Figure(name, aim, *made[name]) for name, aim in AIMS.items())


def add_states(judged: _Rows) -> Counter[tuple[str, str]]:
    """(true word, said word) to frames, over all of them."""
    total: Counter[tuple[str, str]] = Counter()
    for one in judged:
        total.update(one.states)
    return total


def macro_f1(judged: _Rows) -> float | None:
    """F1 of each view word that truly occurred, averaged; None without frames."""
    total = add_states(judged)
    words = {true for true, _ in total}
    scores = []
    for word in words:
        hits = total[word, word]
        said = sum(count for (_, each), count in total.items() if each == word)
        true = sum(count for (each, _), count in total.items() if each == word)
        scores.append(2.0 * hits / (said + true))
    return float(np.mean(scores)) if scores else None


_Shown = tuple[str, str, str]


def _share(hits: int, of: int) -> _Shown:
    if of == 0:
        return _SILENT, _SILENT, "0"
    low, high = interval_of_share(hits, of)
    return f"{100 * hits / of:.0f} %", f"{100 * low:.0f} to {100 * high:.0f} %", f"{hits} of {of}"


def _share_of_frames(judged: _Rows, counts: Callable[[Judged], tuple[int, int]]) -> _Shown:
    def add(rows: _Rows) -> tuple[int, int]:
        pairs = [counts(one) for one in rows]
        return sum(hits for hits, _ in pairs), sum(of for _, of in pairs)

    def share(rows: _Rows) -> float | None:
        hits, of = add(rows)
        return 100.0 * hits / of if of else None

    hits, of = add(judged)
    value, interval, _ = _by_draws(judged, share, "", 0)
    return _with_percent(value), _with_percent(interval), f"{hits} of {of} frames"


def _middle(
    judged: _Rows, samples: Callable[[Judged], Sequence[float]], percentile: float, of: str, *, percent: bool = False
) -> _Shown:
    def middle(rows: _Rows) -> float | None:
        values = np.concatenate([np.asarray(samples(one), dtype=np.float64) for one in rows]) if rows else np.empty(0)
        return float(np.percentile(values, percentile)) * (100.0 if percent else 1.0) if len(values) else None

    value, interval, count = _by_draws(judged, middle, of, sum(len(samples(one)) for one in judged))
    return (_with_percent(value), _with_percent(interval), count) if percent else (value, interval, count)


def _mean(judged: _Rows, samples: Callable[[Judged], Sequence[float]]) -> _Shown:
    def mean(rows: _Rows) -> float | None:
        values = [value for one in rows for value in samples(one)]
        return float(np.mean(values)) if values else None

    return _by_draws(judged, mean, "lesions", sum(len(samples(one)) for one in judged))


def _rate(judged: _Rows, amount: Callable[[Judged], float]) -> _Shown:
    def rate(rows: _Rows) -> float | None:
        minutes = sum(one.minutes for one in rows)
        return sum(amount(one) for one in rows) / minutes if minutes else None

    minutes = sum(one.minutes for one in judged)
    return *_by_draws(judged, rate, "", 0)[:2], f"{sum(amount(one) for one in judged):.3g} in {minutes:.0f} minutes"


def _within(judged: _Rows, samples: Callable[[Judged], Sequence[float]], of: str) -> _Shown:
    values = np.abs([value for one in judged for value in samples(one)])
    if not len(values):
        return _SILENT, _SILENT, "0"
    inside = [100.0 * float(np.mean(values <= sigmas)) for sigmas in (1.0, 2.0)]
    return f"{inside[0]:.0f} % / {inside[1]:.0f} %", _SILENT, f"{len(values)} {of}"


def _by_draws(judged: _Rows, figure: Callable[[_Rows], float | None], of: str, count: int) -> _Shown:
    value = figure(judged)
    if value is None:
        return _SILENT, _SILENT, "0"
    interval = interval_by_draws(judged, figure)
    shown = _SILENT if interval is None else f"{interval[0]:.2f} to {interval[1]:.2f}"
    return f"{value:.2f}", shown, f"{count} {of}"


def _with_percent(shown: str) -> str:
    return shown if shown == _SILENT else f"{shown} %"
