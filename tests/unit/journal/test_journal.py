"""The journal: what is written is read back, what does not fit is refused, and the lists say how it stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import islice

import pytest

from ductoscope.model.clinical import fold
from ductoscope.model.clinical import happened as h
from ductoscope.model.errors import BadInputError, ConflictError, NotThereError
from ductoscope.record.journal import Draft, Journal, open_journal
from tests.unit.journal.story import ADVICE, DAY, RESULT, SPECIMEN, begin, details, tell


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
