"""Report: what will be signed, seen as it will be; what it lacks; signing; every version; the patient's own."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from ductoscope.care import list_aftercare
from ductoscope.clinic import Desk
from ductoscope.model import NotThereError
from ductoscope.model.clinical import Procedure, ReportKind, SignedReport
from ductoscope.report import check_signature
from ductoscope.web.clinic.entry import person_of
from ductoscope.web.clinic.open_points import list_report_points, place_of
from ductoscope.web.clinic.pages import Pages
from ductoscope.web.clinic.path_steps import find_report
from ductoscope.web.clinic.pdf_answer import answer_pdf, answer_report_page
from ductoscope.web.clinic.preparation import find_languages, who_gave
from ductoscope.web.clinic.procedure_page import open_procedure

TOPICS = ("impression", "immediate state", "plan", "surgery map")
"""Words of the report that nothing else says; each is typed once."""


class Signing(BaseModel):
    """What is signed, and the password again: a screen left open must not sign.

    despite: why it is signed although something is missing. expects: number of the newest event that the signer saw.
    """

    model_config = ConfigDict(extra="forbid")
    kind: ReportKind
    password: str = Field(min_length=1, max_length=200)
    addendum: str = Field("", max_length=5_000)
    despite: str = Field("", max_length=4_000)
    expects: int | None = None


def report_routes(desk: Desk, pages: Pages) -> APIRouter:
    """Make the routes of the report: its page, its preview, signing, and its versions."""
    routes = APIRouter()

    @routes.get("/procedures/{procedure_id}/report", response_class=HTMLResponse)
    def report(request: Request, procedure_id: str) -> HTMLResponse:
        context = open_procedure(desk, request, procedure_id, "report")
        procedure: Procedure = context["procedure"]
        kind = next_kind(procedure)
        return pages.show(
            request,
            "clinic/report.html",
            **context,
            kind=kind,
            missing=[(words, place_of(words)) for words in desk.list_missing(procedure_id, kind)],
            points=list_report_points(procedure),
            topics={topic: [note for note in procedure.notes if note.topic == topic] for topic in TOPICS},
            letters_of=letters_by_still(procedure),
            site=desk.site,
            usual_advice=" ".join(reason.says for reason in list_aftercare(desk.protocol).normal),
            language=context["patient"].details.language,
            languages=find_languages(),
            letters_by=who_gave(desk, procedure_id),
            can_write=procedure.begun_utc is not None,
        )

    @routes.get("/procedures/{procedure_id}/report/preview", response_class=HTMLResponse)
    def preview(request: Request, procedure_id: str, kind: ReportKind = "preliminary") -> HTMLResponse:
        who = person_of(request)
        desk.look(who, "report", procedure_id=procedure_id)
        return answer_report_page(desk.preview_report(who, procedure_id, kind))

    @routes.post("/api/procedures/{procedure_id}/report")
    def sign(request: Request, procedure_id: str, wish: Signing) -> dict[str, str]:
        who = person_of(request)
        desk.sign_report(who, procedure_id, **wish.model_dump())
        return {"next": f"/procedures/{procedure_id}/report#versions"}

    @routes.get("/procedures/{procedure_id}/reports/{version}.{form}", response_class=Response)
    def version(request: Request, procedure_id: str, version: int, form: Literal["pdf", "html"]) -> Response:
        signed = find_version(desk.journal.procedure(procedure_id), version)
        who = person_of(request)
        desk.look(who, "report", procedure_id=procedure_id)
        if form == "html":
            return answer_report_page(desk.document(who, signed.html).decode())
        return answer_pdf(desk.document(who, signed.pdf), signed.pdf)

    @routes.get("/procedures/{procedure_id}/reports/{version}/signature", response_class=HTMLResponse)
    def signature(request: Request, procedure_id: str, version: int) -> HTMLResponse:
        signed = find_version(desk.journal.procedure(procedure_id), version)
        check = check_signature(desk.document(person_of(request), signed.pdf))
        return pages.show(request, "clinic/report_signature.html", check=check, report=signed)

    return routes


def next_kind(procedure: Procedure) -> ReportKind:
    """Which report comes next: the preliminary, then the final, then only addenda."""
    if find_report(procedure, "final") is not None:
        return "addendum"
    return "preliminary" if find_report(procedure, "preliminary") is None else "final"


def find_version(procedure: Procedure, version: int) -> SignedReport:
    """Find a signed report by its version. Raises NotThereError when there is none."""
    for report in procedure.reports:
        if report.version == version:
            return report
    raise NotThereError(f"There is no version {version} of this report; look at the list of versions.")


def letters_by_still(procedure: Procedure) -> dict[str, list[str]]:
    """Say which findings each still shows, by its sha256."""
    letters: dict[str, list[str]] = {}
    for finding in procedure.findings.values():
        if finding.still is not None:
            letters.setdefault(finding.still, []).append(finding.letter)
    return letters
