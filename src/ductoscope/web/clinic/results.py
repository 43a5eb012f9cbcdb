"""Results: what is due and late, what came for nobody, what nobody has read yet, and where a result is entered."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from ductoscope.clinic import WRISTBAND, Desk
from ductoscope.clinic.tokens import read_code
from ductoscope.model import BadInputError, NotThereError
from ductoscope.model.clinical import Cytology, DueKind, Patient, Procedure, Result, SpecimenState, Tissue
from ductoscope.model.clinical import happened as h
from ductoscope.record.journal import DueRow
from ductoscope.web.clinic.dues import list_all_dues
from ductoscope.web.clinic.entry import person_of
from ductoscope.web.clinic.pages import Pages
from ductoscope.web.clinic.paging import Number, turn
from ductoscope.web.clinic.pdf_answer import answer_pdf
from ductoscope.web.clinic.procedure_page import name_people, today_of
from ductoscope.web.clinic.remembered import Remembered
from ductoscope.web.clinic.result_match import find_candidates

CHANGING = (
    h.SpecimenTaken, h.SpecimenPassed, h.ResultArrived, h.ResultAcknowledged, h.DueMoved, h.DueDone,
    h.ProcedureCancelled, h.PatientCorrected, h.PatientReconciled,
)  # fmt: skip
"""What changes the lists of results."""
RESULTS: tuple[DueKind, ...] = ("result",)
AHEAD = timedelta(days=60)
MOST_PDF_BYTES = 10_000_000
CANDIDATES_SHOWN = 12
NUMBERS = ("hospital", "national", "insurance", WRISTBAND)
"""Kinds of numbers that a laboratory may write beside a specimen."""


class TypedResult(BaseModel):
    """A result as the form sends it. identifier_system: kind of number; pdf: the laboratory's document, base64."""

    model_config = ConfigDict(extra="forbid")
    specimen_code: str = Field(min_length=1)
    identifier_system: str = Field("hospital", min_length=1, max_length=60)
    patient_identifier: str = Field(min_length=1, max_length=130)
    laboratory: str
    reported_on: date
    text: str
    cytology: Cytology | None = None
    tissue: Tissue | None = None
    has_atypia: bool | None = None
    pdf: str | None = Field(None, max_length=MOST_PDF_BYTES * 4 // 3 + 8)


class Match(BaseModel):
    """Which specimen a result belongs to, and how a person made sure of it. specimen: "procedure letter"."""

    model_config = ConfigDict(extra="forbid")
    specimen: str = Field(min_length=3, max_length=200)
    reason: str = Field(min_length=1, max_length=5_000)


class Discard(BaseModel):
    """Why a result is none of ours."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(min_length=1, max_length=5_000)


@dataclass(frozen=True, slots=True)
class DueResult:
    """A specimen whose result is waited for, or waits to be read."""

    due: DueRow
    patient: Patient
    procedure: Procedure
    state: SpecimenState

    @property
    def is_unread(self) -> bool:
        """Whether the result is there and no doctor has read it."""
        return bool(self.state.results)


def results_routes(desk: Desk, pages: Pages) -> APIRouter:
    """Make the routes of the results of all procedures."""
    routes = APIRouter()
    due_results = Remembered(desk.journal, CHANGING, lambda today: list_due_results(desk, today + AHEAD))

    @routes.get("/results", response_class=HTMLResponse)
    def results(
        request: Request,
        code: Annotated[str, Query(max_length=40)] = "",
        said: str = "",
        unread: Number = 1,
        late: Number = 1,
        ahead: Number = 1,
    ) -> HTMLResponse:
        desk.look(person_of(request), "results")
        today = today_of(desk)
        rows = due_results.on(today)
        waiting = [row.procedure.id for row in rows if not row.is_unread]
        return pages.show(
            request,
            "clinic/results.html",
            here="results",
            unread=turn([row for row in rows if row.is_unread], unread),
            late=turn([row for row in rows if not row.is_unread and row.due.due_on < today], late),
            ahead=turn([row for row in rows if not row.is_unread and row.due.due_on >= today], ahead),
            queue=[
                (queued, find_candidates(queued.result, waiting[:CANDIDATES_SHOWN], desk.journal)[:CANDIDATES_SHOWN])
                for queued in desk.journal.queue()
            ],
            today=today,
            names=name_people(desk),
            systems=[(one, pages.word("identifier", one)) for one in NUMBERS],
            code=code,
            said=said if said in ("matched", "queued") else "",
            known=None if not code else _say_whose(desk, code),
        )

    @routes.post("/api/results")
    def enter(request: Request, typed: TypedResult) -> dict[str, str]:
        pdf = None if not typed.pdf else read_pdf(typed.pdf)
        is_matched = desk.enter_result(person_of(request), read_result(typed), pdf=pdf) is not None
        return {"next": f"/results?said={'matched' if is_matched else 'queued'}"}

    @routes.get("/results/queue/{entry}.pdf", response_class=Response)
    def queued_pdf(request: Request, entry: str) -> Response:
        who = person_of(request)
        desk.look(who, "results")
        for queued in desk.journal.queue():
            if queued.entry == entry and queued.result.pdf is not None:
                return answer_pdf(desk.document(who, queued.result.pdf), queued.result.pdf)
        raise NotThereError("No document came with this result.")

    @routes.post("/api/results/{entry}/match")
    def match(request: Request, entry: str, wish: Match) -> dict[str, str]:
        procedure_id, _, letter = wish.specimen.rpartition(" ")
        desk.match_result(person_of(request), entry, procedure_id, letter, wish.reason)
        return {"next": f"/procedures/{procedure_id}/specimens"}

    @routes.post("/api/results/{entry}/discard")
    def discard(request: Request, entry: str, wish: Discard) -> dict[str, str]:
        desk.discard_result(person_of(request), entry, wish.reason)
        return {"next": "/results"}

    return routes


def list_due_results(desk: Desk, until: date) -> Sequence[DueResult]:
    """List the specimens whose results are due until then, or wait to be read on whatever day; the soonest first."""
    every = _open_results(desk, list_all_dues(desk.journal, date.max, RESULTS))
    return [row for row in every if row.is_unread or row.due.due_on <= until]


def _open_results(desk: Desk, dues: Sequence[DueRow]) -> Iterator[DueResult]:
    for due in dues:
        procedure = desk.journal.procedure(due.procedure_id)
        state = procedure.specimens.get(due.key.removeprefix("result "))
        if state is not None:
            yield DueResult(due, desk.journal.patient(procedure.patient_id), procedure, state)


def read_result(typed: TypedResult) -> Result:
    """Make a result of what was typed; kind and number of the identifier become one."""
    fields = typed.model_dump(exclude={"pdf", "identifier_system", "patient_identifier"})
    return Result(patient_identifier=f"{typed.identifier_system} {typed.patient_identifier}", **fields)


def read_pdf(text: str) -> bytes:
    """Read an attached document. Raises BadInputError when it is no PDF or too large."""
    try:
        content = base64.b64decode(text.rpartition(",")[2], validate=True)
    except ValueError:  # binascii.Error is one; other signs than ASCII give another
        raise BadInputError("The attached document arrived damaged. Choose the file again.") from None
    if len(content) > MOST_PDF_BYTES:
        size = len(content) / 1e6
        raise BadInputError(
            f"The attached document has {size:.0f} MB; at most {MOST_PDF_BYTES / 1e6:.0f} MB can be kept."
        )
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-2_048:]:
        raise BadInputError("The attached document is no whole PDF. Save it as a PDF and choose it again.")
    return content


def _say_whose(desk: Desk, code: str) -> tuple[Patient, Procedure, SpecimenState] | None:
    found = desk.journal.specimen_by_code(read_code(code))
    if found is None:
        return None
    procedure = desk.journal.procedure(found[0])
    return desk.journal.patient(procedure.patient_id), procedure, procedure.specimens[found[1]]
