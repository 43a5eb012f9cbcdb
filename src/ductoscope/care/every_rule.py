"""Every rule that the code asks for, with what it must hold; the protocol file holds the same rules and no others."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ductoscope.care import (
    aftercare,
    anaesthetic,
    blood_thinners,
    causes,
    checklist,
    concordance,
    contradictions,
    discharge,
    dues,
    next_steps,
    preparation,
    prior_imaging,
    referral,
    symptoms,
    timers,
)
from ductoscope.care.allowed import Spec

_ROOMS = (
    discharge, causes, prior_imaging, contradictions, referral, blood_thinners, preparation, checklist, timers,
    anaesthetic, symptoms, aftercare, dues, concordance, next_steps,
)  # fmt: skip

EVERY_RULE: Mapping[str, Spec] = MappingProxyType({name: spec for room in _ROOMS for name, spec in room.RULES.items()})
OPEN_AREAS: Mapping[str, Spec] = MappingProxyType({"checklist": checklist.ITEM})
"""Areas where a clinic may add rules of its own."""
