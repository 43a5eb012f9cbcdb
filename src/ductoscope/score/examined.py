"""Read what `ductoscope examine` wrote (docs/reference/examination.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ductoscope.model import BadFileError, DoubleArray


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
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        page = json.loads((folder / "examination.json").read_text(encoding="utf-8"))
        table = pq.read_table(folder / "frames.parquet").to_pydict()
    except (OSError, ValueError, pa.ArrowException) as error:
        raise BadFileError(
            f'{folder} is no examination: {error}. It is the folder that "ductoscope examine" writes.'
        ) from error
    if not isinstance(page, dict) or page.get("format") != "ductoscope examination":
        raise BadFileError(f"{folder / 'examination.json'} is no examination; its format is another.")
    try:
        return Examined(
            page=page,
            index=np.array(table["index"], dtype=np.int64),
            t_ns=np.array(table["t_ns"], dtype=np.int64),
            state=tuple(table["state"]),
            branch=tuple(table["branch"]),
            lost=tuple(table["lost"]),
            depth_mm=_numbers(table["depth_mm"]),
            sigma_mm=_numbers(table["sigma_mm"]),
            travel_radii=_numbers(table["travel_radii"]),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise BadFileError(f"The examination in {folder} was made by another version: {error!r}.") from error


def _numbers(column: Sequence[float | None]) -> DoubleArray:
    return np.array([np.nan if value is None else value for value in column], dtype=np.float64)
