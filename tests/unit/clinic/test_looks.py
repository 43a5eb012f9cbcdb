"""Who looks at what is kept, and who may not look is refused; the care protocol in force."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from ductoscope.care import shipped_text
from ductoscope.model import BadInputError, ConfigError, NotAllowedError
from ductoscope.model.clinical import happened as h
from tests.clinic_house import ADMINISTRATOR, DOCTOR, NURSE, TRAINEE, House


def test_every_look_is_kept(house: House) -> None:
    procedure = house.planned()
    seen = house.desk.journal.procedure(procedure)
    house.desk.look(NURSE, "referral", procedure_id=procedure)
    look = house.desk.journal.events(kinds=(h.RecordLooked,))[-1]
    assert (look.by, look.patient_id, look.procedure_id) == ("nurse", seen.patient_id, procedure)
    assert house.desk.journal.procedure(procedure).number == seen.number


@pytest.mark.parametrize("who", [TRAINEE, ADMINISTRATOR])
def test_a_refused_look_is_kept_too(house: House, who) -> None:
    procedure = house.planned()
    with pytest.raises(NotAllowedError, match="noted"):
        house.desk.look(who, "referral", procedure_id=procedure)
    refused = house.desk.journal.events(kinds=(h.LookRefused,))[-1]
    assert (refused.by, refused.procedure_id) == (who.id, procedure)


def test_an_administrator_sees_pages_about_nobody(house: House) -> None:
    house.desk.look(ADMINISTRATOR, "storage")
    with pytest.raises(NotAllowedError):
        house.desk.look(TRAINEE, "today")


def test_the_audit_is_the_administrators_and_is_a_look_itself(house: House) -> None:
    procedure = house.planned()
    house.desk.look(NURSE, "referral", procedure_id=procedure)
    with pytest.raises(NotAllowedError):
        house.desk.audit(DOCTOR)
    newest = house.desk.audit(ADMINISTRATOR)
    assert [event.number for event in newest] == sorted((event.number for event in newest), reverse=True)
    assert house.desk.audit(ADMINISTRATOR, limit=1)[0].what == h.RecordLooked("audit")
    nurses = house.desk.audit(ADMINISTRATOR, person="nurse", kinds=(h.RecordLooked,))
    assert [event.what for event in nurses] == [h.RecordLooked("referral")]
    assert all(event.number < 5 for event in house.desk.audit(ADMINISTRATOR, before=5))
    assert house.desk.audit(ADMINISTRATOR, on=(house.clock.now - timedelta(days=1)).date()) == []


def test_a_day_of_the_audit_is_the_clinics_not_that_of_greenwich(house: House) -> None:
    house.desk.site = replace(house.desk.site, time_zone="Pacific/Auckland")
    midnight = datetime(house.clock.now.year + 1, 3, 2, 11, tzinfo=UTC)  # of the 3rd, thirteen hours ahead
    for minutes, page in ((-1, "before"), (1, "after")):
        house.clock.now = midnight + timedelta(minutes=minutes)
        house.desk.look(NURSE, page)
    for day, page in ((2, "before"), (3, "after")):
        found = house.desk.audit(ADMINISTRATOR, person="nurse", on=date(midnight.year, 3, day))
        assert [event.what for event in found] == [h.RecordLooked(page)]


def test_rules_are_unsigned_until_the_clinic_signs_them(house: House) -> None:
    protocol = house.desk.protocol
    assert not any(rule.is_signed for rule in protocol.rules.values())
    name = next(iter(protocol.rules))
    with pytest.raises(NotAllowedError):
        house.desk.sign_rules(NURSE, [name])
    with pytest.raises(BadInputError, match="no rule"):
        house.desk.sign_rules(DOCTOR, ["no.rule"])
    house.desk.sign_rules(DOCTOR, [name])
    assert [rule.name for rule in house.desk.protocol.rules.values() if rule.is_signed] == [name]
    house.desk.sign_rules(ADMINISTRATOR)
    assert all(rule.is_signed for rule in house.desk.protocol.rules.values())
    assert house.desk.protocol.id == protocol.id


def test_a_changed_protocol_is_in_force_and_unsigned(house: House) -> None:
    shipped = house.desk.protocol
    begun = house.begun()
    house.desk.sign_rules(DOCTOR)
    text = shipped_text().replace("minutes = 45", "minutes = 50", 1)
    assert text != shipped_text()
    with pytest.raises(NotAllowedError):
        house.desk.change_protocol(TRAINEE, text)
    with pytest.raises(ConfigError):
        house.desk.change_protocol(ADMINISTRATOR, "not = 'a protocol'")
    changed = house.desk.change_protocol(ADMINISTRATOR, text)
    assert house.desk.protocol.id == changed != shipped.id
    assert not any(rule.is_signed for rule in house.desk.protocol.rules.values())
    assert house.desk.time_plan()["plan"] == 50
    assert house.desk.journal.procedure(begun).protocol == shipped.id
    with pytest.raises(BadInputError, match="in force already"):
        house.desk.change_protocol(ADMINISTRATOR, text)
    house.desk.change_protocol(ADMINISTRATOR, shipped_text())
    assert all(rule.is_signed for rule in house.desk.protocol.rules.values())


def test_half_a_sign_is_no_protocol(house: House) -> None:
    with pytest.raises(BadInputError, match="UTF-8"):
        house.desk.change_protocol(ADMINISTRATOR, shipped_text() + "# \ud800")
