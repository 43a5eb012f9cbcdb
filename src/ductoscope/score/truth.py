"""Read the truth folder of a simulated examination (docs/reference/truth.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ductoscope.model import BadFileError, BoolArray, DoubleArray

LINE_MM = 0.25
"""Centrelines in truth.json have a point every so many millimetres."""


@dataclass(frozen=True, slots=True, eq=False)
class TrueExamination:
    """The truth, one row a frame.

    page: truth.json. index, t_ns, branch: (F,) int64. depth_mm, pressure_mmhg: (F,). duct_from_tip: (F, 4, 4).
    is_air: (F,). state: the view's word of each frame. lesions: by frame, (id, visible_share, longest_cores).
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

    @property
    def true_lesions(self) -> Sequence[Mapping[str, Any]]:
        """The lesions that are lesions, look-alikes left out."""
        return [lesion for lesion in self.page["lesions"] if lesion["is_lesion"]]


def read_truth(folder: Path) -> TrueExamination:
    """Read a truth folder; raises BadFileError, saying what is wrong, when it is none."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        page = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
        table = pq.read_table(folder / "frames.parquet").to_pydict()
    except (OSError, ValueError, pa.ArrowException) as error:
        raise BadFileError(
            f"{folder} is no truth of a simulated examination: {error}. It is the folder truth/ that "
            '"ductoscope simulate" writes.'
        ) from error
    if not isinstance(page, dict) or page.get("format") != "ductoscope truth":
        raise BadFileError(f"{folder / 'truth.json'} is no truth of a simulated examination; its format is another.")
    try:
        return TrueExamination(
            page=page,
            index=np.array(table["index"], dtype=np.int64),
            t_ns=np.array(table["t_ns"], dtype=np.int64),
            depth_mm=np.array(table["depth_mm"], dtype=np.float64),
            branch=np.array(table["branch"], dtype=np.int64),
            duct_from_tip=np.array(table["duct_from_tip"], dtype=np.float64).reshape(-1, 4, 4),
            pressure_mmhg=np.array(table["pressure_mmhg"], dtype=np.float64),
            is_air=np.array(table["is_air"], dtype=np.bool_),
            state=tuple(table["view_state"]),
            lesions=tuple(
                tuple((each["id"], each["visible_share"], each["longest_cores"]) for each in row)
                for row in table["lesions"]
            ),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise BadFileError(f"The truth in {folder} was made by another version: {error!r}.") from error
