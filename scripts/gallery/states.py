"""Rows (a): what the view is like: clear, and everything that hides the wall."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from ductoscope.model import PictureArray
from ductoscope.simulate.drive.lumen import shape_lumen
from ductoscope.simulate.drive.particles import scatter
from ductoscope.simulate.drive.pose import tip_pose
from ductoscope.simulate.drive.state import ExamState, TipState
from ductoscope.simulate.eye import open_shutter
from gallery.setting import LONG_DUCT, Place, put_particles, read_radius, stand
from gallery.studio import Studio
from gallery.tile import Row, Tile

_ARC_MM = 9.0
_PANS_DEG = 5.0
_CREEPS_MM = 0.08


def list_states(studio: Studio) -> tuple[Row, ...]:
    """The rows of view states."""
    place, settings = studio.duct, studio.duct.settings
    on_axis = stand(place, TipState(0, _ARC_MM))
    on_wall = stand(place, TipState(0, _ARC_MM, (-0.3, -0.3), (14.0, 14.0)))
    fluid = on_axis.fluid

    def see(wanted: str, state: ExamState) -> PictureArray:
        return studio.take_as(wanted, place, state)

    def clouded() -> PictureArray:
        lumen = shape_lumen(place.tree, settings, settings.distension, on_axis)
        flaky = replace(settings, flakes=14)
        flakes = scatter(lumen, flaky, on_axis.tip, np.random.default_rng(5))
        return see("turbid", replace(on_axis, fluid=replace(fluid, turbid_per_mm=0.19, particles=flakes)))

    def floating() -> PictureArray:
        lumen = shape_lumen(place.tree, settings, settings.distension, on_axis)
        flakes = scatter(lumen, replace(settings, flakes=16, flake_mm=0.3), on_axis.tip, np.random.default_rng(8))
        return see("clear", put_particles(on_axis, flakes))

    def behind_bubble() -> PictureArray:
        return see("bubble", _put_bubble(place, on_axis, 1.15, 0.42, (0.08, 0.0)))

    def moved() -> PictureArray:
        pose = tip_pose(place.tree, on_axis.tip)
        earlier = tip_pose(place.tree, TipState(0, _ARC_MM - _CREEPS_MM, (0.0, 0.0), (-_PANS_DEG, 0.0)))
        glance = open_shutter(place.breast, place.tree, on_axis, earlier, 1.0 / settings.fps, settings.shutter_s)
        assert np.array_equal(glance.duct_from_tip, pose)
        return studio.camera.take(place, on_axis, glance.poses).picture

    clear = Tile(
        "Clear",
        "White or pale, smooth, glossy, vessels clearly visible; circular folds, fades to a dark lumen centre "
        "[Chinese consensus 6.1; general knowledge].",
        lambda: see("clear", on_axis),
    )
    return (
        Row(
            "states-fluid",
            "What the fluid does to the view",
            (
                clear,
                Tile(
                    "Turbid",
                    "Turbidity: milky secretion, protein, foam cells [general knowledge].",
                    clouded,
                ),
                Tile(
                    "Blood",
                    "Blood: a little blood blinds [general knowledge].",
                    lambda: see("blood", replace(on_axis, fluid=replace(fluid, blood_per_mm=0.3))),
                ),
                Tile(
                    "Flakes and fibrin",
                    "White flocculent secretion or fibrous net, floating, washes out [Chinese consensus 6.2].",
                    floating,
                ),
            ),
        ),
        Row(
            "states-tip",
            "What the tip's place does to the view",
            (
                Tile(
                    "Red-out",
                    "Red-out: the tip lies on the wall [general knowledge].",
                    lambda: see("red-out", _press(place, 0.06)),
                ),
                Tile(
                    "White-out",
                    "White-out: specular or near wall [general knowledge].",
                    lambda: see("white-out", _press(place, 0.55)),
                ),
                Tile("Bubble", "Bubbles [general knowledge].", behind_bubble),
                Tile(
                    "Collapsed",
                    "Collapse of the lumen between flushes; collapsed slit at 0 pressure [general knowledge; assumed].",
                    lambda: see("collapsed", _collapse(place)),
                ),
            ),
        ),
        Row(
            "states-optics",
            "What the optics do to the view",
            (
                Tile(
                    "Defocused",
                    "Defocus: here the head was focused at 15 mm; focus is set before insertion [Medscape 1894873].",
                    lambda: studio.take_defocused(place, on_axis),
                ),
                Tile(
                    "Motion blur",
                    f"Motion blur: the tip swings {_PANS_DEG * settings.fps:.0f}° a second [general knowledge].",
                    moved,
                ),
                Tile(
                    "In saline",
                    "Normal saline replaced air: 70° of view in air are 51° in saline [Dooley; Snell's law].",
                    lambda: see("clear", on_axis),
                ),
                Tile(
                    "In air",
                    "Older practice used air: very limited optics [Dooley]. The same place: a wider view, a film that "
                    "mirrors 80 times as strongly.",
                    lambda: studio.camera.take(place, replace(on_axis, fluid=replace(fluid, is_air=True))).picture,
                ),
            ),
        ),
        Row(
            "states-fibre",
            "What the fibre does to the view",
            (
                Tile(
                    "As the camera gives it",
                    "Honeycomb, dead cores, vignetting [general knowledge].",
                    lambda: studio.take_raw(place, on_wall, 1.0),
                ),
                Tile("The same, restored", "What a user of the workstation sees.", lambda: see("clear", on_wall)),
                Tile(
                    "Four times enlarged",
                    "10,000 cores are 105 across the diameter [by arithmetic].",
                    lambda: studio.take_raw(place, on_wall, 4.0),
                ),
                Tile(
                    "The same part, restored",
                    "What a user of the workstation sees when zooming in.",
                    lambda: studio.take_enlarged(place, on_wall, 4.0),
                ),
            ),
        ),
    )


def _press(place: Place, before_wall_mm: float) -> ExamState:
    """The tip beside the wall, turned steeply towards it, its lens so far from it."""
    tilt_deg = 68.0
    radius_mm = read_radius(place, 0, _ARC_MM, LONG_DUCT.working_mmhg)
    off_mm = radius_mm - before_wall_mm * math.sin(math.radians(tilt_deg))
    return stand(place, TipState(0, _ARC_MM, (off_mm, 0.0), (tilt_deg, 0.0)))


def _collapse(place: Place) -> ExamState:
    """A slit; the light beside the lens lies along it, as a tip finds its way into one."""
    return stand(place, TipState(0, _ARC_MM, roll_deg=place.tree.branches[0].slit_deg + 90.0), 1.0)


def _put_bubble(
    place: Place, state: ExamState, away_mm: float, radius_mm: float, off_mm: tuple[float, float]
) -> ExamState:
    pose = tip_pose(place.tree, state.tip)
    at = pose @ np.array([*off_mm, away_mm, 1.0])
    return put_particles(state, np.array([[*at[:3], radius_mm, 2.0, 1.0, 1.0, 1.0]]))
