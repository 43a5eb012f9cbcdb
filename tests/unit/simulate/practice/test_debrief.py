from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ductoscope.model import Debrief, LesionNote
from ductoscope.record.progress import TABLE_FIGURES
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.practice.attempt import Attempted
from ductoscope.simulate.practice.debrief import Label, write_debrief
from ductoscope.simulate.practice.look import Looked
from ductoscope.simulate.practice.match_notes import Noted
from ductoscope.simulate.practice.tasks import PLANS, WEIGHTS
from ductoscope.simulate.practice.touches import Touch

REACH = ((0, 20.0), (1, 15.0), (2, 10.0), (3, 5.0))
LABEL = Label("2026-11-22_20-05-06-000000Z", "Ann", 5, "typical", "2026-11-22T20:05:06+00:00")
NOTE = LesionNote("polypoid solitary", "broad", "smooth", "red", size_mm=3.0)


@pytest.fixture
def some_attempt(blank_attempt: Attempted, make_looked: Callable[..., Looked]) -> Attempted:
    return replace(
        blank_attempt,
        seconds=300.0,
        seconds_inside=250.0,
        tried=(1, 2),
        pressed=True,
        path=((0.0, 0.0, -1), (10.0, 2.0, 0), (60.0, 30.0, 1)),
        touches=(Touch(20.0, 0.7, 12.0, 0), Touch(40.0, 0.3, 20.0, 0)),
        flushed_ml=12.34567,
        path_mm=40.0,
        noted=(Noted(50.0, NOTE, 22.0, 1, "A"), Noted(55.0, NOTE, 23.0, 1, None)),
        looked=make_looked({0: 1.0, 1: 0.6}, in_view_s={"A": 4.0, "B": 0.1}),
    )


def write(tree: DuctTree, attempted: Attempted, task="two-lesions") -> Debrief:
    return write_debrief(LABEL, PLANS[task], tree, REACH, attempted)


def test_figures_are_what_was_kept(small_tree: DuctTree, some_attempt: Attempted) -> None:
    figures = write(small_tree, some_attempt).figures
    assert figures["seen_share"] == pytest.approx(some_attempt.looked.well_share, abs=1e-4)
    assert 0.4 < figures["seen_share"] < 0.7
    expected = {
        "goal_share": 0.5,
        "seen_badly_share": 0.0,
        "lesions_present": 2,
        "lesions_found": 1,
        "false_notes": 1,
        "described_share": 0.75,
        "contacts": 2,
        "hard_contacts": 1,
        "hardest_contact": 0.7,
        "flushed_ml": 12.3457,
        "seconds": 300.0,
        "seconds_clear": 80.0,
        "clear_share": 0.8,
        "path_mm": 40.0,
        "best_path_mm": 27.0,
        "wrong_orifices": 1,
    }
    assert {name: figures[name] for name in expected} == expected


def test_score_can_be_reckoned_from_the_figures(small_tree: DuctTree, some_attempt: Attempted) -> None:
    figures = write(small_tree, some_attempt).figures
    parts = [name for name in WEIGHTS if f"part_{name}" in figures]
    assert parts == [name for name in WEIGHTS if name in PLANS["two-lesions"].parts]
    assert sum(figures[f"weight_{name}"] for name in parts) == pytest.approx(1.0, abs=1e-3)
    assert figures["score"] == pytest.approx(
        sum(figures[f"weight_{name}"] * figures[f"part_{name}"] for name in parts), abs=1e-3
    )


def test_driving_freely_is_not_scored(small_tree: DuctTree, some_attempt: Attempted) -> None:
    figures = write(small_tree, some_attempt, "free").figures
    assert not [name for name in figures if name.startswith(("score", "part_", "weight_"))]


def test_lesions_are_told_with_what_was_said(small_tree: DuctTree, some_attempt: Attempted) -> None:
    first, second = write(small_tree, some_attempt).lesions
    assert first == {
        "id": "A",
        "branch": 1,
        "depth_mm": 25.0,
        "wall_angle_deg": 90,
        "size_mm": 2.0,
        "type": "polypoid solitary",
        "base": "stalk",
        "surface": "smooth",
        "colour": "red",
        "is_seen": True,
        "is_found": True,
        "seconds_in_view": 4.0,
        "said_type": "polypoid solitary",
        "said_base": "broad",
        "said_surface": "smooth",
        "said_colour": "red",
        "right_share": 0.75,
        "said_size_mm": 3.0,
    }
    assert (second["id"], second["is_seen"], second["is_found"]) == ("B", False, False)
    assert "said_type" not in second


def test_label_goals_ways_and_remarks(small_tree: DuctTree, some_attempt: Attempted) -> None:
    debrief = write(small_tree, some_attempt)
    assert (debrief.attempt, debrief.trainee, debrief.seed) == (LABEL.attempt, "Ann", 5)
    assert (debrief.preset, debrief.finished_utc, debrief.task) == ("typical", LABEL.finished_utc, "two-lesions")
    assert not debrief.is_reached
    assert debrief.path == some_attempt.path
    assert debrief.best_path[0] == (0.0, 0.0, 0)
    assert debrief.best_path[-1][1:] == (23.0, 2)
    assert 3 <= len(debrief.remarks) <= 5
    assert debrief.map_svg.startswith("<svg")
    assert "Ann" not in debrief.map_svg


def test_the_same_attempt_gives_the_same_debrief(small_tree: DuctTree, some_attempt: Attempted) -> None:
    assert write(small_tree, some_attempt) == write(small_tree, some_attempt)


def test_every_figure_and_weight_is_in_the_docs(small_tree: DuctTree, some_attempt: Attempted) -> None:
    page = (Path(__file__).parents[4] / "docs" / "how-to" / "practise.md").read_text(encoding="utf-8")
    figures = [name for name in write(small_tree, some_attempt).figures if not name.startswith(("part_", "weight_"))]
    assert not [name for name in (*figures, *TABLE_FIGURES) if f"`{name}`" not in page]
    for part, weight in WEIGHTS.items():
        assert f"| `{part}` | {100 * weight:.0f} |" in page
