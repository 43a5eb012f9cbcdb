"""Pictures: the stills that were chosen in the room and stand with no finding."""

from __future__ import annotations

from ductoscope.model.clinical import Pictures, Section
from ductoscope.report.given import Given
from ductoscope.report.sections.findings import compose_still

SIDE_BY_SIDE = 3


def compose_pictures(given: Given) -> Section | None:
    """Compose the chosen stills that no finding shows already; None when there are none."""
    shown = {one.still for one in given.procedure.findings.values() if one.state == "confirmed"}
    pictures = []
    for sha256, caption in given.procedure.chosen.items():
        if sha256 in shown:
            continue
        alt = given.say("pictures.alt", caption=caption.strip() or given.say("pictures.no_caption"))
        picture = compose_still(given, sha256, caption, alt)
        if picture is not None:
            pictures.append(picture)
    if not pictures:
        return None
    rows = [tuple(pictures[first : first + SIDE_BY_SIDE]) for first in range(0, len(pictures), SIDE_BY_SIDE)]
    return Section(given.say("pictures.heading"), tuple(Pictures(row) for row in rows))
