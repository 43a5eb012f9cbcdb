"""Compose the patient's version of the report: what was done and seen, in plain words, and no diagnosis."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ductoscope.model.clinical import Block, Facts, Paragraph, Patient, Points, Procedure, Report, Section
from ductoscope.report.compose_leaflet import compose_when_to_call
from ductoscope.report.given import Given, say_side
from ductoscope.report.plain import compose_for_patient
from ductoscope.report.sections.in_short import confirmed_findings
from ductoscope.report.sections.not_seen import list_not_seen
from ductoscope.report.site import Site
from ductoscope.report.thresholds import Thresholds
from ductoscope.report.words import load_words


def compose_patient_report(
    procedure: Procedure,
    patient: Patient,
    *,
    site: Site,
    people: Mapping[str, str],
    now_utc: datetime,
    language: str = "en",
    is_large_print: bool = False,
    thresholds: Thresholds | None = None,
) -> Report:
    """Compose what the patient takes home after the examination.

    Results of the laboratory are never put into plain words by the program: it says that they are there, and that the
    doctor explains them. Raises BadInputError for a language without texts.
    """
    given = Given(procedure, patient, load_words(language), site, people, now_utc, thresholds or Thresholds())
    day = None if procedure.begun_utc is None else given.day(procedure.begun_utc)
    done = [
        (given.say("plain.name"), given.full_name),
        (given.say("plain.day"), given.words.date(day)),
        (given.say("plain.side"), say_side(given)),
        (given.say("plain.doctor"), given.name(procedure.operator)),
    ]
    sections = [
        Section(given.say("plain.done"), (Facts(tuple(done)), Paragraph(_say_done(given)))),
        Section(given.say("plain.seen"), _compose_seen(given)),
        Section(given.say("plain.samples"), _compose_samples(given)),
        Section(given.say("plain.now"), _compose_now(given)),
        compose_when_to_call(given),
    ]
    return compose_for_patient(
        given, "patient report", sections, is_large_print=is_large_print, is_simulated=procedure.is_simulated
    )


def _say_done(given: Given) -> str:
    entered = sum(one.is_cannulated for one in given.procedure.orifices.values())
    if given.procedure.begun_utc is None:
        return given.say("plain.not_examined")
    return given.say("plain.entered_one" if entered == 1 else "plain.entered", count=entered)


def _compose_seen(given: Given) -> tuple[Block, ...]:
    findings = confirmed_findings(given)
    blocks: list[Block] = []
    if given.procedure.begun_utc is None:
        return (Paragraph(given.say("plain.not_examined")),)
    if not findings:
        blocks.append(Paragraph(given.say("plain.found_nothing")))
    else:
        blocks.append(
            Paragraph(given.say("plain.found_one" if len(findings) == 1 else "plain.found", count=len(findings)))
        )
        blocks.append(Paragraph(given.say("plain.looks_do_not_tell"), "warning"))
    blocks.append(Paragraph(given.say("plain.not_all_seen" if list_not_seen(given) else "plain.seen_well")))
    if given.procedure.complications:
        blocks.append(Paragraph(given.say("plain.complications")))
    return tuple(blocks)


def _compose_samples(given: Given) -> tuple[Block, ...]:
    states = list(given.procedure.specimens.values())
    if not states:
        return (Paragraph(given.say("plain.no_samples")),)
    said = []
    for state in states:
        letter = state.specimen.letter
        if not state.results:
            said.append(given.say("plain.sample_awaited", letter=letter, date=given.words.date(state.due_on)))
        else:
            said.append(given.say("plain.sample_back", letter=letter))
    return (
        Paragraph(given.say("plain.sampled_one" if len(states) == 1 else "plain.sampled", count=len(states))),
        Points(tuple(said)),
    )


def _compose_now(given: Given) -> tuple[Block, ...]:
    procedure = given.procedure
    blocks: list[Block] = []
    if procedure.decisions:
        blocks.append(Points(tuple(given.say(f"plain_next.{decision.kind}") for _, decision in procedure.decisions)))
    else:
        blocks.append(Paragraph(given.say("plain.not_decided")))
    visits = [one for one in procedure.open_dues if one.kind in ("follow-up", "call", "imaging", "meeting")]
    if visits:
        blocks.append(
            Facts(tuple((given.words.term("plain_due", one.kind), given.words.date(one.due_on)) for one in visits))
        )
    if procedure.advice_words.strip():
        blocks.append(Paragraph(procedure.advice_words))
    return tuple(blocks)
