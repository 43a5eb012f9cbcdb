"""Read what `ductoscope examine` wrote (docs/reference/examination.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ductoscope.model import DoubleArray
from ductoscope.score.read_folder import Columns, Page, read_folder


@dataclass(frozen=True, slots=True, eq=False)
class Examined:
    """An examination as the program saw it, one row a frame that it looked at.

    page: examination.json. index: (F,) of the frame in its recording; t_ns: (F,). state: view word. branch: None where
    lost. lost: the reason, or None. depth_mm, sigma_mm: (F,) NaN where unknown. travel_radii: (F,) NaN where lost.
    """

    page: Mapping[str, Any]
    index: NDArray[np.int64]
    t_ns: NDArray[np.int64]
    state: tuple[str, ...]
    branch: tuple[str | None, ...]
    lost: tuple[str | None, ...]
    depth_mm: DoubleArray
    sigma_mm: DoubleArray
    travel_radii: DoubleArray

    @property
    def branches(self) -> Sequence[Mapping[str, Any]]:
        """The branches of its map."""
        listed: Sequence[Mapping[str, Any]] = self.page["map"]["branches"]
        return listed

    @property
    def findings(self) -> Sequence[Mapping[str, Any]]:
        """What it suggested."""
        listed: Sequence[Mapping[str, Any]] = self.page["findings"]
        return listed


def read_examined(folder: Path) -> Examined:
    """Read an examination's folder; raises BadFileError, saying what is wrong, when it is none."""
    written_by = 'It is the folder that "ductoscope examine" writes.'
    return read_folder(
        folder, "examination", _make_examined, needs=("map", "findings"), what="examination", written_by=written_by
    )


def _make_examined(page: Page, columns: Columns) -> Examined:
    return Examined(
        page=page,
        index=np.array(columns["index"], dtype=np.int64),
        t_ns=np.array(columns["t_ns"], dtype=np.int64),
        state=tuple(columns["state"]),
        branch=tuple(columns["branch"]),
        lost=tuple(columns["lost"]),
        depth_mm=_numbers(columns["depth_mm"]),
        sigma_mm=_numbers(columns["sigma_mm"]),
        travel_radii=_numbers(columns["travel_radii"]),
    )


def _numbers(column: Sequence[float | None]) -> DoubleArray:
    """A column as numbers (F,), NaN where a cell is empty."""
    return np.array([np.nan if value is None else value for value in column], dtype=np.float64)
