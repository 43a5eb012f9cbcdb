"""Read the events table: some of it in order, its head, and the story of one procedure or patient."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Select, bindparam, func, select, union_all

from ductoscope.model.clinical import Event, Patient, Procedure, fold_patient, follow
from ductoscope.model.errors import JournalError, NotThereError
from ductoscope.record.journal import tables as t
from ductoscope.record.journal.chain import START, WrittenEvent
from ductoscope.record.journal.folded import FoldedProcedures
from ductoscope.record.journal.kinds import ABOUT_PATIENTS, LOOKS, names_of
from ductoscope.record.journal.writing import read_event

PAGE = 1_000
"""Events that are read at once when all of them are."""
_COLUMNS = tuple(t.events.c[name] for name in WrittenEvent._fields)
_KIND_LOOKED_AT = t.events.c.kind.concat("")
"""The kind where no index may serve: SQLite would rather walk every event of a kind than the few of one examination."""
# What every page and every append asks is put together once.
_NEWEST = select(t.events.c.number, t.events.c.hash).order_by(t.events.c.number.desc()).limit(1)
_STATE = select(t.procedures.c.number, t.procedures.c.patient_id).where(t.procedures.c.id == bindparam("procedure"))
_MERGED = select(t.patients.c.merged_into).where(t.patients.c.id == bindparam("patient"))
_STORY = (
    select(*_COLUMNS)
    .where(t.events.c.procedure_id == bindparam("procedure"), t.events.c.kind.not_in(names_of(LOOKS)))
    .where(t.events.c.number > bindparam("after"), t.events.c.number <= bindparam("until"))
    .order_by(t.events.c.number)
)
_PERSON = (
    select(*_COLUMNS)
    .where(t.events.c.patient_id == bindparam("patient"), t.events.c.kind.in_(names_of(ABOUT_PATIENTS)))
    .order_by(t.events.c.number)
)


def read_head(connection: Connection) -> tuple[int, str]:
    """Return number and hash of the newest event; (0, START) of an empty journal."""
    row = connection.execute(_NEWEST).first()
    return (0, START) if row is None else (row.number, row.hash)


def read_all(connection: Connection) -> Iterator[WrittenEvent]:
    """Read every event in order, a page at a time, exactly as it is written."""
    after = 0
    while True:
        page = select(*_COLUMNS).where(t.events.c.number > after).order_by(t.events.c.number).limit(PAGE)
        rows = connection.execute(page).all()
        yield from (WrittenEvent(*row) for row in rows)
        if len(rows) < PAGE:
            return
        after = rows[-1].number


def find_newest(connection: Connection, kinds: tuple[type, ...]) -> int:
    """Return the number of the newest event of these kinds; 0 when there is none. No event is read for it."""
    numbers = connection.execute(_newest_of(names_of(kinds))).scalars()
    return max((number for number in numbers if number is not None), default=0)


@cache
def _newest_of(kinds: tuple[str, ...]) -> CompoundSelect[Any]:
    # One step into the index a kind; asked for together, a database would walk through all of them.
    newest = select(func.max(t.events.c.number))
    return union_all(*(newest.where(t.events.c.kind == kind) for kind in kinds))


def read_some(
    connection: Connection,
    *,
    procedure_id: str | None = None,
    patient_ids: Collection[str] | None = None,
    kinds: Collection[type] | None = None,
    by: str | None = None,
    after: int = 0,
    limit: int | None = None,
    newest_first: bool = False,
) -> list[Event]:
    """Read the events that fit everything that is said; after: only those with a higher number."""
    some = select(*_COLUMNS)
    if procedure_id is not None:
        some = some.where(t.events.c.procedure_id == procedure_id)
    if patient_ids is not None:
        some = some.where(t.events.c.patient_id.in_(patient_ids))
    if by is not None:
        some = some.where(t.events.c.by == by)
    if after:
        some = some.where(t.events.c.number > after)
    order = t.events.c.number.desc() if newest_first else t.events.c.number
    names = None if kinds is None else names_of(tuple(dict.fromkeys(kinds)))
    if names is None:
        some = some.order_by(order)
    elif procedure_id is not None or patient_ids is not None:
        some = some.where(_KIND_LOOKED_AT.in_(names)).order_by(order)
    elif limit is None:
        some = some.where(t.events.c.kind.in_(names)).order_by(order)
    else:
        # One walk of the index a kind, each as short as the limit: asked for together, a database would sort them all.
        each = [some.where(t.events.c.kind == name).order_by(order).limit(limit) for name in names]
        found = sorted((event for one in each for event in _read(connection, one)), key=attrgetter("number"))
        return (found[::-1] if newest_first else found)[:limit]
    return _read(connection, some if limit is None else some.limit(limit))


def load_procedure(connection: Connection, folded: FoldedProcedures, procedure_id: str, number: int) -> Procedure:
    """Fold a procedure as it stood after the event `number`, going on from what is remembered of it.

    Raises JournalError when its events do not reach that number: the lists and the events disagree.
    """
    procedure = folded.get(procedure_id)
    if procedure is None or procedure.number > number:
        procedure = None
    if procedure is not None and procedure.number == number:
        return procedure
    asked = {"procedure": procedure_id, "after": procedure.number if procedure else 0, "until": number}
    for row in connection.execute(_STORY, asked):
        procedure = follow(procedure, read_event(WrittenEvent(*row)))
    if procedure is None or procedure.number != number:
        raise JournalError(
            "The lists of the journal do not fit its events. Check it with `ductoscope verify`, and make the lists "
            "anew with `ductoscope rebuild`."
        )
    return procedure


def find_procedure(connection: Connection, folded: FoldedProcedures, procedure_id: str) -> Procedure:
    """Fold a procedure as it stands now, with its true patient. Raises NotThereError."""
    row = connection.execute(_STATE, {"procedure": procedure_id}).first()
    if row is None:
        raise NotThereError("There is no such examination. Choose one from the list.")
    procedure = load_procedure(connection, folded, procedure_id, row.number)
    folded.keep([procedure])
    return procedure if procedure.patient_id == row.patient_id else replace(procedure, patient_id=row.patient_id)


def find_patient(connection: Connection, patient_id: str) -> Patient:
    """Fold the true patient behind an id, after any reconciliation. Raises NotThereError."""
    true_id = follow_merges(connection, patient_id)
    rows = connection.execute(_PERSON, {"patient": true_id})
    return fold_patient(read_event(WrittenEvent(*row)) for row in rows)


def follow_merges(connection: Connection, patient_id: str) -> str:
    """Return the id of the true patient behind an id. Raises NotThereError."""
    while True:
        row = connection.execute(_MERGED, {"patient": patient_id}).first()
        if row is None:
            raise NotThereError("There is no such patient. Look for the person by name or number.")
        if row.merged_into is None:
            return patient_id
        patient_id = row.merged_into


def all_ids_of(connection: Connection, patient_id: str) -> list[str]:
    """Return every id under which a person is in the journal: the true one and those that were joined with it."""
    try:
        ids = [follow_merges(connection, patient_id)]
    except NotThereError:
        return [patient_id]  # Somebody may have looked for a patient who never was.
    fresh = ids
    while fresh:
        joined = select(t.patients.c.id).where(t.patients.c.merged_into.in_(fresh))
        fresh = [one for one in connection.execute(joined).scalars() if one not in ids]
        ids = ids + fresh
    return ids


def _read(connection: Connection, some: Select[Any]) -> list[Event]:
    return [read_event(WrittenEvent(*row)) for row in connection.execute(some)]
