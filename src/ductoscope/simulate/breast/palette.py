"""Albedos of what grows or lies in a duct, by the words for its colour; linear light, assumed."""

from __future__ import annotations

import numpy as np

from ductoscope.model import DoubleArray

BASES: dict[str, DoubleArray] = {
    "yellow": np.array([0.80, 0.48, 0.33]),
    "white": np.array([0.84, 0.61, 0.55]),
    "red": np.array([0.60, 0.18, 0.17]),
    "grey-white": np.array([0.70, 0.56, 0.51]),
    "pale red": np.array([0.76, 0.41, 0.37]),
    "brown": np.array([0.18, 0.040, 0.028]),
}
"""Near the wall and between the fronds, where blood shows."""

TIPS: dict[str, DoubleArray] = {
    "yellow": np.array([0.93, 0.77, 0.54]),
    "white": np.array([0.92, 0.84, 0.78]),
    "red": np.array([0.85, 0.42, 0.36]),
    "grey-white": np.array([0.83, 0.77, 0.72]),
    "pale red": np.array([0.88, 0.63, 0.57]),
    "brown": np.array([0.32, 0.09, 0.055]),
}
"""At the ends of fronds, thin and pale."""

OLD_BLOOD = np.array([0.33, 0.13, 0.07])
FRESH_BLOOD = np.array([0.50, 0.05, 0.04])
