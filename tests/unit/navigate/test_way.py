"""The way from scripted motion: lost and found, scale or none, forks on the map, the same answers twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from ductoscope.model import (
    WELL,
    DepthReading,
    DuctMap,
    Lost,
    Outlook,
    Pose,
    Raster,
    Scope,
    Told,
    ToolSeen,
    ViewJudgement,
    ViewWord,
    place_pixels,
)
from ductoscope.navigate import way as way_module
from ductoscope.navigate.depth import Known
from ductoscope.navigate.motion import Motion, MotionState, NoMotion
from ductoscope.navigate.read_map import read_map
from ductoscope.navigate.tube import FAR_RADII, Tube
from ductoscope.navigate.way import Step, Way, begin_way, step_way
from ductoscope.record import DepthLogWriter, read_depth_log

PLACES = place_pixels()
RAYS = Scope().look_along(PLACES)
SEEN = np.hypot(PLACES[..., 0], PLACES[..., 1]) <= 1.0
TUBE = Tube(np.array([0.0, 0.0, 1.0]), np.zeros(2), 0.0, np.zeros(2), 1.0, 1.0, 1.0)
FORK = 12.0
TEXTURE = cv2.GaussianBlur(np.random.default_rng(5).standard_normal((400, 96)), (0, 0), 1.5)
Script = Callable[[int], Motion | NoMotion]


def look_down(along: float, fork: float | None) -> Outlook:
    """A straight duct of radius 1 that forks into two cones, beyond which the wall is theirs."""
    sine = np.maximum(np.hypot(RAYS[..., 0], RAYS[..., 1]), 1e-3)
    distance = np.minimum(1.0 / sine, FAR_RADII)
    mouth, edge = np.zeros_like(distance), np.zeros_like(distance)
    ahead = distance * RAYS[..., 2]
    if fork is not None and fork > along:
        is_beyond = ahead > fork + 0.85 - along
        aside = np.abs(PLACES[..., 0])
        inside = np.hypot(aside - 1.3 / (fork + 3.0 - along), PLACES[..., 1])
        distance = np.where(is_beyond, np.minimum(0.6 / (inside + 0.02), 30.0) + fork - along, distance)
        mouth = is_beyond.astype(float)
        edge = (is_beyond & (aside < 0.05)).astype(float)
    arrays = (
        np.where(SEEN, one, 0.0).astype(np.float32) for one in (distance, mouth, edge, np.zeros_like(mouth), SEEN)
    )
    return Outlook(0, 0, *arrays, {"clear": 1.0}, "by hand")


def shine(along: float, roll_deg: float) -> np.ndarray:
    """The light of a wall with texture, as it is seen by a picture that has turned by so much."""
    sine = np.maximum(np.hypot(RAYS[..., 0], RAYS[..., 1]), 1e-3)
    place = along + np.minimum(1.0 / sine, FAR_RADII) * RAYS[..., 2]
    angle = np.degrees(np.arctan2(RAYS[..., 1], RAYS[..., 0])) - roll_deg
    rows, columns = (place / 0.25).astype(int) % 400, (angle % 360.0 / 3.75).astype(int) % 96
    light = 0.4 * np.exp(0.8 * TEXTURE[rows, columns] / TEXTURE.std())
    return np.repeat((light * SEEN)[..., None], 3, axis=-1).astype(np.float32)


class Tip:
    """A tip that moves through a duct of 1 mm radius as it is told, 0.1 s a frame."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, known: Known | None = None) -> None:
        self.way: Way = begin_way(Scope(), known or Known(start_mm=5.0))
        self.along, self.index, self.true_roll_deg = 5.0, 0, 0.0
        self.answer: Motion | NoMotion = NoMotion(0, "not begun", TUBE)
        monkeypatch.setattr(way_module, "step_motion", self._move)

    def _move(self, state: MotionState, *_: object) -> tuple[MotionState, Motion | NoMotion]:
        return state, self.answer

    def step(
        self,
        by: float = 0.0,
        *,
        lost: str = "",
        word: ViewWord = "clear",
        encoder: bool = True,
        fork: float | None = None,
        roll_deg: float = 0.0,
        has_texture: bool = False,
        grown: float = 1.0,
        told: Sequence[Told] = (),
    ) -> Step:
        self.along += by
        self.index += 1
        t_ns = self.index * 100_000_000
        self.answer = (
            NoMotion(t_ns, lost, TUBE)  # type: ignore[arg-type]
            if lost
            else Motion(t_ns, by, 0.02, roll_deg, 0.3, TUBE, np.eye(3), grown=grown)
        )
        self.true_roll_deg += roll_deg
        light = np.full((*SEEN.shape, 3), 0.4, np.float32) * SEEN[..., None]
        if has_texture:
            light = shine(self.along, self.true_roll_deg)
        raster = Raster(self.index, t_ns, light, SEEN)
        outlook = replace(look_down(self.along, fork), index=self.index, t_ns=t_ns)
        view = ViewJudgement(t_ns, 0.1 if word == "blood" else 0.9, word, "", {word: 1.0})
        readings = [*told, DepthReading(t_ns, self.along, 0.1, "encoder")] if encoder else told
        self.way, step = step_way(self.way, raster, outlook, view, readings)
        return step

    def go(self, by: float, looks: int, **how: object) -> list[Step]:
        return [self.step(by, **how) for _ in range(looks)]  # type: ignore[arg-type]


