"""Rows (b): the wall and the ducts without anything in them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ductoscope.model import PictureArray
from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.drive.state import TipState
from gallery.setting import LONG_DUCT, Place, draw_place, stand
from gallery.studio import Studio
from gallery.tile import Row, Tile

_NEAR_FORK_MM, _FAR_FORK_MM = 2.0, 5.0


def list_walls(studio: Studio) -> tuple[Row, ...]:
    """The rows of walls and ducts."""
    duct = studio.duct
    return (
        Row(
            "wall",
            "The wall",
            (
                Tile(
                    "Normal",
                    "White or pale, smooth, glossy, vessels clearly visible; no floccules, no congestion "
                    "[Chinese consensus 6.1].",
                    lambda: studio.take(duct, stand(duct, TipState(0, 6.0, (0.0, 0.0), (9.0, 6.0)))),
                ),
                Tile(
                    "Inflamed",
                    "Rough, lustreless, inelastic, red from capillaries, blood spots and patches, ulcers, flocculent "
                    "web [Chinese consensus 6.2].",
                    lambda: studio.take(
                        studio.inflamed, stand(studio.inflamed, TipState(0, 6.0, (0.0, 0.0), (9.0, 6.0)))
                    ),
                ),
                Tile(
                    "Folds, relaxed (10 mmHg)",
                    "Circular folds [general knowledge]; not yet circular below 20 to 40 mmHg [assumed].",
                    lambda: studio.take(duct, stand(duct, TipState(0, 13.0), 10.0)),
                ),
                Tile(
                    "The same under pressure (60 mmHg)",
                    "Circular at 20 to 40 mmHg, diameter gain 1.5 to 3 times [assumed].",
                    lambda: studio.take(duct, stand(duct, TipState(0, 13.0), 60.0)),
                ),
            ),
        ),
        Row(
            "ducts",
            "The ducts",
            (
                Tile(
                    "Fork from afar",
                    "Tree-like branch openings [Chinese consensus 6.1].",
                    lambda: studio.take(studio.forked, stand(studio.forked, _before_fork(studio.forked, 6.0))),
                ),
                Tile(
                    "Fork with its carina",
                    "Branch points: dark round or oval openings with a sharp carina [general knowledge].",
                    lambda: studio.take(studio.forked, stand(studio.forked, _before_fork(studio.forked, 2.5))),
                ),
                Tile(
                    "Neck",
                    "Very narrow beneath the skin, gradually larger deeper [Rusby 2007, trend]; dilated to the scope.",
                    lambda: studio.take(duct, stand(duct, TipState(0, 0.3), 25.0)),
                ),
                Tile(
                    "Ectatic stretch",
                    "Ectasia: wider than 2 mm, more than 3 mm in an ampulla [general knowledge].",
                    lambda: studio.take(studio.wide, stand(studio.wide, _before_widest(studio.wide))),
                ),
            ),
        ),
        Row(
            "ducts-special",
            "Ducts that are not as usual",
            (
                Tile(
                    "Ampulla",
                    "A mild optional ampulla, 2 to 4 mm wide, at 5 to 20 mm depth [assumed; disputed: Ramsay 2005].",
                    lambda: _see_ampulla(studio),
                ),
                Tile(
                    "Stiff segment",
                    "Nearby wall thick, stiff, lustreless [Chinese consensus]: the ring does not open with the rest.",
                    lambda: _see_stiff(studio),
                ),
                Tile(
                    "Extravasation",
                    "Over-pressure: white feathery loose tissue, loss of lumen [general knowledge].",
                    lambda: studio.take(duct, replace(stand(duct, TipState(0, 9.0), 150.0), burst=frozenset({0}))),
                ),
                Tile(
                    "A thin branch",
                    "Child by parent diameter about 0.7 [Geddes 2009]: the wall comes near.",
                    lambda: studio.take(studio.duct, stand(studio.duct, TipState(2, 8.0))),
                ),
            ),
        ),
    )


def _before_fork(place: Place, away_mm: float) -> TipState:
    return TipState(0, place.tree.branches[0].length_mm - away_mm)


def _before_widest(place: Place) -> TipState:
    """Where the widest branch begins to widen."""
    branch = max(place.tree.branches, key=lambda each: float(each.radius_mm.max()))
    widest = int(np.argmax(branch.radius_mm))
    narrow = branch.radius_mm[:widest] < 0.5 * (branch.radius_mm[widest] + branch.radius_mm[: widest + 1].min())
    first = int(np.flatnonzero(narrow)[-1]) if narrow.any() else 0
    return TipState(branch.id, max(first * LINE_MM + 1.0, 1.0), (0.0, 0.0), (8.0, 8.0))


def _see_ampulla(studio: Studio) -> PictureArray:
    place = draw_place(5, replace(LONG_DUCT, ampulla_share=1.0, main_mm=1.5))
    return studio.take(place, stand(place, _before_widest(place)))


def _see_stiff(studio: Studio) -> PictureArray:
    """The same duct with a ring of 3 mm that yields a quarter as much."""
    duct = studio.duct
    main = duct.tree.branches[0]
    off = (np.arange(len(main.stiffness)) * LINE_MM - 12.5) / 1.5
    stiff = replace(main, stiffness=1.0 + 5.0 * np.exp(-(off**4)))
    place = Place(duct.breast, replace(duct.tree, branches=(stiff, *duct.tree.branches[1:])))
    return studio.take(place, stand(place, TipState(0, 7.5)))
