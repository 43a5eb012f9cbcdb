"""Thresholds of the papers: the numbers that patients read are those of the care protocol in force."""

from __future__ import annotations

from ductoscope.care import CareProtocol
from ductoscope.report import Thresholds


def read_thresholds(protocol: CareProtocol) -> Thresholds:
    """The numbers for letters and leaflets, out of the rules that the symptom call and the room use."""
    number = protocol.number
    return Thresholds(
        pad_minutes=number("symptom.soaks_pad", "minutes"),
        pressure_minutes=number("symptom.not_stopped_by_pressure", "minutes"),
        bleeding_hours=number("symptom.long_bleeding", "hours"),
        pain_hours=number("symptom.growing_pain", "hours"),
        temperature_c=number("symptom.fever", "celsius"),
        towel_minutes=(number("preparation.towel", "from_minutes"), number("preparation.towel", "to_minutes")),
        clear_drink_hours=number("preparation.fasting", "clear_hours"),
        light_meal_hours=number("preparation.fasting", "light_meal_hours"),
        fatty_meal_hours=number("preparation.fasting", "fatty_meal_hours"),
        drive_hours=number("preparation.no_driving", "hours"),
        calm_hours=number("aftercare.rest", "hours"),
        bath_days=number("aftercare.washing", "bath_days"),
        call_hours=(number("due.first_call", "from_hours"), number("due.first_call", "to_hours")),
        call_day=number("due.second_call", "days"),
    )
