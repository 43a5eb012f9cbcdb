"""Compose the letter before the examination: what, when, and how to get ready. It never says to stop a drug."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ductoscope.model.clinical import Block, Facts, Paragraph, Patient, Points, Procedure, Report, Section
from ductoscope.model.errors import BadInputError
from ductoscope.report.given import Given, say_side
from ductoscope.report.plain import compose_for_patient, list_words_about_fasting
from ductoscope.report.site import Site
from ductoscope.report.thresholds import Thresholds
from ductoscope.report.words import load_words

THINNERS = ("anticoagulant", "antiplatelet")


def compose_letter(
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
    """Compose the letter of an examination that has a date.

    Raises BadInputError when no date was planned, or for a language without texts.
    """
    if procedure.plan is None:
        raise BadInputError("The letter needs a date: plan the examination first.")
    given = Given(procedure, patient, load_words(language), site, people, now_utc, thresholds or Thresholds())
    plan = procedure.plan
    low, high = (given.words.number(minutes) for minutes in given.thresholds.towel_minutes)
    when = [
        (given.say("letter.when"), given.time(plan.at_utc)),
        (given.say("letter.where"), "\n".join(part for part in (site.name, site.address, plan.room) if part)),
        (given.say("letter.which"), say_side(given)),
        (given.say("letter.how_long"), given.say("letter.minutes", minutes=given.words.number(plan.minutes))),
    ]
    if site.phone:
        when.append((given.say("letter.questions"), site.phone))
    ready = [
        *list_words_about_fasting(given, plan.sedation),
        given.say("letter.towel", low=low, high=high),
        *(given.say(f"letter.{key}") for key in ("cream", "wash", "clothes", "bring", "no_squeezing")),
    ]
    sections = [
        Section(
            given.say("letter.hello", name=given.spoken_name), (Paragraph(given.say("letter.what")), Facts(tuple(when)))
        ),
        Section(given.say("letter.drugs"), _compose_drugs(given)),
        Section(given.say("letter.ready"), (Points(tuple(ready)),)),
        Section(given.say("letter.home"), (Paragraph(_say_way_home(given)),)),
        Section(
            given.say("letter.tell_us"),
            (Points(tuple(given.say(f"letter.tell_{key}") for key in ("pregnant", "allergy", "infection", "late"))),),
        ),
    ]
    return compose_for_patient(given, "letter", sections, is_large_print=is_large_print)


def _say_way_home(given: Given) -> str:
    plan = given.procedure.plan
    if plan is None or plan.sedation == "none":
        return given.say("letter.home_alone")
    return given.say("letter.home_escort", hours=given.words.number(given.thresholds.drive_hours))


def _compose_drugs(given: Given) -> tuple[Block, ...]:
    """Say for every blood thinner whom to ask; what the prescriber decided is told by the prescriber."""
    referral = given.procedure.referral
    drugs = [] if referral is None else [one.name for one in referral.medications if one.kind in THINNERS]
    drugs += [name for name in given.procedure.blood_thinners if name not in drugs]
    blocks: list[Block] = [Paragraph(given.say("letter.do_not_stop"), "warning")]
    said = []
    for drug in drugs:
        decision = given.procedure.blood_thinners.get(drug)
        if decision is None:
            said.append(given.say("letter.ask_about", drug=drug))
        elif decision.decision == "continue":
            said.append(given.say("letter.go_on", drug=drug, prescriber=decision.prescriber))
        else:
            said.append(given.say("letter.plan_made", drug=drug, prescriber=decision.prescriber))
    if said:
        blocks.append(Points(tuple(said)))
    blocks.append(Paragraph(given.say("letter.all_drugs")))
    return tuple(blocks)
