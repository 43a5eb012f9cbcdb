"""Weigh the signs of a picture into chances of view words: one rule a word, fitted by `make train`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from ductoscope.model import BadFileError, DoubleArray, ViewWord

FILE = "classical_view.json"
_FARTHEST = 4.0
"""Signs farther than so many standard deviations from the usual weigh no more."""


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """A sign x of usual value `usual` and spread `spread` (K,) counts as s = (x - usual) / spread and as s² - 1.

    by_word: (W, 2 K + 1) what each of them, and at last a constant, adds to a word's logit.
    """

    words: tuple[ViewWord, ...]
    usual: DoubleArray
    spread: DoubleArray
    by_word: DoubleArray


def weigh_signs(signs: DoubleArray, weights: Weights | None = None) -> dict[ViewWord, float]:
    """Chances of every word that the weights know, summing to 1. weights: by default those in the package."""
    weights = weights or read_weights()
    logits = weights.by_word @ lift_signs(signs, weights.usual, weights.spread)
    chances = np.exp(logits - logits.max())
    return dict(zip(weights.words, (chances / chances.sum()).tolist(), strict=True))


def lift_signs(signs: DoubleArray, usual: DoubleArray, spread: DoubleArray) -> DoubleArray:
    """The terms (..., 2 K + 1) of signs (..., K): standardised, their squares, and 1."""
    standard = np.clip((signs - usual) / spread, -_FARTHEST, _FARTHEST)
    return np.concatenate([standard, standard**2 - 1.0, np.ones((*signs.shape[:-1], 1))], axis=-1)


@cache
def read_weights() -> Weights:
    """The weights in the package. Raises BadFileError when they are missing or damaged."""
    try:
        page = json.loads(files("ductoscope.detect").joinpath("models", FILE).read_text(encoding="utf-8"))
        return Weights(
            tuple(page["words"]), np.array(page["usual"]), np.array(page["spread"]), np.array(page["by_word"])
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadFileError(f"The classical eye's weights ({FILE}) cannot be read: install Ductoscope again.") from error
