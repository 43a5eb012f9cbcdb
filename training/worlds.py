"""Worlds and moments to learn from: wide, with many of the rare views that an examination shows for seconds only."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ductoscope.model import BadInputError, Controls
from ductoscope.simulate import PRESETS, WorldSettings
from ductoscope.simulate.breast.access import reachable
from ductoscope.simulate.breast.draw import Breast
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.lumen import round_radius_mm, shape_lumen
from ductoscope.simulate.drive.particles import scatter
from ductoscope.simulate.drive.pose import look
from ductoscope.simulate.drive.shaft import hold_open
from ductoscope.simulate.drive.state import ExamState, FluidState, TipState
from ductoscope.simulate.drive.step import begin_exam, step_exam

Mood = Literal["usual", "turbid", "blood", "bubble", "bright", "shut", "touching", "close"]
"""What a moment is meant to show; what it does show, the simulator's own rules say afterwards."""

_MOODS: dict[Mood, float] = {
    "usual": 0.42, "turbid": 0.09, "blood": 0.11, "bubble": 0.07, "bright": 0.07, "shut": 0.1, "touching": 0.09,
    "close": 0.05,
}  # fmt: skip
_STEP_S = 0.04


@dataclass(frozen=True, slots=True, eq=False)
class Scenery:
    """One breast's discharging duct, and where in it the scope can be: (branch, arc_mm)."""

    breast: Breast
    tree: DuctTree
    ways: tuple[tuple[int, float], ...]


def draw_settings(rng: np.random.Generator) -> tuple[str, WorldSettings]:
    """One world: a preset's name, and its settings varied far beyond what the presets hold."""
    preset = str(rng.choice(["easy", "typical", "hard", "smooth", "empty"], p=[0.2, 0.35, 0.3, 0.05, 0.1]))
    settings = PRESETS[preset]
    changes: dict[str, object] = {
        "cores": int(rng.choice([1600, 3000, 6000, 10_000], p=[0.15, 0.4, 0.35, 0.1])),
        "fps": 12.5,
        "main_mm": float(rng.uniform(1.3, 2.6)),
        "crosstalk": float(rng.uniform(0.05, 0.3)),
        "dead": float(rng.uniform(0.0, 0.02)),
    }
    if preset not in ("smooth", "empty"):
        changes |= {
            "lesions": int(rng.integers(1, 5)),
            "lesion_mm": float(np.exp(rng.uniform(math.log(0.8), math.log(5.0)))),
            "lookalikes": int(rng.integers(0, 7)),
        }
    if preset != "smooth" and rng.random() < 0.6:
        changes |= {name: float(rng.uniform(0.0, 2.0)) for name in ("texture", "folds", "vessels")}
    if rng.random() < 0.4:
        changes["inflammation"] = float(rng.uniform(0.0, 0.8))
    if rng.random() < 0.4:
        changes |= {
            "near_mm": float(rng.uniform(0.6, 2.0)),
            "focus_mm": float(rng.uniform(2.2, 5.0)),
            "far_mm": float(rng.uniform(8.0, 16.0)),
            "field_of_view_air_deg": float(rng.uniform(60.0, 90.0)),
            "light_offset_mm": float(rng.uniform(0.15, 0.4)),
        }
    try:
        return preset, replace(settings, **changes)
    except BadInputError:
        return draw_settings(rng)


def survey(breast: Breast) -> Scenery:
    """The discharging duct of a breast."""
    tree = breast.tree(breast.discharging)
    return Scenery(breast, tree, reachable(tree, breast.settings))


def draw_moment(scenery: Scenery, rng: np.random.Generator) -> tuple[Mood, ExamState, ExamState]:
    """A moment anywhere in the duct: its mood, the state a step before, and the state."""
    settings, tree = scenery.breast.settings, scenery.tree
    mood = rng.choice(list(_MOODS), p=list(_MOODS.values()))
    distension = settings.distension
    pressure_mmhg = float(rng.uniform(0.0, 9.0) if mood == "shut" else np.clip(rng.normal(58.0, 20.0), 12.0, 120.0))
    branch, arc_mm = _draw_place(mood, scenery, rng)
    state = replace(
        begin_exam(tree, replace(settings, flakes=0, bubbles=0)),
        t_s=float(rng.uniform(0.0, 600.0)),
        tip=TipState(branch, arc_mm),
        roundness=distension.roundness(pressure_mmhg),
        fold_share=distension.fold_share(pressure_mmhg),
        stretch_pressure_mmhg=pressure_mmhg,
        opened_mm=hold_open(tree, TipState(branch, arc_mm)),
        spots=_draw_spots(branch, arc_mm, rng),
    )
    lumen = shape_lumen(tree, settings, distension, state)
    room_mm = max(
        round_radius_mm(lumen, tree.branches[branch], arc_mm) * min(1.0, 1.6 * state.roundness) - lumen.scope_radius_mm,
        0.02,
    )
    tip = _draw_tip(mood, branch, arc_mm, room_mm, rng)
    fluid = _draw_fluid(mood, pressure_mmhg, rng)
    floating = replace(settings, flakes=int(rng.integers(0, 25)), bubbles=int(rng.integers(0, 3)))
    particles = scatter(lumen, floating, tip, rng) if not fluid.is_air else np.zeros((0, 8))
    if mood == "bubble":
        particles = np.vstack([particles, _draw_bubbles(tree, tip, rng)])
    before = replace(state, tip=tip, fluid=replace(fluid, particles=particles))
    controls = Controls(
        push=float(rng.uniform(-1.0, 1.0)) * float(rng.random() < 0.7),
        bend_x=float(np.clip(rng.normal(0.0, 0.3), -1, 1)),
        bend_y=float(np.clip(rng.normal(0.0, 0.3), -1, 1)),
        roll=float(np.clip(rng.normal(0.0, 0.4), -1, 1)),
        hold=mood in ("touching", "close") or bool(rng.random() < 0.2),
    )
    if mood == "touching":
        return mood, before, before
    after = step_exam(tree, settings, distension, before, controls, _STEP_S, rng)
    # A step lets fluid, pressure and shape go on; they are to stay as drawn.
    return (
        mood,
        before,
        replace(after, fluid=before.fluid, roundness=before.roundness, fold_share=before.fold_share),
    )


