from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass

import numpy as np
import pytest

from ductoscope.live.draw_depth_plot import COLOURS, draw_depth_plot
from ductoscope.live.find import Found
from ductoscope.model import Lost, Pose, ViewJudgement, ViewWord
from ductoscope.model.clinical.place import Depth
from ductoscope.navigate import DepthNow

WORDS = {"time": "seconds", "depth": "depth, mm", "title": "Depth & time", "lost": "lost"}


@dataclass(frozen=True)
class Moment:
    mm: float | None
    word: ViewWord = "clear"
    is_lost: bool = False


def make_found(*moments: Moment) -> list[Found]:
    found = []
    for number, moment in enumerate(moments):
        t_ns = number * 1_000_000_000
        depth = None if moment.mm is None else Depth(moment.mm, 0.5, "encoder")
        where = Lost(t_ns, "no view", "", depth) if moment.is_lost else Pose(t_ns, "", depth, 0.0, 0.0, 1.0)
        now = DepthNow(depth, 0.0, None, None, "")
        found.append(Found(number, t_ns, ViewJudgement(t_ns, 1.0, moment.word, "", {}), where, now, (), ()))
    return found


def parts(svg: str, tag: str) -> list[ET.Element]:
    return list(ET.fromstring(svg).iter(f"{{http://www.w3.org/2000/svg}}{tag}"))


def test_a_gap_in_the_depth_is_a_gap_in_the_line() -> None:
    svg = draw_depth_plot(make_found(*(Moment(mm) for mm in (0.0, 5.0, None, None, 8.0, 10.0))), WORDS)
    lines = [line.get("points", "").split() for line in parts(svg, "polyline")]
    assert [len(points) for points in lines] == [2, 2]
    heights = [float(points.split(",")[1]) for line in lines for points in line]
    assert heights == sorted(heights), "deeper is lower"
    assert parts(svg, "title")[0].text == "Depth & time"


def test_the_band_tells_the_view_and_when_the_way_was_lost() -> None:
    moments = (
        Moment(1.0),
        Moment(2.0),
        Moment(3.0, "blood", is_lost=True),
        Moment(3.0, "blood", is_lost=True),
        Moment(3.0),
    )
    bands = parts(draw_depth_plot(make_found(*moments), WORDS), "rect")
    colours = [band.get("fill") for band in bands if band.get("height") != "4"]
    assert colours == [COLOURS["clear"], COLOURS["blood"], COLOURS["clear"]]
    (lost,) = (band for band in bands if band.get("height") == "4")
    blood = next(band for band in bands if band.get("fill") == COLOURS["blood"])
    assert float(lost.get("x", 0)) == float(blood.get("x", 0))


def test_without_any_depth_there_is_no_plot() -> None:
    assert draw_depth_plot(make_found(Moment(None), Moment(None)), WORDS) == ""


@pytest.mark.parametrize("deepest", [0.2, 3.0, 47.0, 88.0])
def test_the_scale_fits_every_depth(deepest: float) -> None:
    svg = draw_depth_plot(make_found(*(Moment(mm) for mm in np.linspace(0.0, deepest, 20))), WORDS)
    points = [float(each.split(",")[1]) for line in parts(svg, "polyline") for each in line.get("points", "").split()]
    assert min(points) >= 0.0
    assert max(points) <= 220.0
