"""The raw picture beside the restored one."""

from __future__ import annotations

import numpy as np
import pytest

from ductoscope.live.shown import Shown, draw_raw
from ductoscope.model import Frame, Pixels, View
from ductoscope.restore import Plan, calibrate, plan_restore
from tests.toy_scope import ToyFibre

SHAPE = (300, 330)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_restore(calibrate(ToyFibre(SHAPE).white()), 128)


def find_mark(view: View) -> tuple[float, float]:
    """(x, y) of the bright mark's centre."""
    grey = view.pixels.astype(float)
    grey = grey if grey.ndim == 2 else grey.sum(axis=2)
    rows, columns = np.mgrid[: grey.shape[0], : grey.shape[1]]
    return float((grey * columns).sum() / grey.sum()), float((grey * rows).sum() / grey.sum())


def draw_mark(x: int, y: int, shape: tuple[int, ...] = (*SHAPE, 3)) -> Pixels:
    pixels = np.zeros(shape, np.uint8)
    pixels[y - 4 : y + 5, x - 4 : x + 5] = 200
    return pixels


def test_lies_exactly_below_the_restored_picture(plan: Plan) -> None:
    x, y = 190, 120
    view = draw_raw(Frame(3, 9, draw_mark(x, y)), plan, 128)
    found = plan.frame_from_view @ np.array([*find_mark(view), 1.0])
    assert np.allclose(found, (x, y), atol=0.8), "a view pixel is two camera pixels here"
    assert (view.index, view.t_ns) == (3, 9)
    assert view.lineage[0] == "raw"


@pytest.mark.parametrize("shape", [(60, 120, 3), (120, 60), (90, 90, 3)])
def test_without_a_plan_the_whole_frame_shows_with_bars(shape: tuple[int, ...]) -> None:
    height, width = shape[:2]
    scale = 64 / max(height, width)
    for x, y in ((10, 10), (width - 11, height - 11)):
        view = draw_raw(Frame(0, 0, draw_mark(x, y, shape)), None, 64)
        wanted = 31.5 + scale * (x - (width - 1) / 2), 31.5 + scale * (y - (height - 1) / 2)
        assert np.allclose(find_mark(view), wanted, atol=0.5)
    assert view.pixels.shape == ((64, 64) if len(shape) == 2 else (64, 64, 3))
    assert view.seen.sum() == pytest.approx(64 * 64 * min(shape[:2]) / max(shape[:2]), rel=0.05)


def test_a_plan_for_another_camera_is_left_alone(plan: Plan) -> None:
    view = draw_raw(Frame(0, 0, draw_mark(50, 50, (100, 100, 3))), plan, 64)
    assert "whole frame" in view.lineage


def test_sixteen_bits_show_as_eight() -> None:
    deep = np.full((32, 32), 200 * 256, np.uint16)
    assert draw_raw(Frame(0, 0, deep), None, 32).pixels[16, 16] == 200


def test_is_made_once_and_only_when_asked_for(plan: Plan) -> None:
    frame = Frame(0, 0, draw_mark(100, 100))
    shown = Shown(1, 0, 0, 0, draw_raw(frame, plan, 128), 128, plan=plan, frame=frame)
    assert shown.raw is shown.raw
    assert not shown.is_restored
    assert Shown(1, 0, 0, 0, shown.view, 128).raw is None, "a core recording holds no camera picture"