@pytest.fixture
def tip(monkeypatch: pytest.MonkeyPatch) -> Tip:
    return Tip(monkeypatch)


def names(duct_map: DuctMap, *, entered: bool) -> list[str]:
    return [branch.name for branch in duct_map.branches if branch.is_entered == entered]


def test_a_followed_tip_has_a_place_with_depth_and_roll(tip: Tip) -> None:
    tip.go(0.2, 10, roll_deg=3.0)
    where = tip.step(0.2).where
    assert isinstance(where, Pose)
    assert where.branch == ""
    assert where.depth is not None
    assert where.depth.mm == pytest.approx(tip.along, abs=0.3)
    assert where.roll_deg == pytest.approx(30.0)


def test_without_a_sensor_what_cannot_be_followed_is_lost_and_says_why(tip: Tip) -> None:
    where = tip.step(lost="nothing to hold on to", encoder=False).where
    assert isinstance(where, Lost)
    assert where.reason == "nothing to hold on to"
    assert isinstance(tip.step(0.1, encoder=False).where, Pose)


def test_with_a_sensor_a_clear_view_has_a_place_though_motion_failed(tip: Tip) -> None:
    tip.go(0.2, 20)
    before = tip.step().where
    where = tip.step(lost="too fast").where
    assert isinstance(before, Pose)
    assert isinstance(where, Pose)
    assert where.roll_sigma_deg > before.roll_sigma_deg


def test_a_hidden_wall_is_lost_at_once_and_keeps_the_sensors_depth(tip: Tip) -> None:
    tip.go(0.2, 20)
    step = tip.step(0.2, lost="no view", word="blood")
    assert isinstance(step.where, Lost)
    assert step.where.reason == "no view"
    assert step.where.depth is not None
    assert step.sight is None


def test_without_a_scale_the_map_is_in_radii_and_changes_over_when_one_comes(tip: Tip) -> None:
    tip.go(0.2, 20, encoder=False)
    early = read_map(tip.way)
    assert early.unit == "radii"
    tip.go(0.2, 20)
    late = read_map(tip.way)
    assert late.unit == "mm"
    assert late.scale
    assert late.branches[0].reached == pytest.approx(tip.along, abs=0.5)


