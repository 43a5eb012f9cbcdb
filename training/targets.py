"""What is learned: maps, and every view word but "calibration lost", which no picture tells."""

from __future__ import annotations

from ductoscope.model import ViewWord

WORDS: tuple[ViewWord, ...] = (
    "clear",
    "turbid",
    "blood",
    "red-out",
    "white-out",
    "bubble",
    "collapsed",
    "defocused",
)
MAPS = ("distance", "mouth", "edge", "spot", "clear")
NEAREST_MM, FARTHEST_MM = 0.1, 25.0
"""Distances are learned between these."""
