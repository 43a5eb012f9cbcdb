"""A plain duct to grow things in, and a small tree with one fork."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.breast.draw_wall import draw_wall
from ductoscope.simulate.breast.duct_tree import Branch
from ductoscope.simulate.settings import WorldSettings


def _lay_straight_duct(
    id_: int = 0,
    parent: int | None = None,
    children: tuple[int, ...] = (),
    *,
    start: tuple[float, float, float] = (0.0, 0.0, 0.0),
    tilt_deg: float = 0.0,
    start_mm: float = 0.0,
    length_mm: float = 30.0,
    radius_mm: float = 0.9,
) -> Branch:
    rows = round(length_mm / LINE_MM) + 1
    turn = np.deg2rad(tilt_deg)
    along = np.array([np.sin(turn), 0.0, np.cos(turn)])
    line = np.zeros((rows, 12))
    line[:, :3] = np.array(start) + LINE_MM * np.arange(rows)[:, None] * along
    line[:, 3:6], line[:, 6:9], line[:, 9:12] = along, [np.cos(turn), 0.0, -np.sin(turn)], [0.0, 1.0, 0.0]
    radius = np.full(rows, radius_mm)
    plain = replace(WorldSettings(), texture=0.0, folds=0.0, vessels=0.0)
    wall = draw_wall(np.random.default_rng(0), length_mm, radius, plain)
    return Branch(
        id=id_,
        parent=parent,
        order=0 if parent is None else 1,
        children=children,
        start_mm=start_mm,
        line=line,
        radius_mm=radius,
        stiffness=np.ones(rows),
        slit_deg=0.0,
        wall=wall,
    )


@pytest.fixture(scope="session")
def plain_duct() -> Branch:
    """30 mm of straight duct, 1.8 mm wide, with a wall of one colour."""
    return _lay_straight_duct()


@pytest.fixture(scope="session")
def forked_ducts() -> tuple[Branch, ...]:
    """The plain duct, and two children that leave its end 20 degrees to the left and to the right."""
    end = (0.0, 0.0, 30.0)
    return (
        _lay_straight_duct(children=(1, 2)),
        _lay_straight_duct(1, 0, start=end, tilt_deg=20.0, start_mm=30.0, length_mm=20.0, radius_mm=0.65),
        _lay_straight_duct(2, 0, start=end, tilt_deg=-20.0, start_mm=30.0, length_mm=20.0, radius_mm=0.65),
    )
