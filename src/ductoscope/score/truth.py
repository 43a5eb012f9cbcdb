"""Read the truth folder of a simulated examination (docs/reference/truth.md)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ductoscope.model import BoolArray, DoubleArray
from ductoscope.score.read_folder import Columns, Page, read_folder

LINE_MM = 0.25
"""Centrelines in truth.json have a point every so many millimetres."""


@dataclass(frozen=True, slots=True, eq=False)
class TrueExamination:
    """The truth, one row a frame.

    page: truth.json. index: (F,) of the frame in its recording; t_ns: (F,). depth_mm, pressure_mmhg: (F,). branch: (F,)
    int64, id of that which the tip is in. duct_from_tip: (F, 4, 4), mm. is_air: (F,). state: the view's word of each
    frame. lesions: by frame, (id, visible_share, longest_cores).
    """

    page: Mapping[str, Any]
    index: NDArray[np.int64]
    t_ns: NDArray[np.int64]
    depth_mm: DoubleArray
    branch: NDArray[np.int64]
    duct_from_tip: DoubleArray
    pressure_mmhg: DoubleArray
    is_air: BoolArray
    state: tuple[str, ...]
    lesions: tuple[tuple[tuple[str, float, float], ...], ...]

    @property
    def branches(self) -> Sequence[Mapping[str, Any]]:
        """The true branches, in the order of their ids."""
        listed: Sequence[Mapping[str, Any]] = self.page["branches"]
        return listed

    def list_rows(self) -> Mapping[int, int]:
        """Index of a frame to its row."""
        return {int(index): row for row, index in enumerate(self.index)}

    def find_radius_mm(self, branch: int, at: int, row: int) -> float:
        """Inner radius of a branch at its point `at`, folds left out, as the pressure in the frame of `row` widens it.

        D = D0 (1 + gain / stiffness (1 - exp(-P / yield))); the moment's own lag and slit are not in the truth's files.
        """
        shape, settings = self.branches[branch], self.page["settings"]
        share = 1.0 - math.exp(-max(float(self.pressure_mmhg[row]), 0.0) / settings["yield_mmhg"])
        at = min(max(at, 0), len(shape["radius_mm"]) - 1)
        return float(shape["radius_mm"][at] * (1.0 + settings["gain"] / shape["stiffness"][at] * share))

    @property
    def true_lesions(self) -> Sequence[Mapping[str, Any]]:
        """The lesions that are lesions, look-alikes left out."""
        return [lesion for lesion in self.page["lesions"] if lesion["is_lesion"]]


def read_truth(folder: Path) -> TrueExamination:
    """Read a truth folder; raises BadFileError, saying what is wrong, when it is none."""
    written_by = 'It is the folder truth/ that "ductoscope simulate" writes.'
    what, needs = "truth of a simulated examination", ("branches", "lesions", "scope", "settings")
    return read_folder(folder, "truth", _make_truth, needs=needs, what=what, written_by=written_by)


def _make_truth(page: Page, columns: Columns) -> TrueExamination:
    return TrueExamination(
        page=page,
        index=np.array(columns["index"], dtype=np.int64),
        t_ns=np.array(columns["t_ns"], dtype=np.int64),
        depth_mm=np.array(columns["depth_mm"], dtype=np.float64),
        branch=np.array(columns["branch"], dtype=np.int64),
        duct_from_tip=np.array(columns["duct_from_tip"], dtype=np.float64).reshape(-1, 4, 4),
        pressure_mmhg=np.array(columns["pressure_mmhg"], dtype=np.float64),
        is_air=np.array(columns["is_air"], dtype=np.bool_),
        state=tuple(columns["view_state"]),
        lesions=tuple(
            tuple((each["id"], each["visible_share"], each["longest_cores"]) for each in row)
            for row in columns["lesions"]
        ),
    )
