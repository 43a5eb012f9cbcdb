"""Results: matched by the specimen's code and a number of the patient, never by a name; the rest waits for a person."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ductoscope.clinic.acts import Acts
from ductoscope.clinic.check_after import find_specimen
from ductoscope.clinic.identity import is_number_of
from ductoscope.clinic.situation import Situation
from ductoscope.clinic.tokens import is_mistyped, make_id, read_code
from ductoscope.model import BadInputError, ConflictError, NotThereError
from ductoscope.model.clinical import Event, Person, Result, SpecimenState
from ductoscope.model.clinical import happened as h
from ductoscope.record.journal import Draft, QueuedResult


@dataclass(frozen=True, slots=True)
class Match:
    """Whose result it is: the examination and the letter, or why nobody's for certain."""

    procedure_id: str | None
    letter: str
    why: str = ""


class ResultVerbs(Acts):
    """What comes back from the laboratory."""

    def enter_result(self, who: Person, result: Result, *, pdf: bytes | None = None) -> str | None:
        """Keep a result. Returns the examination that it belongs to, or None: it waits in the queue for a person.

        The same result again changes nothing. A later word of the laboratory on the same specimen is a further
        version: it must be acknowledged anew.
        """
        self._need(who, "doctor", "nurse")
        result = replace(result, specimen_code=read_code(result.specimen_code))
        if pdf is not None:
            result = replace(result, pdf=self._keep_pdf(pdf))
        match = self.find_match(result)
        if match.procedure_id is None:
            self._queue(who, result, match.why)
            return None
        self._arrive(who, match.procedure_id, match.letter, result)
        return match.procedure_id

    def find_match(self, result: Result) -> Match:
        """Whose result it is by its code and number, without keeping anything."""
        if not result.specimen_code.strip():
            return Match(None, "", "It came without the code of a specimen.")
        code = read_code(result.specimen_code)
        found = self.journal.specimen_by_code(code)
        if found is None:
            if is_mistyped(code):
                return Match(None, "", f"No specimen here has the code {code}. If it is one of ours, it is mistyped.")
            return Match(None, "", f"No specimen here has the code {code}.")
        procedure_id, letter = found
        patient = self.journal.patient(self.journal.procedure(procedure_id).patient_id)
        if not result.patient_identifier.strip():
            return Match(None, "", f"The code {code} is known, but no number of the patient came with it.")
        if not is_number_of(patient, result.patient_identifier):
            return Match(None, "", f"The code {code} is known, but the number that came with it is not that patient's.")
        return Match(procedure_id, letter)

    def match_result(self, who: Person, entry: str, procedure_id: str, letter: str, reason: str) -> Event:
        """Say whose a waiting result is, and how that was found out."""
        waiting = self._find_waiting(entry)
        if len(reason.strip()) < 8:
            raise BadInputError("Say how it was found out that the result belongs to this specimen.")
        return self._arrive(who, procedure_id, letter, waiting.result, entry=entry, reason=reason)

    def discard_result(self, who: Person, entry: str, reason: str) -> None:
        """Say that a waiting result is none of ours, and why."""
        self._need(who, "doctor", "nurse")
        self._find_waiting(entry)
        self.journal.append(Draft(h.ResultDiscarded(entry, reason), who.id))

    def acknowledge_result(self, who: Person, procedure_id: str, letter: str, *, expects: int | None = None) -> Event:
        """A doctor has read the newest result of this specimen. expects: see do; it proves which one was read."""
        return self._act(who, h.ResultAcknowledged(letter), procedure_id=procedure_id, expects=expects)

    def _arrive(
        self, who: Person, procedure_id: str, letter: str, result: Result, *, entry: str | None = None, reason: str = ""
    ) -> Event:
        procedure = self.journal.procedure(procedure_id)
        state = find_specimen(procedure, letter)
        if entry is None and (there := self._find_same(procedure_id, letter, state, result)) is not None:
            return there

        def arrive(now: Situation) -> h.ResultArrived:
            there = find_specimen(now.examination, letter).results
            version = max(result.version, there[-1].version + 1) if there else result.version
            return h.ResultArrived(letter, replace(result, version=version), entry, reason)

        return self._act(who, arrive, procedure_id=procedure_id)

    def _find_same(self, procedure_id: str, letter: str, state: SpecimenState, result: Result) -> Event | None:
        # The version is ours where the laboratory gives none: the same words are the same result.
        if not any(replace(one, version=result.version) == result for one in state.results):
            return None
        for event in self.journal.events(procedure_id=procedure_id, kinds=(h.ResultArrived,)):
            if (
                isinstance(event.what, h.ResultArrived)
                and event.what.letter == letter
                and replace(event.what.result, version=result.version) == result
            ):
                return event
        return None

    def _queue(self, who: Person, result: Result, why: str) -> None:
        if any(replace(one.result, version=result.version) == result for one in self.journal.queue()):
            return
        self.journal.append(Draft(h.ResultQueued(f"q{make_id(self._random_bytes)}", result, why), who.id))

    def _find_waiting(self, entry: str) -> QueuedResult:
        for one in self.journal.queue():
            if one.entry == entry:
                return one
        if any(
            isinstance(event.what, h.ResultQueued) and event.what.entry == entry
            for event in self.journal.events(kinds=(h.ResultQueued,), newest_first=True)
        ):
            raise ConflictError("Somebody else has dealt with this result meanwhile. Load the page again.")
        raise NotThereError("There is no such result in the queue.")
