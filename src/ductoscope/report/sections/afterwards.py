"""Afterwards: who acts on what and by when, what the patient was told, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence

from ductoscope.model.clinical import Block, Facts, NextStep, Paragraph, Points, ReportKind, Section, Table
from ductoscope.report.given import Given, say_place
from ductoscope.report.red_flags import list_emergencies, list_red_flags


def compose_decisions(given: Given) -> Section:
    """Compose what was decided, and beside it what the rules asked for."""
    procedure = given.procedure
    blocks: list[Block] = []
    if procedure.decisions:
        head = tuple(given.say(f"decisions.{key}") for key in ("what", "words", "who"))
        rows = tuple(
            (
                given.words.term("next", decision.kind),
                given.text(decision.words),
                given.say(
                    "decisions.by_meeting" if decision.by_meeting else "decisions.by",
                    name=given.name(timed.by),
                    time=given.time(timed.at_utc),
                ),
            )
            for timed, decision in procedure.decisions
        )
        blocks.append(Table(given.say("decisions.caption"), head, rows))
    else:
        blocks.append(Paragraph(given.say("decisions.nothing")))
    if procedure.next_steps is not None and procedure.next_steps.steps:
        blocks += _compose_steps(given, procedure.next_steps.steps)
    return Section(given.say("decisions.heading"), tuple(blocks))


def _compose_steps(given: Given, steps: Sequence[NextStep]) -> list[Block]:
    """What the rules asked for, and below it each source once, and whether the clinic stands for it."""
    asked = [(one, (one.reason.source.removesuffix("."), one.reason.is_signed)) for one in steps]
    sources = list(dict.fromkeys(source for _, source in asked))
    rows = tuple(
        (
            given.words.term("next", one.kind),
            "" if one.due_on is None else given.words.date(one.due_on),
            given.say("decisions.says", says=one.reason.says, number=1 + sources.index(source)),
        )
        for one, source in asked
    )
    said = tuple(
        given.say("decisions.signed" if is_signed else "decisions.unsigned", number=number, source=source)
        for number, (source, is_signed) in enumerate(sources, start=1)
    )
    head = (given.say("decisions.step"), given.say("plan.until"), given.say("decisions.rule_says"))
    return [Table(given.say("decisions.by_rules"), head, rows), Points(said)]


def compose_plan(given: Given, kind: ReportKind) -> Section:
    """Compose what is due, the plan in words and what the surgeon needs to find the place again."""
    procedure = given.procedure
    blocks: list[Block] = [
        Paragraph(given.say("plan.words", text=note.text, name=given.name(note.by)))
        for note in procedure.notes
        if note.topic == "plan"
    ] or [Paragraph(given.say("plan.no_words"))]
    # A report does not ask for itself: its own due date ends as it is signed.
    dues = [one for one in procedure.open_dues if one.key != f"{kind} report"]
    if dues:
        head = tuple(given.say(f"plan.{key}") for key in ("what", "until"))
        rows = tuple((_say_due(given, one.kind, one.key, one.words), given.words.date(one.due_on)) for one in dues)
        blocks.append(Table(given.say("plan.caption"), head, rows))
    else:
        blocks.append(Paragraph(given.say("plan.nothing_due")))
    blocks.append(Paragraph(given.say("plan.who_acts", name=given.name(procedure.operator))))
    rows_for_surgeon = [
        (
            given.say("plan.mark") if one.mark is None else given.words.term("mark", one.mark),
            "; ".join(part for part in (say_place(given, one.place), one.words.strip()) if part),
        )
        for one in procedure.actions
        if one.kind == "marking"
    ]
    rows_for_surgeon += [
        (given.say("plan.surgery_map"), note.text) for note in procedure.notes if note.topic == "surgery map"
    ]
    blocks.append(Facts(tuple(rows_for_surgeon)) if rows_for_surgeon else Paragraph(given.say("plan.no_mark")))
    return Section(given.say("plan.heading"), tuple(blocks))


def _say_due(given: Given, kind: str, key: str, words: str) -> str:
    said = given.words.term("due", kind)
    letter = key.removeprefix("result ")
    if kind == "result" and letter != key:
        said = given.say("plan.result_of", letter=letter)
    return f"{said}: {words}" if words.strip() else said


def compose_advice(given: Given) -> Section:
    """Compose what the patient was told, with the red flags and the phone."""
    procedure = given.procedure
    if procedure.advice_given is None:
        return Section(given.say("advice.heading"), (Paragraph(given.say("advice.nothing")),))
    by, at = given.name(procedure.advice_given.by), given.time(procedure.advice_given.at_utc)
    blocks: list[Block] = [Paragraph(given.say("advice.given", name=by, time=at))]
    if procedure.advice_words.strip():
        blocks.append(Paragraph(procedure.advice_words))
    blocks.append(Paragraph(given.say("advice.emergency", phone=given.text(given.site.emergency_phone))))
    blocks.append(Points(tuple(list_emergencies(given.words, given.thresholds))))
    blocks.append(
        Paragraph(given.say("advice.red_flags", phone=given.text(procedure.advice_phone or given.site.phone)))
    )
    blocks.append(Points(tuple(list_red_flags(given.words, given.thresholds))))
    return Section(given.say("advice.heading"), tuple(blocks))


def compose_calls(given: Given) -> Section | None:
    """Compose the calls since the examination; None when there were none."""
    if not given.procedure.calls:
        return None
    head = tuple(given.say(f"calls.{key}") for key in ("when", "said", "answer"))
    rows = tuple(
        (
            f"{given.time(timed.at_utc)}; {given.name(timed.by)}",
            given.text(call.symptoms.words),
            "; ".join(part for part in (given.words.term("urgency", call.advice.urgency), call.told.strip()) if part),
        )
        for timed, call in given.procedure.calls
    )
    return Section(given.say("calls.heading"), (Table(given.say("calls.caption"), head, rows),))
