"""Findings: a card each, its picture beside what was told of it and what was not."""

from __future__ import annotations

from ductoscope.model.clinical import FINDING_TERMS, Block, Card, Facts, Finding, Paragraph, Picture, Section
from ductoscope.report.draw_outline import draw_outline
from ductoscope.report.given import Given, say_branch, say_depth, say_hour, say_orifice, say_size
from ductoscope.report.sections.in_short import confirmed_findings


def compose_findings(given: Given) -> Section:
    """Compose a card for every finding, and say what became of an algorithm's suggestions."""
    cards = [_compose_card(given, finding) for finding in confirmed_findings(given)]
    blocks: list[Block] = [*cards, *_compose_suggestions(given)]
    if not cards:
        nothing = "findings.nothing" if given.procedure.begun_utc is not None else "short.not_examined"
        blocks.insert(0, Paragraph(given.say(nothing)))
    return Section(given.say("findings.heading"), tuple(blocks))


def compose_still(given: Given, sha256: str, caption: str, alt: str, overlay: str = "") -> Picture | None:
    """Compose a still with where in the recording it was taken; None when it was never kept."""
    still = given.procedure.stills.get(sha256)
    if still is None:
        return None
    if still.recording is not None and still.frame is not None and still.t_ns is not None:
        moment = given.say(
            "findings.frame",
            frame=still.frame,
            seconds=given.words.number(still.t_ns / 1e9, 2),
            recording=still.recording,
            time=given.time(still.taken_utc),
        )
    else:
        moment = given.say("findings.taken", time=given.time(still.taken_utc))
    said = [caption.strip(), moment, given.say("findings.simulated") if still.is_simulated else ""]
    return Picture(alt, " · ".join(part for part in said if part), overlay, sha256)


def _compose_card(given: Given, finding: Finding) -> Card:
    words, place = given.words, finding.place
    rows = [
        (given.say("findings.where"), f"{say_orifice(given, place.orifice)}; {say_branch(words, place.branch)}"),
        (given.say("findings.depth"), say_depth(words, place.depth)),
        (given.say("findings.size"), say_size(words, finding.size)),
        (
            given.say("findings.image_clock"),
            given.say("answer.not_recorded") if place.image_clock is None else say_hour(words, place.image_clock),
        ),
    ]
    rows += [
        (given.say(f"findings.{name}"), words.term(f"look_{name}", finding.terms[name]))
        for name in FINDING_TERMS
        if name in finding.terms
    ]
    if finding.count > 1:
        rows.append((given.say("findings.count"), words.number(finding.count)))
    if finding.obstruction_percent is not None:
        share = words.number(finding.obstruction_percent)
        rows.append((given.say("findings.obstruction"), given.say("findings.percent", share=share)))
    if finding.discharge_behind is not None:
        rows.append((given.say("findings.discharge_behind"), words.answer(finding.discharge_behind)))
    rows.append((given.say("findings.not_recorded"), _say_unrecorded(given, finding)))
    rows.append((given.say("findings.samples"), _say_samples(given, finding)))
    rows.append((given.say("findings.author"), _say_author(given, finding)))
    blocks: list[Paragraph | Facts] = [Paragraph(finding.words)] if finding.words.strip() else []
    pictures = []
    if finding.still is not None:
        alt = _say_alt(given, finding)
        caption = given.procedure.chosen.get(finding.still, "")
        overlay = draw_outline(finding.outline) if finding.outline else ""
        picture = compose_still(given, finding.still, caption, alt, overlay)
        pictures = [] if picture is None else [picture]
    if not pictures:
        blocks.append(Paragraph(given.say("findings.no_still"), "note"))
    return Card(given.say("findings.card", letter=finding.letter), (*blocks, Facts(tuple(rows))), tuple(pictures))


def _say_alt(given: Given, finding: Finding) -> str:
    looks = [given.words.term(f"look_{name}", word) for name, word in sorted(finding.terms.items())]
    said = ", ".join(looks) or given.say("answer.not_recorded")
    outlined = given.say("findings.alt_outlined") if finding.outline else ""
    return given.say("findings.alt", letter=finding.letter, looks=said, outlined=outlined).strip()


def _say_unrecorded(given: Given, finding: Finding) -> str:
    names = [given.say(f"findings.{name}") for name in FINDING_TERMS if name not in finding.terms]
    if finding.obstruction_percent is None:
        names.append(given.say("findings.obstruction"))
    if finding.discharge_behind is None:
        names.append(given.say("findings.discharge_behind"))
    return ", ".join(names) or given.say("findings.everything")


def _say_samples(given: Given, finding: Finding) -> str:
    letters = [
        letter for letter, state in given.procedure.specimens.items() if state.specimen.finding == finding.letter
    ]
    return ", ".join(letters) or given.say("findings.no_sample")


def _say_author(given: Given, finding: Finding) -> str:
    if finding.author == "person":
        return given.say("findings.by_person")
    return given.say("findings.by_algorithm", algorithm=finding.author)


def _compose_suggestions(given: Given) -> list[Paragraph]:
    suggested = [one for one in given.procedure.findings.values() if one.state == "suggested"]
    dismissed = [one for one in given.procedure.findings.values() if one.state == "dismissed"]
    said = []
    if suggested:
        authors = ", ".join(sorted({one.author for one in suggested}))
        said.append(Paragraph(given.say("findings.open_suggestions", count=len(suggested), algorithms=authors), "note"))
    if dismissed:
        authors = ", ".join(sorted({one.author for one in dismissed}))
        said.append(Paragraph(given.say("findings.dismissed", count=len(dismissed), algorithms=authors), "note"))
    return said
