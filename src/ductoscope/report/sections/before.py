"""Before: the referral, what was looked at before, who decided on blood thinners, and what the patient agreed to."""

from __future__ import annotations

from ductoscope.model.clinical import Block, Discharge, Facts, Paragraph, Points, Referral, Section, Table
from ductoscope.report.given import Given, say_side

THINNERS = ("anticoagulant", "antiplatelet")


def compose_referral(given: Given) -> Section:
    """Compose history and prior imaging as they were referred."""
    referral = given.procedure.referral
    heading = given.say("referral.heading")
    if referral is None:
        return Section(heading, (Paragraph(given.say("answer.not_recorded")),))
    words = given.words
    rows = [
        (
            given.say("referral.received"),
            given.say("referral.from_on", name=referral.referrer, date=words.date(referral.received_on)),
        ),
        (given.say("referral.reason"), given.text(referral.reason)),
        *_compose_discharge(given, referral.discharge),
        (given.say("referral.mass"), words.answer(referral.has_mass)),
        (given.say("referral.pregnant"), words.answer(referral.is_pregnant)),
        (given.say("referral.breastfeeding"), _say_breastfeeding(given, referral)),
        (given.say("referral.explanations"), _say_terms(given, "explanation", referral.explanations)),
        (given.say("referral.against"), _say_terms(given, "against", referral.contraindications)),
        (given.say("referral.allergies"), given.text(referral.allergies)),
        (given.say("referral.family"), given.text(referral.family_risk)),
        (given.say("referral.surgery"), given.text(referral.prior_surgery)),
        (given.say("referral.cytology"), given.text(referral.cytology)),
        (given.say("referral.history"), given.text(referral.history)),
        (given.say("referral.decision"), _say_decision(given)),
    ]
    return Section(heading, (Facts(tuple(rows)), *_compose_imaging(given, referral), *_compose_drugs(given, referral)))


def _compose_discharge(given: Given, discharge: Discharge | None) -> list[tuple[str, str]]:
    if discharge is None:
        return [(given.say("referral.discharge"), given.say("answer.not_recorded"))]
    words = given.words
    unknown = given.say("answer.unknown")
    often = unknown if discharge.times_per_week is None else words.number(discharge.times_per_week, 1)
    weeks = unknown if discharge.weeks is None else words.number(discharge.weeks, 1)
    sides = ", ".join(words.term("side", one) for one in discharge.sides) or unknown
    return [
        (given.say("referral.discharge"), f"{words.term('discharge_colour', discharge.colour)}; {sides}"),
        (given.say("referral.spontaneous"), words.answer(discharge.is_spontaneous)),
        (given.say("referral.often"), given.say("referral.often_since", often=often, weeks=weeks)),
        (given.say("referral.ducts"), words.term("ducts", discharge.ducts)),
        (given.say("referral.blood_test"), words.term("blood_test", discharge.blood_test)),
    ]


def _say_breastfeeding(given: Given, referral: Referral) -> str:
    weeks = referral.weeks_since_breastfeeding
    if weeks is None:
        return given.say("referral.never_fed")
    return given.say("referral.feeding" if weeks == 0 else "referral.fed", weeks=given.words.number(weeks, 1))


def _say_terms(given: Given, section: str, names: tuple[str, ...]) -> str:
    return ", ".join(given.words.term(section, one) for one in names) or given.say("answer.none_noted")


def _say_decision(given: Given) -> str:
    procedure = given.procedure
    outcome = procedure.referral_outcome
    said = given.say("answer.not_recorded") if outcome is None else given.words.term("outcome", outcome)
    parts = [said, procedure.referral_reason.strip()]
    if procedure.referral_advice is not None:
        by_rules = given.words.term("indication", procedure.referral_advice.indication)
        parts.append(given.say("referral.by_rules", answer=by_rules))
    return "; ".join(part for part in parts if part)


