"""Thresholds: the numbers that patients read in a leaflet or letter."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When to call, and how long to fast with sedation; a clinic signs them off in its care protocol.

    pad_minutes: a pad soaked in so short a time; pressure_minutes: of firm pressure that did not stop the bleeding;
    bleeding_hours: of bloody discharge afterwards; pain_hours: after which pain should not grow; temperature_c: fever.
    towel_minutes: shortest and longest. clear_drink_hours, light_meal_hours, fatty_meal_hours: before sedation
    (American Society of Anesthesiologists, fasting guideline); drive_hours: after it. cytology_days, tissue_days:
    working days until a result is expected. The other defaults are general knowledge that a clinic must confirm.
    """

    pad_minutes: float = 60
    pressure_minutes: float = 10
    bleeding_hours: float = 72
    pain_hours: float = 48
    temperature_c: float = 38.0
    towel_minutes: tuple[float, float] = (10, 15)
    clear_drink_hours: float = 2
    light_meal_hours: float = 6
    fatty_meal_hours: float = 8
    drive_hours: float = 24
    calm_hours: float = 24
    bath_days: float = 3
    call_hours: tuple[float, float] = (24, 48)
    call_day: float = 7
