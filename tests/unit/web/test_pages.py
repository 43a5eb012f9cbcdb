from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from ductoscope.web import load_texts
from ductoscope.web.clinic.pages import Pages
from ductoscope.web.environment import make_environment

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)


@pytest.fixture
def pages() -> Pages:
    return Pages(load_texts(), now_utc=lambda: NOW, zone=ZoneInfo("Europe/Berlin"), lock_after_s=600)


def test_times_are_the_clinics(pages):
    assert pages.moment(NOW) == "23 Nov 2026, 00:30"
    assert pages.clock(NOW) == "00:30"
    assert pages.day(NOW) == "23 Nov 2026"
    assert pages.day(date(2026, 3, 1)) == "1 Mar 2026"
    assert pages.long_day(NOW) == "Monday, 23 Nov 2026"
    assert pages.today() == date(2026, 11, 23)


def test_what_nobody_knows_is_said(pages):
    assert pages.moment(None) == pages.day(None) == "not known"
    assert pages.clock(None) == pages.age(None) == ""


@pytest.mark.parametrize(
    ("born", "said"),
    [
        (date(1976, 11, 23), "50 years"),
        (date(1976, 11, 24), "49 years"),
        (date(2024, 11, 23), "2 years"),
        (date(2026, 8, 20), "3 months"),
        (date(2026, 11, 23), "0 months"),
        (date(2000, 2, 29), "26 years"),
    ],
)
def test_age_counts_whole_years_on_the_clinics_day(pages, born, said):
    assert pages.age(born) == said


def test_words_fall_back_to_what_they_name(pages):
    assert pages.word("role", "nurse") == "Nurse"
    assert pages.word("identifier", "library card") == "library card"


def test_words_come_before_what_a_mapping_can_do(client):
    environment = make_environment()

    assert environment.from_string("{{ t.keys }}, {{ t.get('keys') }}").render(t={"keys": "Keys"}) == "Keys, Keys"
    assert environment.from_string("{{ t.get('none', 'x') }}").render(t={"keys": "Keys"}) == "x"
    assert "built-in method" not in client.get("/").text


def test_what_is_put_into_a_page_is_escaped():
    template = make_environment().get_template("clinic/banner.html")

    assert template.environment.autoescape("clinic/banner.html")  # type: ignore[operator]
    assert not template.environment.auto_reload
