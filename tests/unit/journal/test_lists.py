"""The lists that follow from the events: work, specimens, dues, results that wait, people."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ductoscope.model.clinical import Equipment, Person, Plan, PreparationAdvice, Specimen
from ductoscope.model.clinical import happened as h
from ductoscope.model.errors import BadInputError, ConflictError
from ductoscope.record.journal import Draft, Journal
from tests.unit.journal.story import DAY, NOON, RESULT, SPECIMEN, begin


def test_the_worklist_of_a_day(journal: Journal) -> None:
    journal.append_all(begin(1) + begin(2) + begin(3))
    midnight = datetime(2026, 3, 2, tzinfo=UTC)
    for number, at_utc in [
        (1, midnight - timedelta(microseconds=1)),
        (2, midnight + timedelta(hours=23)),
        (3, midnight),
    ]:
        plan = h.ExaminationPlanned(Plan(at_utc, f"room {number}", "doctor"), PreparationAdvice())
        journal.append(Draft(plan, "nurse", None, f"x-{number}"))

    def ids(**asked: object) -> list[str]:
        return [row.procedure_id for row in journal.worklist(**asked)]

    assert ids(on=DAY) == ["x-3", "x-2"]
    assert ids(on=DAY, newest_first=True) == ["x-2", "x-3"]
    assert ids(on=DAY, zone=ZoneInfo("America/New_York")) == ["x-2"]
    assert ids(on=DAY - timedelta(days=1)) == ["x-1"]
    assert ids(on=DAY, limit=1, offset=1) == ["x-2"]
    assert ids(stages=("planned",)) == ["x-1", "x-3", "x-2"]
    assert ids(stages=("closed", "final")) == []
    row = journal.worklist(on=DAY)[0]
    assert (row.family, row.given, row.side, row.stage) == ("Demo", "Anna 3", "left", "planned")
    assert (row.planned_utc, row.room, row.operator) == (midnight, "room 3", "doctor")
    assert row.birth_date == date(1960, 1, 4)


def test_who_came_unplanned_is_in_the_list_of_the_day(journal: Journal) -> None:
    journal.append_all(begin())
    today = journal.events()[0].at_utc.date()
    assert journal.worklist(on=today) == []
    begun = journal.append(Draft(h.ExaminationBegun(Equipment(), "p-1", "room 1"), "doctor", None, "x-1"))
    (row,) = journal.worklist(on=today)
    assert (row.stage, row.begun_utc, row.operator) == ("in the room", begun.at_utc, "doctor")


def test_a_code_is_on_one_specimen_only(journal: Journal) -> None:
    journal.append_all(begin(1) + begin(2))
    journal.append(Draft(h.SpecimenTaken(SPECIMEN, DAY), "doctor", None, "x-1"))
    assert journal.specimen_by_code(SPECIMEN.code) == ("x-1", "A")
    assert journal.specimen_by_code("none") is None
    with pytest.raises(BadInputError, match=SPECIMEN.code):
        journal.append(Draft(h.SpecimenTaken(SPECIMEN, DAY), "doctor", None, "x-2"))
    with pytest.raises(ConflictError, match="next letter"):
        journal.append(Draft(h.SpecimenTaken(Specimen("A", "other", "brush", NOON), DAY), "doctor", None, "x-1"))


def test_dues_stay_until_they_are_done(journal: Journal) -> None:
    journal.append_all(begin(1) + begin(2))
    journal.append(Draft(h.SpecimenTaken(SPECIMEN, DAY + timedelta(days=7)), "doctor", None, "x-1"))
    journal.append(Draft(h.DuePlanned("call 1", "call", DAY, "Ring up"), "nurse", None, "x-2"))
    assert [(row.key, row.procedure_id, row.patient_id) for row in journal.dues()] == [
        ("call 1", "x-2", "p-2"),
        ("result A", "x-1", "p-1"),
    ]
    assert [row.key for row in journal.dues(until=DAY)] == ["call 1"]
    assert [row.key for row in journal.dues(limit=1)] == ["call 1"]
    assert [row.key for row in journal.dues(kinds=("result", "meeting"))] == ["result A"]
    assert journal.dues(kinds=("result",), until=DAY) == []
    journal.append(Draft(h.DueMoved("call 1", DAY + timedelta(days=9), "ill"), "nurse", None, "x-2"))
    last = journal.dues()[-1]
    assert (last.key, last.moved, last.due_on, last.words, last.kind) == (
        "call 1",
        1,
        date(2026, 3, 11),
        "Ring up",
        "call",
    )
    journal.append(Draft(h.DueDone("call 1", "Spoke"), "nurse", None, "x-2"))
    journal.append(Draft(h.ResultArrived("A", RESULT), "nurse", None, "x-1"))
    assert [row.key for row in journal.dues()] == ["result A"], "a result that nobody has read stays due"
    journal.append(Draft(h.ResultAcknowledged("A"), "doctor", None, "x-1"))
    assert journal.dues() == []


def test_dues_are_counted_by_kind_until_they_are_done(journal: Journal) -> None:
    assert journal.count_dues(until=DAY) == {}
    journal.append_all(begin(1) + begin(2))
    for number in (1, 2):
        for key in ("call 1", "call 2"):
            journal.append(Draft(h.DuePlanned(key, "call", DAY, "Ring up"), "nurse", None, f"x-{number}"))
    journal.append(Draft(h.SpecimenTaken(SPECIMEN, DAY + timedelta(days=7)), "doctor", None, "x-1"))
    assert journal.count_dues(until=DAY - timedelta(days=1)) == {}
    assert journal.count_dues(until=DAY) == {"call": 4}
    assert journal.count_dues(until=DAY + timedelta(days=7)) == {"call": 4, "result": 1}
    journal.append(Draft(h.DueDone("call 1", "Spoke"), "nurse", None, "x-2"))
    journal.append(Draft(h.DueMoved("call 2", DAY + timedelta(days=1), "ill"), "nurse", None, "x-2"))
    assert journal.count_dues(until=DAY) == {"call": 2}


def test_a_result_for_nobody_waits_for_a_person(journal: Journal) -> None:
    journal.append_all(begin())
    journal.append(Draft(h.SpecimenTaken(SPECIMEN, DAY), "doctor", None, "x-1"))
    for entry in ("q-1", "q-2"):
        journal.append(Draft(h.ResultQueued(entry, RESULT, "No such number."), ""))
    waiting = journal.queue()
    assert [(one.entry, one.result, one.why) for one in waiting] == [
        ("q-1", RESULT, "No such number."),
        ("q-2", RESULT, "No such number."),
    ]
    assert waiting[0].at_utc == journal.events(kinds=(h.ResultQueued,))[0].at_utc
    with pytest.raises(ConflictError):
        journal.append(Draft(h.ResultQueued("q-1", RESULT, "again"), ""))
    journal.append(Draft(h.ResultArrived("A", RESULT, "q-2"), "doctor", None, "x-1"))
    journal.append(Draft(h.ResultDiscarded("q-1", "Not ours"), "doctor"))
    assert journal.queue() == []
    with pytest.raises(ConflictError, match="meanwhile"):
        journal.append(Draft(h.ResultDiscarded("q-1", "Not ours"), "nurse"))


def test_people_are_as_they_were_last_said(journal: Journal) -> None:
    journal.append(Draft(h.PersonAdded(Person("b", "Beta", "nurse")), "admin"))
    journal.append(Draft(h.PersonAdded(Person("a", "Alpha", "doctor")), "admin"))
    journal.append(Draft(h.PersonAdded(Person("b", "Beta", "nurse", is_active=False)), "admin"))
    assert journal.people() == [Person("a", "Alpha", "doctor"), Person("b", "Beta", "nurse", is_active=False)]
    assert journal.person("a") == Person("a", "Alpha", "doctor")
    assert journal.person("c") is None


def test_counts(journal: Journal) -> None:
    journal.append_all(begin(1) + begin(2))
    journal.append(Draft(h.ReferralDecided("accepted"), "doctor", None, "x-2"))
    counts = journal.counts()
    assert counts["events"] == 5
    assert counts["patients"] == counts["procedures"] == 2
    assert counts["procedures accepted"] == counts["procedures referred"] == 1
    assert journal.count_stages() == {"accepted": 1, "referred": 1}
    assert counts["open dues"] == counts["queued results"] == counts["specimens"] == 0
