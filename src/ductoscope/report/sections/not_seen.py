"""Not seen: what the examination says nothing about, listed as plainly as what it found."""

from __future__ import annotations

from ductoscope.model.clinical import Orifice
from ductoscope.report.branches import unnoted_branches
from ductoscope.report.given import Given, say_orifice


def list_not_seen(given: Given) -> list[str]:
    """List the openings and branches that nobody entered, and what hid the view."""
    procedure = given.procedure
    if procedure.begun_utc is None:
        return []
    unseen = [] if procedure.orifices else [given.say("extent.no_openings")]
    for number, orifice in sorted(procedure.orifices.items()):
        limits = _list_limits(given, orifice)
        if limits:
            opening = say_orifice(given, number)
            unseen.append(given.say("extent.opening_limits", opening=opening, limits="; ".join(limits)))
    if procedure.view is None:
        unseen.append(given.say("extent.view_unknown"))
    elif procedure.view.grade < 2:
        unseen.append(given.say("extent.view_poor", grade=procedure.view.grade))
    return unseen


def _list_limits(given: Given, orifice: Orifice) -> list[str]:
    """List what was not seen behind one opening."""
    if not orifice.is_cannulated:
        return [given.say("extent.opening_not_entered", why=orifice.why_not or given.say("extent.no_reason"))]
    findings = [one for one in given.procedure.findings.values() if one.state == "confirmed"]
    unnoted = unnoted_branches(orifice, findings)
    limits = []
    if orifice.branches_not_entered:
        limits.append(given.say("extent.branches_not_entered", branches=", ".join(orifice.branches_not_entered)))
    if unnoted:
        limits.append(given.say("extent.branches_unnoted", branches=", ".join(unnoted)))
    if orifice.stopped_by is None:
        limits.append(given.say("extent.end_unknown"))
    elif orifice.stopped_by != "end reached":
        limits.append(given.say("extent.stopped_early", why=given.words.term("stop", orifice.stopped_by)))
    if orifice.deepest is None:
        limits.append(given.say("extent.depth_unknown"))
    return limits
