"""Head: who, when, where, by whom, and how far the report can be relied on."""

from __future__ import annotations

from ductoscope.model.clinical import Block, Paragraph
from ductoscope.report.given import Given, say_age, say_identifier, say_side


def compose_head(given: Given, status: str, signed: str) -> tuple[tuple[str, str], ...]:
    """Compose the rows at the top of every clinical document."""
    procedure = given.procedure
    rows = [*compose_person(given)]
    rows += [
        (given.say("head.breast"), say_side(given)),
        (given.say("head.examination"), say_examination(given)),
        (given.say("head.indication"), _say_indication(given)),
        (given.say("head.operator"), _say_people(given)),
        (
            given.say("head.referrer"),
            given.say("answer.not_recorded") if procedure.referral is None else procedure.referral.referrer,
        ),
        (given.say("head.status"), status),
        (given.say("head.signed"), signed),
    ]
    return tuple(rows)


def compose_person(given: Given) -> tuple[tuple[str, str], ...]:
    """Compose name, birth date with age, sex with gender, and every number."""
    details = given.patient.details
    day = given.day(given.procedure.begun_utc or given.now_utc)
    born = given.words.date(details.birth_date)
    if details.birth_date is not None:
        born = given.say("head.born_with_age", date=born, age=say_age(given.words, details.birth_date, day))
    sex = given.words.term("sex", details.sex)
    numbers = ", ".join(say_identifier(given.words, one) for one in details.identifiers)
    return (
        (given.say("head.patient"), given.full_name),
        (given.say("head.born"), born),
        (
            given.say("head.sex"),
            given.say("head.sex_gender", sex=sex, gender=details.gender) if details.gender else sex,
        ),
        (given.say("head.numbers"), given.text(numbers)),
    )


def compose_warnings(given: Given) -> list[Block]:
    """Compose what must not be missed about identity and origin."""
    warnings: list[Block] = []
    if given.procedure.is_simulated:
        warnings.append(Paragraph(given.say("warning.simulated"), "warning"))
    if given.patient.is_emergency:
        warnings.append(Paragraph(given.say("warning.emergency"), "warning"))
    if given.procedure.begun_utc is not None and given.procedure.time_out is None:
        warnings.append(Paragraph(given.say("warning.no_time_out"), "warning"))
    referral, time_out = given.procedure.referral, given.procedure.time_out
    if referral is not None and time_out is not None and referral.side != time_out.side:
        sides = {
            "referred": given.words.term("breast", referral.side),
            "confirmed": given.words.term("breast", time_out.side),
        }
        warnings.append(Paragraph(given.say("warning.other_side", **sides), "warning"))
    return warnings


def say_centre(given: Given) -> str:
    """Say the clinic, where it is and its phone, in one line."""
    return ", ".join(part for part in (given.site.name, given.site.address, given.site.phone) if part)


def say_examination(given: Given) -> str:
    """Say from when to when the scope was in use."""
    procedure = given.procedure
    if procedure.begun_utc is None:
        return given.say("head.not_begun")
    begun = given.time(procedure.begun_utc)
    if procedure.ended_utc is None:
        return given.say("head.begun", begun=begun)
    minutes = given.words.number((procedure.ended_utc - procedure.begun_utc).total_seconds() / 60)
    return given.say("head.begun_ended", begun=begun, ended=given.clock(procedure.ended_utc), minutes=minutes)


def _say_people(given: Given) -> str:
    procedure = given.procedure
    assistant = given.name(procedure.assistant) if procedure.assistant else given.say("answer.not_recorded")
    parts = [given.name(procedure.operator), given.say("head.assistant", name=assistant)]
    if procedure.trainee:
        parts.append(given.say("head.trainee", name=given.name(procedure.trainee)))
    return "; ".join(parts)


def _say_indication(given: Given) -> str:
    referral = given.procedure.referral
    if referral is None:
        return given.say("answer.not_recorded")
    reason = referral.reason.strip().removesuffix(".")  # more follows in the same line
    parts = [reason] if reason else []
    if referral.discharge is not None:
        sides = ", ".join(given.words.term("side", side) for side in referral.discharge.sides)
        colour = given.words.term("discharge_colour", referral.discharge.colour)
        parts.append(given.say("head.discharge", colour=colour, sides=sides or given.say("answer.unknown")))
    return "; ".join(parts) or given.say("answer.not_recorded")
