"""Plain words: what all documents for a patient share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ductoscope.model.clinical import Paragraph, Report, Section
from ductoscope.report.given import Given
from ductoscope.report.sections.head import say_centre


def compose_for_patient(
    given: Given,
    kind: Literal["letter", "leaflet", "patient report"],
    sections: Sequence[Section],
    *,
    is_large_print: bool,
    is_simulated: bool = False,
) -> Report:
    """Compose a document for a patient of its sections; a translation that no clinic signed off says so."""
    key = kind.replace(" ", "_")
    notice = given.say("language.notice")
    parts = list(sections)
    if notice:
        parts[0] = Section(parts[0].heading, (Paragraph(notice, "note"), *parts[0].blocks))
    if is_simulated:
        parts[0] = Section(parts[0].heading, (Paragraph(given.say("warning.simulated"), "warning"), *parts[0].blocks))
    footer = given.say("footer.leaflet", site=given.site.name, phone=given.site.phone)
    if kind != "leaflet":
        footer = given.say("footer.patient", name=given.full_name, identifiers=given.two_identifiers)
    return Report(
        title=given.say(f"title.{key}"),
        kind=kind,
        status=given.words.date(given.day(given.now_utc)),
        version=1,
        language=given.words.language,
        head=(),
        sections=tuple(parts),
        footer=footer,
        is_simulated=is_simulated,
        composed_utc=given.now_utc,
        is_large_print=is_large_print,
        letterhead=say_centre(given),
    )


def list_words_about_fasting(given: Given, sedation: str) -> list[str]:
    """Say that one may eat and drink; with sedation, until when."""
    if sedation == "none":
        return [given.say("letter.no_fasting")]
    hours = given.thresholds
    values = {
        "meal": given.words.number(hours.light_meal_hours, 1),
        "fatty": given.words.number(hours.fatty_meal_hours, 1),
        "drink": given.words.number(hours.clear_drink_hours, 1),
    }
    return [given.say("letter.fasting", **values), given.say("letter.fasting_drugs")]
