"""Which branch of the program's map is which true one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ductoscope.score.examined import Examined
from ductoscope.score.truth import TrueExamination

IN_VIEW_SHARE = 0.02
"""A branch came into view when this share of its wall was truly seen well (assumed: less is a glance at its rim)."""
FORK_WITHIN_MM = 4.0
"""A branch that was not entered is matched by its fork, found within this of the true one."""


@dataclass(frozen=True, slots=True)
class BranchMatch:
    """The map against the truth.

    true_of: name to true id, of the names that were matched. entered: true ids that were entered; found_entered: those
    of them that have a name. in_view: true ids that came into view from their parent and were not entered;
    found_in_view: those that are listed. named: how many branches the map has; wrong: names that match nothing.
    """

    true_of: Mapping[str, int]
    entered: frozenset[int]
    found_entered: frozenset[int]
    in_view: frozenset[int]
    found_in_view: frozenset[int]
    named: int
    wrong: tuple[str, ...]


def match_branches(examined: Examined, truth: TrueExamination) -> BranchMatch:
    """Match by the frames that say the same branch; branches without frames by parent and depth of their fork."""
    row_of = truth.list_rows()
    votes: dict[str, Counter[int]] = {}
    for index, name, lost in zip(examined.index, examined.branch, examined.lost, strict=True):
        if name is not None and lost is None and int(index) in row_of:
            votes.setdefault(name, Counter())[int(truth.branch[row_of[int(index)]])] += 1
    true_of: dict[str, int] = {}
    taken: set[int] = set()
    branches = {str(branch["name"]): branch for branch in examined.branches}
    # The name with most frames chooses first; a true branch has one name only.
    entered_names = sorted(
        (name for name, branch in branches.items() if branch["reached"] is not None),
        key=lambda name: -sum(votes.get(name, Counter()).values()),
    )
    for name in entered_names:
        for true, _ in votes.get(name, Counter()).most_common(1):
            if true not in taken:
                true_of[name] = true
                taken.add(true)
    for name in sorted(branches, key=len):
        if name not in true_of and branches[name]["reached"] is None:
            child = _find_by_fork(branches[name], branches, true_of, taken, truth, str(examined.page["map"]["unit"]))
            if child is not None:
                true_of[name] = child
                taken.add(child)
    entered = frozenset(int(branch["id"]) for branch in truth.branches if branch["entered"])
    in_view = frozenset(
        int(branch["id"])
        for branch in truth.branches
        if not branch["entered"] and branch["parent"] in entered and branch["seen_share"] >= IN_VIEW_SHARE
    )
    return BranchMatch(
        true_of=true_of,
        entered=entered,
        found_entered=entered & taken,
        in_view=in_view,
        found_in_view=in_view & taken,
        named=len(branches),
        wrong=tuple(name for name in branches if name not in true_of),
    )


def _find_by_fork(
    branch: Mapping[str, Any],
    branches: Mapping[str, Mapping[str, Any]],
    true_of: Mapping[str, int],
    taken: set[int],
    truth: TrueExamination,
    unit: str,
) -> int | None:
    """A true child of the true parent that is not taken yet and begins near; nearest first."""
    parents = _find_true_parents(branch, branches, true_of, truth)
    near = [
        (abs(float(child["start_mm"]) - float(branch["start"])) if unit == "mm" else 0.0, int(child["id"]))
        for child in truth.branches
        if child["parent"] in parents and int(child["id"]) not in taken
    ]
    near = [each for each in near if each[0] <= FORK_WITHIN_MM]
    return min(near)[1] if near else None


def _find_true_parents(
    branch: Mapping[str, Any],
    branches: Mapping[str, Mapping[str, Any]],
    true_of: Mapping[str, int],
    truth: TrueExamination,
) -> set[int]:
    """The true branch that the fork lies in, by what was matched: those that leave the same fork, or else its parent.

    A fork that was missed farther up makes one branch of two, and has only one of them for its parent's name.
    """
    parent = branch["parent"]
    beside = {
        truth.branches[true_of[name]]["parent"]
        for name, other in branches.items()
        if name in true_of and other["parent"] == parent and other["start"] == branch["start"]
    }
    return beside - {None} or ({true_of[parent]} if parent in true_of else set())
