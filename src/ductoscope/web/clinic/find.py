"""Finding a patient by name or number: the text comes in a message, never in an address."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from ductoscope.clinic import Desk
from ductoscope.record.journal import PatientRow
from ductoscope.web.clinic.entry import person_of
from ductoscope.web.clinic.pages import Pages


class FindWish(BaseModel):
    """What somebody typed: part of a name, of a birth date or of a number."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(min_length=1, max_length=200)
    limit: int = Field(50, ge=1, le=200)


def find_routes(desk: Desk, pages: Pages) -> APIRouter:
    """Make the route that finds patients."""
    routes = APIRouter()

    @routes.post("/api/patients/find")
    def find(request: Request, wish: FindWish) -> dict[str, Any]:
        desk.look(person_of(request), "search")
        rows = desk.journal.find_patients(wish.text, limit=wish.limit)
        return {"patients": [describe_row(row, pages) for row in rows]}

    return routes


def describe_row(row: PatientRow, pages: Pages) -> dict[str, Any]:
    """Put a person of a list into words: name, and what tells two people of one name apart."""
    facts = [f"{pages.day(row.birth_date)} ({pages.age(row.birth_date)})"] if row.birth_date else []
    facts += [f"{pages.word('identifier', one.system)} {one.value}" for one in row.identifiers[:2]]
    return {
        "id": row.patient_id,
        "name": ", ".join(part for part in (row.family, row.given) if part),
        "facts": " · ".join(facts),
        "is_emergency": row.is_emergency,
    }
