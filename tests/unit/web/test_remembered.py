from __future__ import annotations

from datetime import date

from ductoscope.model.clinical import happened as h
from ductoscope.web.clinic.remembered import Remembered
from tests.clinic_house import DOCTOR

DAY = date(2026, 3, 2)


def test_it_is_made_again_when_something_changed_or_the_day_did_and_not_for_a_look(house):
    made: list[date] = []
    procedure = house.referred("m1")
    remembered = Remembered(house.desk.journal, (h.ReferralDecided,), lambda day: made.append(day) or len(made))
    assert [remembered.on(DAY), remembered.on(DAY)] == [1, 1]
    house.desk.look(DOCTOR, "overview", procedure_id=procedure)
    assert remembered.on(DAY) == 1
    house.desk.do(DOCTOR, h.ReferralDecided("accepted", "agreed"), procedure_id=procedure)
    assert remembered.on(DAY) == 2
    assert remembered.on(date(2026, 3, 3)) == 3
    assert made == [DAY, DAY, date(2026, 3, 3)]
