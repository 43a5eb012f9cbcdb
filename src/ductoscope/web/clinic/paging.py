"""Paging: a long list, one page of it at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Query

A_PAGE = 40
"""Rows of one list that a page shows."""

Number = Annotated[int, Query(ge=1)]
"""Which page of a list is asked for, from 1."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Leaf(Generic[T]):
    """One page of a list. rows: those on it; number: from 1; pages: how many there are; total: rows of all of them."""

    rows: Sequence[T]
    number: int
    pages: int
    total: int

    def __len__(self) -> int:
        return self.total


def turn(rows: Sequence[T], number: int) -> Leaf[T]:
    """Open a list at page `number`; at its last one when it has become shorter meanwhile."""
    pages = max(1, -(-len(rows) // A_PAGE))
    number = min(number, pages)
    return Leaf(rows[(number - 1) * A_PAGE : number * A_PAGE], number, pages, len(rows))
