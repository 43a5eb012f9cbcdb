"""A table's rows in memory while a transaction works on them: read when first needed, written together."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, delete, select

from ductoscope.record.journal.database import put_rows

Key = tuple[Any, ...]
Row = dict[str, Any]
MOST = 4_000
"""Rows that a shelf remembers after they were written; beyond that it forgets them all."""


class Shelf:
    """The rows of one projection, by primary key. What is put or dropped reaches the table with `flush`."""

    def __init__(self, connection: Connection, table: Table) -> None:
        self._connection = connection
        self._table = table
        self._keys = list(table.primary_key.columns)
        self._rows: dict[Key, Row | None] = {}
        self._changed: dict[Key, None] = {}  # A set that keeps the order, so that rows come after those they point to.

    def get(self, *key: Any) -> Row | None:
        """Return the row with this key, None when there is none. It is not to be written to; `put` another."""
        if key not in self._rows:
            asked = dict(zip((column.name for column in self._keys), key, strict=True))
            found = self._connection.execute(_select_row(self._table), asked).mappings().first()
            self._rows[key] = None if found is None else dict(found)
        return self._rows[key]

    def put(self, row: Row) -> None:
        """Add a row, or replace the one with its key."""
        key = tuple(row[column.name] for column in self._keys)
        self._rows[key] = row
        self._changed[key] = None

    def drop(self, *key: Any) -> None:
        """Take a row away."""
        self._rows[key] = None
        self._changed[key] = None

    def flush(self) -> None:
        """Write what was changed."""
        rows: list[Row] = []
        for key in self._changed:
            row = self._rows[key]
            if row is not None:
                rows.append(row)
            else:
                gone = (column == part for column, part in zip(self._keys, key, strict=True))
                self._connection.execute(delete(self._table).where(*gone))
        put_rows(self._connection, self._table, rows)
        self._changed.clear()
        if len(self._rows) > MOST:
            self._rows.clear()

    def forget(self) -> None:
        """Write what was changed, and remember nothing, since the table is about to be changed elsewhere."""
        self.flush()
        self._rows.clear()


@cache
def _select_row(table: Table) -> Select[Any]:
    return select(table).where(*(column == bindparam(column.name) for column in table.primary_key.columns))
