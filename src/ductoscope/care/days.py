"""Days, months and ages as a calendar on the wall counts them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta


def add_months(day: date, months: int) -> date:
    """Return the same day of another month, or that month's last day: 31 January and one month is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def add_working_days(day: date, days: int, working: Collection[int]) -> date:
    """Count `days` working days on from `day`, which itself is not counted. working: of the week, Monday is 0."""
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() in working
    return day


def is_to_come(day: date, on: date) -> bool:
    """Say whether a day is still to come anywhere: east of Greenwich it is tomorrow already."""
    return day > on + timedelta(days=1)


def age_on(born: date, on: date) -> int:
    """Return the age in whole years; negative before birth."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
