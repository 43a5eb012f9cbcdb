"""Draw docs/pictures/gallery/*.jpg and docs/gallery.md: how the simulated breast looks, beside the sources' words.

Run `python scripts/draw_gallery.py`, or with names of rows to draw only those pictures; the page is always written
whole. The same code gives the same pictures. It stops when a view is no longer in the state that it should show.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
from gallery.examination import list_examination
from gallery.lesions import list_lesions
from gallery.page import write_page
from gallery.states import list_states
from gallery.studio import Studio
from gallery.take import TILE_PX
from gallery.tile import Row
from gallery.walls import list_walls

from ductoscope.model import PictureArray

DOCS = Path(__file__).parents[1] / "docs"
_GAP_PX = 6
_QUALITY = 85
_GREY = (170, 170, 170)


def compose(row: Row) -> PictureArray:
    """A row's pictures side by side, lettered, each marked as simulated."""
    tiles = [_mark(tile.draw(), chr(ord("a") + number)) for number, tile in enumerate(row.tiles)]
    gap = np.zeros((TILE_PX, _GAP_PX, 3), dtype=np.uint8)
    parts = [part for tile in tiles for part in (gap, tile)][1:]
    return np.hstack(parts)


def _mark(picture: PictureArray, letter: str) -> PictureArray:
    marked = picture.copy()
    cv2.putText(marked, letter, (8, 24), cv2.FONT_HERSHEY_SIMPLEX, 0.8, _GREY, 1, cv2.LINE_AA)
    cv2.putText(marked, "simulated", (6, TILE_PX - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.4, _GREY, 1, cv2.LINE_AA)
    return marked


def main(names: list[str]) -> None:
    """Draw the rows of these names, all of them when there are none, and write the page."""
    studio = Studio()
    chapters = {
        "What hides the wall": list_states(studio),
        "The wall and the ducts": list_walls(studio),
        "Lesions and look-alikes": list_lesions(studio),
        "A simulated examination": list_examination(),
    }
    folder = DOCS / "pictures" / "gallery"
    folder.mkdir(parents=True, exist_ok=True)
    for rows in chapters.values():
        for row in rows:
            if names and row.name not in names:
                continue
            bgr = cv2.cvtColor(compose(row), cv2.COLOR_RGB2BGR)
            cv2.imwrite(str(folder / f"{row.name}.jpg"), bgr, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    (DOCS / "gallery.md").write_text(write_page(chapters), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
