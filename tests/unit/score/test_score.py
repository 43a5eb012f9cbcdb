"""Small hand-made examinations and truths, in which every figure can be told by heart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ductoscope.model import BadFileError, BadInputError
from ductoscope.score import Examined, TrueExamination, judge, read_examined, read_truth, summarise
from ductoscope.score.intervals import interval_by_draws, interval_of_share

FRAMES = 101
T_NS = np.arange(FRAMES, dtype=np.int64) * 100_000_000


def straight_branch(id_: int, parent: int | None, children: list[int], start_mm: float, **more: Any) -> dict[str, Any]:
    """A branch straight ahead along z, 1 mm wide in radius, 20 mm long."""
    line = [[0.0, 0.0, start_mm + 0.25 * step] for step in range(81)]
    page = {
        "id": id_,
        "parent": parent,
        "children": children,
        "start_mm": start_mm,
        "length_mm": 20.0,
        "polyline_mm": line,
        "right_mm": [[1.0, 0.0, 0.0]] * 81,
        "radius_mm": [1.0] * 81,
        "stiffness": [1.0] * 81,
        "entered": True,
        "seen_share": 0.5,
    }
    return page | more


def make_truth(**changes: Any) -> TrueExamination:
    """Ten seconds: in from 0 to 30 mm, at 20 mm into branch 1, branch 2 left alone; one lesion at 12 mm."""
    depth = np.linspace(0.0, 30.0, FRAMES)
    tip = np.tile(np.eye(4), (FRAMES, 1, 1))
    tip[:, 2, 3] = depth
    lesion = {
        "id": "A",
        "is_lesion": True,
        "branch": 0,
        "arc_mm": 12.0,
        "depth_mm": 12.0,
        "wall_angle_deg": 90.0,
        "size_mm": 2.0,
        "height_mm": 0.0,
    }
    page = {
        "branches": [
            straight_branch(0, None, [1, 2], 0.0),
            straight_branch(1, 0, [], 20.0, seen_share=0.25),
            straight_branch(2, 0, [], 20.0, entered=False, seen_share=0.1),
        ],
        "lesions": [lesion, lesion | {"id": "a", "is_lesion": False}],
        "scope": {"field_of_view_air_deg": 70.0, "field_of_view_saline_deg": 51.0, "head_turned_deg": 0.0},
        "settings": {"gain": 0.0, "yield_mmhg": 25.0},
    }
    in_view = [(("A", 0.5, 12.0), ("a", 0.5, 12.0)) if 8.0 <= mm <= 10.5 else () for mm in depth]
    fields: dict[str, Any] = {
        "page": page,
        "index": np.arange(FRAMES),
        "t_ns": T_NS,
        "depth_mm": depth,
        "branch": np.where(depth < 20.0, 0, 1),
        "duct_from_tip": tip,
        "pressure_mmhg": np.full(FRAMES, 60.0),
        "is_air": np.zeros(FRAMES, dtype=bool),
        "state": ("clear",) * FRAMES,
        "lesions": tuple(in_view),
    }
    return TrueExamination(**(fields | changes))


def make_finding(**changes: Any) -> dict[str, Any]:
    """A suggestion that points down, where the lesion at 12 mm shows from 9 mm (3 mm ahead, 1 mm down)."""
    down = 0.5 + 0.5 * 0.71  # 18.4 degrees in saline
    finding = {
        "frame": 30,
        "first_t_ns": 3_000_000_000,
        "depth_mm": 12.5,
        "outline_xy": [[0.5, down - 0.02], [0.48, down + 0.01], [0.52, down + 0.01]],
        "size_mm": 2.1,
        "size_sigma_mm": 0.2,
    }
    return finding | changes


def make_examined(**changes: Any) -> Examined:
    """An examination that is right everywhere but for 0.5 mm of depth."""
    depth = np.linspace(0.0, 30.0, FRAMES)
    branches = [
        {"name": "", "parent": None, "start": 0.0, "reached": 20.0, "seen_to": 20.0, "seen_share": 0.5},
        {"name": "L", "parent": "", "start": 21.0, "reached": 30.0, "seen_to": 31.0, "seen_share": 0.5},
        {"name": "R", "parent": "", "start": 21.0, "reached": None, "seen_to": None, "seen_share": 0.0},
    ]
    page = {"map": {"unit": "mm", "branches": branches}, "findings": [make_finding()]}
    fields: dict[str, Any] = {
        "page": page,
        "index": np.arange(FRAMES),
        "t_ns": T_NS,
        "state": ("clear",) * FRAMES,
        "branch": tuple("" if mm < 20.0 else "L" for mm in depth),
        "lost": (None,) * FRAMES,
        "depth_mm": depth + 0.5,
        "sigma_mm": np.full(FRAMES, 0.4),
        "travel_radii": depth,
    }
    return Examined(**(fields | changes))


def values(examined: Examined, truth: TrueExamination | None = None) -> dict[str, str]:
    return {figure.name: figure.value for figure in summarise([judge(examined, truth or make_truth())])}


def test_a_good_examination() -> None:
    assert values(make_examined()) == {
        "depth error, median (mm)": "0.50",
        "depth error, 95th percentile (mm)": "0.50",
        "depth within 1 sigma / 2 sigma": "0 % / 100 %",
        "error as a share of travel, median": "2.85 %",
        "truly lost and said so": "-",
        "said lost and was not": "0.00 %",
        "said Lost, of all frames": "0.00 %",
        "motion invented while still (mm a minute)": "0.00",
        "branches entered: recall": "100 %",
        "branches: precision": "100 %",
        "forks not entered: listed": "100 %",
        "share of seen wall, error (points)": "0.00",
        "lesions in clear view: sensitivity": "100 %",
        "false suggestions a minute": "0.00",
        "delay, median (s)": "0.30",
        "lesion's place along the duct, median error (mm)": "0.50",
        "lesion's size, mean error (mm)": "0.10",
        "size within 1 sigma / 2 sigma": "100 % / 100 %",
        "view state: macro F1": "1.00",
    }


def test_hidden_frames_must_say_lost() -> None:
    hidden = tuple("blood" if 40 <= row < 60 else "clear" for row in range(FRAMES))
    lost = tuple("no view" if 50 <= row < 64 else None for row in range(FRAMES))
    found = values(make_examined(lost=lost), make_truth(state=hidden))
    assert found["truly lost and said so"] == "50.00 %"
    assert found["said lost and was not"] == f"{100 * 4 / 81:.2f} %"


def test_a_confidently_wrong_depth_is_truly_lost() -> None:
    depth = np.linspace(0.0, 30.0, FRAMES)
    depth[50:60] += 4.0
    assert values(make_examined(depth_mm=depth))["truly lost and said so"] == "0.00 %"
    unsure = np.full(FRAMES, 2.0)
    assert values(make_examined(depth_mm=depth, sigma_mm=unsure))["truly lost and said so"] == "-"


def test_another_branch_is_wrong_but_not_at_its_fork() -> None:
    near = tuple("" if row < 74 else "L" for row in range(FRAMES))  # 2.2 mm late
    assert values(make_examined(branch=near))["truly lost and said so"] == "-"
    late = tuple("" if row < 90 else "L" for row in range(FRAMES))
    assert values(make_examined(branch=late))["truly lost and said so"] == "0.00 %"


def test_still_scope_that_is_said_to_move() -> None:
    still = np.full(FRAMES, 5.0)
    tip = np.tile(np.eye(4), (FRAMES, 1, 1))
    truth = make_truth(depth_mm=still, duct_from_tip=tip, branch=np.zeros(FRAMES, dtype=int))
    trembling = 5.0 + 0.01 * (np.arange(FRAMES) % 2)
    found = values(make_examined(depth_mm=trembling, branch=("",) * FRAMES), truth)
    assert found["motion invented while still (mm a minute)"] == "0.06"
    drifting = 5.0 + np.linspace(0.0, 1.0, FRAMES)
    found = values(make_examined(depth_mm=drifting, branch=("",) * FRAMES), truth)
    assert found["motion invented while still (mm a minute)"] == "6.00"


def test_a_branch_nobody_has() -> None:
    examined = make_examined()
    branches = [*examined.branches, {"name": "RL", "parent": "R", "start": 25.0, "reached": None, "seen_to": None}]
    page = {"map": {"unit": "mm", "branches": [b | {"seen_share": 0.0} for b in branches]}, "findings": []}
    found = values(make_examined(page=page))
    assert found["branches: precision"] == "75 %"
    assert found["lesions in clear view: sensitivity"] == "0 %"


def test_a_fork_that_is_not_listed() -> None:
    examined = make_examined()
    page = {"map": {"unit": "mm", "branches": list(examined.branches[:2])}, "findings": []}
    assert values(make_examined(page=page))["forks not entered: listed"] == "0 %"


def test_a_fork_beyond_one_that_was_missed_is_listed() -> None:
    """The map's main duct is two true branches, of which the first has most frames."""
    usual = make_truth()
    trunk = straight_branch(3, None, [0, 4], 0.0)
    branches = [usual.branches[0] | {"parent": 3, "start_mm": 15.0}, *usual.branches[1:], trunk]
    branches.append(straight_branch(4, 3, [], 15.0, entered=False, seen_share=0.0))
    branch = np.where(usual.depth_mm < 15.0, 3, usual.branch)
    found = values(make_examined(), make_truth(page=usual.page | {"branches": branches}, branch=branch))
    assert found["branches entered: recall"] == "67 %"
    assert found["forks not entered: listed"] == "100 %"
    assert found["branches: precision"] == "100 %"


