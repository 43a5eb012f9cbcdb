"""A small duct tree that a person can reckon in, and what happens in it, by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.breast.draw import Breast
from ductoscope.simulate.breast.duct_tree import Branch, DuctTree
from ductoscope.simulate.breast.lesion import Lesion
from ductoscope.simulate.breast.nipple import Nipple, Orifice
from ductoscope.simulate.breast.wall import Wall
from ductoscope.simulate.drive.state import NO_SPOTS, Contact, ExamState, FluidState, TipState
from ductoscope.simulate.light.sight import Sight
from ductoscope.simulate.practice.attempt import Attempt, Attempted
from ductoscope.simulate.practice.look import Looked
from ductoscope.simulate.seen_wall import COLUMNS, lay_wall_grid
from ductoscope.simulate.settings import WorldSettings

REACH = ((0, 20.0), (1, 15.0), (2, 10.0), (3, 5.0))
"""Of the small tree: all of the main duct and its two children, 5 of 8 mm of one grandchild, nothing of the other."""


def make_branch(
    number: int,
    parent: Branch | None,
    children: tuple[int, ...],
    length_mm: float,
    *,
    turn_deg: float = 0.0,
) -> Branch:
    """A straight duct of 0.9 mm radius that turns by `turn_deg` to the right, from where its parent ends."""
    rows = round(length_mm / LINE_MM) + 1
    turn = np.deg2rad(turn_deg)
    along, right = np.array([np.sin(turn), 0.0, np.cos(turn)]), np.array([np.cos(turn), 0.0, -np.sin(turn)])
    place = np.zeros(3) if parent is None else parent.line[-1, :3]
    line = np.hstack(
        [
            place + LINE_MM * np.arange(rows)[:, None] * along,
            np.tile(np.concatenate([along, right, [0.0, 1.0, 0.0]]), (rows, 1)),
        ]
    )
    plain = np.zeros((8, 8), dtype=np.float32)
    wall = Wall((np.full((8, 8, 4), 200, dtype=np.uint8),), length_mm / 8, plain, plain, plain, length_mm / 8)
    return Branch(
        id=number,
        parent=None if parent is None else parent.id,
        order=0 if parent is None else parent.order + 1,
        children=children,
        start_mm=0.0 if parent is None else parent.start_mm + parent.length_mm,
        line=line,
        radius_mm=np.full(rows, 0.9),
        stiffness=np.ones(rows),
        slit_deg=0.0,
        wall=wall,
    )


def make_lesion(name: str, branch: int, arc_mm: float, depth_mm: float, **changes: object) -> Lesion:
    values: dict[str, object] = {
        "id": name,
        "type": "polypoid solitary",
        "is_lesion": True,
        "branch": branch,
        "arc_mm": arc_mm,
        "depth_mm": depth_mm,
        "wall_angle_deg": 90.0,
        "size_mm": 2.0,
        "height_mm": 1.0,
        "base": "stalk",
        "surface": "smooth",
        "colour": "red",
        "bleeds": "no",
        "stiffness": 1.0,
        "obstructs": 0.2,
        "narrows": False,
        "is_loose": False,
        "lobes": np.zeros((0, 8)),
    }
    return Lesion(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def small_tree() -> DuctTree:
    """Main duct 0 to 20 mm; at its end 1 (15 mm) and 2 (10 mm); at the end of 1, 3 (8 mm) and 4 (6 mm)."""
    main = make_branch(0, None, (1, 2), 20.0)
    first = make_branch(1, main, (3, 4), 15.0, turn_deg=35.0)
    branches = (
        main,
        first,
        make_branch(2, main, (), 10.0, turn_deg=-35.0),
        make_branch(3, first, (), 8.0, turn_deg=70.0),
        make_branch(4, first, (), 6.0, turn_deg=0.0),
    )
    lesions = (
        make_lesion("A", 1, 5.0, 25.0),
        make_lesion("B", 2, 6.0, 26.0, type="superficial", base="none", surface="rough", colour="white"),
        make_lesion("C", 4, 3.0, 38.0),
        make_lesion("a", 0, 12.0, 12.0, type="debris", is_lesion=False, base="none", colour="white"),
    )
    return DuctTree(2, branches, lesions)


@pytest.fixture(scope="session")
def make_sight() -> Callable[..., Sight]:
    """A picture whose cores look evenly at the wall of one branch from one depth to another, `close` to every cell."""

    def make(
        branch: int,
        from_mm: float,
        to_mm: float,
        *,
        lesion: int = -1,
        cores_on_lesion: int = 0,
        veil: float = 0.0,
        blur_cores: float = 1.0,
        distance_mm: float = 3.0,
        close: int = 6,
    ) -> Sight:
        rows = np.arange(from_mm, to_mm, LINE_MM) + LINE_MM / 2.0
        arc, angle, _ = np.meshgrid(rows, (np.arange(COLUMNS) + 0.5) * 360.0 / COLUMNS, np.arange(close))
        count = arc.size
        on = np.full(count, -1, dtype=np.int16)
        on[:cores_on_lesion] = lesion
        return Sight(
            light=np.full((count, 3), 0.4, dtype=np.float32),
            distance_mm=np.full(count, distance_mm, dtype=np.float32),
            branch=np.full(count, branch, dtype=np.int16),
            arc_mm=arc.ravel().astype(np.float32),
            angle_deg=angle.ravel().astype(np.float32),
            lesion=on,
            veil=np.full(count, veil, dtype=np.float32),
            blur_cores=np.full(count, blur_cores, dtype=np.float32),
            particle=np.full(count, -1, dtype=np.int8),
        )

    return make


@pytest.fixture(scope="session")
def make_exam() -> Callable[..., ExamState]:
    """A moment with the tip at a place."""

    def make(
        branch: int,
        arc_mm: float,
        *,
        t_s: float = 0.0,
        force: float = 0.0,
        is_ahead: bool = False,
        flushed_ml: float = 0.0,
        pain: float = 0.0,
        pressure_mmhg: float = 40.0,
        burst: frozenset[int] = frozenset(),
        is_air: bool = False,
        blood_per_mm: float = 0.0,
        turbid_per_mm: float = 0.0,
        roundness: float = 1.0,
    ) -> ExamState:
        return ExamState(
            t_s=t_s,
            tip=TipState(branch, arc_mm),
            fluid=FluidState(
                is_air, pressure_mmhg, 0.0, turbid_per_mm, blood_per_mm, flushed_ml, 0.0, np.zeros((0, 8))
            ),
            contact=Contact(force, 0.0, is_ahead) if force > 0.0 or is_ahead else None,
            roundness=roundness,
            fold_share=0.5,
            stretch_pressure_mmhg=pressure_mmhg,
            bleeding=(),
            gone=frozenset(),
            spots=NO_SPOTS,
            opened_mm=np.zeros(5),
            burst=burst,
            pain=pain,
        )

    return make


@pytest.fixture(scope="session")
def make_looked(small_tree: DuctTree) -> Callable[..., Looked]:
    """What was seen, by the share of each branch's rows that were seen well, from its beginning."""
    grid = lay_wall_grid(small_tree, REACH)

    def make(
        seen: Mapping[int, float], *, in_view_s: Mapping[str, float] = MappingProxyType({}), clear: float = 0.8
    ) -> Looked:
        well = grid.unseen.copy()
        for branch, share in seen.items():
            cells = grid.branch_cells(branch)
            well[cells.start : cells.start + round(share * (cells.stop - cells.start) / COLUMNS) * COLUMNS] = True
        return Looked(grid, well, well, 100.0, 100.0 * clear, dict(in_view_s))

    return make


@pytest.fixture
def begin_attempt(small_tree: DuctTree) -> Callable[[], Attempt]:
    """An attempt in the small tree."""
    return lambda: Attempt(small_tree, REACH, WorldSettings())


@pytest.fixture(scope="session")
def blank_attempt(small_tree: DuctTree) -> Attempted:
    """An attempt in which nothing was done."""
    return Attempt(small_tree, REACH, WorldSettings()).attempted()


@pytest.fixture(scope="session")
def small_breast(small_tree: DuctTree) -> Breast:
    """A nipple with four orifices; behind the third lies the small tree, behind the others the same without lesions."""
    orifices = tuple(
        Orifice(
            number,
            90.0 * number,
            "central" if number % 2 else "peripheral",
            2.0 + number,
            0.66,
            "bloody" if number == small_tree.orifice else "none",
        )
        for number in range(4)
    )
    settings = replace(WorldSettings(), unsteadiness=0.0, flakes=0, bubbles=0, lookalikes=0)
    breast = Breast(7, settings, Nipple(7.0, orifices), small_tree.orifice, settings.distension)
    for number in range(4):
        breast._trees[number] = DuctTree(number, small_tree.branches, ())
    breast._trees[small_tree.orifice] = small_tree
    return breast
