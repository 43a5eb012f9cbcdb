"""Dues: everything of some kinds that is due until a day, however much it is; the pages show it a page at a time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from ductoscope.model.clinical import DueKind
from ductoscope.record.journal import DueRow, Journal


def list_all_dues(journal: Journal, until: date, kinds: Collection[DueKind]) -> list[DueRow]:
    """List what is not done yet and due by that day, the longest overdue first, none left out."""
    counts = journal.count_dues(until=until)
    return journal.dues(until=until, kinds=kinds, limit=sum(counts.get(kind, 0) for kind in kinds))
