"""A small duct tree that no random numbers drew, for tests of what is seen in one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ductoscope.model import DoubleArray, FloatArray
from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.breast.distension import Distension
from ductoscope.simulate.breast.duct_tree import Branch, DuctTree
from ductoscope.simulate.breast.lesion import Lesion
from ductoscope.simulate.breast.wall import Wall
from ductoscope.simulate.drive.state import NO_SPOTS, ExamState, FluidState, TipState

Relief = Callable[[DoubleArray, DoubleArray], DoubleArray]
"""Height in mm by place along in mm and angle around in rad."""

RELIEF_MM = 0.05
RELIEF_COLUMNS = 128


def make_wall(
    length_mm: float,
    *,
    fold: Relief | None = None,
    bump: Relief | None = None,
    colour: tuple[float, float, float] = (0.9, 0.75, 0.7),
    gloss: float = 0.9,
) -> Wall:
    """A wall of one colour with this relief."""
    rows = int(length_mm / RELIEF_MM) + 2
    along, around = np.meshgrid(
        np.arange(rows) * RELIEF_MM, np.arange(RELIEF_COLUMNS) * (2.0 * np.pi / RELIEF_COLUMNS), indexing="ij"
    )

    def heights(relief: Relief | None) -> FloatArray:
        return np.asarray(np.zeros_like(along) if relief is None else relief(along, around), dtype=np.float32)

    texel = np.array([*(round(255 * part) for part in colour), 128], dtype=np.uint8)
    levels = tuple(np.broadcast_to(texel, (4 * rows >> k, 256 >> k, 4)).copy() for k in range(4))
    return Wall(levels, 0.0125, heights(fold), heights(bump), np.full(along.shape, gloss, np.float32), RELIEF_MM)


def make_line(start: DoubleArray, frame: DoubleArray, turns_rad: Sequence[float] | DoubleArray) -> DoubleArray:
    """A centreline from `start`, its directions (along, right, down), turning towards `right` row by row."""
    line = np.empty((len(turns_rad) + 1, 12))
    place = np.asarray(start, dtype=np.float64)
    for row in range(len(line)):
        line[row] = np.concatenate([place, frame.ravel()])
        if row < len(turns_rad):
            cos, sin = np.cos(turns_rad[row]), np.sin(turns_rad[row])
            along, right, down = frame
            frame = np.stack([cos * along + sin * right, cos * right - sin * along, down])
            place = place + LINE_MM * 0.5 * (along + frame[0])
    return line


def make_branch(
    line: DoubleArray,
    radius_mm: float | DoubleArray,
    wall: Wall,
    *,
    number: int = 0,
    parent: int | None = None,
    children: tuple[int, ...] = (),
    start_mm: float = 0.0,
    slit_deg: float = 0.0,
) -> Branch:
    """One branch of usual stiffness."""
    return Branch(
        id=number,
        parent=parent,
        order=0 if parent is None else 1,
        children=children,
        start_mm=start_mm,
        line=line,
        radius_mm=np.broadcast_to(np.asarray(radius_mm, dtype=np.float64), (len(line),)).copy(),
        stiffness=np.ones(len(line)),
        slit_deg=slit_deg,
        wall=wall,
    )


def make_tube(length_mm: float, radius_mm: float, **wall: object) -> DuctTree:
    """One straight tube along +z."""
    line = make_line(np.zeros(3), _ahead(), np.zeros(round(length_mm / LINE_MM)))
    return DuctTree(1, (make_branch(line, radius_mm, make_wall(length_mm, **wall)),), ())  # type: ignore[arg-type]


def make_fork(lesions: tuple[Lesion, ...] = ()) -> DuctTree:
    """A straight parent, 6 mm long, and two children that turn 20 and -20 degrees away within 2 mm."""
    parent = make_line(np.zeros(3), _ahead(), np.zeros(24))
    bend = np.concatenate([np.full(8, np.deg2rad(20.0) / 8), np.zeros(24)])
    branches = [make_branch(parent, 0.9, make_wall(6.0), children=(1, 2))]
    for number, side in ((1, 1.0), (2, -1.0)):
        line = make_line(parent[-1, :3], _ahead(), side * bend)
        branches.append(make_branch(line, 0.62, make_wall(8.0), number=number, parent=0, start_mm=6.0))
    return DuctTree(1, tuple(branches), lesions)


def make_lesion(lobes: DoubleArray, *, branch: int = 0, arc_mm: float = 4.0, wall_angle_deg: float = 90.0) -> Lesion:
    """A yellow polyp of these lobes."""
    return Lesion(
        id="A",
        type="polypoid solitary",
        is_lesion=True,
        branch=branch,
        arc_mm=arc_mm,
        depth_mm=arc_mm,
        wall_angle_deg=wall_angle_deg,
        size_mm=0.5,
        height_mm=0.4,
        base="broad",
        surface="smooth",
        colour="yellow",
        bleeds="no",
        stiffness=1.0,
        obstructs=0.2,
        narrows=False,
        is_loose=False,
        lobes=lobes,
    )


def make_state(
    tree: DuctTree,
    *,
    branch: int = 0,
    arc_mm: float = 0.0,
    is_air: bool = False,
    roundness: float = 1.0,
    fold_share: float = 1.0,
    turbid_per_mm: float = 0.0,
    blood_per_mm: float = 0.0,
    particles: DoubleArray | None = None,
    opened_mm: DoubleArray | None = None,
    spots: DoubleArray = NO_SPOTS,
    bleeding: tuple[tuple[str, float], ...] = (),
    gone: frozenset[str] = frozenset(),
    burst: frozenset[int] = frozenset(),
) -> ExamState:
    """A scope in a duct without pressure: what was drawn is what is there."""
    floating = np.zeros((0, 8)) if particles is None else particles
    return ExamState(
        t_s=0.0,
        tip=TipState(branch, arc_mm),
        fluid=FluidState(is_air, 0.0, 0.0, turbid_per_mm, blood_per_mm, 0.0, 0.0, floating),
        contact=None,
        roundness=roundness,
        fold_share=fold_share,
        stretch_pressure_mmhg=0.0,
        bleeding=bleeding,
        gone=gone,
        spots=spots,
        opened_mm=np.zeros(len(tree.branches)) if opened_mm is None else opened_mm,
        burst=burst,
        pain=0.0,
    )


def look_along(tree: DuctTree, branch: int, arc_mm: float) -> DoubleArray:
    """The pose (1, 4, 4) of a tip on the centreline that looks along it."""
    row = tree.branches[branch].line[round(arc_mm / LINE_MM)]
    pose = np.eye(4)
    pose[:3, :3] = np.column_stack([row[6:9], row[9:12], row[3:6]])
    pose[:3, 3] = row[:3]
    return pose[None]


SOFT = Distension()


def _ahead() -> DoubleArray:
    return np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