def test_after_one_graduation_the_map_goes_on_in_mm_though_the_depth_is_told_no_more(tip: Tip) -> None:
    tip.go(0.1, 50, encoder=False)
    tip.step(0.1, encoder=False, told=[DepthReading(5_100_000_000, 12.0, 0.7, "graduation")])
    assert tip.way.unit == "mm"
    places, paths, told = [tip.way.along], [tip.way.path_mm], []
    for index in range(60):
        # The last radius is told of a lumen half as wide: it is as long as what a radius is worth here.
        step = tip.step(0.1, encoder=False, grown=0.5 if index == 50 else 1.0)
        places.append(tip.way.along)
        paths.append(tip.way.path_mm)
        told.append(step.depth.depth is not None)
    assert (told[0], told[-1], read_map(tip.way).unit) == (True, False, "mm")
    steps = np.diff(places)[told.index(False) :]
    assert steps == pytest.approx(0.1 * tip.way.mm_per_radius, rel=0.05)
    assert 0.0 < np.diff(places).min() <= np.diff(places).max() < 0.5
    assert np.diff(paths).max() < 0.5
    sight = tip.step(0.1, encoder=False).sight
    assert sight is not None
    assert sight.along_sigma == pytest.approx(max(tip.way.mm_per_radius, tip.way.narrowest_mm))


TOOL = ToolSeen(2_550_000_000, 1_040_000_000, ((0.6, -0.08), (0.6, 0.08)), 0.4, 0.02)
"""Marked in the tenth look, told before the 26th."""
RAY = Scope().look_along(np.array([0.6, 0.0]))
TOOL_RADIUS_MM = 0.2 + RAY[0] * 0.4 / np.linalg.norm(np.subtract(*Scope().look_along(np.array(TOOL.ends_xy))))


def test_a_tool_in_a_picture_a_while_ago_puts_map_depth_and_scale_into_mm(tip: Tip) -> None:
    before = tip.go(0.2, 25, encoder=False)[-1].depth
    assert (before.depth, before.mm_per_radius, read_map(tip.way).unit) == (None, None, "radii")
    step = tip.step(0.0, encoder=False, told=[TOOL])
    depth = step.depth
    assert "tool of known width" in depth.scale
    assert depth.depth is not None
    assert depth.depth.origin == "visual"
    assert depth.mm_per_radius is not None
    assert depth.mm_per_radius_sigma is not None
    assert abs(depth.mm_per_radius - TOOL_RADIUS_MM) < depth.mm_per_radius_sigma < 0.5 * TOOL_RADIUS_MM
    assert abs(depth.depth.mm - 5.0 - 5.0 * TOOL_RADIUS_MM) < 2 * depth.depth.sigma_mm < 8.0
    duct_map = read_map(tip.way)
    assert duct_map.unit == "mm"
    assert "tool of known width" in duct_map.scale
    assert duct_map.branches[0].reached == pytest.approx(depth.depth.mm)


def test_a_tool_in_a_picture_without_a_wall_changes_nothing(tip: Tip) -> None:
    tip.go(0.2, 9, encoder=False)
    tip.go(0.0, 3, encoder=False, lost="no view", word="blood")
    tip.go(0.2, 13, encoder=False)
    step = tip.step(0.0, encoder=False, told=[replace(TOOL, frame_t_ns=1_110_000_000)])
    assert (step.depth.depth, step.depth.scale) == (None, "")


