"""A straight duct of 10 mm with one child to the side: small enough to know every number of it."""

from __future__ import annotations

import numpy as np

from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.breast.duct_tree import Branch, DuctTree
from ductoscope.simulate.breast.lesion import Lesion
from ductoscope.simulate.breast.wall import Wall
from ductoscope.simulate.drive.state import NO_SPOTS, ExamState, FluidState, TipState
from ductoscope.simulate.light.sight import Sight


def make_branch(id_: int, start: tuple[float, float, float], along: tuple[float, float, float], length_mm: float,
                radius_mm: float, **what: object) -> Branch:  # fmt: skip
    rows = round(length_mm / LINE_MM) + 1
    ahead = np.array(along) / np.linalg.norm(along)
    down = np.array([0.0, 1.0, 0.0])
    right = np.cross(down, ahead)
    arcs = np.arange(rows) * LINE_MM
    line = np.hstack([np.array(start) + arcs[:, None] * ahead, *(np.tile(v, (rows, 1)) for v in (ahead, right, down))])
    flat = np.zeros((4, 4), dtype=np.float32)
    wall = Wall((np.full((4, 4, 4), 200, dtype=np.uint8),), length_mm / 3, flat, flat, flat, length_mm / 3)
    facts: dict[str, object] = {"parent": None, "order": 0, "children": (), "start_mm": 0.0} | what
    return Branch(
        id=id_, line=line, radius_mm=np.full(rows, radius_mm), stiffness=np.ones(rows), slit_deg=0.0, wall=wall, **facts
    )  # type: ignore[arg-type]


def make_lesion(**what: object) -> Lesion:
    facts: dict[str, object] = {
        "id": "A", "type": "polypoid solitary", "is_lesion": True, "branch": 0, "arc_mm": 5.0, "depth_mm": 5.0,
        "wall_angle_deg": 0.0, "size_mm": 1.0, "height_mm": 0.5, "base": "stalk", "surface": "smooth",
        "colour": "red", "bleeds": "no", "stiffness": 1.0, "obstructs": 0.1, "narrows": False, "is_loose": False,
        "lobes": np.array([[0.0, 0.0, 0.25, 0.25, 0.8, 0.2, 0.2, 0.5]]),
    } | what  # fmt: skip
    return Lesion(**facts)  # type: ignore[arg-type]


def make_tree(*lesions: Lesion) -> DuctTree:
    main = make_branch(0, (0.0, 0.0, 0.0), (0.0, 0.0, 1.0), 10.0, 1.0, children=(1,))
    side = make_branch(1, (0.0, 0.0, 10.0), (1.0, 0.0, 0.2), 4.0, 0.5, parent=0, order=1, start_mm=10.0)
    return DuctTree(0, (main, side), lesions)


def make_state(**what: object) -> ExamState:
    """Rest at 60 mmHg, round and clear, the tip 2 mm deep in the middle."""
    fluid = FluidState(False, 60.0, 0.0, 0.0, 0.0, 0.0, 0.0, np.zeros((0, 8)))
    facts: dict[str, object] = {
        "t_s": 0.0, "tip": TipState(0, 2.0), "fluid": fluid, "contact": None, "roundness": 1.0, "fold_share": 0.25,
        "stretch_pressure_mmhg": 0.0, "bleeding": (), "gone": frozenset(), "spots": NO_SPOTS,
        "opened_mm": np.zeros(2), "burst": frozenset(), "pain": 0.0,
    } | what  # fmt: skip
    return ExamState(**facts)  # type: ignore[arg-type]


def make_sight(cores: int, **what: object) -> Sight:
    """Every core sees wall 3 mm away, sharp and clear, at arc 5 and angle 0 of branch 0."""
    ones = np.ones(cores, dtype=np.float32)
    facts: dict[str, np.ndarray] = {
        "light": np.full((cores, 3), 0.4, dtype=np.float32), "distance_mm": 3.0 * ones,
        "branch": np.zeros(cores, dtype=np.int16), "arc_mm": 5.0 * ones, "angle_deg": 0.0 * ones,
        "lesion": np.full(cores, -1, dtype=np.int16), "veil": 0.0 * ones, "blur_cores": 0.5 * ones,
        "particle": np.full(cores, -1, dtype=np.int8),
    }  # fmt: skip
    for name, value in what.items():
        facts[name] = np.broadcast_to(np.asarray(value, dtype=facts[name].dtype), facts[name].shape).copy()
    return Sight(**facts)
