"""Letters: A, B, ... Z, AA, AB, ... for the findings and the specimens of one examination."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from ductoscope.model import BadInputError
from ductoscope.model.clinical import Procedure

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def next_letter(procedure: Procedure, of: Literal["findings", "specimens"] = "findings") -> str:
    """The letter of the next finding or specimen; one that was given is never given again."""
    return _first_free(procedure.findings if of == "findings" else procedure.specimens)


def _first_free(taken: Collection[str]) -> str:
    for letter in (first + second for first in ("", *_ALPHABET) for second in _ALPHABET):
        if letter not in taken:
            return str(letter)
    raise BadInputError(f"There are {len(taken)} of them already; more cannot be told apart by a letter.")
