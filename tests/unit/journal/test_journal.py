"""The journal: what is written is read back, what does not fit is refused, and the lists say how it stands."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from ductoscope.model.clinical import Equipment, Identifier, Person, Plan, PreparationAdvice, Specimen, fold
from ductoscope.model.clinical import happened as h
from ductoscope.model.errors import BadInputError, ConflictError, NotThereError
from ductoscope.record.journal import Draft, Journal, open_journal
from tests.unit.journal.story import ADVICE, DAY, NOON, RESULT, SPECIMEN, begin, details, tell


def test_what_is_written_is_read_back(journal: Journal) -> None:
    written = [journal.append(draft) for draft in islice(tell(1), 80)]
    assert journal.events() == written
    assert [event.number for event in written] == list(range(1, 81))
    assert journal.head() == (80, written[-1].hash)
    assert all(event.at_utc.utcoffset() == timedelta(0) for event in written)


def test_it_is_all_there_when_it_is_opened_again(journal: Journal, journal_url: str) -> None:
    written = journal.append_all(begin())
    with open_journal(journal_url) as again:
        assert again.events() == written
        assert again.procedure("x-1") == journal.procedure("x-1")


def test_all_or_none(journal: Journal) -> None:
    with pytest.raises(BadInputError):
        journal.append_all([*begin(), Draft(h.ResultAcknowledged("Q"), "doctor", None, "x-1")])
    assert journal.events() == []
    assert journal.counts()["patients"] == 0
    assert journal.append_all([]) == []


def test_many_at_once_are_as_one_by_one(journal: Journal) -> None:
    drafts = list(islice(tell(2), 150))
    events = journal.append_all(drafts)
    assert journal.events() == events
    assert journal.verify().is_whole


def test_a_procedure_is_the_fold_of_its_events(journal: Journal) -> None:
    journal.append_all(list(islice(tell(3), 200)))
    rows = journal.worklist()
    assert len(rows) >= 3
    looks = (h.RecordLooked, h.LookRefused)
    for row in rows:
        events = [one for one in journal.events(procedure_id=row.procedure_id) if not isinstance(one.what, looks)]
        procedure = journal.procedure(row.procedure_id)
        assert procedure.number == row.number == events[-1].number
        assert procedure.stage == row.stage
        folded = fold(events)
        assert {**_fields(folded), "patient_id": row.patient_id} == _fields(procedure)


def _fields(noun: object) -> dict[str, object]:
    return {name: getattr(noun, name) for name in noun.__slots__}


def test_events_by_what_is_asked(journal: Journal) -> None:
    journal.append_all(begin(1) + begin(2))
    journal.append_all([Draft(h.PainScored(score), "nurse", None, "x-1") for score in (1, 2, 3)])
    journal.append(Draft(h.NoteTaken("later"), "doctor", None, "x-2"))
    scores = journal.events(kinds=(h.PainScored,))
    assert [event.what.score for event in scores] == [1, 2, 3]
    assert [one.number for one in journal.events(kinds=(h.PainScored,), limit=2, newest_first=True)] == [7, 6]
    assert [one.number for one in journal.events(kinds=(h.PainScored, h.NoteTaken), limit=2)] == [5, 6]
    assert [one.number for one in journal.events(kinds={h.PainScored, h.NoteTaken}, limit=3, newest_first=True)] == [
        8,
        7,
        6,
    ]
    assert [one.number for one in journal.events(kinds=(h.PainScored,), after=5, limit=9)] == [6, 7]
    assert [one.number for one in journal.events(procedure_id="x-1", kinds=(h.PainScored,), newest_first=True)] == [
        7,
        6,
        5,
    ]
    assert [one.number for one in journal.events(patient_id="p-2")] == [3, 4, 8]
    assert [one.number for one in journal.events(by="doctor")] == [8]
    assert [one.number for one in journal.events(after=6)] == [7, 8]
    assert [one.number for one in journal.events(limit=2, newest_first=True)] == [8, 7]
    assert journal.events(kinds=()) == []
    assert len(journal.events(kinds=(h.NoteTaken, h.NoteTaken), limit=9)) == 1
    assert journal.events(procedure_id="nobody's") == []


def test_the_clock_is_the_one_given(journal_url: str) -> None:
    east = timezone(timedelta(hours=9))
    moment = datetime(2026, 5, 1, 8, 30, 0, 5, tzinfo=east)
    with open_journal(journal_url, now_utc=lambda: moment) as journal:
        journal.append(begin()[0])
        (event,) = journal.events()
    assert event.at_utc == moment
    assert event.at_utc.tzinfo == UTC


# What may follow what


def test_who_saw_an_older_state_is_told(journal: Journal) -> None:
    journal.append_all(begin())
    journal.append(Draft(h.PainScored(1), "nurse", None, "x-1", expects=2))
    with pytest.raises(ConflictError, match="meanwhile"):
        journal.append(Draft(h.PainScored(2), "doctor", None, "x-1", expects=2))
    journal.append(Draft(h.PainScored(2), "doctor", None, "x-1", expects=3))
    assert [score for _, score in journal.procedure("x-1").pains] == [1, 2]


def test_several_drafts_follow_each_other_after_the_first_was_expected(journal: Journal) -> None:
    journal.append_all(begin())
    journal.append_all([Draft(h.PainScored(1), "", None, "x-1", expects=2), Draft(h.PainScored(2), "", None, "x-1")])
    assert journal.procedure("x-1").number == 4


def test_a_new_examination_may_be_expected_to_be_new(journal: Journal) -> None:
    drafts = begin()
    journal.append(drafts[0])
    first = Draft(drafts[1].what, "nurse", "p-1", "x-1", expects=0)
    journal.append(first)
    with pytest.raises(ConflictError):
        journal.append(first)


def test_looks_do_not_move_an_examination_on(journal: Journal) -> None:
    journal.append_all(begin())
    look = journal.append(Draft(h.RecordLooked("overview"), "nurse", None, "x-1"))
    assert look.patient_id == "p-1"
    assert journal.procedure("x-1").number == 2
    journal.append(Draft(h.PainScored(1), "nurse", None, "x-1", expects=2))
    assert look in journal.events(patient_id="p-1", kinds=(h.RecordLooked,))


def test_a_look_at_nothing_is_still_a_look(journal: Journal) -> None:
    journal.append(Draft(h.LookRefused("overview"), "trainee", "nobody", "nothing"))
    assert len(journal.events(kinds=(h.LookRefused,))) == 1
    with pytest.raises(NotThereError):
        journal.procedure("nothing")


def test_an_examination_of_another_patient_is_refused(journal: Journal) -> None:
    journal.append_all(begin(1) + begin(2))
    with pytest.raises(BadInputError, match="another patient"):
        journal.append(Draft(h.PainScored(1), "nurse", "p-2", "x-1"))


def test_an_event_gets_the_patient_of_its_examination(journal: Journal) -> None:
    journal.append_all(begin())
    assert journal.append(Draft(h.PainScored(1), "nurse", None, "x-1")).patient_id == "p-1"


def test_what_is_about_nobody_known_is_refused(journal: Journal) -> None:
    journal.append_all(begin())
    for draft, error in [
        (Draft(h.PainScored(1), "nurse", None, "x-9"), NotThereError),
        (Draft(h.ReferralReceived(begin()[1].what.referral, ADVICE), "nurse", "p-9", "x-9"), NotThereError),
        (Draft(h.ReferralReceived(begin()[1].what.referral, ADVICE), "nurse", None, "x-9"), BadInputError),
        (Draft(h.PatientCorrected(details(9)), "nurse", "p-9"), NotThereError),
        (Draft(h.PatientCorrected(details(9)), "nurse"), BadInputError),
        (Draft(h.PatientRegistered(details(9)), "nurse"), BadInputError),
        (Draft(h.PatientRegistered(details(9)), "nurse", "p-1"), ConflictError),
        (Draft(h.SpecimenTaken(SPECIMEN, DAY), "nurse", "p-1"), BadInputError),
        (Draft(h.ResultArrived("B", RESULT), "nurse", None, "x-1"), BadInputError),
        (Draft(h.DueMoved("call 1", DAY, "ill"), "nurse", None, "x-1"), BadInputError),
        (Draft(h.SignedIn(), "a\nb"), BadInputError),
        (Draft(h.SignedIn(), "a" * 65), BadInputError),
    ]:
        with pytest.raises(error):
            journal.append(draft)
    assert journal.head()[0] == 2
    with pytest.raises(NotThereError):
        journal.patient("p-9")
    with pytest.raises(NotThereError):
        journal.procedures_of("p-9")


# Patients


def test_a_number_belongs_to_one_person(journal: Journal) -> None:
    journal.append(Draft(h.PatientRegistered(details(1)), "nurse", "p-1"))
    journal.append(Draft(h.PatientRegistered(details(2)), "nurse", "p-2"))
    with pytest.raises(BadInputError, match='"h-1" belongs to another'):
        journal.append(Draft(h.PatientRegistered(details(1)), "nurse", "p-3"))
    with pytest.raises(BadInputError, match='"h-1" belongs to another'):
        journal.append(Draft(h.PatientCorrected(details(1)), "nurse", "p-2"))
    with pytest.raises(BadInputError, match='"h-4" belongs to another'):
        journal.append_all([Draft(h.PatientRegistered(details(4)), "nurse", one) for one in ("p-4", "p-5")])
    journal.append(Draft(h.PatientCorrected(details(1, "Married")), "nurse", "p-1"))
    assert journal.patient_by_identifier("hospital", "h-1") == "p-1"
    assert journal.patient_by_identifier("national", "h-1") is None


def test_a_number_is_one_however_it_is_written(journal: Journal) -> None:
    written = replace(details(1), identifiers=(Identifier("National", "AB 12-34"),))
    journal.append(Draft(h.PatientRegistered(written), "nurse", "p-1"))
    again = replace(details(2), identifiers=(Identifier("national", "ab12-34 "),))
    with pytest.raises(BadInputError, match="belongs to another"):
        journal.append(Draft(h.PatientRegistered(again), "nurse", "p-2"))
    assert journal.patient_by_identifier("NATIONAL", "ab 12-34") == "p-1"
    assert journal.patient_by_identifier("national", "ab1234") is None
    assert journal.patient("p-1").details == written


def test_a_number_that_was_corrected_is_free_again(journal: Journal) -> None:
    journal.append(Draft(h.PatientRegistered(details(1)), "nurse", "p-1"))
    journal.append(Draft(h.PatientCorrected(details(2)), "nurse", "p-1"))
    assert journal.patient_by_identifier("hospital", "h-1") is None
    assert journal.patient_by_identifier("hospital", "h-2") == "p-1"
    journal.append(Draft(h.PatientRegistered(details(1)), "nurse", "p-2"))
    assert journal.patient_by_identifier("hospital", "h-1") == "p-2"


def test_an_emergency_may_carry_a_number_that_is_somebody_elses(journal: Journal) -> None:
    journal.append(Draft(h.PatientRegistered(details(1), is_emergency=True), "nurse", "e-1"))
    assert journal.patient_by_identifier("hospital", "h-1") == "e-1"
    journal.append(Draft(h.PatientRegistered(details(1), is_emergency=True), "nurse", "e-2"))
    assert journal.patient_by_identifier("hospital", "h-1") is None, "two unknown people: nobody for certain"
    journal.append(Draft(h.PatientRegistered(details(1)), "nurse", "p-1"))
    assert journal.patient_by_identifier("hospital", "h-1") == "p-1"


def test_an_emergency_is_joined_with_a_record(journal: Journal) -> None:
    journal.append_all(begin(1) + begin(2))
    unknown = details(7, "Unknown", "wristband")
    journal.append(Draft(h.PatientRegistered(unknown, is_emergency=True), "nurse", "e-1"))
    referral = begin()[1].what
    journal.append(Draft(referral, "nurse", "e-1", "x-e"))
    assert journal.procedure("x-e").patient_id == "e-1"
    journal.append(Draft(h.PatientReconciled("p-1", "Passport"), "doctor", "e-1"))
    assert journal.procedure("x-e").patient_id == "p-1"
    assert journal.patient("e-1").id == "p-1"
    assert {row.procedure_id for row in journal.procedures_of("p-1")} == {"x-1", "x-e"}
    assert {row.procedure_id for row in journal.procedures_of("e-1")} == {"x-1", "x-e"}
    assert all(not row.is_emergency and row.family == "Demo" for row in journal.procedures_of("p-1"))
    assert [row.patient_id for row in journal.find_patients("unknown")] == []
    assert journal.patient_by_identifier("wristband", "w-7") == "p-1"
    assert journal.counts()["patients"] == 2
    about = journal.events(patient_id="p-1")
    assert journal.events(patient_id="e-1") == about
    assert {event.patient_id for event in about} == {"p-1", "e-1"}
    # Who still has the old page open writes to the right record.
    later = journal.append(Draft(h.PainScored(1), "nurse", "e-1", "x-e"))
    assert later.patient_id == "p-1"


def test_emergencies_may_be_joined_one_into_the_other(journal: Journal) -> None:
    for one in ("e-1", "e-2"):
        journal.append(Draft(h.PatientRegistered(details(7, "Unknown"), is_emergency=True), "nurse", one))
    journal.append(Draft(begin()[1].what, "nurse", "e-1", "x-e"))
    journal.append(Draft(h.PatientRegistered(details(1)), "nurse", "p-1"))
    journal.append(Draft(h.PatientReconciled("e-2", "The same wristband"), "doctor", "e-1"))
    journal.append(Draft(h.PatientReconciled("p-1", "Passport"), "doctor", "e-2"))
    assert journal.patient("e-1").id == journal.procedure("x-e").patient_id == "p-1"
    assert [event.what for event in journal.events(patient_id="p-1", kinds=(h.ReferralReceived,))]


def test_only_an_emergency_is_joined_and_only_with_a_living_record(journal: Journal) -> None:
    journal.append_all(begin(1) + begin(2))
    for one in ("e-1", "e-2"):
        journal.append(Draft(h.PatientRegistered(details(7), is_emergency=True), "nurse", one))
    journal.append(Draft(h.PatientReconciled("p-1", "Passport"), "doctor", "e-1"))
    for patient_id, into, error in [
        ("p-2", "p-1", BadInputError),
        ("e-2", "e-2", BadInputError),
        ("e-2", "nobody", NotThereError),
        ("e-2", "e-1", ConflictError),
        ("e-1", "p-2", ConflictError),
    ]:
        with pytest.raises(error):
            journal.append(Draft(h.PatientReconciled(into, "Guess"), "doctor", patient_id))
    with pytest.raises(ConflictError):
        journal.append(Draft(h.PatientCorrected(details(7)), "nurse", "e-1"))
    with pytest.raises(ConflictError):
        journal.append(Draft(begin()[1].what, "nurse", "e-1", "x-9"))


def test_people_are_found_by_parts_of_what_is_known(journal: Journal) -> None:
    for number, family in enumerate(["Müller", "Ødegård", "Łoś", "100%_Demo", "Muller-Strauß"], start=1):
        journal.append(Draft(h.PatientRegistered(details(number, family)), "nurse", f"p-{number}"))

    def find(text: str) -> list[str]:
        return [row.patient_id for row in journal.find_patients(text)]

    assert find("MULLER") == find("mül") == ["p-1", "p-5"]
    assert find("strauss") == ["p-5"]
    assert find("odegard") == find("ØDEGÅRD  anna") == ["p-2"]
    assert find("los") == ["p-3"]
    assert find("%_") == ["p-4"]
    assert find("!") == []
    assert find("h-3") == ["p-3"]
    assert find("1960-01-03") == ["p-2"]
    assert find("anna mull") == ["p-1", "p-5"]
    assert len(find("")) == 5
    assert len(journal.find_patients("", limit=2)) == 2
    (row,) = journal.find_patients("ødeg")
    assert (row.family, row.given, row.birth_date) == ("Ødegård", "Anna 2", date(1960, 1, 3))
    assert row.identifiers == (Identifier("hospital", "h-2"),)
    assert row.is_emergency is False


# Lists


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
    assert counts["open dues"] == counts["queued results"] == counts["specimens"] == 0


# Two programs, one journal


def test_what_another_program_wrote_is_seen(journal: Journal, journal_url: str) -> None:
    journal.append_all(begin())
    with open_journal(journal_url) as other:
        for score in range(6):
            one = (journal, other)[score % 2]
            one.append(Draft(h.PainScored(score), "nurse", None, "x-1", expects=2 + score))
            assert [value for _, value in journal.procedure("x-1").pains] == list(range(score + 1))
            assert journal.procedure("x-1") == other.procedure("x-1")
        with pytest.raises(ConflictError):
            other.append(Draft(h.PatientRegistered(details(5)), "nurse", "p-1"))
    assert journal.verify().is_whole


# What people and programs may type


LONG = "\U0001f642" * 200
STRANGE = ["", "\0", "a\0b", "\ud800", "%", "_", "!", "'", '"', "\\", "../..", LONG, "a " * 2_000, "x" * 100_000]


def test_whatever_is_asked_for_gets_an_answer(journal: Journal) -> None:
    journal.append_all(begin())
    for typed in STRANGE:
        for ask in (
            journal.find_patients,
            journal.specimen_by_code,
            journal.person,
            lambda text: journal.patient_by_identifier(text, text),
            lambda text: journal.events(by=text),
            lambda text: journal.events(procedure_id=text),
            lambda text: journal.events(patient_id=text),
        ):
            with suppress(BadInputError):
                ask(typed)
        for ask in (journal.procedure, journal.patient, journal.procedures_of):
            with pytest.raises((NotThereError, BadInputError)):
                ask(typed)


def test_whatever_number_is_asked_for_gets_an_answer(journal: Journal) -> None:
    journal.append_all(begin())
    for number in (-1, 2**31, 2**63, 10**30):
        for asked in ("limit", "after"):
            with suppress(BadInputError):
                journal.events(**{asked: number})
            with suppress(BadInputError):
                journal.events(kinds=(h.SignedIn,), **{asked: number})
        for asked in ("limit", "offset"):
            with suppress(BadInputError):
                journal.worklist(**{asked: number})
        for ask in (journal.dues, lambda limit: journal.find_patients("", limit)):
            with suppress(BadInputError):
                ask(limit=number)


def test_the_first_and_the_last_day_of_all(journal: Journal) -> None:
    journal.append_all(begin())
    for day in (date.min, date.max):
        for hours in (0, 14, -12):
            assert journal.worklist(on=day, zone=timezone(timedelta(hours=hours))) == []
        assert journal.dues(until=day) == ([] if day == date.min else journal.dues())


def test_a_time_outside_all_times_is_refused(journal: Journal) -> None:
    journal.append_all(begin())
    at = datetime.max.replace(tzinfo=timezone(timedelta(hours=-12)))
    with pytest.raises(BadInputError, match="outside all times"):
        journal.append(Draft(h.ExaminationPlanned(Plan(at), PreparationAdvice()), "nurse", None, "x-1"))


def test_the_longest_words_are_kept(journal: Journal) -> None:
    identifiers = tuple(Identifier(f"{number}{LONG}"[:200], LONG) for number in range(10))
    longest = replace(details(1), family=LONG, given=LONG, identifiers=identifiers)
    journal.append(Draft(h.PatientRegistered(longest), "\U0001f642" * 64, "p" * 64))
    journal.append(Draft(begin()[1].what, "nurse", "p" * 64, "x" * 64))
    journal.append(Draft(h.DuePlanned(LONG, "call", DAY, LONG), "nurse", None, "x" * 64))
    journal.append(Draft(h.SpecimenTaken(replace(SPECIMEN, code="\U0001f642" * 40), DAY), "nurse", None, "x" * 64))
    journal.append(Draft(h.ResultQueued("q" * 64, RESULT, "\0" + LONG), ""))
    assert journal.patient("p" * 64).details == longest
    assert journal.patient_by_identifier(*(identifiers[9].system, LONG)) == "p" * 64
    assert journal.queue()[0].why == "\0" + LONG
    assert {row.key for row in journal.dues()} == {LONG, "result A"}
    assert journal.verify().is_whole
    with pytest.raises(BadInputError):
        journal.append(Draft(h.ResultQueued("q" * 65, RESULT, ""), ""))


def test_signs_that_no_database_keeps_are_refused(journal: Journal) -> None:
    journal.append_all(begin())
    makes = (
        lambda typed: Draft(h.NoteTaken(typed), "nurse", None, "x-1"),
        lambda typed: Draft(h.PatientCorrected(replace(details(1), given=typed)), "nurse", "p-1"),
        lambda typed: Draft(h.SignedIn(), typed),
        lambda typed: Draft(h.RecordLooked("page"), "nurse", typed),
        lambda typed: Draft(h.RecordLooked("page"), "nurse", None, typed),
        lambda typed: Draft(h.ResultQueued(typed, RESULT, ""), ""),
    )
    for typed in ("\0", "\ud800"):
        for make in makes:
            with pytest.raises(BadInputError):
                journal.append(make(typed))
    assert journal.head()[0] == 2
