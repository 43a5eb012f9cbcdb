"""Read the lists: who is to be examined, who is who, what is due, what waits."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, select

from ductoscope.model.clinical import DueKind, Identifier, Person, Stage
from ductoscope.model.clinical.happened import ResultQueued
from ductoscope.model.errors import BadInputError
from ductoscope.record.journal import tables as t
from ductoscope.record.journal.projector import find_owner
from ductoscope.record.journal.reading import follow_merges, read_head
from ductoscope.record.journal.rows import DueRow, PatientRow, QueuedResult, WorklistRow
from ductoscope.record.journal.search import escape_like, fold_letters, fold_number
from ductoscope.record.journal.writing import read_body, read_maybe_day, read_maybe_time, read_time, write_time

MOST_WORDS, LONGEST_WORD = 8, 60
"""As much of a search as counts: nobody types more, and databases refuse too much."""
# What every page asks is put together once.
_WHO = t.patients.c
_WORK = select(t.procedures, _WHO.family, _WHO.given, _WHO.birth_date, _WHO.is_emergency).join(
    t.patients, _WHO.id == t.procedures.c.patient_id
)
_STAGES = select(t.procedures.c.stage, func.count()).group_by(t.procedures.c.stage)
_DUES = (
    select(t.dues, t.procedures.c.patient_id, _WHO.family, _WHO.given)
    .join(t.procedures, t.procedures.c.id == t.dues.c.procedure_id)
    .join(t.patients, _WHO.id == t.procedures.c.patient_id)
    .where(t.dues.c.done_utc.is_(None))
    .order_by(t.dues.c.due_on, t.dues.c.procedure_id, t.dues.c.key)
)
_DUES_BY_KIND = (
    select(t.dues.c.kind, func.count())
    .where(t.dues.c.done_utc.is_(None), t.dues.c.due_on <= bindparam("until"))
    .group_by(t.dues.c.kind)
)
_PEOPLE = select(t.people).order_by(t.people.c.name, t.people.c.id)


def list_work(
    connection: Connection,
    *,
    on: date | None = None,
    zone: tzinfo = UTC,
    stages: Collection[Stage] = (),
    limit: int = 200,
    offset: int = 0,
    newest_first: bool = False,
) -> list[WorklistRow]:
    """List examinations by when they began, or shall begin, or were opened.

    on: only those of this day, as the clock of `zone` counts it. stages: only those that stand there; none: all.
    """
    order = [t.procedures.c.order_utc, t.procedures.c.id]
    work = _WORK.order_by(*(column.desc() if newest_first else column for column in order)).limit(limit).offset(offset)
    if on is not None:
        day = t.procedures.c.day_utc
        work = work.where(day >= _midnight(on, zone, "0"), day < _midnight(on, zone, "9", days=1))
    if stages:
        work = work.where(t.procedures.c.stage.in_(stages))
    return [_worklist_row(row) for row in connection.execute(work).all()]


def list_procedures(connection: Connection, patient_id: str) -> list[WorklistRow]:
    """List the examinations of one person, newest first."""
    mine = _WORK.where(t.procedures.c.patient_id == follow_merges(connection, patient_id))
    mine = mine.order_by(t.procedures.c.order_utc.desc(), t.procedures.c.id)
    return [_worklist_row(row) for row in connection.execute(mine).all()]


def search_patients(connection: Connection, words: str, limit: int) -> list[PatientRow]:
    """Find people in whose name, birth date or numbers every word stands; with no word the first by name."""
    found = select(t.patients).where(t.patients.c.merged_into.is_(None))
    for word in fold_letters(words).split()[:MOST_WORDS]:
        found = found.where(t.patients.c.search.like(f"%{escape_like(word[:LONGEST_WORD])}%", escape="!"))
    found = found.order_by(t.patients.c.sort, t.patients.c.id).limit(limit)
    return [_patient_row(row) for row in connection.execute(found).all()]


def find_by_identifier(connection: Connection, system: str, value: str) -> str | None:
    """Say whose a number is: the registered person's, else the one emergency patient's for whom it was noted."""
    owner = find_owner(connection, system, value)
    if owner is not None:
        return owner
    mine = (t.identifiers.c.system == fold_number(system), t.identifiers.c.value == fold_number(value))
    noted = select(t.identifiers.c.patient_id).where(*mine)
    people = {follow_merges(connection, one) for one in connection.execute(noted).scalars()}
    # A number noted for two unknown people names nobody for certain.
    return people.pop() if len(people) == 1 else None


def find_specimen(connection: Connection, code: str) -> tuple[str, str] | None:
    """Say which specimen carries a code: its procedure's id and its letter."""
    mine = select(t.specimens.c.procedure_id, t.specimens.c.letter).where(t.specimens.c.code == code)
    row = connection.execute(mine).first()
    return None if row is None else (row.procedure_id, row.letter)


