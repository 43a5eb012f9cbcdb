"""Tile and Row: one picture of the gallery with the words that it should show, and the pictures shown side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ductoscope.model import PictureArray


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """One picture.

    title: a few words. words: what it should show, in the words of the source in brackets at their end. draw: makes
    the picture, (S, S, 3) uint8 RGB, the same at every call.
    """

    title: str
    words: str
    draw: Callable[[], PictureArray]


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """Pictures side by side in one file `name`.jpg, under a heading."""

    name: str
    heading: str
    tiles: tuple[Tile, ...]
