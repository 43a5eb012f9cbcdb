"""A small tree in one plane that most tests of driving go through.

Branch 0 goes 12 mm along +z; 1 turns 20 degrees to the right and 2 to the left; 1 divides into 3, which the scope of
0.9 mm fits when flushed, and 4, which it never fits. All at rest, round radii; walls are smooth.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ductoscope.model import REST, Controls
from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.breast.duct_tree import Branch, DuctTree
from ductoscope.simulate.breast.lesion import Lesion
from ductoscope.simulate.breast.wall import Wall
from ductoscope.simulate.drive.lumen import Lumen
from ductoscope.simulate.drive.state import ExamState
from ductoscope.simulate.drive.step import begin_exam, step_exam
from ductoscope.simulate.settings import WorldSettings

_FLAT = np.zeros((4, 8), np.float32)
_WALL = Wall((np.zeros((4, 8, 4), np.uint8),), 1.0, _FLAT, _FLAT, _FLAT, 1.0)

Drive = Callable[..., list[ExamState]]


def _grow(first: np.ndarray, length_mm: float, turn_deg: float) -> np.ndarray:
    """A line that turns within its first 2 mm, towards its right when positive."""
    rows = round(length_mm / LINE_MM) + 1
    line = np.zeros((rows, 12))
    line[0] = first
    heading = np.arctan2(first[3], first[5])
    for row in range(1, rows):
        middle = heading + np.deg2rad(turn_deg) * min((row - 0.5) * LINE_MM / 2.0, 1.0)
        angle = heading + np.deg2rad(turn_deg) * min(row * LINE_MM / 2.0, 1.0)
        line[row, :3] = line[row - 1, :3] + LINE_MM * np.array([np.sin(middle), 0.0, np.cos(middle)])
        line[row, 3:] = [np.sin(angle), 0.0, np.cos(angle), np.cos(angle), 0.0, -np.sin(angle), 0.0, 1.0, 0.0]
    return line


@pytest.fixture(scope="session")
def forked_tree() -> DuctTree:
    start = np.array([0.0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0])
    branches: list[Branch] = []
    shapes = [
        (None, (1, 2), 12.0, 0.0, 0.9),
        (0, (3, 4), 10.0, 20.0, 0.65),
        (0, (), 10.0, -20.0, 0.6),
        (1, (), 6.0, 20.0, 0.35),
        (1, (), 6.0, -20.0, 0.15),
    ]
    for parent, children, length_mm, turn_deg, radius_mm in shapes:
        line = _grow(start if parent is None else branches[parent].line[-1], length_mm, turn_deg)
        start_mm = 0.0 if parent is None else branches[parent].start_mm + branches[parent].length_mm
        order = 0 if parent is None else branches[parent].order + 1
        rows = np.ones(len(line))
        branches.append(
            Branch(len(branches), parent, order, children, start_mm, line, radius_mm * rows, rows, 0.0, _WALL)
        )
    return DuctTree(0, tuple(branches), ())


@pytest.fixture(scope="session")
def bleeding_tree(forked_tree: DuctTree) -> DuctTree:
    """The same with a papilloma that bleeds when touched 8 mm deep on the right, and debris opposite 6 mm deep."""

    def grow(id_: str, arc_mm: float, angle_deg: float, *, bleeds: str, is_loose: bool) -> Lesion:
        lobes = np.array([[0.0, 0.0, 0.2, 0.4, 0.9, 0.3, 0.2, 0.5]])
        return Lesion(
            id=id_, type="debris" if is_loose else "polypoid solitary", is_lesion=not is_loose, branch=0, arc_mm=arc_mm,
            depth_mm=arc_mm, wall_angle_deg=angle_deg, size_mm=0.8, height_mm=0.6, base="broad", surface="granular",
            colour="red", bleeds=bleeds, stiffness=1.0, obstructs=0.3, narrows=False, is_loose=is_loose, lobes=lobes,
        )  # fmt: skip

    lesions = (
        grow("A", 8.0, 0.0, bleeds="on contact", is_loose=False),
        grow("a", 6.0, 180.0, bleeds="no", is_loose=True),
    )
    return DuctTree(0, forked_tree.branches, lesions)


@pytest.fixture(scope="session")
def calm() -> WorldSettings:
    """Nothing moves but what the hands move; no particles."""
    return WorldSettings(unsteadiness=0.0, flakes=0, bubbles=0)


@pytest.fixture(scope="session")
def open_lumen(forked_tree: DuctTree) -> Lumen:
    """At 60 mmHg."""
    distension = WorldSettings().distension
    return Lumen(forked_tree, distension, 0.45, 1.0, distension.fold_share(60.0), 60.0)


@pytest.fixture(scope="session")
def drive() -> Drive:
    """Every state while `controls` hold for some seconds, at 30 steps a second."""

    def go(
        tree: DuctTree,
        settings: WorldSettings,
        controls: Controls = REST,
        seconds: float = 1.0,
        *,
        state: ExamState | None = None,
        seed: int = 0,
    ) -> list[ExamState]:
        rng = np.random.default_rng(seed)
        states = [state or begin_exam(tree, settings)]
        for _ in range(round(seconds * 30)):
            states.append(step_exam(tree, settings, settings.distension, states[-1], controls, 1.0 / 30.0, rng))
        return states[1:]

    return go
