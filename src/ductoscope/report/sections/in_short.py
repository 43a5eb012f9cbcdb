"""In short: what a colleague reads first. What was seen, what somebody makes of it, and what nobody could see."""

from __future__ import annotations

from ductoscope.model.clinical import Block, Finding, Paragraph, Points, ReportKind, Section, Table
from ductoscope.report.given import Given, say_branch, say_depth, say_orifice, say_short_size
from ductoscope.report.sections.not_seen import list_not_seen


def compose_in_short(given: Given, kind: ReportKind) -> Section:
    """Compose findings in one table, the impression apart from them, and the limits of what was seen."""
    blocks: list[Block] = []
    if kind == "preliminary":
        blocks.append(Paragraph(given.say("short.not_a_diagnosis"), "warning"))
    blocks += _compose_observation(given, has_pathology=kind != "preliminary")
    blocks += _compose_impression(given)
    unseen = list_not_seen(given)
    blocks.append(Paragraph(given.say("short.not_seen") if unseen else given.say("short.all_seen")))
    if unseen:
        blocks.append(Points(tuple(unseen)))
    return Section(given.say("short.heading"), tuple(blocks))


def confirmed_findings(given: Given) -> list[Finding]:
    """List the findings that a person stands for, by letter."""
    findings = given.procedure.findings.values()
    return sorted((one for one in findings if one.state == "confirmed"), key=lambda one: (len(one.letter), one.letter))


def _compose_observation(given: Given, *, has_pathology: bool) -> list[Block]:
    findings = confirmed_findings(given)
    if given.procedure.begun_utc is None:
        return [Paragraph(given.say("short.not_examined"))]
    if not findings:
        return [Paragraph(given.say("short.nothing_found")), Paragraph(given.say("short.nothing_limits"), "note")]
    head = tuple(given.say(f"short.{key}") for key in ("finding", "look", "where", "depth", "size", "grade"))
    rows = [_say_row(given, one) for one in findings]
    if has_pathology:
        head = (*head, given.say("short.pathology"))
        rows = [(*row, _say_pathology(given, one)) for row, one in zip(rows, findings, strict=True)]
    return [
        Table(given.say("short.caption"), head, tuple(rows)),
        Paragraph(given.say("short.grade_is_no_diagnosis"), "note"),
    ]


def _say_row(given: Given, finding: Finding) -> tuple[str, ...]:
    words = given.words
    look = [words.term(f"look_{name}", finding.terms[name]) for name in ("type", "colour") if name in finding.terms]
    return (
        finding.letter,
        ", ".join(look) or words.say("answer.not_recorded"),
        f"{say_orifice(given, finding.place.orifice)}; {say_branch(words, finding.place.branch)}",
        say_depth(words, finding.place.depth),
        say_short_size(words, finding.size),
        words.term("look_suspicion", finding.terms["suspicion"])
        if "suspicion" in finding.terms
        else words.say("answer.not_recorded"),
    )


def _say_pathology(given: Given, finding: Finding) -> str:
    said = []
    for letter, state in given.procedure.specimens.items():
        if state.specimen.finding != finding.letter:
            continue
        result = state.results[-1] if state.results else None
        category = given.say("pathology.none_yet")
        if result is not None:
            codes = [code for code in (result.tissue, result.cytology) if code is not None]
            category = ", ".join(codes) or given.say("pathology.no_category")
        said.append(given.say("short.sample_result", letter=letter, category=category))
    return "; ".join(said) or given.say("short.no_sample")


def _compose_impression(given: Given) -> list[Block]:
    notes = [note for note in given.procedure.notes if note.topic == "impression"]
    if not notes:
        return [Paragraph(given.say("short.no_impression"))]
    return [
        Paragraph(given.say("short.impression", text=note.text, name=given.name(note.by), time=given.time(note.at_utc)))
        for note in notes
    ]
