"""Compose the report of an examination from its events. Nothing in it is typed twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ductoscope.model.clinical import Patient, Procedure, Report, ReportKind, Section
from ductoscope.model.errors import BadInputError
from ductoscope.report.given import Given
from ductoscope.report.sections.afterwards import compose_advice, compose_calls, compose_decisions, compose_plan
from ductoscope.report.sections.before import compose_consent, compose_notes, compose_referral
from ductoscope.report.sections.course import (
    compose_actions,
    compose_comfort,
    compose_complications,
    compose_equipment,
)
from ductoscope.report.sections.extent import compose_extent
from ductoscope.report.sections.findings import compose_findings
from ductoscope.report.sections.head import compose_head, compose_warnings, say_centre
from ductoscope.report.sections.in_short import compose_in_short
from ductoscope.report.sections.pictures import compose_pictures
from ductoscope.report.sections.samples import compose_pathology, compose_samples
from ductoscope.report.sections.versions import compose_about, compose_addendum, compose_versions
from ductoscope.report.site import Site
from ductoscope.report.thresholds import Thresholds
from ductoscope.report.words import load_words


def compose_report(
    procedure: Procedure,
    patient: Patient,
    *,
    kind: ReportKind,
    version: int,
    site: Site,
    people: Mapping[str, str],
    protocol_id: str,
    now_utc: datetime,
    language: str = "en",
    addendum: str = "",
    signed_by: str = "",
    certificate: str = "",
    is_self_made: bool = True,
    thresholds: Thresholds | None = None,
) -> Report:
    """Compose a preliminary report, a final one, or an addendum to the last signed one.

    people: id to name. signed_by: id of the doctor who signs this very document; "" makes a draft that says so.
    certificate: name of the certificate it will be signed with; is_self_made: by this workstation.
    The same arguments give the same report.
    Raises BadInputError for a language without texts, an addendum without words or with nothing to amend, or a patient
    whose examination this is not.
    """
    words = load_words(language)
    if procedure.patient_id not in (patient.id, patient.merged_into):
        raise BadInputError(
            "This examination belongs to another patient than the one given; open it again from the patient."
        )
    given = Given(procedure, patient, words, site, people, now_utc, thresholds or Thresholds())
    head, state = [], words.term("status", kind)
    if kind == "addendum":
        if not addendum.strip():
            raise BadInputError("An addendum needs words: write what is changed or added, and why.")
        if not procedure.reports:
            raise BadInputError("Nothing was signed yet that an addendum could change; sign the report itself first.")
        head.append(compose_addendum(given, addendum, procedure.reports[-1]))
    signed = words.say("head.not_signed")
    if signed_by:
        signed = words.say("head.signed_by", name=given.name(signed_by), time=given.time(now_utc))
    status = words.say("head.version", status=state, version=version)
    if not signed_by:
        status = words.say("head.draft", status=status)
    sections = [*head, *_compose_sections(given, kind)]
    sections.append(compose_about(given, protocol_id, certificate, is_self_made=is_self_made))
    warnings = compose_warnings(given)
    if warnings:
        sections[0] = Section(sections[0].heading, (*warnings, *sections[0].blocks))
    return Report(
        title=words.say("title.report"),
        kind=kind,
        status=status,
        version=version,
        language=language,
        head=compose_head(given, status, signed),
        sections=tuple(sections),
        footer=words.say("footer.clinical", name=given.full_name, identifiers=given.two_identifiers, status=status),
        is_simulated=procedure.is_simulated,
        composed_utc=now_utc,
        letterhead=say_centre(given),
    )


def _compose_sections(given: Given, kind: ReportKind) -> list[Section]:
    """Compose every part: what was found first, how it came about after it, the conventions last."""
    has_pathology = kind != "preliminary"
    parts = [
        compose_in_short(given, kind),
        compose_pathology(given) if has_pathology else None,
        compose_decisions(given) if has_pathology else None,
        compose_findings(given),
        compose_extent(given),
        compose_pictures(given),
        compose_samples(given),
        compose_actions(given),
        compose_complications(given),
        compose_plan(given, kind),
        compose_advice(given),
        compose_calls(given),
        compose_comfort(given),
        compose_referral(given),
        compose_consent(given),
        compose_equipment(given),
        compose_notes(given),
        compose_versions(given),
    ]
    return [part for part in parts if part is not None]
