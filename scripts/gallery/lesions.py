"""Rows (c) and (d): every type of lesion, and what only looks like one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ductoscope.model import PictureArray
from ductoscope.simulate.breast.lesion import Lesion
from ductoscope.simulate.breast.lesion_kinds import LesionKind, make_lookalike
from ductoscope.simulate.breast.lesion_sites import choose_fork_edge, list_sites
from ductoscope.simulate.drive.pose import tip_pose
from ductoscope.simulate.drive.state import ExamState, TipState
from gallery.setting import Place, Wish, plant, put_particles, stand, stand_before
from gallery.studio import Studio
from gallery.tile import Row, Tile

_PAPILLOMA = (
    "Papilloma: pedunculated, papillary, hemispheric or flat; yellow, white or red; rough or smooth; mostly no "
    "erosion; nearby wall smooth [Chinese consensus 2022]"
)
_MALIGNANT = (
    "Grey-white or pale red superficial elevation, irregular or lobulated, broad base, granular surface, bleeding, "
    "nearby wall thick, stiff, lustreless, punctate or old blood [Chinese consensus 2022]"
)
_JAPAN = "[Japanese Association of Mammary Ductoscopy 2002]"


def list_lesions(studio: Studio) -> tuple[Row, ...]:
    """The rows of lesions and look-alikes."""

    def before(
        wishes: tuple[Wish, ...], away_mm: float = 2.5, seed: int = 0, **how: float
    ) -> Callable[[], PictureArray]:
        def draw() -> PictureArray:
            place = plant(studio.duct, wishes, seed)
            return studio.take(place, stand_before(place, place.tree.lesions[0], away_mm, **how))

        return draw

    yellow = LesionKind("polypoid solitary", "papillary", "stalk", "lobulated", "yellow", "no", 1.2)
    white = LesionKind("polypoid solitary", "papillary", "stalk", "villous", "white", "no", 1.2)
    red = LesionKind("polypoid solitary", "papillary", "stalk", "granular", "red", "no", 1.2)
    dome = LesionKind("polypoid solitary", "hemispheric", "broad", "smooth", "yellow", "no", 1.4)
    flat = LesionKind("polypoid solitary", "flat", "broad", "granular", "white", "no", 1.8)
    many = LesionKind("polypoid multiple", "papillary", "stalk", "lobulated", "red", "no", 1.3)
    carpet = LesionKind("superficial", "carpet", "broad", "granular", "pale red", "on contact", 3.0)
    both = LesionKind("combined", "papillary", "broad", "lobulated", "pale red", "on contact", 3.0)
    plug = LesionKind("polypoid solitary", "hemispheric", "broad", "lobulated", "red", "no", 1.8, is_plug=True)
    ring = LesionKind("superficial", "carpet", "broad", "rough", "grey-white", "no", 3.5, narrows=True)
    bleeds = replace(red, bleeds="on contact")
    return (
        Row(
            "lesions-polypoid",
            "Polypoid, solitary",
            (
                Tile("Yellow, lobulated, on a stalk", f"{_PAPILLOMA}.", before((Wish(yellow, 2.6),))),
                Tile("White, villous, on a stalk", f"{_PAPILLOMA}.", before((Wish(white, 2.6),), seed=1)),
                Tile("Red, granular, on a stalk", f"{_PAPILLOMA}.", before((Wish(red, 2.6),), seed=2)),
                Tile(
                    "Hemispheric, smooth, broad base",
                    "Hemispheric, flat protrusion [Makita 1991]; rough or smooth [Chinese consensus 2022].",
                    before((Wish(dome, 2.2),), seed=3),
                ),
            ),
        ),
        Row(
            "lesions-types",
            "The other types",
            (
                Tile("Polypoid, multiple", f"Polypoid multiple {_JAPAN}.", before((Wish(many, 5.0),), 2.0, seed=4)),
                Tile(
                    "Superficial",
                    f"Superficial: spreading continuous luminal irregularity without elevation {_JAPAN}. {_MALIGNANT}.",
                    before((Wish(carpet, 6.0),), 1.5, seed=5, aim=0.35, lean=0.2),
                ),
                Tile(
                    "Combined",
                    f"Combined: polypoid and superficial {_JAPAN}.",
                    before((Wish(both, 6.0),), 1.5, seed=6, aim=0.4),
                ),
                Tile("Flat protrusion", "Flat protrusion [Makita 1991].", before((Wish(flat, 3.0),), 2.0, seed=7)),
            ),
        ),
        Row(
            "lesions-duct",
            "What lesions do to the duct",
            (
                Tile(
                    "Plug",
                    "Duct amputation, a blunt stop: 35 % of 154 lesions [Zielinski, PMC6208849].",
                    before((Wish(plug, 4.0),), 3.0, seed=8, aim=0.0, lean=0.0),
                ),
                Tile(
                    "Stenosis",
                    "Circular narrowing: 23 % of 154 lesions [Zielinski, PMC6208849].",
                    before((Wish(ring, 4.0),), 2.5, seed=9, aim=0.0, lean=0.0),
                ),
                Tile(
                    "Bleeding on contact",
                    "Red and haemorrhagic; bleeding [Chinese consensus 2022; general knowledge].",
                    lambda: _see_bleeding(studio, Wish(bleeds, 2.6)),
                ),
                Tile(
                    "Several at once",
                    "70 % (19 of 27) had several defects in bloody discharge [Dooley 2002].",
                    before(
                        (
                            Wish(yellow, 1.6, 11.5, 60.0),
                            Wish(red, 2.0, 14.5, 230.0),
                            Wish(dome, 1.2, 16.5, 330.0),
                        ),
                        3.0,
                        seed=10,
                        aim=0.15,
                        lean=0.1,
                    ),
                ),
            ),
        ),
        Row(
            "lesions-sizes",
            "Sizes and distances",
            tuple(
                Tile(
                    f"{size:g} mm at {away:g} mm",
                    "Typical 1 to 10 mm, median about 3 to 4 mm [general knowledge; Witkamp: often a few mm]; "
                    "scopes detect 1 mm and more "
                    "[biologyinsights.com].",
                    before((Wish(red if size < 2 else yellow, size),), away, seed=11, aim=0.75),
                )
                for size in (1.0, 5.0)
                for away in (2.0, 5.0)
            ),
        ),
        Row(
            "look-alikes",
            "Look-alikes: no lesions",
            (
                Tile(
                    "Fold",
                    "Circular folds [general knowledge]; pressure smooths them.",
                    lambda: _see_fold(studio),
                ),
                Tile(
                    "Debris",
                    "White flocculent secretion, floating, washes out [Chinese consensus 6.2].",
                    before((Wish(make_lookalike(np.random.default_rng(1), "debris"), 1.4),), 2.0, seed=12),
                ),
                Tile(
                    "Clot",
                    "Old blood [Chinese consensus 2022].",
                    before((Wish(make_lookalike(np.random.default_rng(1), "clot"), 1.5),), 2.0, seed=13),
                ),
            ),
        ),
        Row(
            "look-alikes-more",
            "More look-alikes",
            (
                Tile(
                    "Bubble on the wall",
                    "Bubbles mimic filling defects in galactography too [radiologykey.com].",
                    lambda: _see_bubble(studio),
                ),
                Tile(
                    "Fork edge",
                    "A sharp carina [general knowledge]: from the side it stands out like a growth.",
                    lambda: _see_fork_edge(studio),
                ),
                Tile(
                    "Petechiae that the scope made",
                    "Blood spots [Chinese consensus 6.2]; these are the tip's own work [assumed].",
                    lambda: _see_petechiae(studio),
                ),
            ),
        ),
    )


def _see_bleeding(studio: Studio, wish: Wish) -> PictureArray:
    place = plant(studio.duct, (wish,), 2)
    lesion = place.tree.lesions[0]
    state = stand_before(place, lesion, 2.5)
    run = [lesion.branch, lesion.arc_mm, lesion.wall_angle_deg, 0.5 + lesion.size_mm / 3.0, 0.8, 1.0]
    fluid = replace(state.fluid, blood_per_mm=0.03)
    return studio.take(place, replace(state, bleeding=((lesion.id, 0.8),), spots=np.array([run]), fluid=fluid))


def _see_fold(studio: Studio) -> PictureArray:
    kind = make_lookalike(np.random.default_rng(1), "fold")
    place = plant(studio.duct, (Wish(kind, 2.6),), 14)
    return studio.take(place, stand_before(place, place.tree.lesions[0], 2.5, pressure_mmhg=30.0))


def _see_bubble(studio: Studio) -> PictureArray:
    place = studio.duct
    state = stand(place, TipState(0, 9.0, (0.0, 0.0), (8.0, 6.0)))
    pose = tip_pose(place.tree, state.tip)
    at = pose @ np.array([0.45, 0.5, 2.6, 1.0])
    return studio.take(place, put_particles(state, np.array([[*at[:3], 0.32, 2.0, 1.0, 1.0, 1.0]])))


def _see_fork_edge(studio: Studio) -> PictureArray:
    place = studio.forked
    reach = tuple((branch.id, branch.length_mm) for branch in place.tree.branches[:3])
    sites = list_sites(place.tree.branches, reach, place.settings)
    edge = choose_fork_edge(np.random.default_rng(0), sites, place.tree.branches[:3], ())
    if edge is None:
        raise ValueError("The forked duct has no edge between its first children.")
    site, angle_deg = edge
    kind = make_lookalike(np.random.default_rng(1), "fork edge")
    grown = plant(place, (Wish(kind, 0.9 * site.working_mm, site.arc_mm, angle_deg, site.branch),), 15)
    return studio.take(grown, _before_edge(grown, grown.tree.lesions[0]))


def _before_edge(place: Place, lesion: Lesion) -> ExamState:
    main = place.tree.branches[0]
    return stand(place, TipState(0, main.length_mm + lesion.arc_mm - 4.0))


def _see_petechiae(studio: Studio) -> PictureArray:
    rng = np.random.default_rng(3)
    count = 9
    spots = np.column_stack(
        [
            np.zeros(count),
            rng.normal(12.6, 0.8, count),
            rng.normal(50.0, 16.0, count),
            rng.uniform(0.04, 0.14, count),
            rng.uniform(0.5, 1.0, count),
            np.zeros(count),
        ]
    )
    state = stand(studio.duct, TipState(0, 9.0, (-0.3, -0.3), (9.0, 9.0)))
    return studio.take(studio.duct, replace(state, spots=spots))
