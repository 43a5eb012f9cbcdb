"""The projector: what one more event changes in the lists, and whether it can follow what was before it at all."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, select, update

from ductoscope.model.clinical import Due, Event, Identifier, PatientDetails, Procedure, follow
from ductoscope.model.clinical import happened as h
from ductoscope.model.errors import BadInputError, ConflictError, NotThereError
from ductoscope.record.journal import tables as t
from ductoscope.record.journal.folded import FoldedProcedures
from ductoscope.record.journal.kinds import LOOKS
from ductoscope.record.journal.reading import load_procedure
from ductoscope.record.journal.rows import Draft
from ductoscope.record.journal.search import fold_letters, fold_number
from ductoscope.record.journal.shelf import Row, Shelf
from ductoscope.record.journal.writing import write_body, write_maybe_time, write_noun, write_time

LONGEST_SORT = 100
LONGEST_ID = 64


class Projector:
    """Follows events one by one, inside one transaction, and keeps what changes until `flush` writes it.

    connection: where the lists are; remembered, source: procedures folded before, and where their events are. It checks
    what the lists need, and no more: whom an event is about, and numbers that must be unique.
    """

    def __init__(self, connection: Connection, remembered: FoldedProcedures, source: Connection) -> None:
        self._connection = connection
        self._remembered = remembered
        self._source = source
        self._people = Shelf(connection, t.people)
        self._patients = Shelf(connection, t.patients)
        self._identifiers = Shelf(connection, t.identifiers)
        self._procedures = Shelf(connection, t.procedures)
        self._specimens = Shelf(connection, t.specimens)
        self._dues = Shelf(connection, t.dues)
        self._queue = Shelf(connection, t.queued_results)
        self.folded: dict[str, Procedure] = {}

    def place(self, draft: Draft) -> str | None:
        """Say whom a draft is about, and that it may follow.

        Raises ConflictError when its procedure moved on, BadInputError when the procedure is another patient's.
        """
        if draft.procedure_id is None:
            return draft.patient_id
        row = self._procedures.get(draft.procedure_id)
        if draft.expects is not None and (0 if row is None else row["number"]) != draft.expects:
            raise ConflictError("Somebody else changed this examination meanwhile. Look at it again before you go on.")
        if row is None:
            return draft.patient_id
        patient_id: str = row["patient_id"]
        if draft.patient_id is not None and self._true_patient(draft.patient_id) != patient_id:
            raise BadInputError("This examination belongs to another patient; nothing was written. Choose it again.")
        return patient_id

    def follow(self, event: Event) -> None:
        """Take one more event into the lists.

        Raises BadInputError, NotThereError or ConflictError when it cannot follow what was before it.
        """
        match event.what:
            case h.PersonAdded(one):
                self._people.put({"id": one.id, "name": one.name, "role": one.role, "is_active": one.is_active})
            case h.PatientRegistered() as what:
                self._register(event, what)
            case h.PatientCorrected() as what:
                self._correct(event, what)
            case h.PatientReconciled() as what:
                self._reconcile(event, what)
            case h.SpecimenTaken() as what:
                self._take_specimen(event, what)
            case h.ResultQueued() as what:
                self._queue_result(event, what)
            case h.ResultArrived(entry=entry) | h.ResultDiscarded(entry=entry) if entry is not None:
                self._unqueue(entry)
        if event.procedure_id is not None and not isinstance(event.what, LOOKS):
            self._move_procedure(event.procedure_id, event)

    def flush(self) -> None:
        """Write everything that changed, each table after those that it points to."""
        for shelf in self._shelves():
            shelf.flush()

    def _shelves(self) -> tuple[Shelf, ...]:
        return (
            self._people,
            self._patients,
            self._identifiers,
            self._procedures,
            self._specimens,
            self._dues,
            self._queue,
        )

    # Patients

    def _register(self, event: Event, what: h.PatientRegistered) -> None:
        patient_id = _needed(event.patient_id)
        if self._patients.get(patient_id) is not None:
            raise ConflictError("This patient is registered already; look at the record before you go on.")
        self._put_patient(patient_id, event.number, what.details, is_emergency=what.is_emergency)

    def _correct(self, event: Event, what: h.PatientCorrected) -> None:
        patient_id = _needed(event.patient_id)
        row = self._living_patient(patient_id)
        self._patients.flush()
        self._identifiers.forget()
        self._connection.execute(delete(t.identifiers).where(t.identifiers.c.patient_id == patient_id))
        self._put_patient(patient_id, event.number, what.details, is_emergency=row["is_emergency"])

    def _reconcile(self, event: Event, what: h.PatientReconciled) -> None:
        patient_id = _needed(event.patient_id)
        row = self._living_patient(patient_id)
        if not row["is_emergency"]:
            raise BadInputError(
                "Only an emergency patient can be joined with a record; this one was registered by name."
            )
        if what.into == patient_id:
            raise BadInputError("A patient cannot be joined with the same record; choose the other one.")
        self._living_patient(what.into)
        self.flush()
        self._patients.put({**row, "number": event.number, "merged_into": what.into})
        self._procedures.forget()
        moved = update(t.procedures).where(t.procedures.c.patient_id == patient_id).values(patient_id=what.into)
        self._connection.execute(moved)

    def _put_patient(self, patient_id: str, number: int, details: PatientDetails, *, is_emergency: bool) -> None:
        if not is_emergency:
            self._check_free(patient_id, details.identifiers)
        born = None if details.birth_date is None else details.birth_date.isoformat()
        said = (details.family, details.given, born or "", *(one.value for one in details.identifiers))
        self._patients.put(
            {
                "id": patient_id,
                "number": number,
                "family": details.family,
                "given": details.given,
                "birth_date": born,
                "identifiers": write_identifiers(details.identifiers),
                "is_emergency": is_emergency,
                "merged_into": None,
                "search": fold_letters(" ".join(said)),
                "sort": fold_letters(f"{details.family} {details.given}")[:LONGEST_SORT],
            }
        )
        for one in details.identifiers:
            key = {"system": fold_number(one.system), "value": fold_number(one.value)}
            self._identifiers.put({**key, "patient_id": patient_id})

    def _check_free(self, patient_id: str, identifiers: tuple[Identifier, ...]) -> None:
        self._patients.flush()
        self._identifiers.flush()
        for one in identifiers:
            owner = find_owner(self._connection, one.system, one.value, besides=patient_id)
            if owner is not None:
                raise BadInputError(
                    f'The {one.system} number "{one.value}" belongs to another patient already. Compare it with the '
                    "document; if it is right, this person has a record here."
                )

    def _living_patient(self, patient_id: str) -> Row:
        row = self._patients.get(patient_id)
        if row is None:
            raise NotThereError("There is no such patient. Look for the person by name or number.")
        if row["merged_into"] is not None:
            raise ConflictError("This emergency patient was joined with a record meanwhile; go on with that record.")
        return row

    def _true_patient(self, patient_id: str) -> str:
        row = self._patients.get(patient_id)
        while row is not None and row["merged_into"] is not None:
            row = self._patients.get(row["merged_into"])
        return patient_id if row is None else str(row["id"])

    # Examinations

    def _move_procedure(self, procedure_id: str, event: Event) -> None:
        row = self._procedures.get(procedure_id)
        if row is None:
            if not isinstance(event.what, h.ReferralReceived):
                raise NotThereError("There is no such examination. Choose one from the list.")
            self._living_patient(_needed(event.patient_id))
        old = None if row is None else self._remember(procedure_id, row["number"])
        try:
            new = follow(old, event)
        except KeyError as error:
            raise BadInputError(f'This does not fit the examination: it has no "{error.args[0]}".') from error
        self.folded[procedure_id] = new
        self._procedures.put(write_procedure(new, new.patient_id if row is None else row["patient_id"]))
        known = {} if old is None else old.dues
        for key, due in new.dues.items():
            if known.get(key) != due:
                self._dues.put(_write_due(procedure_id, due))

    def _remember(self, procedure_id: str, number: int) -> Procedure:
        known = self.folded.get(procedure_id)
        if known is None or known.number != number:
            known = self.folded[procedure_id] = load_procedure(self._source, self._remembered, procedure_id, number)
        return known

    def _take_specimen(self, event: Event, what: h.SpecimenTaken) -> None:
        procedure_id = event.procedure_id
        if procedure_id is None:
            raise BadInputError("A specimen belongs to an examination; choose it first.")
        row = self._procedures.get(procedure_id)
        if row is not None and what.specimen.letter in self._remember(procedure_id, row["number"]).specimens:
            raise ConflictError(f"Specimen {what.specimen.letter} was taken already; this one gets the next letter.")
        if self._specimens.get(what.specimen.code) is not None:
            raise BadInputError(f'The code "{what.specimen.code}" is on another specimen already; give it a new one.')
        self._specimens.put({"code": what.specimen.code, "procedure_id": procedure_id, "letter": what.specimen.letter})

    # Results that wait for a person

    def _queue_result(self, event: Event, what: h.ResultQueued) -> None:
        check_id("waiting result", what.entry)
        if self._queue.get(what.entry) is not None:
            raise ConflictError("This result waits in the queue already.")
        self._queue.put(
            {
                "entry": what.entry,
                "number": event.number,
                "at_utc": write_time(event.at_utc),
                "body": write_body(what)[0],
            }
        )

    def _unqueue(self, entry: str) -> None:
        if self._queue.get(entry) is None:
            raise ConflictError("Somebody else took this result out of the queue meanwhile. Look at the queue again.")
        self._queue.drop(entry)


def find_owner(connection: Connection, system: str, value: str, *, besides: str = "") -> str | None:
    """Say which registered person a number belongs to; emergency patients own none, somebody only noted it for them."""
    asked = {"system": fold_number(system), "value": fold_number(value), "besides": besides}
    return connection.execute(_OWNER, asked).scalars().first()


_OWNER = (
    select(t.identifiers.c.patient_id)
    .join(t.patients, t.patients.c.id == t.identifiers.c.patient_id)
    .where(t.identifiers.c.system == bindparam("system"), t.identifiers.c.value == bindparam("value"))
    .where(t.patients.c.is_emergency.is_(False), t.identifiers.c.patient_id != bindparam("besides"))
)


def write_identifiers(identifiers: Iterable[Identifier]) -> str:
    """Write numbers as JSON text."""
    return "[" + ",".join(write_noun(one) for one in identifiers) + "]"


def write_procedure(procedure: Procedure, patient_id: str) -> Row:
    """Write a procedure as its row of the worklist. patient_id: the true patient, after any reconciliation."""
    plan = procedure.plan
    planned_utc = write_maybe_time(plan.at_utc if plan else None)
    begun_utc = write_maybe_time(procedure.begun_utc)
    opened_utc = write_time(procedure.opened_utc)
    return {
        "id": procedure.id,
        "number": procedure.number,
        "patient_id": patient_id,
        "stage": procedure.stage,
        "side": procedure.referral.side if procedure.referral else None,
        "planned_utc": planned_utc,
        "begun_utc": begun_utc,
        "room": plan.room if plan else "",
        "operator": procedure.operator or (plan.operator if plan else ""),
        "opened_utc": opened_utc,
        "day_utc": begun_utc or planned_utc,
        "order_utc": begun_utc or planned_utc or opened_utc,
    }


def _write_due(procedure_id: str, due: Due) -> Row:
    return {
        "procedure_id": procedure_id,
        "key": due.key,
        "kind": due.kind,
        "due_on": due.due_on.isoformat(),
        "words": due.words,
        "done_utc": write_maybe_time(due.done_utc),
        "moved": len(due.moved),
    }


def check_id(name: str, value: str) -> None:
    """Raise BadInputError for what can be no id: too long for an index, or with signs that no database keeps."""
    if len(value) > LONGEST_ID or not value.isprintable():
        raise BadInputError(f"The id of a {name} is no id; nothing was written.")


def _needed(patient_id: str | None) -> str:
    if patient_id is None:
        raise BadInputError("Nobody said which patient this is about; nothing was written.")
    return patient_id
