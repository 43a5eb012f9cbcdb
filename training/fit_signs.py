"""Fit the classical eye's weights: a multinomial logistic regression on the signs of the training frames."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from ductoscope.detect.picture_signs import read_signs
from ductoscope.detect.weigh_signs import lift_signs
from ductoscope.model import DoubleArray, Raster
from training.targets import WORDS

RIDGE = 1e-3
"""Strength of the pull of the weights towards 0."""
_RARER = 0.35
"""A word that is n times rarer than the commonest weighs n to this power more."""


def read_world_signs(path: Path) -> tuple[DoubleArray, list[str]]:
    """Signs (F, K) and words of one world's frames; the signs are kept beside them."""
    kept = path.with_suffix(".signs.npy")
    with np.load(path) as world:
        if not kept.exists():
            rasters = (Raster(0, 0, light.astype(np.float32), world["seen"]) for light in world["light"])
            np.save(kept, np.array([read_signs(raster) for raster in rasters]))
        return np.load(kept), world["word"].tolist()


def fit_signs(worlds: Sequence[Path], into: Path) -> None:
    """Fit to these worlds and write the weights as JSON."""
    read = [read_world_signs(path) for path in worlds]
    signs = np.concatenate([each[0] for each in read])
    words = np.array([WORDS.index(word) for each in read for word in each[1]])
    usual, spread = signs.mean(axis=0), signs.std(axis=0) + 1e-6
    terms = lift_signs(signs, usual, spread)
    counts = np.maximum(np.bincount(words, minlength=len(WORDS)), 1)
    weights = ((counts.max() / counts) ** _RARER)[words]
    weights /= weights.mean()
    is_word = np.eye(len(WORDS))[words]

    def cost(flat: DoubleArray) -> tuple[float, DoubleArray]:
        by_word = flat.reshape(len(WORDS), -1)
        logits = terms @ by_word.T
        logits -= logits.max(axis=1, keepdims=True)
        chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        fit = -(weights * np.log((chances * is_word).sum(axis=1) + 1e-12)).mean()
        slope = ((chances - is_word) * weights[:, None]).T @ terms / len(words)
        slope[:, :-1] += 2.0 * RIDGE * by_word[:, :-1]
        return float(fit + RIDGE * (by_word[:, :-1] ** 2).sum()), slope.ravel()

    found = minimize(cost, np.zeros(len(WORDS) * terms.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 400})
    page = {
        "words": WORDS,
        "usual": _round(usual),
        "spread": _round(spread),
        "by_word": [_round(row) for row in found.x.reshape(len(WORDS), -1)],
    }
    lines = (f'"{name}": {json.dumps(value)}' for name, value in page.items())
    into.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _round(values: DoubleArray) -> list[float]:
    return [float(f"{value:.4g}") for value in values]


def list_worlds(folder: Path) -> Iterator[Path]:
    """The worlds that are there, by seed."""
    yield from sorted(folder.glob("world_*.npz"))
