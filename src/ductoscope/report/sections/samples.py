"""Samples: what was taken where, how far each has come, and what the laboratory said of it."""

from __future__ import annotations

from ductoscope.model.clinical import Block, Card, Facts, Paragraph, Points, Result, Section, SpecimenState, Table
from ductoscope.report.given import Given, say_place

COLUMNS = ("sample", "from", "container", "collected", "state")


def compose_samples(given: Given) -> Section:
    """Compose the table of specimens."""
    states = list(given.procedure.specimens.values())
    heading = given.say("samples.heading")
    if not states:
        return Section(heading, (Paragraph(given.say("samples.nothing")),))
    head = tuple(given.say(f"samples.{column}") for column in COLUMNS)
    rows = tuple(say_specimen_row(given, state) for state in states)
    return Section(heading, (Table(given.say("samples.caption"), head, rows),))


def say_specimen_row(given: Given, state: SpecimenState) -> tuple[str, ...]:
    """Say one specimen in the columns of the table."""
    one, words = state.specimen, given.words
    what = [
        given.say("samples.letter_kind", letter=one.letter, kind=words.term("specimen", one.kind)),
        given.say("samples.pieces", count=one.pieces),
    ]
    if one.ml is not None:
        what.append(given.say("samples.ml", ml=words.number(one.ml, 2)))
    if one.words.strip():
        what.append(one.words)
    place = say_place(given, one.place)
    source = place if one.finding is None else given.say("samples.finding", letter=one.finding, place=place)
    container = [one.container, words.term("fixative", one.fixative), given.say("samples.code", code=one.code)]
    collected = [given.time(one.collected_utc), given.say("samples.by", name=given.name(one.collector))]
    if one.fixed_utc is not None:
        minutes = words.number((one.fixed_utc - one.collected_utc).total_seconds() / 60)
        collected.append(given.say("samples.fixed", time=given.clock(one.fixed_utc), minutes=minutes))
    elif one.fixative not in ("none", "air dried"):
        collected.append(given.say("samples.not_fixed"))
    step, by, at = state.chain[-1]
    progress = [given.say("samples.step", step=words.term("step", step), time=given.time(at), name=given.name(by))]
    if not state.results:
        progress.append(given.say("samples.due", date=words.date(state.due_on)))
    return (
        "; ".join(what),
        source,
        "; ".join(part for part in container if part),
        "; ".join(collected),
        "; ".join(progress),
    )


def compose_pathology(given: Given) -> Section:
    """Compose the laboratory's words specimen by specimen, and whether scope, imaging and pathology fit together."""
    states = given.procedure.specimens
    blocks: list[Block] = []
    missing = [letter for letter, state in states.items() if not state.results]
    if missing:
        blocks.append(Paragraph(given.say("pathology.missing", letters=", ".join(missing)), "warning"))
    blocks += _compose_concordance(given)
    blocks += [_compose_result(given, state) for state in states.values()]
    if not states:
        blocks.append(Paragraph(given.say("pathology.no_samples")))
    return Section(given.say("pathology.heading"), tuple(blocks))


def _compose_result(given: Given, state: SpecimenState) -> Card:
    letter = state.specimen.letter
    source = given.say("pathology.no_finding") if state.specimen.finding is None else state.specimen.finding
    heading = given.say(
        "pathology.card", letter=letter, kind=given.words.term("specimen", state.specimen.kind), finding=source
    )
    if not state.results:
        due = given.words.date(state.due_on)
        return Card(heading, (Paragraph(given.say("pathology.awaited", date=due)),))
    result = state.results[-1]
    reader = given.say("pathology.unread")
    if state.acknowledged_by is not None:
        reader = given.say("pathology.read", name=given.name(state.acknowledged_by))
    rows = [
        (given.say("pathology.category"), _say_category(given, result)),
        (given.say("pathology.atypia"), given.words.answer(result.has_atypia)),
        (
            given.say("pathology.reported"),
            given.say(
                "pathology.reported_by",
                laboratory=result.laboratory,
                date=given.words.date(result.reported_on),
                version=result.version,
            ),
        ),
        (given.say("pathology.reader"), reader),
    ]
    if len(state.results) > 1:
        rows.append(
            (given.say("pathology.earlier"), given.say("pathology.earlier_count", count=len(state.results) - 1))
        )
    return Card(heading, (Facts(tuple(rows)), Paragraph(result.text)))


def _say_category(given: Given, result: Result) -> str:
    said = []
    if result.tissue is not None:
        said.append(given.words.term("tissue", result.tissue))
    if result.cytology is not None:
        said.append(given.words.term("cytology", result.cytology))
    return "; ".join(said) or given.say("pathology.no_category")


def _compose_concordance(given: Given) -> list[Block]:
    advice = given.procedure.next_steps
    judged = [decision for _, decision in given.procedure.decisions if decision.is_concordant is not None]
    rows = []
    if judged:
        key = "pathology.judged_concordant" if judged[-1].is_concordant else "pathology.judged_discordant"
        rows.append((given.say("pathology.judged"), given.say(key)))
    if advice is None:
        rows.append((given.say("pathology.by_rules"), given.say("pathology.not_asked")))
        return [Facts(tuple(rows))]
    keys = {True: "concordant", False: "discordant", None: "undecided"}
    rows.append((given.say("pathology.by_rules"), given.say(f"pathology.{keys[advice.is_concordant]}")))
    blocks: list[Block] = [Facts(tuple(rows))]
    if advice.discordances:
        said = " ".join(one.says for one in advice.discordances)
        blocks.append(Paragraph(given.say("pathology.discordances", said=said), "warning"))
    if advice.missing:
        blocks.append(Paragraph(given.say("pathology.rules_miss"), "note"))
        blocks.append(Points(tuple(one.says for one in advice.missing)))
    return blocks
