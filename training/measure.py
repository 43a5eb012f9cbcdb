"""Measure an eye on drawn frames that nothing was trained on: view words, maps, and the shape of distances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ductoscope.detect import Eye
from ductoscope.model import DoubleArray, FloatArray, Raster
from training.targets import FARTHEST_MM, MAPS, NEAREST_MM, WORDS

TUNING_SEEDS = (32, 33, 34, 36)
_STEPS = 200
_ENOUGH_PIXELS = 50


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """What an eye reached. confusion: (W, W) counts, rows are the truth.

    precision: average precision by map's name, and base: the share of pixels that it is true of, which is what
    guessing reaches. shape: mean |log distance| off in clear pixels once each picture's median is taken out; scale:
    mean of those medians, as absolute values.
    """

    confusion: NDArray[np.int64]
    precision: dict[str, float]
    base: dict[str, float]
    shape: float
    scale: float

    @property
    def f1(self) -> DoubleArray:
        """Of every word (W,)."""
        right = np.diag(self.confusion).astype(np.float64)
        return 2.0 * right / np.maximum(self.confusion.sum(axis=0) + self.confusion.sum(axis=1), 1)

    @property
    def macro_f1(self) -> float:
        """Mean over the words that came up."""
        return float(self.f1[self.confusion.sum(axis=1) > 0].mean())


def measure(eye: Eye, worlds: Sequence[Path]) -> Figures:
    """Look at every frame of `worlds`, each by itself."""
    confusion = np.zeros((len(WORDS), len(WORDS)), dtype=np.int64)
    told: dict[str, list[FloatArray]] = {name: [] for name in MAPS[1:]}
    true: dict[str, list[NDArray[np.bool_]]] = {name: [] for name in MAPS[1:]}
    shapes, scales = [], []
    for path in worlds:
        with np.load(path) as file:
            world = dict(file)
        seen = world["seen"]
        for index, word in enumerate(world["word"]):
            outlook = eye.look_out(Raster(index, 0, world["light"][index].astype(np.float32), seen))
            said = max(WORDS, key=lambda each, chances=outlook.chances: chances[each])
            confusion[WORDS.index(word), WORDS.index(said)] += 1
            for name in told:
                told[name].append(getattr(outlook, name)[seen])
                true[name].append(world[name][index][seen] > 127)
            clear = seen & (world["clear"][index] > 127)
            if clear.sum() > _ENOUGH_PIXELS:
                distance = np.clip(world["distance"][index][clear].astype(np.float32), NEAREST_MM, FARTHEST_MM)
                off = np.log(outlook.distance[clear]) - np.log(distance)
                shapes.append(float(np.abs(off - np.median(off)).mean()))
                scales.append(float(abs(np.median(off))))
    precision = {name: average_precision(np.concatenate(told[name]), np.concatenate(true[name])) for name in told}
    base = {name: float(np.concatenate(true[name]).mean()) for name in told}
    return Figures(confusion, precision, base, float(np.mean(shapes)), float(np.mean(scales)))


def average_precision(chances: FloatArray, is_true: NDArray[np.bool_]) -> float:
    """Area under precision by recall, at 200 thresholds."""
    hits, misses = (np.histogram(chances[which], _STEPS, (0.0, 1.0))[0][::-1].cumsum() for which in (is_true, ~is_true))
    recall = hits / max(hits[-1], 1)
    return float((np.diff(np.concatenate([[0.0], recall])) * hits / np.maximum(hits + misses, 1)).sum())


def describe(figures: Sequence[tuple[str, Figures]]) -> str:
    """The figures of several eyes side by side, and their confusions, as Markdown."""
    first = figures[0][1]
    counts = first.confusion.sum(axis=1)
    lines = [f"| figure | {' | '.join(name for name, _ in figures)} |", "|---|" + "---:|" * len(figures)]

    def add(label: str, values: Sequence[float]) -> None:
        lines.append(f"| {label} | {' | '.join(f'{value:.2f}' for value in values)} |")

    add("view words: macro F1", [each.macro_f1 for _, each in figures])
    for word, count in zip(WORDS, counts, strict=True):
        if count:
            row = WORDS.index(word)
            add(f"F1 of {word} ({count} frames)", [float(each.f1[row]) for _, each in figures])
    for name in MAPS[1:]:
        add(f"average precision of {name} (guessing: {first.base[name]:.2f})", [e.precision[name] for _, e in figures])
    add("distance: shape, mean log error", [each.shape for _, each in figures])
    for name, each in figures:
        lines += ["", f"Confusion of the {name} (rows: truth)", "", f"| | {' | '.join(WORDS)} |"]
        lines += ["|---|" + "---:|" * len(WORDS)]
        lines += [
            f"| {word} | {' | '.join(map(str, row))} |"
            for word, row, count in zip(WORDS, each.confusion, counts, strict=True)
            if count
        ]
    return "\n".join(lines) + "\n"
