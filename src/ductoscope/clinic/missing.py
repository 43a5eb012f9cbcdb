"""What a report lacks before it should be signed, each in words that a person can act on."""

from __future__ import annotations

from ductoscope.model.clinical import UNPLACED, Procedure, ReportKind


def list_missing(procedure: Procedure, kind: ReportKind) -> tuple[str, ...]:
    """What the report of this kind lacks; empty when it is complete. An addendum needs its words only.

    The content that a report must have is that of docs, "How it works: report".
    """
    if kind == "addendum":
        return ()
    missing = [words for is_there, words in _asked(procedure) if not is_there]
    missing += _list_incomplete_findings(procedure)
    missing += _list_openings_without_extent(procedure)
    if kind == "final":
        # The preliminary report is signed while the patient is still being dressed.
        if procedure.advice_given is None:
            missing.append("the advice given to the patient")
        missing += _list_open_specimens(procedure)
        if procedure.next_steps is not None and procedure.next_steps.discordances and not procedure.decisions:
            missing.append("scope, imaging and pathology do not fit together, and nothing was decided about it")
    return tuple(missing)


def _asked(procedure: Procedure) -> tuple[tuple[bool, str], ...]:
    return (
        (procedure.time_out is not None, "the time-out (two identifiers, side and site)"),
        (procedure.ended_utc is not None, "the end of the examination"),
        (bool(procedure.orifices), "the extent: no opening is noted as inspected"),
        (procedure.view is not None, "how well one could see"),
        (bool(procedure.equipment and procedure.equipment.scope_model), "the scope that was used"),
        (bool(procedure.operator), "the operator"),
        (any(note.topic == "impression" for note in procedure.notes), "the impression in words"),
    )


def _list_incomplete_findings(procedure: Procedure) -> list[str]:
    missing = []
    for finding in procedure.findings.values():
        if finding.state == "dismissed":
            continue
        if finding.state == "suggested":
            missing.append(f"finding {finding.letter} is only suggested; confirm or dismiss it")
        if finding.place == UNPLACED or finding.place.orifice is None:
            missing.append(f"the place of finding {finding.letter}")
        if "type" not in finding.terms:
            missing.append(f"the type of finding {finding.letter}")
    return missing


def _list_openings_without_extent(procedure: Procedure) -> list[str]:
    missing = []
    for opening in procedure.orifices.values():
        if opening.is_cannulated and opening.deepest is None:
            missing.append(f"how deep opening {opening.number} was seen")
        if not opening.is_cannulated and not opening.why_not.strip():
            missing.append(f"why opening {opening.number} was not entered")
    return missing


def _list_open_specimens(procedure: Procedure) -> list[str]:
    missing = []
    for letter, state in procedure.specimens.items():
        if not state.results:
            missing.append(f"the result of specimen {letter}")
        elif state.acknowledged_by is None:
            missing.append(f"a doctor's acknowledgement of the result of specimen {letter}")
    return missing