def _compose_imaging(given: Given, referral: Referral) -> list[Block]:
    if not referral.imaging:
        return [Paragraph(given.say("referral.no_imaging"))]
    head = tuple(given.say(f"referral.imaging_{key}") for key in ("kind", "date", "side", "birads", "note"))
    rows = tuple(
        (
            given.words.term("imaging", one.kind),
            given.words.date(one.done_on),
            given.say("referral.both_sides") if one.side is None else given.words.term("side", one.side),
            one.birads or given.say("referral.no_birads"),
            one.note or given.say("answer.dash"),
        )
        for one in sorted(referral.imaging, key=lambda one: one.done_on)
    )
    return [Table(given.say("referral.imaging_caption"), head, rows)]


def _compose_drugs(given: Given, referral: Referral) -> list[Block]:
    if not referral.medications:
        return [Paragraph(given.say("referral.no_drugs"))]
    head = tuple(given.say(f"referral.drug_{key}") for key in ("name", "kind", "dose", "decision"))
    rows = tuple(
        (
            one.name if not one.reason else given.say("referral.drug_for", name=one.name, reason=one.reason),
            given.words.term("medication", one.kind),
            one.dose or given.say("answer.not_recorded"),
            _say_thinner(given, one.name, is_thinner=one.kind in THINNERS),
        )
        for one in referral.medications
    )
    listed = {one.name for one in referral.medications}
    rows += tuple(
        (
            name,
            given.say("answer.not_recorded"),
            given.say("answer.not_recorded"),
            _say_thinner(given, name, is_thinner=True),
        )
        for name in given.procedure.blood_thinners
        if name not in listed
    )
    blocks: list[Block] = [Table(given.say("referral.drugs_caption"), head, rows)]
    if referral.thrombosis_risks:
        risks = _say_terms(given, "thrombosis", referral.thrombosis_risks)
        blocks.append(Paragraph(given.say("referral.thrombosis", risks=risks), "warning"))
    return blocks


def _say_thinner(given: Given, name: str, *, is_thinner: bool) -> str:
    decision = given.procedure.blood_thinners.get(name)
    if decision is None:
        return given.say("referral.undecided" if is_thinner else "answer.dash")
    noted = given.procedure.blood_thinners_by.get(name)
    said = given.say(
        "referral.decided", decision=given.words.term("thinner", decision.decision), prescriber=decision.prescriber
    )
    parts = [said, decision.words.strip()]
    if noted is not None:
        parts.append(given.say("referral.noted", name=given.name(noted.by), time=given.time(noted.at_utc)))
    return "; ".join(part for part in parts if part)


def compose_consent(given: Given) -> Section:
    """Compose what the patient agreed to, and the time-out."""
    rows = []
    for kind in ("procedure", "images", "research"):
        consent = given.procedure.consents.get(kind)
        said = given.say("answer.not_recorded")
        if consent is not None:
            said = given.say("consent.given" if consent.is_given else "consent.refused")
            if consent.version:
                said = given.say("consent.with_text", answer=said, version=consent.version)
        rows.append((given.words.term("consent_kind", kind), said))
    rows += _compose_time_out(given)
    rows.append((given.say("consent.checklist"), given.say("consent.checked", count=len(given.procedure.checked))))
    return Section(given.say("consent.heading"), (Facts(tuple(rows)),))


def _compose_time_out(given: Given) -> list[tuple[str, str]]:
    time_out, by = given.procedure.time_out, given.procedure.time_out_by
    if time_out is None or by is None:
        return [(given.say("consent.time_out"), given.say("answer.not_recorded"))]
    words = given.words
    people = given.name(by.by)
    if time_out.second_person:
        people = given.say("consent.two_people", first=people, second=given.name(time_out.second_person))
    return [
        (given.say("consent.time_out"), given.say("consent.confirmed", time=given.time(by.at_utc), people=people)),
        (given.say("consent.compared"), "; ".join(time_out.identifiers)),
        (given.say("consent.side"), say_side(given)),
        (given.say("consent.site_marked"), words.answer(time_out.is_site_marked)),
        (given.say("consent.allergies_said"), words.answer(time_out.allergies_said)),
    ]


def compose_notes(given: Given) -> Section | None:
    """Compose the notes that belong to no other part; None when there are none."""
    notes = [note for note in given.procedure.notes if note.topic == "note"]
    if not notes:
        return None
    said = tuple(
        given.say("notes.note", text=note.text, name=given.name(note.by), time=given.time(note.at_utc))
        for note in notes
    )
    return Section(given.say("notes.heading"), (Points(said),))