@pytest.mark.parametrize(
    "changes",
    [
        {"outline_xy": [[0.5, 0.1], [0.52, 0.12], [0.48, 0.12]]},
        {"depth_mm": 17.0},
        {"frame": 60},
    ],
    ids=["other side", "elsewhere", "not in view"],
)
def test_a_suggestion_that_points_at_nothing_is_false(changes: dict[str, Any]) -> None:
    page = dict(make_examined().page) | {"findings": [make_finding(**changes)]}
    found = values(make_examined(page=page))
    assert found["false suggestions a minute"] == "6.00"
    assert found["lesions in clear view: sensitivity"] == "0 %"


def test_the_picture_is_turned_with_the_cameras_head() -> None:
    truth = make_truth()
    turned = dict(truth.page) | {"scope": truth.page["scope"] | {"head_turned_deg": 90.0}}
    assert values(make_examined(), make_truth(page=turned))["lesions in clear view: sensitivity"] == "0 %"
    left = make_finding(outline_xy=[[0.5 - 0.355, 0.5]])
    page = dict(make_examined().page) | {"findings": [left]}
    assert values(make_examined(page=page), make_truth(page=turned))["lesions in clear view: sensitivity"] == "100 %"


def test_a_stiff_wall_stretches_less() -> None:
    page = make_truth().page
    stiff = [page["branches"][0] | {"stiffness": [4.0] * 81}, *page["branches"][1:]]
    truth = make_truth(page=dict(page) | {"branches": stiff, "settings": {"gain": 1.0, "yield_mmhg": 25.0}})
    open_share = 1.0 - np.exp(-60.0 / 25.0)
    assert truth.find_radius_mm(0, 48, 0) == pytest.approx(1.0 + open_share / 4.0)
    assert truth.find_radius_mm(1, 48, 0) == pytest.approx(1.0 + open_share)


