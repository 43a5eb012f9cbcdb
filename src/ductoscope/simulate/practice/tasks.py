"""The six exercises: what each is about, in which world it happens, and what counts towards its score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from ductoscope.model import BadInputError, Scenario, Task
from ductoscope.simulate.settings import PRESETS, WorldSettings, list_parameters

Part = str
"""One component of the score: "goal", "wall", "found", "described", "contacts", "flush", "comfort" or "time"."""

WEIGHTS: Mapping[Part, float] = MappingProxyType(
    {
        "goal": 0.25,
        "wall": 0.20,
        "found": 0.15,
        "described": 0.10,
        "contacts": 0.10,
        "flush": 0.05,
        "comfort": 0.10,
        "time": 0.05,
    }
)
"""How much each component counts (chosen by us, not measured); an exercise shares out those that it has."""

CARE: tuple[Part, ...] = ("contacts", "flush", "comfort", "time")
"""Components that count only as far as the goal was reached: nobody is careful by not going in."""


@dataclass(frozen=True, slots=True)
class TaskPlan:
    """One exercise.

    scenario: as a person reads it. changes: settings that it needs, over the chosen preset. parts: the components of
    the score that count, names of `WEIGHTS`; none for driving freely.
    """

    scenario: Scenario
    changes: Mapping[str, Any]
    parts: tuple[Part, ...]


PLANS: Mapping[Task, TaskPlan] = MappingProxyType(
    {
        "orifice": TaskPlan(Scenario("orifice", 3.0), {}, ("goal", "contacts", "comfort", "time")),
        "third-order": TaskPlan(
            Scenario("third-order", 5.0),
            # Wide ducts, so that a usual scope passes to the third order.
            {"main_mm": 2.2, "main_sd_mm": 0.2, "child_ratio": 0.78},
            ("goal", *CARE),
        ),
        # Pain grows after twelve minutes (CLINICAL.md section 4, PubMed 24732645), so no exercise is longer.
        "every-branch": TaskPlan(Scenario("every-branch", 12.0), {}, ("goal", "wall", *CARE)),
        "two-lesions": TaskPlan(
            Scenario("two-lesions", 10.0), {"lesions": 2}, ("goal", "wall", "found", "described", *CARE)
        ),
        "blood": TaskPlan(
            Scenario("blood", 8.0), {"blood_per_mm": 1.5, "lesions": 2, "lookalikes": 2}, ("goal", *CARE)
        ),
        "free": TaskPlan(Scenario("free", 12.0, is_graded=False), {}, ()),
    }
)

PRACTICE_PRESETS = ("easy", "typical", "hard")
"""The worlds that can be practised in; the null cases teach nothing."""


def plan_of(task: str) -> TaskPlan:
    """The exercise of that name. Raises BadInputError, naming those there are."""
    for name, plan in PLANS.items():
        if name == task:
            return plan
    raise BadInputError(f'There is no exercise "{task}"; take one of {", ".join(PLANS)}.')


def settings_for(task: Task, preset: str, scope: WorldSettings) -> WorldSettings:
    """The world of one exercise: the preset's, with what the exercise needs, seen through the scope that is there.

    scope: the settings that the scope was opened with; its fibre, lens and shaft stay as they are.
    Raises BadInputError for a preset that cannot be practised in.
    """
    if preset not in PRACTICE_PRESETS:
        raise BadInputError(f'There is no preset "{preset}" to practise in; take one of {", ".join(PRACTICE_PRESETS)}.')
    own = {each.name: getattr(scope, each.name) for each in list_parameters() if each.group == "scope"}
    return replace(PRESETS[preset], **own, **plan_of(task).changes)
