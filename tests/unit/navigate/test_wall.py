"""The unrolled wall: the best look of every cell stays, and shares are of the whole wall."""

from __future__ import annotations

import numpy as np
import pytest

from ductoscope.model import BADLY, NEVER, WALL_COLUMNS, WELL
from ductoscope.navigate.sight import even_light
from ductoscope.navigate.wall import WallRecord, cut_wall, paint, read_wall, share_seen, spread_wall

STEP = 0.25


def lay(
    wall: WallRecord, along: float, angle_deg: float, red: float, quality: float, *, well: bool = True, frame: int = 0
) -> None:
    light = np.array([[red, 0.0, 0.0]], np.float32)
    place = np.array([along]), np.array([angle_deg])
    paint(wall, *place, light, np.array([quality], np.float32), np.array([well]), frame, STEP)


def test_a_piece_of_wall_lies_in_its_row_and_column() -> None:
    wall = WallRecord()
    lay(wall, 10.3, 90.0, 0.5, 0.5, frame=7)
    read = read_wall(wall, 10.0, 11.0)
    assert read is not None
    assert read.first == pytest.approx(10.25)
    row, column = 0, WALL_COLUMNS // 4
    assert read.seen[row, column] == WELL
    assert read.best_frame[row, column] == 7
    assert read.light_lin[row, column, 0] == 0.5
    assert (read.seen > NEVER).sum() == 1


def test_the_best_look_stays_whatever_comes_later() -> None:
    wall = WallRecord()
    lay(wall, 5.0, 0.0, 0.5, 0.9, frame=1)
    lay(wall, 5.0, 0.0, 0.1, 0.2, well=False, frame=2)
    read = read_wall(wall, 5.0, 6.0)
    assert read is not None
    assert (read.light_lin[0, 0, 0], read.best_frame[0, 0], read.seen[0, 0]) == (0.5, 1, WELL)


def test_of_pixels_in_one_cell_the_best_counts() -> None:
    wall = WallRecord()
    light = np.array([[0.9, 0, 0], [0.4, 0, 0], [0.1, 0, 0]], np.float32)
    quality = np.array([0.2, 0.8, 0.5], np.float32)
    paint(wall, np.full(3, 1.0), np.zeros(3), light, quality, np.array([False] * 3), 3, STEP)
    read = read_wall(wall, 1.0, 1.25)
    assert read is not None
    assert read.light_lin[0, 0, 0] == np.float32(0.4)
    assert read.seen[0, 0] == BADLY


def test_the_wall_grows_both_ways_and_keeps_what_it_has() -> None:
    wall = WallRecord()
    for along in (20.0, 3.0, 60.0):
        lay(wall, along, 180.0, along / 100.0, 0.5)
    read = read_wall(wall, 0.0, 100.0)
    assert read is not None
    rows = np.flatnonzero((read.seen > NEVER).any(axis=1))
    assert [read.first + row * read.step for row in rows] == pytest.approx([3.0, 20.0, 60.0])


def test_shares_are_of_the_whole_wall_between_two_places() -> None:
    wall = WallRecord()
    for angle in np.arange(0.0, 180.0, 360.0 / WALL_COLUMNS):
        lay(wall, 2.1, float(angle) + 0.1, 0.5, 0.5)
    lay(wall, 2.1, 270.0, 0.5, 0.1, well=False)
    well, badly = share_seen(read_wall(wall, 2.0, 3.0), 2.0, 3.0)
    assert well == pytest.approx(0.5 / 4.0, abs=0.01)
    assert badly == pytest.approx(1.0 / WALL_COLUMNS / 4.0, abs=0.001)
    assert share_seen(None, 2.0, 3.0) == (0.0, 0.0)


def test_a_wall_spread_over_its_branch_was_never_seen_where_it_lacks_rows() -> None:
    wall = WallRecord()
    lay(wall, 12.1, 0.0, 0.5, 0.9, frame=3)
    lay(wall, 13.1, 0.0, 0.5, 0.9, frame=4)
    read = read_wall(wall, 10.0, 20.0)
    assert read is not None
    spread = spread_wall(read, 10.0, 13.0)
    assert (spread.first, len(spread.seen)) == (10.0, 12)
    assert [int(row) for row, _ in np.argwhere(spread.seen == WELL)] == [8]
    assert spread.best_frame[8, 0] == 3
    assert (spread.seen[:8] == NEVER).all()
    assert (spread.best_frame[:8] == -1).all()
    assert share_seen(spread, 10.0, 13.0) == share_seen(read, 10.0, 13.0)


def test_nothing_seen_is_no_wall() -> None:
    assert read_wall(WallRecord(), 0.0, 10.0) is None
    wall = WallRecord()
    lay(wall, 30.0, 0.0, 0.5, 0.5)
    assert read_wall(wall, 0.0, 10.0) is None


def test_cutting_leaves_each_half_its_own() -> None:
    wall = WallRecord()
    lay(wall, 2.0, 0.0, 0.5, 0.5)
    lay(wall, 8.0, 0.0, 0.5, 0.5)
    rest = cut_wall(wall, 5.0)
    assert read_wall(wall, 5.0, 10.0) is None
    assert read_wall(wall, 0.0, 5.0) is not None
    assert read_wall(rest, 0.0, 5.0) is None
    assert read_wall(rest, 5.0, 10.0) is not None


def test_the_lamps_falloff_is_divided_out_whatever_its_power() -> None:
    far = np.linspace(1.0, 5.0, 200, dtype=np.float32)
    colour = np.array([0.6, 0.4, 0.3], np.float32)
    for power in (1.0, 2.0, 3.0):
        even = even_light(colour * far[:, None] ** -power, far, np.ones(200, np.float32))
        assert float(even.std(axis=0).max()) < 0.01
        assert even[:, 0] / even[:, 1] == pytest.approx(np.full(200, 1.5), rel=1e-4)
