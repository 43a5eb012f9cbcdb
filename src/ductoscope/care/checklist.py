"""The checklist: what must be done before the day, in the room and after. A clinic may add items of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ductoscope.care.allowed import Spec, Word
from ductoscope.care.rule import CareProtocol
from ductoscope.model.clinical import Reason, Sedation

Phase = Literal["before", "room", "after"]
_PHASES: tuple[Phase, ...] = ("before", "room", "after")
ITEM = Spec({"phase": Word(_PHASES), "needed": Word(("always", "with sedation"))})
"""What every item holds: when it is done, and whether only with sedation."""
_NAMES = (
    "identity", "consent", "consent_images", "drugs", "blood_thinners", "allergies", "pregnancy", "imaging", "leaflet",
    "weight", "fasted", "escort", "two_numbers", "side_and_site", "scope", "light", "no_bubbles", "containers",
    "monitoring", "labels", "openings", "dressing", "advice", "call", "awake",
)  # fmt: skip
RULES = {f"checklist.{name}": ITEM for name in _NAMES}


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One thing to tick. name: of its rule, kept with the tick; phase: when; reason: the rule with its source."""

    name: str
    says: str
    phase: Phase
    reason: Reason


def make_checklist(protocol: CareProtocol, sedation: Sedation) -> tuple[ChecklistItem, ...]:
    """Return the items in their order: before, in the room, after. Those for sedation only with it."""
    items: list[ChecklistItem] = []
    for name in protocol.rules:
        if not name.startswith("checklist."):
            continue
        if protocol.word(name, "needed") == "with sedation" and sedation == "none":
            continue
        phase = next(phase for phase in _PHASES if phase == protocol.word(name, "phase"))
        reason = protocol.say(name)
        items.append(ChecklistItem(name, reason.says, phase, reason))
    return tuple(sorted(items, key=lambda item: _PHASES.index(item.phase)))
