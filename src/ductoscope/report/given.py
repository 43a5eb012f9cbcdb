"""Given: what every part of a document is composed from, and how its values are said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ductoscope.model.clinical import (
    Depth,
    Identifier,
    Measurement,
    Patient,
    Place,
    Procedure,
    Side,
    Unmeasurable,
)
from ductoscope.report.site import Site
from ductoscope.report.thresholds import Thresholds
from ductoscope.report.words import Words

ORDERS = ("0", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
"""Branch orders as the field writes them: 0 is the main duct."""


@dataclass(frozen=True, slots=True)
class Given:
    """The procedure, the patient, the clinic and the language; nothing else goes into a document.

    people: id to name. now_utc: the time that the document states.
    """

    procedure: Procedure
    patient: Patient
    words: Words
    site: Site
    people: Mapping[str, str]
    now_utc: datetime
    thresholds: Thresholds = field(default_factory=Thresholds)

    def say(self, name: str, /, **values: object) -> str:
        """Return the words called "section.key", its places filled in."""
        return self.words.say(name, **values)

    def name(self, person: str) -> str:
        """Return somebody's name, or the id where no name is known."""
        return self.people.get(person, person) or self.say("answer.not_recorded")

    def time(self, value: datetime | None) -> str:
        """Write a moment in the clinic's time."""
        return self.words.time(value, self.site.time_zone)

    def day(self, value: datetime) -> date:
        """Return the day of a moment, on the clinic's wall."""
        return value.astimezone(ZoneInfo(self.site.time_zone)).date()

    def clock(self, value: datetime) -> str:
        """Write the time of the day in the clinic's time."""
        return self.words.clock(value, self.site.time_zone)

    def text(self, value: str) -> str:
        """Return words as they are, or that nothing was recorded."""
        return value.strip() or self.say("answer.not_recorded")

    @property
    def side(self) -> Side | None:
        """The breast: as confirmed at the time-out, else as referred."""
        if self.procedure.time_out is not None:
            return self.procedure.time_out.side
        return None if self.procedure.referral is None else self.procedure.referral.side

    @property
    def full_name(self) -> str:
        """Family and given name, as on a list."""
        details = self.patient.details
        return f"{details.family}, {details.given}" if details.given else details.family

    @property
    def spoken_name(self) -> str:
        """Given name first, as in a letter."""
        details = self.patient.details
        return f"{details.given} {details.family}".strip()

    @property
    def two_identifiers(self) -> str:
        """Birth date and a number: what a person compares, on every page."""
        numbers = self.patient.details.identifiers[: 1 if self.patient.details.birth_date else 2]
        parts = [self.say("head.born_short", date=self.words.date(self.patient.details.birth_date))]
        parts += [say_identifier(self.words, one) for one in numbers]
        return " · ".join(parts)


def say_identifier(words: Words, identifier: Identifier) -> str:
    """Say a number with who gave it."""
    known = words.texts["identifier"]
    return f"{known.get(identifier.system, identifier.system)} {identifier.value}"


def say_age(words: Words, born: date | None, on: date) -> str:
    """Say somebody's age in years on a day."""
    if born is None:
        return words.say("answer.unknown")
    return words.say("head.years", years=on.year - born.year - ((on.month, on.day) < (born.month, born.day)))


def say_side(given: Given) -> str:
    """Say which breast."""
    return given.say("answer.unknown") if given.side is None else given.words.term("breast", given.side)


def say_depth(words: Words, depth: Depth | None) -> str:
    """Say how deep, how well that is known and by what; or that it was not measured."""
    if depth is None:
        return words.say("place.no_depth")
    return words.say(
        "place.depth", span=say_span(words, depth.mm, depth.sigma_mm), origin=words.term("depth_origin", depth.origin)
    )


def say_span(words: Words, value_mm: float, sigma_mm: float) -> str:
    """Say a length with one standard deviation, to as many decimals as it deserves."""
    digits = 0 if sigma_mm >= 2 else 1 if sigma_mm >= 0.2 else 2
    return f"{words.number(value_mm, digits)}\u00a0±\u00a0{words.number(sigma_mm, digits)}\u00a0mm"


def say_size(words: Words, size: Measurement | Unmeasurable) -> str:
    """Say a size with its method and scale, or why there is none."""
    if isinstance(size, Measurement):
        span = say_span(words, size.value_mm, size.sigma_mm)
        return words.say("place.size", span=span, method=size.method, scale=size.scale)
    if size.reason == "not measured":
        return words.say("place.no_size")
    return words.say("place.no_size_because", reason=size.reason)


def say_short_size(words: Words, size: Measurement | Unmeasurable) -> str:
    """Say a size for a table."""
    if isinstance(size, Measurement):
        return say_span(words, size.value_mm, size.sigma_mm)
    return words.say("place.no_size")


def say_hour(words: Words, clock: float) -> str:
    """Say an hour on a clock face: 4:30, 12:00 for 0 as well."""
    minutes = round(clock * 60) % 720
    return words.say("place.hour", hour=f"{minutes // 60 or 12}:{minutes % 60:02d}")


def say_branch(words: Words, branch: str) -> str:
    """Say a path from the main duct: its order, then left or right at every fork as the picture showed it."""
    if not branch:
        return words.say("place.main_duct")
    if set(branch) - {"L", "R"}:
        return words.say("place.branch_as_written", branch=branch)
    turns = ", ".join(words.term("turn", turn) for turn in branch)
    return words.say("place.branch", branch=branch, order=ORDERS[len(branch)], turns=turns)


def say_orifice(given: Given, number: int | None) -> str:
    """Say which opening, with its hour and ring."""
    if number is None:
        return given.say("place.no_orifice")
    orifice = given.procedure.orifices.get(number)
    if orifice is None:
        return given.say("place.orifice_unnoted", number=number)
    return given.say(
        "place.orifice",
        number=number,
        hour=say_hour(given.words, orifice.clock),
        ring=given.words.term("ring", orifice.ring),
    )


def say_place(given: Given, place: Place) -> str:
    """Say where: opening, branch, depth."""
    if place.orifice is None and place.depth is None and not place.branch:
        return given.say("place.nowhere")
    parts = [say_orifice(given, place.orifice), say_branch(given.words, place.branch)]
    return "; ".join([*parts, say_depth(given.words, place.depth)])
