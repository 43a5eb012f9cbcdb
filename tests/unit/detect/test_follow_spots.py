"""A followed patch keeps what it knows of itself in one unit, and of two that are one the newer tells where it is."""

from __future__ import annotations

from ductoscope.detect.follow_spots import Followed
from ductoscope.detect.wall_place import WallPlace
from ductoscope.model.clinical import Depth


def stand(unit: str, along: float) -> WallPlace:
    """A place on the wall."""
    return WallPlace(unit, 1.0, "L", along, 90.0, 0.5, 20.0, 2.0, 0.0, 0.2, 0.9, True)


def test_the_newer_of_two_that_are_one_tells_what_is_seen_now() -> None:
    old = Followed(1, 0, 10, (0.1, 0.1), 0.2, now_outline=((0.0, 0.0),), tip_branch="")
    new = Followed(
        2, 5, 20, (0.3, 0.3), 0.2, now_outline=((0.5, 0.5),), shaft=Depth(9.0, 1.0, "encoder"), tip_branch="L"
    )
    old.take_over(new)
    assert (old.now_outline, old.shaft, old.tip_branch) == (new.now_outline, new.shaft, "L")
    old.take_over(Followed(3, 0, 15, (0.0, 0.0), 0.2, now_outline=((0.9, 0.9),)))
    assert old.now_outline == new.now_outline


def test_an_outline_in_radii_does_not_outlive_the_scale() -> None:
    one = Followed(1, 0, 10, (0.1, 0.1), 0.2, wall_worth=0.8, wall_outline=((3.0, 90.0),))
    one.add_place(stand("radii", 3.0))
    one.add_place(stand("radii", 3.1))
    assert one.wall_outline
    one.add_place(stand("mm", 2.4))
    assert (one.wall_worth, one.wall_outline) == (-1.0, ())