def list_dues(
    connection: Connection, *, until: date | None = None, kinds: Collection[DueKind] = (), limit: int = 500
) -> list[DueRow]:
    """List what is not done yet, the longest overdue first.

    until: only what is due by that day. kinds: only those kinds; none: all.
    """
    open_ones = _DUES.limit(limit)
    if until is not None:
        open_ones = open_ones.where(t.dues.c.due_on <= until.isoformat())
    if kinds:
        open_ones = open_ones.where(t.dues.c.kind.in_(kinds))
    return [
        DueRow(
            procedure_id=row.procedure_id,
            patient_id=row.patient_id,
            family=row.family,
            given=row.given,
            key=row.key,
            kind=row.kind,
            due_on=date.fromisoformat(row.due_on),
            words=row.words,
            moved=row.moved,
        )
        for row in connection.execute(open_ones).all()
    ]


def count_dues(connection: Connection, *, until: date) -> dict[DueKind, int]:
    """Count by kind what is not done yet and due by that day."""
    return {row[0]: row[1] for row in connection.execute(_DUES_BY_KIND, {"until": until.isoformat()})}


def list_queue(connection: Connection) -> list[QueuedResult]:
    """List the results that wait for a person, the oldest first."""
    waiting = select(t.queued_results).order_by(t.queued_results.c.number)
    queue = []
    for row in connection.execute(waiting):
        what = read_body(ResultQueued.__name__, row.body)
        if isinstance(what, ResultQueued):
            queue.append(QueuedResult(row.entry, what.result, what.why, read_time(row.at_utc)))
    return queue


def list_people(connection: Connection, person_id: str | None = None) -> list[Person]:
    """List everybody who has an account, or the one with this id, by name."""
    accounts = _PEOPLE if person_id is None else _PEOPLE.where(t.people.c.id == person_id)
    return [Person(row.id, row.name, row.role, row.is_active) for row in connection.execute(accounts)]


def count_stages(connection: Connection) -> dict[Stage, int]:
    """Count the procedures by the stage in which they stand."""
    return {row[0]: row[1] for row in connection.execute(_STAGES)}


def count_rows(connection: Connection) -> dict[str, int]:
    """Count what the journal holds: events, people, patients, procedures (also by stage), specimens, dues, queue."""

    def count(statement: Select[Any]) -> int:
        return int(connection.execute(statement).scalar_one())

    by_stage = count_stages(connection)
    return {
        "events": read_head(connection)[0],
        "people": count(select(func.count()).select_from(t.people)),
        "patients": count(select(func.count()).select_from(t.patients).where(t.patients.c.merged_into.is_(None))),
        "procedures": sum(by_stage.values()),
        **{f"procedures {stage}": by_stage[stage] for stage in sorted(by_stage)},
        "specimens": count(select(func.count()).select_from(t.specimens)),
        "open dues": count(select(func.count()).select_from(t.dues).where(t.dues.c.done_utc.is_(None))),
        "queued results": count(select(func.count()).select_from(t.queued_results)),
    }


def _midnight(day: date, zone: tzinfo, otherwise: str, *, days: int = 0) -> str:
    """Write when a day of a zone begins, `days` later; `otherwise` where that lies outside all times."""
    try:
        return write_time(datetime.combine(day + timedelta(days=days), time(), zone))
    except (OverflowError, BadInputError):
        return otherwise


def _worklist_row(row: Row[Any]) -> WorklistRow:
    return WorklistRow(
        procedure_id=row.id,
        patient_id=row.patient_id,
        family=row.family,
        given=row.given,
        birth_date=read_maybe_day(row.birth_date),
        side=row.side,
        stage=row.stage,
        planned_utc=read_maybe_time(row.planned_utc),
        room=row.room,
        operator=row.operator,
        opened_utc=read_time(row.opened_utc),
        is_emergency=row.is_emergency,
        begun_utc=read_maybe_time(row.begun_utc),
        number=row.number,
    )


def _patient_row(row: Row[Any]) -> PatientRow:
    return PatientRow(
        patient_id=row.id,
        family=row.family,
        given=row.given,
        birth_date=read_maybe_day(row.birth_date),
        identifiers=tuple(Identifier(**one) for one in json.loads(row.identifiers)),
        is_emergency=row.is_emergency,
    )
