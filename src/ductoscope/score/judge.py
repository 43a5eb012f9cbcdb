"""Judge one examination by its truth: every count and sample that the figures are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from ductoscope.model import BadInputError, BoolArray, DoubleArray
from ductoscope.model.view_state import HIDES_WALL
from ductoscope.score.examined import Examined
from ductoscope.score.match_branches import BranchMatch, match_branches
from ductoscope.score.match_lesions import LesionMatch, match_lesions
from ductoscope.score.truth import TrueExamination

WRONG_MM, WRONG_SIGMAS = 3.0, 3.0
"""A claimed depth is wrong when it is off by more than both."""
AT_A_FORK_MM = 2.5
"""Within this of a fork, parent and child are one place: nobody can say which of them the tip is in."""
STILL_MM = 0.001
"""The tip that moves less than this between two frames stands still."""
SETTLED_MM = 5.0
"""Error as a share of travel is counted from here on: before, a tenth of a millimetre would be many per cent."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One examination's counts and samples.

    minutes: length. depth_error_mm: of every frame that says a depth. depth_in_sigmas: the same over sigma.
    travel_share: error of the depth as a share of the path travelled so far. invented_mm: how far the claimed depth
    wandered while the tip moved less than a micrometre a frame. lost_hits, lost_frames: frames truly lost that said so,
    and all of them; false_lost, seen_frames: frames that said lost though the wall was in view, and all with the wall
    in view.
    branches, lesions: see there. wall_error: see `_compare_wall`, None without a scale.
    place_errors_mm: along the duct, by lesion found. sizes: (size, its sigma, true size) by lesion found with a size.
    states: (true word, said word) to frames.
    """

    minutes: float
    depth_error_mm: tuple[float, ...]
    depth_in_sigmas: tuple[float, ...]
    travel_share: tuple[float, ...]
    invented_mm: float
    lost_hits: int
    lost_frames: int
    false_lost: int
    seen_frames: int
    branches: BranchMatch
    lesions: LesionMatch
    wall_error: float | None
    place_errors_mm: tuple[float, ...]
    sizes: tuple[tuple[float, float, float], ...]
    states: Mapping[tuple[str, str], int] = field(default_factory=dict)


def judge(examined: Examined, truth: TrueExamination) -> Judged:
    """Compare an examination with the truth of the same recording.

    Raises BadInputError when their frames do not belong together.
    """
    row_of = truth.list_rows()
    rows = np.array([row_of.get(int(index), -1) for index in examined.index], dtype=np.int64)
    if not len(rows) or (rows < 0).any() or (truth.t_ns[rows] != examined.t_ns).any():
        raise BadInputError("This truth belongs to another recording: its frames have other numbers or times.")
    branches = match_branches(examined, truth)
    lesions = match_lesions(examined, truth)
    error = examined.depth_mm - truth.depth_mm[rows]
    says_depth = np.isfinite(error)
    hidden = np.array([truth.state[row] in HIDES_WALL for row in rows])
    said_lost = np.array([reason is not None for reason in examined.lost])
    wrong = _find_wrong(examined, truth, rows, error, branches) & ~said_lost
    moved = np.abs(np.diff(truth.depth_mm[rows], prepend=truth.depth_mm[rows[0]]))
    path = np.cumsum(moved)
    settled = says_depth & (path >= SETTLED_MM)
    sigma = examined.sigma_mm
    return Judged(
        minutes=float(truth.t_ns[rows[-1]] - truth.t_ns[rows[0]]) / 60e9,
        depth_error_mm=tuple(np.abs(error[says_depth]).tolist()),
        depth_in_sigmas=tuple((error[says_depth] / sigma[says_depth]).tolist()),
        travel_share=tuple((np.abs(error[settled]) / path[settled]).tolist()),
        invented_mm=_measure_invented(examined, moved, said_lost),
        lost_hits=int(np.count_nonzero(hidden & said_lost)),
        lost_frames=int(np.count_nonzero(hidden | wrong)),
        false_lost=int(np.count_nonzero(~hidden & said_lost)),
        seen_frames=int(np.count_nonzero(~hidden)),
        branches=branches,
        lesions=lesions,
        wall_error=_compare_wall(examined, truth, branches),
        place_errors_mm=_measure_places(examined, truth, lesions),
        sizes=_list_sizes(examined, truth, lesions),
        states=dict(Counter((truth.state[row], said) for row, said in zip(rows, examined.state, strict=True))),
    )


def _find_wrong(
    examined: Examined, truth: TrueExamination, rows: NDArray[np.int64], error: DoubleArray, branches: BranchMatch
) -> BoolArray:
    """Frames whose claimed pose is wrong: another branch, or a depth that is off by more than it admits."""
    off = np.abs(error)
    wrong = np.isfinite(off) & (off > WRONG_MM) & (off > WRONG_SIGMAS * examined.sigma_mm)
    for number, (name, row) in enumerate(zip(examined.branch, rows, strict=True)):
        if name is None:
            continue
        true = int(truth.branch[row])
        said = branches.true_of.get(name)
        if said != true and not _is_at_fork(truth, said, true, float(truth.depth_mm[row])):
            wrong[number] = True
    return np.asarray(wrong, dtype=np.bool_)


def _is_at_fork(truth: TrueExamination, said: int | None, true: int, depth_mm: float) -> bool:
    """Whether the tip is so near a fork that both of its branches are the same place."""
    if said is None:
        return False
    family = {true, truth.branches[true]["parent"], *truth.branches[true]["children"]}
    siblings = {
        child["id"] for child in truth.branches if child["parent"] == truth.branches[true]["parent"] is not None
    }
    if said not in family | siblings:
        return False
    forks = [truth.branches[true]["start_mm"]]
    forks += [truth.branches[child]["start_mm"] for child in truth.branches[true]["children"]]
    return bool(min(abs(depth_mm - fork) for fork in forks) <= AT_A_FORK_MM)


def _measure_invented(examined: Examined, moved: DoubleArray, said_lost: BoolArray) -> float:
    """How far the claimed depth wandered while the tip stood still, in mm, over all such stretches; 0 without a scale.

    Of each stretch its farthest claim less its nearest: an estimate that trembles about one place claims no path.
    """
    told = np.isfinite(examined.depth_mm) & ~said_lost
    wandered = 0.0
    for is_still, rows in groupby(range(len(moved)), key=lambda row: bool(told[row] and moved[row] < STILL_MM)):
        if is_still:
            stretch = list(rows)
            if stretch[0] > 0 and told[stretch[0] - 1]:  # the tip already stood where this frame saw it
                stretch.insert(0, stretch[0] - 1)
            wandered += float(np.ptp(examined.depth_mm[stretch]))
    return wandered


def _compare_wall(examined: Examined, truth: TrueExamination, branches: BranchMatch) -> float | None:
    """How much more of the wall is called well seen than was, as a share of the entered branches' whole wall.

    Both are told as a length of duct seen all around: nobody but the truth knows how long a branch is that was not
    followed to its end. None without a scale.
    """
    if examined.page["map"]["unit"] != "mm":
        return None
    said_mm = sum(
        float(branch["seen_share"]) * (float(branch["seen_to"]) - float(branch["start"]))
        for branch in examined.branches
        if branches.true_of.get(branch["name"]) in branches.entered and branch["seen_to"] is not None
    )
    entered = [branch for branch in truth.branches if branch["id"] in branches.entered]
    whole_mm = sum(float(branch["length_mm"]) for branch in entered)
    true_mm = sum(float(branch["length_mm"]) * float(branch["seen_share"]) for branch in entered)
    return (said_mm - true_mm) / whole_mm if whole_mm else None


def _measure_places(examined: Examined, truth: TrueExamination, lesions: LesionMatch) -> tuple[float, ...]:
    depth = {str(lesion["id"]): float(lesion["depth_mm"]) for lesion in truth.true_lesions}
    said = ((lesion, examined.findings[number]["depth_mm"]) for lesion, number in lesions.found.items())
    return tuple(abs(float(mm) - depth[lesion]) for lesion, mm in said if mm is not None)


def _list_sizes(
    examined: Examined, truth: TrueExamination, lesions: LesionMatch
) -> tuple[tuple[float, float, float], ...]:
    size = {str(lesion["id"]): float(lesion["size_mm"]) for lesion in truth.true_lesions}
    listed = []
    for lesion, number in lesions.found.items():
        finding = examined.findings[number]
        if finding["size_mm"] is not None:
            listed.append((float(finding["size_mm"]), float(finding["size_sigma_mm"]), size[lesion]))
    return tuple(listed)
