from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.happen import tell_happenings
from ductoscope.simulate.drive.state import Contact, ExamState, TipState
from ductoscope.simulate.drive.step import begin_exam
from ductoscope.simulate.settings import WorldSettings


@pytest.fixture
def before(forked_tree: DuctTree, calm: WorldSettings) -> ExamState:
    return begin_exam(forked_tree, calm, seconds=7.0)


@pytest.mark.parametrize(
    ("kind", "what", "change"),
    [
        ("enter branch", {"branch": 1, "from": 0, "depth_mm": 13.0}, {"tip": TipState(1, 1.0)}),
        ("contact", {"branch": 0, "depth_mm": 0.5, "force": 0.7}, {"contact": Contact(0.7, 0.0, False)}),
        ("blocked", {"branch": 0, "depth_mm": 0.5}, {"contact": Contact(0.3, 0.0, True)}),
        ("bleeding", {"lesion": "A", "strength": 0.4}, {"bleeding": (("A", 0.4),)}),
        ("extravasation", {"branch": 0}, {"burst": frozenset({0})}),
        ("loosened", {"lesion": "a"}, {"gone": frozenset({"a"})}),
        ("petechia", {"branch": 0, "depth_mm": 0.5}, {"spots": np.zeros((1, 6))}),
    ],
)
def test_each_is_told_once_when_it_begins(
    forked_tree: DuctTree, before: ExamState, kind: str, what: dict[str, Any], change: dict[str, Any]
) -> None:
    after = replace(before, **change)
    happenings = tell_happenings(forked_tree, before, after)
    assert [(each.t_s, each.kind, dict(each.what)) for each in happenings] == [(7.0, kind, what)]
    assert tell_happenings(forked_tree, after, after) == ()


def test_a_flush_is_told(forked_tree: DuctTree, before: ExamState) -> None:
    after = replace(before, fluid=replace(before.fluid, flow_ml_min=7.5))
    assert [each.kind for each in tell_happenings(forked_tree, before, after)] == ["flush"]
    assert tell_happenings(forked_tree, after, before) == ()
