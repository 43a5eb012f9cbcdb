"""Specimens: take a sample, and print what sticks on its container."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from ductoscope.care import due_dates
from ductoscope.clinic.acts import Acts
from ductoscope.clinic.check_after import find_specimen
from ductoscope.clinic.letters import next_letter
from ductoscope.clinic.situation import Situation
from ductoscope.clinic.tokens import make_code
from ductoscope.model import BadInputError
from ductoscope.model.clinical import UNPLACED, Fixative, Person, Place, Specimen, SpecimenKind
from ductoscope.model.clinical import happened as h
from ductoscope.report import render_label


class SpecimenVerbs(Acts):
    """What is done to samples until the laboratory has them."""

    def take_specimen(
        self,
        who: Person,
        procedure_id: str,
        *,
        kind: SpecimenKind,
        place: Place = UNPLACED,
        finding: str | None = None,
        container: str = "",
        fixative: Fixative = "formalin 10 %",
        pieces: int = 1,
        ml: float | None = None,
        still: str | None = None,
        words: str = "",
        collector: str = "",
        fixed_utc: datetime | None = None,
        expects: int | None = None,
    ) -> Specimen:
        """Record a sample with its letter, the code of its label, and the day when its result is due.

        collector: sign-in name, the one who writes it down if not given. expects: refuses to take the same sample
        twice when the button was pressed twice.
        """
        code = self._new_code()

        def take(now: Situation) -> h.SpecimenTaken:
            at = now.now_utc
            specimen = Specimen(
                next_letter(now.examination, "specimens"),
                code,
                kind,
                at,
                place,
                finding,
                still,
                container,
                fixative,
                fixed_utc if fixed_utc is not None or fixative in ("none", "air dried") else at,
                pieces,
                ml,
                collector or who.id,
                words,
            )
            return h.SpecimenTaken(specimen, due_dates(now.protocol).result_due(kind, now.today))

        event = self._act(who, take, procedure_id=procedure_id, expects=expects)
        assert isinstance(event.what, h.SpecimenTaken)
        return event.what.specimen

    def label(self, who: Person, procedure_id: str, letters: Collection[str]) -> bytes:
        """The labels of these specimens as one PDF, a label a page."""
        self._need(who, "doctor", "nurse")
        procedure = self.journal.procedure(procedure_id)
        if not letters:
            raise BadInputError("Choose at least one specimen to print a label for.")
        specimens = [find_specimen(procedure, letter).specimen for letter in letters]
        patient = self.journal.patient(procedure.patient_id)
        pdf: bytes = render_label(specimens, patient, procedure, self.site, people=self.people())
        return pdf

    def _new_code(self) -> str:
        while self.journal.specimen_by_code(code := make_code(self._random_bytes)) is not None:
            pass  # 35 random bits: once in a life
        return code
