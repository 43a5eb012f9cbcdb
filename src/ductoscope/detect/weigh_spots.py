"""Weigh spots: the chance of every pixel that something stands out there, by a small network over its signs.

Three layers, some 1,500 weights, learned by `python -m training.fit_spots` from simulated pictures. They
are text, so that anybody can read them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources

import cv2
import numpy as np

from ductoscope.detect.spot_signs import list_signs
from ductoscope.model import FloatArray, Outlook, Raster, freeze

_FARTHEST = 5.0
_LEAST = 1e-4
"""No chance is so small that the other opinion could not outweigh it."""
_OFTENER = 1.2
"""What both think is truer than their mean odds say (logarithm; fitted on the four tuning worlds, simulation)."""


@dataclass(frozen=True, slots=True, eq=False)
class SpotNet:
    """The network. mean, spread: (K,) of the signs; weights and offsets of its layers."""

    name: str
    mean: FloatArray
    spread: FloatArray
    weights: tuple[FloatArray, ...]
    offsets: tuple[FloatArray, ...]


@lru_cache(maxsize=1)
def open_spot_net() -> SpotNet:
    """The network that comes with Ductoscope."""
    text = (resources.files("ductoscope.detect") / "models" / "spots.json").read_text(encoding="utf-8")
    content = json.loads(text)
    mean, spread = (freeze(np.array(content[name], dtype=np.float32)) for name in ("mean", "spread"))
    weights, offsets = (
        tuple(freeze(np.array(each, dtype=np.float32)) for each in content[name]) for name in ("weights", "offsets")
    )
    return SpotNet(content["name"], mean, spread, weights, offsets)


def weigh_spots(raster: Raster, outlook: Outlook) -> Outlook:
    """The outlook with this network's spots joined to the eye's, as the geometric mean of their odds.

    Each errs where the other does not: a lesion is where both think so. The classical eye's own spots tell nothing that
    is not among the signs, and are replaced.
    """
    signs, seen = list_signs(raster)
    chance = _weigh(signs, open_spot_net()) * seen
    size = (raster.size, raster.size)
    whole = np.asarray(cv2.resize(chance, size, interpolation=cv2.INTER_LINEAR), dtype=np.float32)
    if not outlook.eye.startswith("classical"):
        whole = _join(whole, outlook.spot)
    return replace(outlook, spot=np.asarray(whole * raster.seen, dtype=np.float32))


def _join(one: FloatArray, other: FloatArray) -> FloatArray:
    logit = 0.5 * (_find_logit(one) + _find_logit(other)) + _OFTENER
    return np.asarray(1.0 / (1.0 + np.exp(-logit)), dtype=np.float32)


def _find_logit(chance: FloatArray) -> FloatArray:
    bounded = np.clip(chance, _LEAST, 1.0 - _LEAST)
    return np.asarray(np.log(bounded / (1.0 - bounded)), dtype=np.float32)


def _weigh(signs: FloatArray, net: SpotNet) -> FloatArray:
    values = np.clip((signs.reshape(-1, signs.shape[2]) - net.mean) / net.spread, -_FARTHEST, _FARTHEST)
    for weight, offset in zip(net.weights[:-1], net.offsets[:-1], strict=True):
        values = np.maximum(values @ weight + offset, 0.0)
    logit = np.clip(values @ net.weights[-1] + net.offsets[-1], -30.0, 30.0)
    return np.asarray((1.0 / (1.0 + np.exp(-logit))).reshape(signs.shape[:2]), dtype=np.float32)
