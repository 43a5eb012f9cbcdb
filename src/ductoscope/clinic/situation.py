"""Situation: what is known at the moment somebody wants to do something; every check looks at one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from ductoscope.care import CareProtocol
from ductoscope.model.clinical import Happened, Patient, Person, Procedure


@dataclass(frozen=True, slots=True)
class Situation:
    """Who wants to do something, to whom, and what the rules in force are.

    procedure, patient: None where the act is about neither. protocol: the one in force; now_utc: aware. zone: of the
    clinic, whose calendar counts.
    """

    who: Person
    procedure: Procedure | None
    patient: Patient | None
    protocol: CareProtocol
    now_utc: datetime
    zone: tzinfo

    @property
    def today(self) -> date:
        """The date on the clinic's wall."""
        return self.day_of(self.now_utc)

    def day_of(self, moment: datetime) -> date:
        """The date of a moment as the clinic's wall shows it."""
        return moment.astimezone(self.zone).date()

    @property
    def examination(self) -> Procedure:
        """The procedure of an act that always has one."""
        assert self.procedure is not None
        return self.procedure

    @property
    def person(self) -> Patient:
        """The patient of an act that always has one."""
        assert self.patient is not None
        return self.patient


Followed = tuple[Happened, ...]
"""What happens with an act, in the same transaction: what is due from now on, and what no longer is."""