def test_a_tool_from_the_log_of_a_recording_gives_the_scale_that_it_gave_live(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    odd = replace(TOOL, ends_xy=((0.1 + 0.2 + 0.3, -1 / 19), (0.6, 1 / 21)), width_mm=np.float64(1 / 3))
    log = DepthLogWriter(tmp_path / "depth.csv")
    log.write([odd])
    log.close()

    def drive(told: Sequence[Told]) -> object:
        tip = Tip(monkeypatch)
        tip.go(0.2, 25, encoder=False)
        return tip.step(0.2, encoder=False, told=told).depth

    live, replayed = drive([odd]), drive(read_depth_log(tmp_path / "depth.csv"))
    assert replayed == live != drive([])


def test_a_fork_ahead_comes_onto_the_map_and_the_branch_entered_is_told_apart(tip: Tip) -> None:
    tip.go(0.2, 25, fork=FORK)
    ahead = read_map(tip.way)
    assert names(ahead, entered=False) == ["L", "R"]
    assert all(branch.start == pytest.approx(FORK, abs=0.8) for branch in ahead.branches[1:])
    steps = tip.go(0.2, 25, fork=FORK)
    where = steps[-1].where
    assert isinstance(where, Pose)
    assert where.branch in ("L", "R")
    behind = read_map(tip.way)
    assert names(behind, entered=True) == ["", where.branch]
    assert len(names(behind, entered=False)) == 1
    assert isinstance(tip.go(-0.2, 40)[-1].where, Pose)
    assert tip.way.tree.now.name == ""
    assert read_map(tip.way).branches[0].reached == pytest.approx(FORK, abs=0.8)


def test_hidden_by_blood_the_sensor_still_brings_it_back_to_the_parent(tip: Tip) -> None:
    tip.go(0.2, 50, fork=FORK)
    tip.go(-0.2, 45, lost="no view", word="blood")
    where = tip.step().where
    assert isinstance(where, Pose)
    assert where.branch == ""


def test_the_wall_beside_the_tip_was_seen_well(tip: Tip) -> None:
    tip.go(0.2, 60)
    duct_map = read_map(tip.way)
    wall = duct_map.walls[""]
    rows = slice(round((9.0 - wall.first) / wall.step), round((14.0 - wall.first) / wall.step))
    assert (wall.seen[rows] == WELL).mean() > 0.95
    assert wall.light_lin[rows].std() < 0.1


def test_the_sight_says_where_each_pixel_looks(tip: Tip) -> None:
    tip.go(0.2, 30)
    step = tip.step(0.2)
    sight = step.sight
    assert sight is not None
    right, below = (48, 80), (80, 48)
    assert abs((sight.angle_deg[right] + 180.0) % 360.0 - 180.0) < 3.0
    assert sight.angle_deg[below] == pytest.approx(90.0, abs=3.0)
    assert isinstance(step.where, Pose)
    assert step.depth.mm_per_radius is not None
    assert sight.distance[right] == pytest.approx(1.0 / np.hypot(RAYS[right][0], RAYS[right][1]), rel=0.03)
    ahead = sight.distance[right] * RAYS[right][2] * step.depth.mm_per_radius
    assert step.where.depth is not None
    assert sight.along[right] == pytest.approx(step.where.depth.mm + ahead, abs=0.05)


def test_wall_angles_stay_where_they_were_when_the_picture_turns(tip: Tip) -> None:
    tip.go(0.2, 30)
    sight = tip.step(0.2, roll_deg=90.0).sight
    assert sight is not None
    # What is below in the picture now was on the right when the map began.
    assert abs((sight.angle_deg[80, 48] + 180.0) % 360.0 - 180.0) < 3.0


@pytest.mark.parametrize("roll_deg", [3.0, -3.5])
def test_a_turn_that_nobody_saw_is_found_again_on_the_wall(tip: Tip, roll_deg: float) -> None:
    tip.go(0.1, 60, has_texture=True)
    tip.go(-0.1, 10, has_texture=True, roll_deg=roll_deg, lost="no view", word="blood")
    where = tip.go(-0.05, 4, has_texture=True)[-1].where
    assert isinstance(where, Pose)
    assert where.roll_deg == pytest.approx(10 * roll_deg, abs=6.0)
    assert where.roll_sigma_deg < 6.0


def test_on_a_smooth_wall_the_roll_stays_unsure(tip: Tip) -> None:
    tip.go(0.1, 60)
    tip.go(-0.1, 10, lost="no view", word="blood")
    where = tip.go(-0.05, 40)[-1].where
    assert isinstance(where, Pose)
    assert where.roll_sigma_deg > 6.0


def test_the_same_frames_give_the_same_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def drive() -> tuple[Sequence[Pose | Lost], DuctMap]:
        tip = Tip(monkeypatch)
        steps = tip.go(0.2, 40, fork=FORK)
        return [step.where for step in steps], read_map(tip.way)

    (first, one), (second, other) = drive(), drive()
    assert first == second
    assert one.branches == other.branches
    assert all(np.array_equal(one.walls[name].light_lin, other.walls[name].light_lin) for name in one.walls)
