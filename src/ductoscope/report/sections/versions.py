"""Versions: what this document changes or replaces, and on what it rests."""

from __future__ import annotations

from collections.abc import Iterable

from ductoscope.model.clinical import Block, Facts, Paragraph, Points, Reason, Section, SignedReport, Table
from ductoscope.report.given import Given


def compose_addendum(given: Given, addendum: str, amended: SignedReport) -> Section:
    """Compose the words of a later change, and which frozen version they belong to."""
    said = given.say(
        "versions.amends",
        kind=given.words.term("report_kind", amended.kind),
        version=amended.version,
        name=given.name(amended.signer),
        time=given.time(amended.signed_utc),
        content=amended.content[:16],
    )
    return Section(given.say("versions.addendum"), (Paragraph(addendum), Paragraph(said, "note")))


def compose_versions(given: Given) -> Section | None:
    """Compose the correction log: every signed version and every addendum; None while there is none."""
    reports = given.procedure.reports
    if not reports:
        return None
    head = tuple(given.say(f"versions.{key}") for key in ("version", "kind", "signed", "content"))
    rows = tuple(
        (
            str(one.version),
            given.words.term("report_kind", one.kind),
            given.say("versions.signed_by", name=given.name(one.signer), time=given.time(one.signed_utc)),
            one.content[:16],
        )
        for one in reports
    )
    blocks: list[Block] = [Table(given.say("versions.caption"), head, rows)]
    blocks += [
        Paragraph(
            given.say("versions.earlier_addendum", text=one.text, name=given.name(one.by), time=given.time(one.at_utc))
        )
        for one in given.procedure.addenda
    ]
    return Section(given.say("versions.heading"), tuple(blocks))


def compose_about(given: Given, protocol_id: str, certificate: str, *, is_self_made: bool) -> Section:
    """Compose how to read the report: conventions, rules, algorithms, certificate."""
    procedure = given.procedure
    authors = sorted({one.author for one in procedure.findings.values() if one.author != "person"})
    eyes = sorted({one.eye for one in procedure.maps.values()})
    algorithms = given.say("about.no_algorithm")
    if authors:
        algorithms = given.say("about.algorithms", names=", ".join(authors))
    if eyes:
        algorithms = f"{given.say('about.measured', names=', '.join(eyes))} {algorithms}"
    protocol = procedure.protocol or protocol_id
    if not protocol:
        protocol = given.say("answer.not_recorded")
    elif procedure.protocol and protocol_id and procedure.protocol != protocol_id:
        protocol = given.say("about.two_protocols", room=procedure.protocol, now=protocol_id)
    signature = given.say("about.unsigned")
    if certificate:
        signature = given.say("about.self_made" if is_self_made else "about.certificate", certificate=certificate)
    unsigned = sorted({one.rule for one in _spoken_rules(given) if not one.is_signed})
    blocks: list[Block] = [
        Facts(
            (
                (given.say("about.protocol"), protocol),
                (given.say("about.algorithm"), algorithms),
                (given.say("about.signature"), signature),
                (given.say("about.composed"), given.time(given.now_utc)),
            )
        ),
        Paragraph(
            given.say("about.unsigned_rules", names=", ".join(unsigned))
            if unsigned
            else given.say("about.no_unsigned_rules")
        ),
        Points(tuple(given.say(f"about.{key}") for key in ("depth", "clock", "branches", "grade", "device"))),
    ]
    if given.say("language.notice"):
        blocks.insert(0, Paragraph(given.say("language.notice"), "note"))
    return Section(given.say("about.heading"), tuple(blocks))


def _spoken_rules(given: Given) -> Iterable[Reason]:
    """Go through every rule whose answer went into this examination."""
    procedure = given.procedure
    if procedure.referral_advice is not None:
        told = procedure.referral_advice
        yield from (*told.reasons, *told.missing, *told.contradictions, *told.against)
    if procedure.preparation_advice is not None:
        asked = procedure.preparation_advice
        yield from (*asked.blood_thinners, *asked.escalate, *asked.fasting, *asked.escort, *asked.comfort)
        yield from (reason for _, reason in asked.items)
    if procedure.next_steps is not None:
        yield from (step.reason for step in procedure.next_steps.steps)
        yield from (*procedure.next_steps.discordances, *procedure.next_steps.missing)
    for _, call in procedure.calls:
        yield from call.advice.reasons
