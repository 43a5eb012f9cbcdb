"""Papers: what the patient takes home and what goes to the laboratory. They are made when asked for, and kept."""

from __future__ import annotations

from typing import Any, Literal

from ductoscope.clinic.acts import Acts
from ductoscope.clinic.thresholds import read_thresholds
from ductoscope.model import BadInputError
from ductoscope.model.clinical import Patient, Person, Procedure, Report
from ductoscope.report import (
    compose_leaflet,
    compose_letter,
    compose_patient_report,
    compose_request,
    languages,
    render_pdf,
)

DocumentKind = Literal["letter", "leaflet", "patient report", "request"]


class PaperVerbs(Acts):
    """The letter before the day, the leaflet, the patient's report, the request to pathology."""

    def make_document(
        self,
        who: Person,
        procedure_id: str,
        kind: DocumentKind,
        language: str = "",
        *,
        is_large_print: bool = False,
        question: str = "",
    ) -> tuple[str, bytes]:
        """Make a paper and keep it; returns its sha256 and the PDF.

        language: as "en"; empty is the patient's where there are texts in it, else the clinic's. question: to the
        pathologist, on a request.
        """
        self._need(who, "doctor", "nurse")
        procedure = self.journal.procedure(procedure_id)
        patient = self.journal.patient(procedure.patient_id)
        if not language:
            own = patient.details.language
            language = own if kind != "request" and own in languages() else self.site.language
        report = self._compose_paper(procedure, patient, kind, language, question, is_large_print=is_large_print)
        pdf = render_pdf(report, self.media.read)
        return self.media.keep(pdf), pdf

    def _compose_paper(
        self,
        procedure: Procedure,
        patient: Patient,
        kind: DocumentKind,
        language: str,
        question: str,
        *,
        is_large_print: bool,
    ) -> Report:
        thresholds = read_thresholds(self.protocol)
        shared: dict[str, Any] = {"people": self.people(), "now_utc": self.now_utc(), "thresholds": thresholds}
        printed = {**shared, "is_large_print": is_large_print}
        match kind:
            case "letter":
                return compose_letter(procedure, patient, site=self.site, language=language, **printed)
            case "leaflet":
                return compose_leaflet(self.site, language, procedure, **printed)
            case "patient report":
                return compose_patient_report(procedure, patient, site=self.site, language=language, **printed)
            case "request":
                waiting = [state.specimen for state in procedure.specimens.values() if not state.results]
                if not waiting:
                    raise BadInputError("There is no specimen that waits for the laboratory; no request is needed.")
                return compose_request(
                    procedure, patient, waiting, site=self.site, language=language, question=question, **shared
                )
