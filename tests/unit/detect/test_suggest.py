"""Suggestions stand on the wall: steady, placed, measured, and silent about what does not stay there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ductoscope.detect import begin_suggest, step_suggest
from ductoscope.detect.suggest import Spots
from ductoscope.model import Lost, Suggestion, ViewWord
from ductoscope.model.clinical import Depth, Measurement, Unmeasurable
from tests.unit.detect.drawn_duct import FRAME_NS, SCOPE, Ball, Duct, judge

POLYP = Ball(20.0, 90.0, 0.5)


def walk(
    duct: Duct,
    tips_mm: Sequence[float],
    *,
    spots: Spots | None = None,
    first: int = 0,
    word: ViewWord = "clear",
    is_placed: bool = True,
    mm_per_radius: tuple[float, float] | None = (1.2, 0.06),
) -> tuple[Spots, list[tuple[Suggestion, ...]]]:
    spots = begin_suggest(SCOPE) if spots is None else spots
    said = []
    for number, tip_mm in enumerate(tips_mm, first):
        raster, outlook, sight, where = duct.look(number, tip_mm)
        spots, now = step_suggest(
            spots,
            raster,
            outlook,
            judge(raster.t_ns, word),
            where if is_placed else Lost(raster.t_ns, "no view", "L", where.depth),
            sight if is_placed else None,
            mm_per_radius,
            "the shaft's encoder",
        )
        said.append(now)
    return spots, said


def test_a_polyp_is_pointed_out_within_half_a_second_and_keeps_its_number() -> None:
    _, said = walk(Duct(balls=(POLYP,)), [13.0 + 0.1 * step for step in range(50)])
    begun = [now for now in said if now]
    assert len(said) - len(begun) <= 0.5 / 0.08
    assert {one.id for now in begun for one in now} == {begun[0][0].id}
    assert all(len(now) == 1 for now in begun)


def test_its_place_is_that_of_the_polyp() -> None:
    _, said = walk(Duct(balls=(POLYP,)), [13.0 + 0.1 * step for step in range(40)])
    (one,) = said[-1]
    assert one.depth is not None
    assert one.depth.mm == pytest.approx(20.0, abs=0.4)
    assert abs(one.depth.mm - 20.0) < 3 * one.depth.sigma_mm
    assert one.depth.origin == "encoder"
    assert one.wall_angle_deg == pytest.approx(90.0, abs=5.0)
    assert one.branch == ""
    along = [corner[0] for corner in one.outline]
    assert min(along) == pytest.approx(19.5, abs=0.4)


def test_its_size_holds_the_truth_and_says_what_gave_the_scale() -> None:
    wide = Duct(2.0, (Ball(20.0, 90.0, 1.0),))
    _, said = walk(wide, [13.0 + 0.1 * step for step in range(40)], mm_per_radius=(2.0, 0.06))
    size = said[-1][0].size
    assert isinstance(size, Measurement)
    assert abs(size.value_mm - 2.0) < size.sigma_mm
    assert size.value_mm == pytest.approx(2.0, abs=0.3)
    assert size.scale == "the shaft's encoder"


def test_it_stays_while_the_scope_looks_away_and_is_the_same_on_return() -> None:
    duct = Duct(balls=(POLYP,))
    spots, said = walk(duct, [16.0 + 0.1 * step for step in range(20)])
    (one,) = said[-1]
    spots, away = walk(duct, [30.0] * 40, spots=spots, first=20)
    assert [now[0].id for now in away] == [one.id] * 40
    assert all(now[0].now_xy == () for now in away)
    _, back = walk(duct, [17.0] * 10, spots=spots, first=60)
    assert [now[0].id for now in back] == [one.id] * 10
    assert all(len(now) == 1 and now[0].now_xy for now in back)


def test_what_shows_in_two_pictures_only_is_withheld() -> None:
    spots, _ = walk(Duct(balls=(POLYP,)), [17.0, 17.1])
    _, said = walk(Duct(), [17.2] * 30, spots=spots, first=2)
    assert all(now == () for now in said)


def test_what_drifts_past_the_wall_is_never_pointed_out() -> None:
    spots, said = begin_suggest(SCOPE), []
    for number in range(40):
        flake = Ball(16.0 + 0.35 * number, 90.0 + 12.0 * number, 0.3)
        spots, now = walk(Duct(balls=(flake,)), [13.0], spots=spots, first=number)
        said += now
    assert all(now == () for now in said)


def test_a_smooth_wall_is_left_alone() -> None:
    _, said = walk(Duct(), [10.0 + 0.1 * step for step in range(30)])
    assert all(now == () for now in said)


def test_it_is_withdrawn_when_its_wall_turns_out_bare() -> None:
    spots, said = walk(Duct(balls=(POLYP,)), [16.0] * 8)
    assert said[-1]
    _, said = walk(Duct(), [17.0] * 60, spots=spots, first=8)
    assert said[-1] == ()


def test_without_a_place_it_is_followed_in_the_picture_and_the_shaft_tells_roughly_where() -> None:
    _, said = walk(Duct(balls=(POLYP,)), [17.0 + 0.02 * step for step in range(12)], is_placed=False)
    (one,) = said[-1]
    assert one.branch == "L"
    assert one.outline == ()
    assert one.outline_xy
    assert one.depth is not None
    assert one.depth.sigma_mm >= 3.0
    assert isinstance(one.size, Unmeasurable)


def test_without_a_scale_there_is_no_size() -> None:
    _, said = walk(Duct(balls=(POLYP,)), [17.0 + 0.05 * step for step in range(12)], mm_per_radius=None)
    size = said[-1][0].size
    assert isinstance(size, Unmeasurable)
    assert size.reason.startswith("no scale")


def test_too_few_cores_across_give_no_size() -> None:
    coarse = begin_suggest(SCOPE, cores_across=20.0)
    _, said = walk(Duct(balls=(POLYP,)), [16.0 + 0.02 * step for step in range(12)], spots=coarse)
    size = said[-1][0].size
    assert isinstance(size, Unmeasurable)
    assert "fibre cores across" in size.reason


def test_what_fills_the_duct_plugs_it_and_has_no_size() -> None:
    _, said = walk(Duct(balls=(Ball(20.0, 0.0, 1.19),)), [15.0 + 0.02 * step for step in range(12)])
    (one,) = said[-1]
    assert one.shows == "plugs"
    assert isinstance(one.size, Unmeasurable)


@pytest.mark.parametrize("word", ["red-out", "white-out", "collapsed", "calibration lost"])
def test_pictures_that_show_no_wall_say_nothing(word: ViewWord) -> None:
    _, said = walk(Duct(balls=(POLYP,)), [17.0] * 20, word=word)
    assert all(now == () for now in said)


def test_two_polyps_apart_are_two() -> None:
    duct = Duct(balls=(POLYP, Ball(20.0, 270.0, 0.4)))
    _, said = walk(duct, [16.0 + 0.05 * step for step in range(30)])
    assert len(said[-1]) == 2
    assert sorted(round(one.wall_angle_deg / 90.0) for one in said[-1]) == [1, 3]


def test_the_same_pictures_give_the_same_answers() -> None:
    tips = [15.0 + 0.1 * step for step in range(25)]
    assert walk(Duct(balls=(POLYP,)), tips)[1] == walk(Duct(balls=(POLYP,)), tips)[1]


def test_it_says_when_it_was_first_pointed_out_and_last_seen() -> None:
    duct = Duct(balls=(POLYP,))
    spots, said = walk(duct, [16.0] * 10)
    shown = next(number for number, now in enumerate(said) if now)
    assert said[-1][0].first_t_ns == shown * FRAME_NS
    _, said = walk(duct, [30.0] * 5, spots=spots, first=10)
    assert said[-1][0].last_t_ns == 9 * FRAME_NS


def test_a_doubtful_patch_is_not_pointed_out() -> None:
    doubtful = replace(POLYP, belief=0.51)
    _, said = walk(Duct(balls=(doubtful,)), [16.0] * 40)
    assert all(now == () for now in said)


def test_the_depth_comes_from_the_shaft_that_was_read_when_it_was_seen() -> None:
    spots, said = walk(Duct(balls=(POLYP,)), [17.0] * 10, is_placed=False)
    before = said[-1][0].depth
    assert before == Depth(20.0, before.sigma_mm if before else 0.0, "encoder")
    _, said = walk(Duct(), [40.0] * 3, spots=spots, first=10, is_placed=False)
    assert said[-1][0].depth == before
