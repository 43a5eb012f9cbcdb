from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from ductoscope.model import BadInputError, Task
from ductoscope.simulate.practice.tasks import CARE, PLANS, WEIGHTS, plan_of, settings_for
from ductoscope.simulate.settings import PRESETS, WorldSettings


def test_every_task_is_planned_within_twelve_minutes() -> None:
    assert set(PLANS) == set(get_args(Task))
    for task, plan in PLANS.items():
        assert plan.scenario.task == task
        assert 0 < plan.scenario.minutes <= 12
        assert set(plan.parts) <= set(WEIGHTS)
        assert plan.scenario.is_graded == ("goal" in plan.parts)
        assert len(set(plan.parts)) == len(plan.parts)
    assert [task for task, plan in PLANS.items() if not plan.scenario.is_graded] == ["free"]
    assert sum(WEIGHTS.values()) == pytest.approx(1.0)
    assert set(CARE) <= set(WEIGHTS)


@pytest.mark.parametrize("task", PLANS)
@pytest.mark.parametrize("preset", ["easy", "typical", "hard"])
def test_world_is_the_presets_seen_through_the_scope_that_is_there(task: Task, preset: str) -> None:
    scope = replace(WorldSettings(), outer_diameter_mm=0.55, cores=3000, pitch_um=4.2, fps=25.0, flakes=33)
    settings = settings_for(task, preset, scope)
    assert (settings.outer_diameter_mm, settings.cores, settings.fps) == (0.55, 3000, 25.0)
    assert settings.flakes == PRESETS[preset].flakes
    for name, value in PLANS[task].changes.items():
        assert getattr(settings, name) == value


def test_null_worlds_and_unknown_names_are_refused() -> None:
    with pytest.raises(BadInputError, match=r'no preset "smooth" to practise in; take one of easy, typical, hard'):
        settings_for("free", "smooth", WorldSettings())
    with pytest.raises(BadInputError, match=r'no exercise "dance"; take one of orifice, .*free'):
        plan_of("dance")
