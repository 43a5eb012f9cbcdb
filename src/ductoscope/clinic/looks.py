"""Looks: who looked at which record is kept, and who may not is refused."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from ductoscope.clinic.acts import Acts
from ductoscope.model import NotAllowedError
from ductoscope.model.clinical import Event, Happened, PatientDetails, Person
from ductoscope.model.clinical import happened as h
from ductoscope.record.journal import Draft, PatientRow

_SAME = str.casefold
_AT_ONCE = 2_000
"""Events that the audit reads at once: a journal of years is never read whole for one page."""


class LookVerbs(Acts):
    """Reading the record, and reading who read it."""

    def look(
        self,
        who: Person,
        page: str,
        *,
        patient_id: str | None = None,
        procedure_id: str | None = None,
        reason: str = "",
    ) -> None:
        """Keep that somebody looked at a record. page: which part, in the program's words, nothing of the patient.

        Raises NotAllowedError, and keeps that too: trainees see the simulator, administrators no patients.
        """
        if procedure_id is not None and patient_id is None:
            patient_id = self.journal.procedure(procedure_id).patient_id
        if who.is_active and who.role in ("doctor", "nurse"):
            self.journal.append(Draft(h.RecordLooked(page, reason), who.id, patient_id, procedure_id))
            return
        if who.is_active and who.role == "administrator" and patient_id is None:
            self.journal.append(Draft(h.RecordLooked(page, reason), who.id))
            return
        self.journal.append(Draft(h.LookRefused(page), who.id, patient_id, procedure_id))
        raise NotAllowedError(
            f"A {who.role} does not see records of patients. This attempt was noted."
            if who.is_active
            else f"The account of {who.name} is closed. This attempt was noted."
        )

    def refuse_look(self, who: Person, page: str) -> None:
        """Keep that somebody tried to open a page that the role does not lead to. page: without any id."""
        self.journal.append(Draft(h.LookRefused(page[:200]), who.id))

    def audit(
        self,
        who: Person,
        *,
        person: str | None = None,
        on: date | None = None,
        kinds: Collection[type[Happened]] | None = None,
        patient_id: str | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> list[Event]:
        """What was done and looked at, newest first; for administrators, and itself kept as a look.

        person: sign-in name; on: one day of the clinic's; before: only events with a smaller number, to turn the page.
        """
        self._need(who, "administrator")
        self.look(who, "audit")
        found: list[Event] = []
        end = before if before is not None else self.journal.head()[0] + 1
        while end > 1 and len(found) < limit:
            begin = max(1, end - _AT_ONCE)
            piece = self.journal.events(
                kinds=kinds, by=person, patient_id=patient_id, after=begin - 1, limit=end - begin
            )
            for event in reversed([event for event in piece if event.number < end]):
                day = event.at_utc.astimezone(self.zone).date()
                if on is None or day == on:
                    found.append(event)
                elif (on - day).days > 1:  # clocks were moved by less than that
                    return found[:limit]
            end = begin
        return found[:limit]

    def find_look_alikes(self, details: PatientDetails) -> list[PatientRow]:
        """People known here with the same name and birth date: perhaps the one that is to be registered."""
        return [
            row
            for row in self.journal.find_patients(details.family)
            if (_SAME(row.family), _SAME(row.given), row.birth_date)
            == (_SAME(details.family), _SAME(details.given), details.birth_date)
        ]
