"""Course: what was done, what went wrong, what was given against pain, with what equipment."""

from __future__ import annotations

from collections import defaultdict

from ductoscope.model.clinical import Action, Block, Facts, Paragraph, Points, Section, Table
from ductoscope.report.given import Given, say_place


def compose_actions(given: Given) -> Section:
    """Compose what was done to the ducts."""
    actions = given.procedure.actions
    said = tuple(_say_action(given, one) for one in actions)
    blocks = (Points(said),) if said else (Paragraph(given.say("actions.nothing")),)
    return Section(given.say("actions.heading"), blocks)


def _say_action(given: Given, action: Action) -> str:
    what = given.words.term("action", action.kind)
    if action.mark is not None:
        what = given.say("actions.mark", action=what, mark=given.words.term("mark", action.mark))
    parts = [what]
    if action.finding is not None:
        parts.append(given.say("actions.finding", letter=action.finding))
    parts.append(say_place(given, action.place))
    if action.is_complete is not None:
        parts.append(given.say("actions.complete" if action.is_complete else "actions.incomplete"))
    if action.words.strip():
        parts.append(action.words)
    return "; ".join(parts)


def compose_complications(given: Given) -> Section:
    """Compose what went wrong, and how the patient was afterwards."""
    blocks: list[Block] = []
    if given.procedure.complications:
        head = tuple(given.say(f"complications.{key}") for key in ("kind", "what", "treatment"))
        rows = tuple(
            (given.words.term("complication", one.kind), given.text(one.words), given.text(one.treatment))
            for one in given.procedure.complications
        )
        blocks.append(Table(given.say("complications.caption"), head, rows))
    else:
        blocks.append(Paragraph(given.say("complications.nothing")))
    states = [note for note in given.procedure.notes if note.topic == "immediate state"]
    said = [given.say("complications.state", text=one.text, time=given.time(one.at_utc)) for one in states]
    blocks += [Paragraph(text) for text in said] or [Paragraph(given.say("complications.no_state"))]
    blocks += [Paragraph(given.say("complications.trouble", words=words), "note") for words in given.procedure.troubles]
    return Section(given.say("complications.heading"), tuple(blocks))


def compose_comfort(given: Given) -> Section:
    """Compose the anaesthetic in milligrams, sedation, pain and the clocks of the room."""
    words, procedure = given.words, given.procedure
    blocks: list[Block] = []
    if procedure.anaesthetics:
        head = tuple(given.say(f"comfort.{key}") for key in ("time", "agent", "route", "volume", "dose"))
        rows = tuple(
            (
                given.time(one.at_utc),
                words.term("agent", one.agent),
                words.term("route", one.route),
                given.say("comfort.ml", ml=words.number(one.ml, 2), percent=words.number(one.percent, 2)),
                given.say("comfort.mg", mg=words.number(one.mg, 1)),
            )
            for one in procedure.anaesthetics
        )
        blocks.append(Table(given.say("comfort.caption"), head, rows))
    else:
        blocks.append(Paragraph(given.say("comfort.no_anaesthetic")))
    rows_of_facts = [
        (given.say("comfort.total"), _say_totals(given)),
        (
            given.say("comfort.weight"),
            given.say("answer.not_recorded")
            if procedure.weight_kg is None
            else given.say("comfort.kg", kg=words.number(procedure.weight_kg, 1)),
        ),
        (
            given.say("comfort.sedation"),
            given.say("answer.not_recorded")
            if procedure.plan is None
            else words.term("sedation", procedure.plan.sedation),
        ),
        (given.say("comfort.pain"), _say_pain(given)),
    ]
    for timer, state in procedure.timers.items():
        planned = words.number(state.minutes)
        said = given.say("comfort.running", planned=planned)
        # A clock that nobody stopped ends with the examination.
        ended = state.stopped_utc or procedure.ended_utc
        if ended is not None:
            minutes = words.number((ended - state.started_utc).total_seconds() / 60)
            said = given.say("comfort.took", minutes=minutes, planned=planned)
        rows_of_facts.append((words.term("timer", timer), said))
    blocks.append(Facts(tuple(rows_of_facts)))
    return Section(given.say("comfort.heading"), tuple(blocks))


def _say_totals(given: Given) -> str:
    totals: dict[str, float] = defaultdict(float)
    for dose in given.procedure.anaesthetics:
        totals[dose.agent] += dose.mg
    said = [
        given.say("comfort.total_of", agent=given.words.term("agent", agent), mg=given.words.number(mg, 1))
        for agent, mg in totals.items()
    ]
    return "; ".join(said) or given.say("answer.none")


def _say_pain(given: Given) -> str:
    scores = [score for _, score in given.procedure.pains]
    if not scores:
        return given.say("comfort.no_pain_score")
    mean, most = given.words.number(sum(scores) / len(scores), 1), given.words.number(max(scores), 1)
    return given.say("comfort.pains", mean=mean, most=most, count=len(scores))


def compose_equipment(given: Given) -> Section:
    """Compose the scope, its cleaning, the camera, the fluid and the recordings."""
    words, procedure = given.words, given.procedure
    used = procedure.equipment
    rows: list[tuple[str, str]] = []
    if used is None:
        rows.append((given.say("equipment.scope"), given.say("answer.not_recorded")))
    else:
        size = given.say("answer.not_recorded")
        if used.outer_diameter_mm is not None:
            size = given.say("extent.mm", mm=words.number(used.outer_diameter_mm, 2))
        cores = given.say("answer.not_recorded") if used.cores is None else words.number(used.cores)
        rows += [
            (given.say("equipment.scope"), given.text(used.scope_model)),
            (given.say("equipment.serial"), given.text(used.scope_serial)),
            (given.say("equipment.diameter"), size),
            (given.say("equipment.cores"), cores),
            (given.say("equipment.reprocessed"), given.text(used.reprocessed)),
            (given.say("equipment.camera"), given.text(used.camera)),
            (given.say("equipment.calibration"), given.text(used.bundle_id)),
            (given.say("equipment.software"), given.text(used.software)),
        ]
    into, out = words.number(procedure.saline_in_ml, 1), words.number(procedure.saline_out_ml, 1)
    has_saline = procedure.saline_in_ml or procedure.saline_out_ml
    saline = given.say("equipment.saline_ml", into=into, out=out) if has_saline else given.say("answer.not_recorded")
    rows.append((given.say("equipment.saline"), saline))
    rows.append((given.say("equipment.pressure"), given.say("place.not_measured")))
    recordings = [
        given.say(
            "equipment.recording_of",
            name=one.name,
            frames=one.frames,
            seconds=words.number(one.seconds, 1),
            lost=one.lost,
        )
        for one in procedure.recordings.values()
    ]
    rows.append((given.say("equipment.recordings"), "; ".join(recordings) or given.say("answer.none")))
    return Section(given.say("equipment.heading"), (Facts(tuple(rows)),))
