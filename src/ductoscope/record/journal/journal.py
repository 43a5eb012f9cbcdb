"""The journal: append what happened, read it back, and the lists that follow from it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Self

from sqlalchemy import insert

from ductoscope.model.clinical import DueKind, Event, Happened, Patient, Person, Procedure, Stage
from ductoscope.record.journal import lists, reading
from ductoscope.record.journal import tables as t
from ductoscope.record.journal.chain import WrittenEvent, seal
from ductoscope.record.journal.database import Database
from ductoscope.record.journal.folded import FoldedProcedures
from ductoscope.record.journal.migrate import migrate
from ductoscope.record.journal.projector import Projector, check_id
from ductoscope.record.journal.rebuild import rebuild
from ductoscope.record.journal.rows import (
    Draft,
    DueRow,
    PatientRow,
    Progress,
    QueuedResult,
    Verification,
    WorklistRow,
    keep_quiet,
)
from ductoscope.record.journal.verify import verify
from ductoscope.record.journal.witness import Witness
from ductoscope.record.journal.writing import write_body, write_time

PIECE = 2_000
"""Events that `append_all` works on at once."""


def _now() -> datetime:
    return datetime.now(UTC)


def open_journal(url: str, *, witness: Path | None = None, now_utc: Callable[[], datetime] = _now) -> Journal:
    """Open the journal at sqlite:///PATH or postgresql://NAME:PASSWORD@HOST/DATABASE; an empty one is made ready.

    witness: file that notes the newest event, best on another disk than the database. Raises JournalError, in words.
    """
    database = Database(url)
    try:
        migrate(database)
        return Journal(database, witness=None if witness is None else Witness(witness), now_utc=now_utc)
    except BaseException:
        database.close()
        raise


class Journal:
    """Everything that happened, in order. Several threads, programs and rooms may use one journal at once.

    Every method raises JournalError when the database cannot be used, DiskFullError when it cannot grow.
    """

    def __init__(self, database: Database, *, witness: Witness | None, now_utc: Callable[[], datetime]) -> None:
        self.database = database
        self._witness = witness
        self._now_utc = now_utc
        self._folded = FoldedProcedures()
        if witness is not None:
            witness.begin(*self.head())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Writing

    def append(self, draft: Draft) -> Event:
        """Write one thing that happened. When this returns, it is kept for good.

        Raises ConflictError when the procedure moved on since `draft.expects`, or something else was done meanwhile
        by somebody else; BadInputError and NotThereError when it does not fit what was before.
        """
        return self.append_all([draft])[0]

    def append_all(self, drafts: Sequence[Draft]) -> list[Event]:
        """Write several things that happened, one after the other: all of them or none. Raises as `append` does."""
        if not drafts:
            return []
        bodies = [_check(draft) for draft in drafts]
        events: list[Event] = []
        with self.database.writing() as connection:
            self.database.lock_chain(connection)
            number, previous_hash = reading.read_head(connection)
            projector = Projector(connection, self._folded, connection)
            rows: list[WrittenEvent] = []
            for draft, (body, what) in zip(drafts, bodies, strict=True):
                number += 1
                at_utc = self._now_utc().astimezone(UTC)
                patient_id = projector.place(draft)
                kind = type(what).__name__
                row = seal(
                    WrittenEvent(
                        number,
                        write_time(at_utc),
                        draft.by,
                        kind,
                        patient_id,
                        draft.procedure_id,
                        body,
                        previous_hash,
                        "",
                    )
                )
                event = Event(number, at_utc, draft.by, what, patient_id, draft.procedure_id, row.hash)
                projector.follow(event)
                rows.append(row)
                events.append(event)
                previous_hash = row.hash
                if len(rows) == PIECE or len(events) == len(drafts):
                    connection.execute(insert(t.events), [row._asdict() for row in rows])
                    projector.flush()
                    rows.clear()
        self._folded.keep(projector.folded.values())
        if self._witness is not None:
            self._witness.note(number, previous_hash)
        return events

    # Reading

    def head(self) -> tuple[int, str]:
        """Return number and hash of the newest event; number 0 of an empty journal."""
        with self.database.reading() as connection:
            return reading.read_head(connection)

    def events(
        self,
        *,
        procedure_id: str | None = None,
        patient_id: str | None = None,
        kinds: Collection[type] | None = None,
        by: str | None = None,
        after: int = 0,
        limit: int | None = None,
        newest_first: bool = False,
    ) -> list[Event]:
        """Read the events that fit everything that is said.

        patient_id: also those of emergency patients who proved to be this one. after: only higher numbers.
        """
        with self.database.reading() as connection:
            return reading.read_some(
                connection,
                procedure_id=procedure_id,
                patient_ids=None if patient_id is None else reading.all_ids_of(connection, patient_id),
                kinds=kinds,
                by=by,
                after=after,
                limit=limit,
                newest_first=newest_first,
            )

    def newest(self, kinds: Collection[type]) -> int:
        """Return the number of the newest event of these kinds; 0 when there is none."""
        with self.database.reading() as connection:
            return reading.find_newest(connection, tuple(kinds))

    def procedure(self, procedure_id: str) -> Procedure:
        """Return a procedure as it stands now; its patient is the true one. Raises NotThereError."""
        with self.database.reading() as connection:
            return reading.find_procedure(connection, self._folded, procedure_id)

    def patient(self, patient_id: str) -> Patient:
        """Return the person behind an id, after any reconciliation. Raises NotThereError."""
        with self.database.reading() as connection:
            return reading.find_patient(connection, patient_id)

    def worklist(
        self,
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
        with self.database.reading() as connection:
            return lists.list_work(
                connection, on=on, zone=zone, stages=stages, limit=limit, offset=offset, newest_first=newest_first
            )

    def procedures_of(self, patient_id: str) -> list[WorklistRow]:
        """List the examinations of one person, newest first. Raises NotThereError."""
        with self.database.reading() as connection:
            return lists.list_procedures(connection, patient_id)

    def find_patients(self, text: str, limit: int = 50) -> list[PatientRow]:
        """Find people by parts of name, birth date or numbers; case and accents do not matter."""
        with self.database.reading() as connection:
            return lists.search_patients(connection, text, limit)

    def patient_by_identifier(self, system: str, value: str) -> str | None:
        """Say whose a number is; None when it is nobody's, or not one person's for certain."""
        with self.database.reading() as connection:
            return lists.find_by_identifier(connection, system, value)

    def specimen_by_code(self, code: str) -> tuple[str, str] | None:
        """Say which specimen carries a code: its procedure's id and its letter."""
        with self.database.reading() as connection:
            return lists.find_specimen(connection, code)

    def dues(self, *, until: date | None = None, kinds: Collection[DueKind] = (), limit: int = 500) -> list[DueRow]:
        """List what is not done yet, the longest overdue first.

        until: only what is due by that day. kinds: only those kinds; none: all.
        """
        with self.database.reading() as connection:
            return lists.list_dues(connection, until=until, kinds=kinds, limit=limit)

    def count_dues(self, *, until: date) -> dict[DueKind, int]:
        """Count by kind what is not done yet and due by that day; a kind of which nothing is due is not there."""
        with self.database.reading() as connection:
            return lists.count_dues(connection, until=until)

    def queue(self) -> list[QueuedResult]:
        """List the results that wait for a person, the oldest first."""
        with self.database.reading() as connection:
            return lists.list_queue(connection)

    def people(self) -> list[Person]:
        """List everybody who has, or had, an account, by name."""
        with self.database.reading() as connection:
            return lists.list_people(connection)

    def person(self, person_id: str) -> Person | None:
        """Return one account; None when there is none."""
        with self.database.reading() as connection:
            return next(iter(lists.list_people(connection, person_id)), None)

    def count_stages(self) -> dict[Stage, int]:
        """Count the procedures by the stage in which they stand; a stage in which none stands is not there."""
        with self.database.reading() as connection:
            return lists.count_stages(connection)

    def counts(self) -> dict[str, int]:
        """Count what the journal holds, by name: "events", "patients", "procedures", "procedures planned", ..."""
        with self.database.reading() as connection:
            return lists.count_rows(connection)

    # Upkeep

    def verify(self, progress: Progress = keep_quiet) -> Verification:
        """Read every event and say what does not fit: the chain, the witness, the lists."""
        return verify(self.database, self._witness, progress)

    def rebuild(self, progress: Progress = keep_quiet) -> None:
        """Make every list anew from the events; who reads meanwhile still sees the old ones."""
        rebuild(self.database, progress)
        self._folded.forget()

    def close(self) -> None:
        """Let go of the database. The journal cannot be used afterwards."""
        self.database.close()


def _check(draft: Draft) -> tuple[str, Happened]:
    for name, one in (("person", draft.by), ("patient", draft.patient_id), ("examination", draft.procedure_id)):
        if one is not None:
            check_id(name, one)
    return write_body(draft.what)
