"""Compose the request to pathology: what was taken where, and what the clinic asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from ductoscope.model.clinical import (
    Block,
    Facts,
    Finding,
    Paragraph,
    Patient,
    Procedure,
    Report,
    Section,
    Specimen,
    Table,
)
from ductoscope.model.errors import BadInputError
from ductoscope.report.given import Given, say_place, say_short_size, say_side
from ductoscope.report.sections.head import compose_person, compose_warnings, say_centre, say_examination
from ductoscope.report.sections.in_short import confirmed_findings
from ductoscope.report.sections.samples import COLUMNS, say_specimen_row
from ductoscope.report.site import Site
from ductoscope.report.thresholds import Thresholds
from ductoscope.report.words import load_words


def compose_request(
    procedure: Procedure,
    patient: Patient,
    specimens: Sequence[Specimen] = (),
    *,
    site: Site,
    people: Mapping[str, str],
    now_utc: datetime,
    language: str = "en",
    question: str = "",
    thresholds: Thresholds | None = None,
) -> Report:
    """Compose the request for some specimens of one examination, for all of them when none is named.

    question: to the pathologist, in the doctor's words; a standing one without.
    Raises BadInputError when there is no specimen, or one is not of this examination.
    """
    letters = [one.letter for one in specimens] or list(procedure.specimens)
    missing = [letter for letter in letters if letter not in procedure.specimens]
    if not letters or missing:
        raise BadInputError(
            f"There is no specimen {', '.join(missing)} in this examination; look at its list."
            if missing
            else "There is no specimen to send: take and label one first."
        )
    given = Given(procedure, patient, load_words(language), site, people, now_utc, thresholds or Thresholds())
    states = [procedure.specimens[letter] for letter in letters]
    findings = [one for one in confirmed_findings(given) if one.letter in {state.specimen.finding for state in states}]
    rows = tuple(say_specimen_row(given, state)[:-1] for state in states)
    head = (
        *compose_person(given),
        (given.say("head.breast"), say_side(given)),
        (given.say("head.examination"), say_examination(given)),
        (given.say("request.to"), given.text(site.laboratory)),
        (given.say("request.doctor"), given.name(procedure.operator)),
    )
    blocks: list[Block] = [*compose_warnings(given)]
    blocks.append(Table(given.say("samples.caption"), tuple(given.say(f"samples.{one}") for one in COLUMNS[:-1]), rows))
    asked = question.strip() or given.say("request.standing_question")
    sections = (
        Section(given.say("samples.heading"), tuple(blocks)),
        Section(given.say("request.question"), (Paragraph(asked), Paragraph(given.say("request.answer")))),
        Section(given.say("request.clinical"), (Facts(_compose_clinical(given)),)),
        Section(given.say("findings.heading"), _compose_findings(given, findings)),
    )
    return Report(
        title=given.say("title.request"),
        kind="request",
        status=given.say("request.status", letters=", ".join(letters)),
        version=1,
        language=language,
        head=head,
        sections=sections,
        footer=given.say("footer.patient", name=given.full_name, identifiers=given.two_identifiers),
        is_simulated=procedure.is_simulated,
        composed_utc=now_utc,
        letterhead=say_centre(given),
    )


def _compose_clinical(given: Given) -> tuple[tuple[str, str], ...]:
    referral = given.procedure.referral
    nothing = given.say("answer.not_recorded")
    if referral is None:
        return ((given.say("referral.reason"), nothing),)
    colour = nothing
    if referral.discharge is not None:
        colour = given.words.term("discharge_colour", referral.discharge.colour)
    imaging = "; ".join(
        given.say(
            "request.imaging",
            kind=given.words.term("imaging", one.kind),
            date=given.words.date(one.done_on),
            birads=one.birads or given.say("referral.no_birads"),
        )
        for one in referral.imaging
    )
    return (
        (given.say("referral.reason"), given.text(referral.reason)),
        (given.say("referral.discharge"), colour),
        (given.say("request.prior_imaging"), imaging or nothing),
        (given.say("referral.cytology"), given.text(referral.cytology)),
        (given.say("referral.surgery"), given.text(referral.prior_surgery)),
        (given.say("referral.family"), given.text(referral.family_risk)),
    )


def _compose_findings(given: Given, findings: Sequence[Finding]) -> tuple[Block, ...]:
    if not findings:
        return (Paragraph(given.say("request.no_finding")),)
    head = tuple(given.say(f"short.{key}") for key in ("finding", "look", "where", "size"))
    rows = tuple(
        (
            one.letter,
            ", ".join(given.words.term(f"look_{name}", word) for name, word in one.terms.items())
            or given.say("answer.not_recorded"),
            say_place(given, one.place),
            say_short_size(given.words, one.size),
        )
        for one in findings
    )
    return (Table(given.say("short.caption"), head, rows),)
