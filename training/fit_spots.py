"""Fit the small network that finds spots by their surroundings.

NumPy only, a minute on one core. The second and third rounds draw the wall that the round before took for a lesion.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ductoscope.detect.spot_signs import list_signs
from ductoscope.model import FloatArray, Raster

SEED = 5
ROUNDS, EPOCHS, BATCH = 3, 25, 512
HIDDEN = (32, 16)
RATE, DECAY, NOISE, SPOT_WEIGHT = 3e-3, 1e-3, 0.3, 3.0
SPOTS, WALLS, HARD, HARD_OUT_OF = 60, 40, 30, 40
_EMPTY_KEPT = 0.45
_HIDDEN_VIEWS = ("white-out", "red-out", "collapsed")

Layers = list[FloatArray]
Weigh = Callable[[FloatArray], FloatArray]


def fit_spots(files: Sequence[Path], path: Path) -> None:
    """Fit on the worlds in `files` and write the network to `path`."""
    weigh: Weigh | None = None
    for number in range(ROUNDS):
        signs, is_spot = draw_samples(files, weigh)
        mean, spread = signs.mean(axis=0), signs.std(axis=0) + 1e-6
        layers = learn(np.clip((signs - mean) / spread, -5.0, 5.0), is_spot)
        weigh = _make_weigh(mean, spread, layers)
        print(f"round {number + 1}: {len(files)} worlds, {len(signs)} pixels, {is_spot.mean():.3f} of them spots")
    write(path, mean, spread, layers)


def draw_samples(files: Sequence[Path], weigh: Weigh | None) -> tuple[FloatArray, FloatArray]:
    """Signs (N, K) of pixels, and whether each looks at a lesion; of walls the hardest, if `weigh` can tell."""
    rng = np.random.default_rng(SEED)
    signs, is_spot = [], []
    for path in files:
        with np.load(path) as world:
            shown = [world[name] for name in ("light", "spot", "clear", "word")]
            seen = world["seen"].astype(bool)
        for light, spot, clear, word in zip(*shown, strict=True):
            lesion = spot.astype(np.float32) / 255.0
            if str(word) in _HIDDEN_VIEWS:
                continue
            if np.count_nonzero(lesion > 0.5) <= 12 and rng.random() > _EMPTY_KEPT:
                continue
            here, inside = list_signs(Raster(0, 0, light.astype(np.float32), seen))
            size = inside.shape[::-1]
            share = cv2.resize(lesion, size, interpolation=cv2.INTER_AREA)
            is_clear = cv2.resize(clear.astype(np.float32) / 255.0, size, interpolation=cv2.INTER_AREA) > 0.3
            rows = here.reshape(-1, here.shape[2])
            spots = rng.permutation(np.flatnonzero((inside > 0) & (share > 0.5) & is_clear))[:SPOTS]
            walls = rng.permutation(np.flatnonzero((inside > 0) & (share < 0.1)))
            if weigh is not None and len(walls):
                told = weigh(rows[walls]) + 0.15 * rng.random(len(walls))
                hardest = rng.permutation(walls[np.argsort(-told)[:HARD_OUT_OF]])[:HARD]
                walls = np.concatenate((walls[:WALLS], hardest))
            else:
                walls = walls[: WALLS + HARD]
            signs += [rows[spots], rows[walls]]
            is_spot += [np.ones(len(spots), np.float32), np.zeros(len(walls), np.float32)]
    return np.concatenate(signs), np.concatenate(is_spot)


def learn(signs: FloatArray, is_spot: FloatArray) -> Layers:
    """Weights and offsets of the layers, in turn; Adam (Kingma and Ba, ICLR 2015) with a cosine rate."""
    rng = np.random.default_rng(SEED)
    sizes = (signs.shape[1], *HIDDEN, 1)
    layers: Layers = []
    for width, after in pairwise(sizes):
        layers += [rng.normal(0, np.sqrt(2.0 / width), (width, after)).astype(np.float32), np.zeros(after, np.float32)]
    first, second = [np.zeros_like(one) for one in layers], [np.zeros_like(one) for one in layers]
    step = 0
    for epoch in range(EPOCHS):
        rate = RATE * 0.5 * (1 + np.cos(np.pi * epoch / EPOCHS))
        for chosen in np.array_split(rng.permutation(len(signs)), len(signs) // BATCH):
            noise = rng.normal(0, NOISE, (len(chosen), signs.shape[1])).astype(np.float32)
            slopes = _find_slopes(layers, signs[chosen] + noise, is_spot[chosen])
            step += 1
            for at, slope in enumerate(slopes):
                first[at] = 0.9 * first[at] + 0.1 * slope
                second[at] = 0.99 * second[at] + 0.01 * slope**2
                size = np.sqrt(second[at] / (1 - 0.99**step)) + 1e-8
                layers[at] = layers[at] - np.float32(rate) * (first[at] / (1 - 0.9**step)) / size
    return layers


def _find_slopes(layers: Layers, signs: FloatArray, is_spot: FloatArray) -> Layers:
    values = _run(layers, signs)
    chance = 1.0 / (1.0 + np.exp(-values[-1][:, 0]))
    back = ((chance - is_spot) * np.where(is_spot > 0, SPOT_WEIGHT, 1.0) / len(signs))[:, None].astype(np.float32)
    slopes: Layers = [np.empty(0, np.float32)] * len(layers)
    for at in range(len(layers) - 2, -1, -2):
        slopes[at] = values[at // 2].T @ back + DECAY * layers[at]
        slopes[at + 1] = back.sum(axis=0)
        if at:
            back = (back @ layers[at].T) * (values[at // 2] > 0)
    return slopes


def _run(layers: Layers, signs: FloatArray) -> Layers:
    values: Layers = [signs]
    for at in range(0, len(layers), 2):
        after = values[-1] @ layers[at] + layers[at + 1]
        values.append(np.maximum(after, 0.0) if at < len(layers) - 2 else after)
    return values


def _make_weigh(mean: FloatArray, spread: FloatArray, layers: Layers) -> Weigh:
    def weigh(signs: FloatArray) -> FloatArray:
        logit = _run(layers, np.clip((signs - mean) / spread, -5.0, 5.0))[-1][:, 0]
        return np.asarray(1.0 / (1.0 + np.exp(-logit)), dtype=np.float32)

    return weigh


def write(path: Path, mean: FloatArray, spread: FloatArray, layers: Layers) -> None:
    """Write the network as JSON, five digits to a number."""
    content = {
        "name": "spots 1",
        "mean": _shorten(mean),
        "spread": _shorten(spread),
        "weights": [_shorten(one) for one in layers[0::2]],
        "offsets": [_shorten(one) for one in layers[1::2]],
    }
    path.write_text(json.dumps(content) + "\n", encoding="utf-8")


def _shorten(values: NDArray[np.floating]) -> list[object]:
    return [_shorten(one) if np.ndim(one) else float(f"{one:.5g}") for one in values]
