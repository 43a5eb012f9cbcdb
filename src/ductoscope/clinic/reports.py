"""Reports: preview, sign and freeze."""

from __future__ import annotations

from datetime import datetime

from ductoscope.clinic.acts import Acts
from ductoscope.clinic.missing import list_missing
from ductoscope.clinic.people import PeopleVerbs
from ductoscope.clinic.thresholds import read_thresholds
from ductoscope.model import BadInputError, ConflictError, NotThereError
from ductoscope.model.clinical import Event, Person, Procedure, Report, ReportKind, SignedReport, follow
from ductoscope.model.clinical import happened as h
from ductoscope.report import (
    compose_report,
    render_html,
    render_pdf,
    sign_pdf,
    write_content,
)


class ReportVerbs(PeopleVerbs, Acts):
    """Documents. A signed one is never made again: what was signed is kept, byte for byte."""

    def preview_report(self, who: Person, procedure_id: str, kind: ReportKind, addendum: str = "") -> str:
        """The report as it would be signed now, as a page."""
        self._need(who, "doctor", "nurse")
        report = self._compose(self.journal.procedure(procedure_id), kind, addendum, self.now_utc())
        return render_html(report, self.media.read)

    def list_missing(self, procedure_id: str, kind: ReportKind) -> tuple[str, ...]:
        """What a report of this kind still lacks, in words; empty when it is complete."""
        return list_missing(self.journal.procedure(procedure_id), kind)

    def sign_report(
        self,
        who: Person,
        procedure_id: str,
        kind: ReportKind,
        addendum: str = "",
        *,
        password: str,
        despite: str = "",
        expects: int | None = None,
    ) -> SignedReport:
        """Sign and freeze a report: its PDF with a PAdES signature, its page, and the hashes of both in the journal.

        password: the signer's, asked again. despite: why it is signed although something is missing; it then stands in
        the report. expects: number of the newest event that the signer saw; ConflictError when it moved on.
        Raises BadInputError that lists what is missing, NotAllowedError for a wrong password or role.
        """
        self._need(who, "doctor")
        self._prove(who, password)
        procedure = self.journal.procedure(procedure_id)
        if expects is not None and procedure.number != expects:
            raise ConflictError("The examination was changed while you read the report. Read it again, then sign.")
        now = self.now_utc()
        noted = self._note_missing(procedure, kind, despite)
        pending = h.ReportSigned(SignedReport(kind, _next_version(procedure), "", "", "", who.id, now), addendum)
        self._check(self._look_at(who, procedure_id), pending)
        as_signed = procedure
        if noted is not None:
            note = Event(procedure.number, now, who.id, noted, procedure.patient_id, procedure.id)
            as_signed = follow(procedure, note)
        report = self._compose(as_signed, kind, addendum, now, signed_by=who.id)
        html = render_html(report, self.media.read)
        pdf = sign_pdf(
            render_pdf(report, self.media.read), self.signer, reason=f"{kind} report, version {report.version}", now=now
        )
        signed = SignedReport(
            kind,
            report.version,
            self.media.keep(pdf),
            self.media.keep(html.encode("utf-8")),
            self.media.keep(write_content(report)),
            who.id,
            now,
            certificate=self.signer.certificate_name,
            is_self_made=self.signer.is_self_made,
        )
        self._act(
            who,
            h.ReportSigned(signed, addendum),
            procedure_id=procedure_id,
            expects=procedure.number,
            before=() if noted is None else (noted,),
        )
        return signed

    def document(self, who: Person, sha256: str, *, procedure_id: str | None = None) -> bytes:
        """A document or picture from the media store; procedure_id: refuses one that is not that examination's.

        The caller keeps the look at the record it belongs to. Raises NotThereError, BadFileError when it was damaged.
        """
        self._need(who, "doctor", "nurse")
        if procedure_id is not None and sha256 not in list_documents(self.journal.procedure(procedure_id)):
            raise NotThereError("This document is not part of this examination.")
        return self.media.read(sha256)

    def _compose(
        self, procedure: Procedure, kind: ReportKind, addendum: str, now: datetime, signed_by: str = ""
    ) -> Report:
        return compose_report(
            procedure,
            self.journal.patient(procedure.patient_id),
            kind=kind,
            version=_next_version(procedure),
            site=self.site,
            people=self.people(),
            protocol_id=procedure.protocol or self.protocol.id,
            now_utc=now,
            language=self.site.language,
            addendum=addendum,
            signed_by=signed_by,
            certificate=self.signer.certificate_name if signed_by else "",
            is_self_made=self.signer.is_self_made,
            thresholds=read_thresholds(self.protocol),
        )

    def _note_missing(self, procedure: Procedure, kind: ReportKind, despite: str) -> h.NoteTaken | None:
        missing = list_missing(procedure, kind)
        if not missing:
            return None
        listed = "; ".join(missing)
        if not despite.strip():
            raise BadInputError(f"The report is not complete: {listed}. Complete it, or say why it is signed without.")
        return h.NoteTaken(f"Signed although this was missing: {listed}. Reason: {despite.strip()}"[:5000])


def list_documents(procedure: Procedure) -> frozenset[str]:
    """The sha256 of every picture and document that belongs to an examination."""
    return frozenset(
        (
            *procedure.stills,
            *(one for measured in procedure.maps.values() for one in measured.pictures),
            *(one for report in procedure.reports for one in (report.pdf, report.html, report.content)),
            *(document for _, document, _ in procedure.letters),
            *(
                result.pdf
                for state in procedure.specimens.values()
                for result in state.results
                if result.pdf is not None
            ),
        )
    )


def _next_version(procedure: Procedure) -> int:
    return len(procedure.reports) + 1