def _draw_place(mood: Mood, scenery: Scenery, rng: np.random.Generator) -> tuple[int, float]:
    ways = scenery.ways
    lengths = np.array([length for _, length in ways])
    branch, length = ways[int(rng.choice(len(ways), p=np.sqrt(lengths) / np.sqrt(lengths).sum()))]
    reach = dict(ways)
    lesions = [each for each in scenery.tree.lesions if each.branch in reach]
    chance = rng.random()
    if mood == "touching" and lesions and chance < 0.6:
        # A tip that was pushed against a lesion.
        lesion = lesions[int(rng.integers(len(lesions)))]
        branch, length = lesion.branch, reach[lesion.branch]
        arc_mm = lesion.arc_mm - rng.uniform(0.0, 0.5 * lesion.size_mm + 0.6)
    elif mood == "touching":
        # Where a duct ends, narrows or forks, the wall lies ahead.
        arc_mm = length - rng.exponential(0.8)
    elif mood == "shut" and chance < 0.5:
        # Every examination begins in the neck, before anybody flushed.
        branch, length = ways[0]
        arc_mm = 0.5 + rng.exponential(1.5)
    elif chance < 0.3 and lesions:
        lesion = lesions[int(rng.integers(len(lesions)))]
        branch, length = lesion.branch, reach[lesion.branch]
        arc_mm = lesion.arc_mm - rng.uniform(-0.5, 7.0)
    elif chance < 0.5:
        arc_mm = length - rng.uniform(0.0, 6.0)
    elif chance < 0.6:
        arc_mm = rng.uniform(0.0, 2.0)
    else:
        arc_mm = rng.uniform(0.0, length)
    return branch, float(np.clip(arc_mm, min(0.5, length), length))


def _draw_tip(mood: Mood, branch: int, arc_mm: float, room_mm: float, rng: np.random.Generator) -> TipState:
    towards = rng.uniform(0.0, 2.0 * math.pi)
    if mood in ("touching", "bright", "close"):
        # A soft wall gives way to a tip that leans on it.
        off_mm = room_mm * rng.uniform(0.7, 1.0) + (rng.uniform(0.0, 0.4) if mood == "touching" else 0.0)
        tilt_deg = rng.uniform(0.0, 75.0) if mood == "touching" else rng.uniform(5.0, 40.0)
        look_rad = towards + rng.normal(0.0, 0.3)
    else:
        off_mm = room_mm * math.sqrt(rng.random())
        tilt_deg = abs(rng.normal(0.0, 9.0))
        look_rad = rng.uniform(0.0, 2.0 * math.pi)
    return TipState(
        branch,
        arc_mm,
        (off_mm * math.cos(towards), off_mm * math.sin(towards)),
        (tilt_deg * math.cos(look_rad), tilt_deg * math.sin(look_rad)),
        float(rng.uniform(0.0, 360.0)),
    )


def _draw_fluid(mood: Mood, pressure_mmhg: float, rng: np.random.Generator) -> FluidState:
    turbid, blood = float(np.exp(rng.uniform(math.log(0.005), math.log(0.2)))), 0.0
    if rng.random() < 0.35:
        blood = float(np.exp(rng.uniform(math.log(0.005), math.log(0.25))))
    if mood == "turbid":
        turbid = float(rng.uniform(0.12, 0.8))
    elif mood == "blood":
        blood = float(np.exp(rng.uniform(math.log(0.12), math.log(3.0))))
    is_air = mood in ("usual", "bright", "close") and rng.random() < 0.06
    return FluidState(is_air, pressure_mmhg, 0.0, turbid, blood, 0.0, 0.0, np.zeros((0, 8)))


def _draw_bubbles(tree: DuctTree, tip: TipState, rng: np.random.Generator) -> np.ndarray:
    place, ahead = (np.array(each) for each in look(tree, tip))
    bubbles = []
    for _ in range(int(rng.integers(1, 4))):
        away_mm = rng.uniform(0.35, 1.6)
        radius_mm = min(away_mm * rng.uniform(0.12, 0.5), 0.5)
        side = rng.normal(size=3)
        side -= (side @ ahead) * ahead
        side /= np.linalg.norm(side)
        bubbles.append([*(place + away_mm * (ahead + side * rng.uniform(0.0, 0.4))), radius_mm, 2, 1.0, 1.0, 1.0])
    return np.array(bubbles)


def _draw_spots(branch: int, arc_mm: float, rng: np.random.Generator) -> np.ndarray:
    """Petechiae and running blood on the wall ahead, in a fifth of the moments."""
    if rng.random() > 0.2:
        return np.zeros((0, 6))
    count = int(rng.integers(1, 6))
    return np.column_stack(
        [
            np.full(count, branch),
            arc_mm + rng.uniform(0.5, 7.0, count),
            rng.uniform(0.0, 360.0, count),
            rng.uniform(0.05, 0.5, count),
            rng.uniform(0.3, 1.0, count),
            rng.integers(0, 2, count),
        ]
    ).astype(np.float64)
