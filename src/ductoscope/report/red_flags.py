"""Red flags: when somebody must call, whom, and with which thresholds."""

from __future__ import annotations

from ductoscope.report.thresholds import Thresholds
from ductoscope.report.words import Words

EMERGENCIES = ("breath", "chest", "allergy", "faint", "bleeding")
FLAGS = ("bleeding", "discharge", "pain", "swelling", "infection", "fever")


def list_emergencies(words: Words, thresholds: Thresholds) -> list[str]:
    """List the signs to call the emergency number for."""
    minutes = words.number(thresholds.pressure_minutes, 1)
    return [words.say(f"emergency.{sign}", pressure_minutes=minutes) for sign in EMERGENCIES]


def list_red_flags(words: Words, thresholds: Thresholds) -> list[str]:
    """List the signs to call the clinic for on the same day, most urgent first."""
    values = {
        name: words.number(getattr(thresholds, name), 1) for name in ("pad_minutes", "bleeding_hours", "pain_hours")
    }
    # Fever is always written with its decimal: 38.0 is a threshold, 38 could be a rounded one.
    fever = f"{thresholds.temperature_c:.1f}".replace(".", words.say("language.decimal"))
    return [words.say(f"red_flag.{flag}", temperature_c=fever, **values) for flag in FLAGS]
