"""Read a folder of one page and one row a frame, as examinations and truths are written, and say what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from ductoscope.model import BadFileError

Page = Mapping[str, Any]
Columns = Mapping[str, Sequence[Any]]
"""Columns of frames.parquet by name, a row a frame; None where a cell is empty."""

_Made = TypeVar("_Made")


VERSION = 1
"""Of the formats that are understood."""


def read_folder(
    folder: Path,
    name: str,
    make: Callable[[Page, Columns], _Made],
    *,
    needs: Sequence[str],
    what: str,
    written_by: str,
) -> _Made:
    """Read `folder`/NAME.json and `folder`/frames.parquet, and make of them what `make` does.

    name: its page states that its format is "ductoscope NAME"; needs: parts that the page must have. what: it is called
    for people; written_by: a sentence that says where such folders come from. make: may raise KeyError, ValueError or
    TypeError for what does not fit.
    Raises BadFileError, saying what is wrong, when the folder cannot be read or is something else.
    """
    # Heavy, and needed here only.
    import pyarrow as pa
    import pyarrow.parquet as pq

    page_path = folder / f"{name}.json"
    try:
        page = json.loads(page_path.read_text(encoding="utf-8"))
        columns: Columns = pq.read_table(folder / "frames.parquet").to_pydict()
    except (OSError, ValueError, pa.ArrowException) as error:
        raise BadFileError(f"{folder} is no {what}: {error}. {written_by}") from error
    if not isinstance(page, dict) or page.get("format") != f"ductoscope {name}":
        raise BadFileError(f"{page_path} is no {what}; its format is another.")
    try:
        missing = [part for part in needs if part not in page]
        if missing or page.get("format_version") != VERSION:
            raise ValueError(f"version {page.get('format_version')}, without {missing or 'nothing that is needed'}")
        return make(page, columns)
    except (KeyError, ValueError, TypeError) as error:
        raise BadFileError(f"The {what} in {folder} was made by another version: {error!r}.") from error
