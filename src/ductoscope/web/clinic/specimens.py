"""Specimens: every sample with its chain from the duct to the acknowledged result, and the next step of each."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ConfigDict

from ductoscope.clinic import Desk
from ductoscope.model import NotThereError
from ductoscope.model.clinical import STEPS, Place, Procedure, SpecimenState, SpecimenStep
from ductoscope.web.clinic.entry import person_of
from ductoscope.web.clinic.pages import Pages
from ductoscope.web.clinic.pdf_answer import answer_pdf
from ductoscope.web.clinic.preparation import find_languages
from ductoscope.web.clinic.procedure_page import open_procedure

ChainState = Literal["done", "now", "later", "missed"]
"""missed: nobody recorded it, though a later step was taken."""


class Seen(BaseModel):
    """Number of the newest event that the reader saw: it proves which result was read."""

    model_config = ConfigDict(extra="forbid")
    expects: int | None = None


def specimens_routes(desk: Desk, pages: Pages) -> APIRouter:
    """Make the routes of the specimens of one procedure, and of the results attached to them."""
    routes = APIRouter()

    @routes.get("/procedures/{procedure_id}/specimens", response_class=HTMLResponse)
    def specimens(request: Request, procedure_id: str) -> HTMLResponse:
        context = open_procedure(desk, request, procedure_id, "specimens")
        procedure: Procedure = context["procedure"]
        return pages.show(
            request,
            "clinic/specimens.html",
            **context,
            specimens=[(state, list_chain(state)) for state in procedure.specimens.values()],
            dues={due.key: due for due in procedure.open_dues},
            language=context["patient"].details.language,
            languages=find_languages(),
            say_place=lambda place: say_place(place, procedure, pages),
        )

    @routes.get("/procedures/{procedure_id}/specimens/{letter}/result-{number}.pdf", response_class=Response)
    def result_pdf(request: Request, procedure_id: str, letter: str, number: int) -> Response:
        state = desk.journal.procedure(procedure_id).specimens.get(letter)
        if state is None or not 1 <= number <= len(state.results) or (pdf := state.results[number - 1].pdf) is None:
            raise NotThereError("No document came with this result.")
        who = person_of(request)
        desk.look(who, "result", procedure_id=procedure_id)
        return answer_pdf(desk.document(who, pdf), pdf)

    @routes.post("/api/procedures/{procedure_id}/specimens/{letter}/acknowledge")
    def acknowledge(request: Request, procedure_id: str, letter: str, seen: Seen) -> dict[str, str]:
        desk.acknowledge_result(person_of(request), procedure_id, letter, expects=seen.expects)
        return {}

    return routes


def list_chain(state: SpecimenState) -> tuple[tuple[SpecimenStep, ChainState, str, datetime | None], ...]:
    """Say of every step whether the sample has taken it, by whom and when; the newest counts when one came twice."""
    done = {step: (by, at_utc) for step, by, at_utc in state.chain}
    if state.results and state.acknowledged_by is None:
        # A corrected result must be read again, whoever acknowledged the one before.
        done.pop("acknowledged", None)
    last = max(STEPS.index(step) for step in done)
    chain: list[tuple[SpecimenStep, ChainState, str, datetime | None]] = []
    for number, step in enumerate(STEPS):
        by, at_utc = done.get(step, ("", None))
        state_of: ChainState = "done" if at_utc is not None else "missed" if number < last else "later"
        chain.append((step, "now" if number == last + 1 else state_of, by, at_utc))
    return tuple(chain)


def say_place(place: Place, procedure: Procedure, pages: Pages) -> str:
    """Say where something is, as "opening 2 at 4.5 o'clock, branch LR, 2.1 ± 0.2 cm deep"; "" when nobody noted it."""
    said: list[str] = []
    if place.orifice is not None:
        orifice = procedure.orifices.get(place.orifice)
        name = "orifice" if orifice is None else "orifice_clock"
        said.append(pages.word("place", name, number=place.orifice, clock=f"{orifice.clock:g}" if orifice else ""))
        said.append(pages.word("place", "branch" if place.branch else "main_duct", branch=place.branch))
    if place.depth is not None:
        sigma = place.depth.sigma_mm
        name = "depth" if sigma is None else "depth_sigma"
        said.append(pages.word("place", name, cm=f"{place.depth.mm / 10:.1f}", sigma=f"{(sigma or 0) / 10:.1f}"))
    return ", ".join(said)
