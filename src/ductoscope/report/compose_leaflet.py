"""Compose the leaflet: what ductoscopy is, the day, afterwards, and when to call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ductoscope.model.clinical import Block, Paragraph, Patient, PatientDetails, Points, Procedure, Report, Section
from ductoscope.report.given import Given
from ductoscope.report.plain import compose_for_patient, list_words_about_fasting
from ductoscope.report.red_flags import list_emergencies, list_red_flags
from ductoscope.report.site import Site
from ductoscope.report.thresholds import Thresholds
from ductoscope.report.words import load_words


def compose_leaflet(
    site: Site,
    language: str = "en",
    procedure: Procedure | None = None,
    *,
    now_utc: datetime,
    people: Mapping[str, str] | None = None,
    is_large_print: bool = False,
    thresholds: Thresholds | None = None,
) -> Report:
    """Compose the leaflet; with a procedure it says what holds for its sedation. It names no patient.

    Raises BadInputError for a language without texts.
    """
    # A leaflet is for everybody: the parts below never ask who the patient is.
    anybody = Patient("", PatientDetails("-", "", None))
    case = procedure or Procedure("", "", "referred", 0, now_utc)
    given = Given(case, anybody, load_words(language), site, people or {}, now_utc, thresholds or Thresholds())
    sedation = "none" if case.plan is None else case.plan.sedation
    numbers = given.thresholds
    low, high = (given.words.number(minutes) for minutes in numbers.towel_minutes)
    ready: list[Block] = [
        Points((*list_words_about_fasting(given, sedation), *_say(given, "ready", ("wash", "clothes", "bring"))))
    ]
    ready.append(Paragraph(given.say("letter.do_not_stop"), "warning"))
    day = Points(
        (
            given.say("leaflet.day_check"),
            given.say("leaflet.day_towel", low=low, high=high),
            *_say(given, "day", ("numb", "open", "look", "sample", "pain", "end")),
        ),
        is_numbered=True,
    )
    after = Points(
        (
            *_say(given, "after", ("normal", "pad", "bra", "pain", "shower")),
            given.say("leaflet.after_bath", days=given.words.number(numbers.bath_days)),
            given.say("leaflet.after_rest", hours=given.words.number(numbers.calm_hours)),
            given.say("leaflet.after_squeeze"),
        )
    )
    first, last = (given.words.number(hours) for hours in numbers.call_hours)
    next_steps = Points(
        (
            given.say("leaflet.next_call", first=first, last=last, day=given.words.number(numbers.call_day)),
            *_say(given, "next", ("results", "nothing", "visits")),
        )
    )
    sections = [
        Section(
            given.say("leaflet.what"), tuple(Paragraph(one) for one in _say(given, "what", ("is", "why", "limits")))
        ),
        Section(given.say("leaflet.ready"), tuple(ready)),
        Section(given.say("leaflet.day"), (day,)),
        Section(
            given.say("leaflet.risks"), (Points(tuple(_say(given, "risk", ("pain", "tear", "infection", "miss")))),)
        ),
        Section(given.say("leaflet.after"), (after,)),
        compose_when_to_call(given),
        Section(given.say("leaflet.next"), (next_steps,)),
    ]
    return compose_for_patient(given, "leaflet", sections, is_large_print=is_large_print)


def compose_when_to_call(given: Given) -> Section:
    """Compose the emergency number and the clinic's phone, each with the signs to call it for."""
    phone = given.procedure.advice_phone or given.site.phone
    return Section(
        given.say("leaflet.call"),
        (
            Paragraph(given.say("leaflet.emergency", phone=given.text(given.site.emergency_phone)), "warning"),
            Points(tuple(list_emergencies(given.words, given.thresholds))),
            Paragraph(
                given.say("leaflet.call_first", phone=phone) if phone else given.say("leaflet.call_clinic"), "warning"
            ),
            Points(tuple(list_red_flags(given.words, given.thresholds))),
        ),
    )


def _say(given: Given, group: str, keys: tuple[str, ...]) -> list[str]:
    return [given.say(f"leaflet.{group}_{key}") for key in keys]