def test_words_of_the_view() -> None:
    true = tuple("blood" if row < 50 else "clear" for row in range(FRAMES))
    said = tuple("blood" if row < 25 else "clear" for row in range(FRAMES))
    expected = (2 * 25 / 75 + 2 * 51 / 127) / 2
    assert values(make_examined(state=said), make_truth(state=true))["view state: macro F1"] == f"{expected:.2f}"


def test_frames_of_another_recording_are_refused() -> None:
    with pytest.raises(BadInputError, match="another recording"):
        judge(make_examined(t_ns=T_NS + 1), make_truth())


def test_wilson() -> None:
    low, high = interval_of_share(8, 10)
    assert (low, high) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert interval_of_share(0, 0) == (0.0, 1.0)


def test_draws_hold_the_mean_and_are_the_same_twice() -> None:
    items = list(np.random.default_rng(1).normal(3.0, 1.0, 60))
    interval = interval_by_draws(items, lambda drawn: float(np.mean(drawn)))
    assert interval is not None
    assert interval == interval_by_draws(items, lambda drawn: float(np.mean(drawn)))
    assert interval[0] < 3.0 < interval[1]
    assert interval[1] - interval[0] == pytest.approx(2 * 1.96 / np.sqrt(60), rel=0.25)
    assert interval_by_draws(items[:2], lambda drawn: 1.0) is None


@pytest.mark.parametrize("read", [read_truth, read_examined])
def test_a_folder_of_something_else_is_refused(read: Any, tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match="ductoscope"):
        read(tmp_path)
    for name in ("truth.json", "examination.json"):
        (tmp_path / name).write_text(json.dumps({"format": "recipe"}))
    pq.write_table(pa.table({"index": [1]}), tmp_path / "frames.parquet")
    with pytest.raises(BadFileError, match="format"):
        read(tmp_path)
    for name, word in (("truth.json", "truth"), ("examination.json", "examination")):
        (tmp_path / name).write_text(json.dumps({"format": f"ductoscope {word}", "format_version": 1}))
    with pytest.raises(BadFileError, match=r"another version.*without"):
        read(tmp_path)
    parts: dict[str, Any] = {key: {} for key in ("map", "findings", "branches", "lesions", "scope", "settings")}
    for version in (1, 2):
        for name, word in (("truth.json", "truth"), ("examination.json", "examination")):
            page = parts | {"format": f"ductoscope {word}", "format_version": version}
            (tmp_path / name).write_text(json.dumps(page))
        with pytest.raises(BadFileError, match="another version" if version == 1 else "version 2"):
            read(tmp_path)
    (tmp_path / "frames.parquet").write_bytes(b"torn")
    with pytest.raises(BadFileError, match="ductoscope"):
        read(tmp_path)
