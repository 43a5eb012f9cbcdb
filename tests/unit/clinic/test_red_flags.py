"""What a leaflet sends to the emergency number is what the nurse on the phone would send there, and nothing else."""

from __future__ import annotations

from ductoscope.care import load_protocol
from ductoscope.report.red_flags import EMERGENCIES, FLAGS

RULES = {
    "emergency": {
        "breath": ("breathless",),
        "chest": ("chest_pain",),
        "allergy": ("allergic",),
        "faint": ("fainted",),
        "bleeding": ("not_stopped_by_pressure",),
    },
    "see today": {
        "bleeding": ("soaks_pad",),
        "discharge": ("long_bleeding",),
        "pain": ("growing_pain", "pain_not_eased"),
        "swelling": ("rapid_swelling",),
        "infection": ("redness", "pus"),
        "fever": ("fever", "shivering"),
    },
}
"""Urgency to sign of the leaflet to the rules of the symptom call about it."""


def test_the_leaflet_and_the_phone_say_the_same_urgency() -> None:
    assert {"emergency": set(EMERGENCIES), "see today": set(FLAGS)} == {
        urgency: set(signs) for urgency, signs in RULES.items()
    }
    protocol = load_protocol()
    for urgency, signs in RULES.items():
        for rules in signs.values():
            assert [protocol.word(f"symptom.{rule}", "urgency") for rule in rules] == [urgency] * len(rules)
