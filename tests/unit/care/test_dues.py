from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ductoscope.care import due_dates, list_aftercare, load_protocol, read_protocol, time_plan
from ductoscope.care.days import add_months, add_working_days, age_on
from tests.unit.care.test_read_protocol import edit_value

DUES = due_dates(load_protocol())
MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)


@pytest.mark.parametrize(
    ("kind", "collected", "due"),
    [
        ("lavage", MONDAY, date(2026, 3, 4)),
        ("brush", FRIDAY, date(2026, 3, 10)),
        ("touch imprint", date(2026, 3, 7), date(2026, 3, 10)),
        ("discharge", MONDAY, date(2026, 3, 4)),
        ("forceps", MONDAY, date(2026, 3, 9)),
        ("basket", FRIDAY, date(2026, 3, 13)),
        ("vacuum", MONDAY, date(2026, 3, 9)),
        ("whole papilloma", date(2026, 3, 8), date(2026, 3, 13)),
    ],
)
def test_results_are_due_by_working_days(kind, collected: date, due: date):
    assert DUES.result_due(kind, collected) == due


def test_a_clinic_may_have_another_working_week():
    text = edit_value("due.working_week", "days", '["sunday", "monday", "tuesday", "wednesday", "thursday"]')
    assert due_dates(read_protocol(text)).result_due("lavage", date(2026, 3, 5)) == date(2026, 3, 9)


def test_two_calls_and_the_follow_ups_fall_due():
    first, second = DUES.calls(MONDAY)
    assert (first.due_on, first.kind) == (date(2026, 3, 3), "call")
    assert "24 and 48 hours" in first.words
    assert second.due_on == date(2026, 3, 9)
    follow_ups = DUES.follow_ups(MONDAY)
    assert [due.due_on for due in follow_ups[:2]] == [date(2026, 6, 2), date(2026, 9, 2)]
    assert len({due.key for due in (first, second, *follow_ups)}) == 7
    assert {due.kind for due in follow_ups} == {"follow-up"}


def test_the_clocks_of_the_room():
    assert dict(time_plan(load_protocol())) == {"towel": 15, "cream": 60, "anaesthetic": 5, "plan": 45, "comfort": 12}


def test_the_patient_is_told_the_numbers_that_the_symptom_call_uses():
    said = list_aftercare(read_protocol(edit_value("symptom.soaks_pad", "minutes", "90")))
    call = " ".join(reason.says for reason in said.call)
    assert "within 90 minutes" in call
    assert "72 hours" in call
    assert "after 10 minutes of firm pressure" in call
    assert "38 °C" in call
    assert "1 to 2 days" in said.normal[0].says
    assert len(said.do) == 5


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 8, 31), -6, date(2026, 2, 28)),
        (date(2026, 12, 31), 6, date(2027, 6, 30)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_months_end_on_their_last_day(day: date, months: int, then: date):
    assert add_months(day, months) == then


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 30))
def test_working_days_always_go_on_to_a_working_day(day: date, days: int):
    then = add_working_days(day, days, range(5))
    passed = [date.fromordinal(number) for number in range(day.toordinal() + 1, then.toordinal() + 1)]
    assert sum(one.weekday() < 5 for one in passed) == days
    assert days == 0 or then.weekday() < 5


def test_age_changes_on_the_birthday():
    born = date(1986, 3, 2)
    assert age_on(born, date(2026, 3, 1)) == 39
    assert age_on(born, date(2026, 3, 2)) == 40
    assert age_on(born, date(1986, 3, 1)) == -1
