"""By when a result should be there, somebody should call, and follow-ups fall due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from ductoscope.care.allowed import Number, Numbers, Spec, Words
from ductoscope.care.days import add_months, add_working_days
from ductoscope.care.rule import CareProtocol
from ductoscope.model.clinical import Due, SpecimenKind

_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CYTOLOGY_KINDS: tuple[SpecimenKind, ...] = ("lavage", "brush", "touch imprint", "discharge")

RULES = {
    "due.working_week": Spec({"days": Words(_WEEK)}),
    "due.cytology": Spec({"working_days": Number(1, 10, is_whole=True)}),
    "due.tissue": Spec({"working_days": Number(1, 15, is_whole=True)}),
    "due.first_call": Spec(
        {"from_hours": Number(12, 48), "to_hours": Number(24, 72)}, growing=("from_hours", "to_hours")
    ),
    "due.second_call": Spec({"days": Number(3, 14, is_whole=True)}),
    "due.follow_up": Spec({"months": Numbers(1, 60)}, ("month",)),
}


@dataclass(frozen=True, slots=True)
class DueDates:
    """Works out due dates by one protocol."""

    protocol: CareProtocol

    def result_due(self, kind: SpecimenKind, collected: date) -> date:
        """Return the day by which a specimen's result should be there: working days after it was taken."""
        rule = "due.cytology" if kind in CYTOLOGY_KINDS else "due.tissue"
        days = self.protocol.words("due.working_week", "days")
        working = {_WEEK.index(day) for day in days}
        return add_working_days(collected, int(self.protocol.number(rule, "working_days")), working)

    def calls(self, examined: date) -> tuple[Due, ...]:
        """Return the two calls after an examination."""
        first = examined + timedelta(hours=self.protocol.number("due.first_call", "from_hours"))
        second = examined + timedelta(days=self.protocol.number("due.second_call", "days"))
        return (
            Due("call 1", "call", max(first, examined + timedelta(days=1)), self.protocol.say("due.first_call").says),
            Due("call 2", "call", second, self.protocol.say("due.second_call").says),
        )

    def follow_ups(self, examined: date) -> tuple[Due, ...]:
        """Return the visits after an examination that found nothing, or something benign that stayed."""
        months = [int(month) for month in self.protocol.numbers("due.follow_up", "months")]
        return tuple(
            Due(
                f"follow-up {month} months",
                "follow-up",
                add_months(examined, month),
                self.protocol.say("due.follow_up", month=month).says,
            )
            for month in months
        )


def due_dates(protocol: CareProtocol) -> DueDates:
    """Return what works out due dates by this protocol."""
    return DueDates(protocol)
