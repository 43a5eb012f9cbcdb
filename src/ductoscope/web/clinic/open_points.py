"""Open points: what is still missing before the room, and before a report can be signed, each with where to add it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ductoscope.model.clinical import Procedure


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that is missing.

    key: of its words; name: what they name; link: page (and place on it) of the procedure where it is added.
    is_needed: nothing goes on without it; the others are usual, and a person may go on all the same.
    """

    key: str
    link: str
    name: str = ""
    is_needed: bool = False


def list_preparation_points(
    procedure: Procedure, thinners: Sequence[str], items_before: Sequence[str]
) -> tuple[Point, ...]:
    """Say what is missing before the time-out.

    thinners: the drugs that thin the blood; items_before: the checklist's items of the phase before the room.
    """
    return tuple(_missing_before(procedure, thinners, items_before))


def _missing_before(procedure: Procedure, thinners: Sequence[str], items_before: Sequence[str]) -> Iterator[Point]:
    if procedure.plan is None:
        yield Point("no_plan", "preparation#plan", is_needed=True)
    for drug in thinners:
        decided = procedure.blood_thinners.get(drug)
        if decided is None:
            yield Point("thinner_open", "preparation#blood-thinners", drug, is_needed=True)
        elif decided.decision == "postpone the examination":
            yield Point("thinner_postpones", "preparation#blood-thinners", drug, is_needed=True)
    consent = procedure.consents.get("procedure")
    if consent is None:
        yield Point("no_consent", "preparation#consent", is_needed=True)
    elif not consent.is_given:
        yield Point("consent_refused", "preparation#consent", is_needed=True)
    if "images" not in procedure.consents:
        yield Point("images_not_asked", "preparation#consent")
    if not any(kind == "letter" for kind, _, _ in procedure.letters):
        yield Point("no_letter", "preparation#documents")
    left = [item for item in items_before if item not in procedure.checked]
    if left:
        yield Point("checklist_open", "preparation#checklist", str(len(left)))


WHERE = (
    ("impression", "report#words"),
    ("result of specimen", "specimens"),
    ("decided", "after#steps"),
)
"""Where the words of the desk's own list of what is missing are acted on; everything else is written in review."""


def place_of(missing: str) -> str:
    """Say on which page of the procedure something that the desk misses is added."""
    return next((link for word, link in WHERE if word in missing), "review")


def list_report_points(procedure: Procedure) -> tuple[Point, ...]:
    """Say what a good report usually holds beyond what signing asks for, and nobody has written down yet."""
    return tuple(_missing_in_report(procedure))


def _missing_in_report(procedure: Procedure) -> Iterator[Point]:
    topics = {note.topic for note in procedure.notes}
    if not procedure.pains:
        yield Point("no_pain", "review")
    if procedure.equipment is None or not procedure.equipment.scope_serial:
        yield Point("no_serial", "review")
    if procedure.equipment is None or not procedure.equipment.reprocessed:
        yield Point("no_reprocessing", "review")
    for finding in procedure.findings.values():
        if finding.state == "confirmed" and "suspicion" not in finding.terms:
            yield Point("finding_no_suspicion", "review", finding.letter)
    if procedure.stills and not procedure.chosen:
        yield Point("no_still_chosen", "report#stills")
    if "immediate state" not in topics:
        yield Point("no_state", "report#words")
    if "plan" not in topics:
        yield Point("no_plan_words", "report#words")
    if procedure.advice_given is None:
        yield Point("no_advice", "report#advice")
