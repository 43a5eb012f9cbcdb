"""Preparation: the date, the blood thinners, consent, the checklist, and the papers that go to the patient."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from ductoscope.care import ChecklistItem, find_blood_thinners, make_checklist
from ductoscope.clinic import Desk
from ductoscope.model import NotThereError
from ductoscope.model.clinical import BloodThinnerDecision, Medication, Plan, Procedure, Reason, Stage, Timed
from ductoscope.model.clinical import happened as h
from ductoscope.report.words import languages, load_words
from ductoscope.web.clinic.entry import person_of
from ductoscope.web.clinic.pages import Pages
from ductoscope.web.clinic.path import points_before
from ductoscope.web.clinic.pdf_answer import answer_pdf
from ductoscope.web.clinic.procedure_page import is_over, open_procedure
from ductoscope.web.shelf import Shelf
from ductoscope.web.texts import Texts

PAPERS_KEPT = 100
"""Papers made and not handed over yet that can still be looked at."""

CHECKABLE: tuple[Stage, ...] = ("accepted", "planned", "prepared", "in the room", "examined", "reported")
"""Stages in which items of the checklist can be ticked."""

VERSION_DIGITS = 12
"""Of the number that says which text of a consent was shown; as long as a protocol's."""

DocumentKind = Literal["letter", "leaflet", "patient report", "request"]


class DocumentWish(BaseModel):
    """Which paper, in which language, and how large. question: to the pathologist, on a request."""

    model_config = ConfigDict(extra="forbid")
    kind: DocumentKind
    language: str = Field("en", max_length=20)
    is_large_print: bool = False
    question: str = Field("", max_length=2_000)


@dataclass(frozen=True, slots=True)
class ThinnerCard:
    """One drug to ask about: the rules' questions, and what the prescriber decided. kind: what it is by the rules."""

    drug: Medication
    kind: str
    questions: tuple[Reason, ...]
    decision: BloodThinnerDecision | None
    decided: Timed | None


def preparation_routes(desk: Desk, pages: Pages) -> APIRouter:
    """Make the routes of the preparation and of the papers that are handed out."""
    routes = APIRouter()
    numbers = itertools.count(1)
    just_made: Shelf[tuple[str, str]] = Shelf(PAPERS_KEPT)

    @routes.get("/procedures/{procedure_id}/preparation", response_class=HTMLResponse)
    def preparation(request: Request, procedure_id: str) -> HTMLResponse:
        context = open_procedure(desk, request, procedure_id, "preparation")
        procedure: Procedure = context["procedure"]
        sedation = "none" if procedure.plan is None else procedure.plan.sedation
        return pages.show(
            request,
            "clinic/preparation.html",
            **context,
            plan=procedure.plan,
            advice=procedure.preparation_advice,
            points=points_before(desk, procedure),
            thinners=list_thinners(desk, procedure),
            phases=group_by_phase(make_checklist(desk.protocol, sedation)),
            operators=[(one.id, one.name) for one in desk.journal.people() if one.role == "doctor" and one.is_active],
            language=context["patient"].details.language,
            languages=find_languages(),
            letters_by=who_gave(desk, procedure_id),
            consents_by=who_recorded(desk, procedure_id),
            consent_versions=version_consents(pages.texts),
            can_check=procedure.stage in CHECKABLE,
            can_plan=procedure.stage in ("accepted", "planned", "prepared"),
            is_over=is_over(procedure),
        )

    @routes.post("/api/procedures/{procedure_id}/plan")
    def plan(request: Request, procedure_id: str, plan: Plan, expects: int | None = None) -> dict[str, str]:
        desk.plan_examination(person_of(request), procedure_id, plan, expects=expects)
        return {"next": f"/procedures/{procedure_id}/preparation"}

    @routes.post("/api/procedures/{procedure_id}/documents")
    def make_document(request: Request, procedure_id: str, wish: DocumentWish) -> dict[str, str]:
        document, _ = desk.make_document(person_of(request), procedure_id, **wish.model_dump())
        number = next(numbers)
        just_made.put(number, (procedure_id, document))
        return {"document": document, "open": f"/procedures/{procedure_id}/papers/{number}"}

    @routes.get("/procedures/{procedure_id}/papers/{number}", response_class=Response)
    def paper(request: Request, procedure_id: str, number: int) -> Response:
        made_for, document = just_made.get(number) or ("", "")
        if made_for != procedure_id:
            raise NotThereError("This paper was made a while ago and not handed over. Make it again.")
        who = person_of(request)
        desk.look(who, "document", procedure_id=procedure_id)
        return answer_pdf(desk.document(who, document), document)

    @routes.get("/procedures/{procedure_id}/documents/{document}", response_class=Response)
    def document(request: Request, procedure_id: str, document: str) -> Response:
        who = person_of(request)
        desk.look(who, "document", procedure_id=procedure_id)
        return answer_pdf(desk.document(who, document, procedure_id=procedure_id), document)

    @routes.get("/procedures/{procedure_id}/labels", response_class=Response)
    def labels(request: Request, procedure_id: str, letters: Annotated[list[str], Query()]) -> Response:
        return answer_pdf(desk.label(person_of(request), procedure_id, letters), "labels")

    return routes


def list_thinners(desk: Desk, procedure: Procedure) -> tuple[ThinnerCard, ...]:
    """Make a card of every drug that somebody must ask the prescriber about."""
    if procedure.referral is None:
        return ()
    advice = procedure.preparation_advice
    reasons = () if advice is None else (*advice.blood_thinners, *advice.escalate)
    drugs = {drug.name: drug for drug in procedure.referral.medications}
    return tuple(
        ThinnerCard(
            drugs[thinner.name],
            thinner.kind,
            tuple(dict.fromkeys(reason for reason in reasons if thinner.name in reason.says)),
            procedure.blood_thinners.get(thinner.name),
            procedure.blood_thinners_by.get(thinner.name),
        )
        for thinner in find_blood_thinners(procedure.referral, desk.protocol)
    )


def find_languages() -> list[tuple[str, str]]:
    """List the languages that papers are there in, each by its own name."""
    return [(code, load_words(code).say("language.name")) for code in languages()]


def who_gave(desk: Desk, procedure_id: str) -> dict[str, str]:
    """Say who handed over each paper, by its sha256."""
    events = desk.journal.events(procedure_id=procedure_id, kinds=(h.LetterGiven,))
    return {event.what.document: event.by for event in events if isinstance(event.what, h.LetterGiven)}


def version_consents(texts: Texts) -> dict[str, str]:
    """Say which text of each consent the page shows, by kind: it changes with every word and every language."""
    shown = {kind: f"{words}\n{texts['consent_means'][kind]}" for kind, words in texts["consent_kind"].items()}
    return {kind: hashlib.sha256(text.encode()).hexdigest()[:VERSION_DIGITS] for kind, text in shown.items()}


def who_recorded(desk: Desk, procedure_id: str) -> dict[str, Timed]:
    """Say who recorded each consent last, and when, by its kind."""
    events = desk.journal.events(procedure_id=procedure_id, kinds=(h.ConsentRecorded,))
    return {
        event.what.consent.kind: Timed(event.at_utc, event.by)
        for event in events
        if isinstance(event.what, h.ConsentRecorded)
    }


def group_by_phase(items: tuple[ChecklistItem, ...]) -> dict[str, list[ChecklistItem]]:
    """Sort a checklist into its phases, in the order in which they come."""
    phases: dict[str, list[ChecklistItem]] = {"before": [], "room": [], "after": []}
    for item in items:
        phases[item.phase].append(item)
    return phases
