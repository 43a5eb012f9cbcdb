from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest

from ductoscope.model import BadInputError
from ductoscope.model.clinical import (
    Event,
    Finding,
    Happened,
    Identifier,
    MappedBranch,
    MeasuredMap,
    Orifice,
    Patient,
    PatientDetails,
    Plan,
    PreparationAdvice,
    Referral,
    ReferralAdvice,
    Result,
    SignedReport,
    Specimen,
    Still,
    fold,
    fold_patient,
    follow,
)
from ductoscope.model.clinical import happened as h

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
REFERRAL = Referral("left", date(2026, 3, 1), "Dr Example")
ADVICE = ReferralAdvice("cannot say", None, None)
RESULT = Result("P1-A", "hospital 17", "Lab", date(2026, 3, 9), "Papilloma.", tissue="B3")


def happen(*whats: Happened) -> list[Event]:
    """One event an hour, the referral first."""
    begun = (h.ReferralReceived(REFERRAL, ADVICE), *whats)
    return [
        Event(number, START + timedelta(hours=number), "nurse", what, "patient", "procedure")
        for number, what in enumerate(begun, 1)
    ]


def sign(kind: str, version: int) -> h.ReportSigned:
    return h.ReportSigned(SignedReport(kind, version, "p", "h", "c", "doctor", START), addendum="More.")


def take(letter: str = "A") -> h.SpecimenTaken:
    return h.SpecimenTaken(Specimen(letter, f"P1-{letter}", "forceps", START), date(2026, 3, 9))


def test_the_first_event_must_be_a_referral():
    with pytest.raises(BadInputError, match="must be a referral"):
        fold([Event(1, START, "nurse", h.PainScored(3), "patient", "procedure")])
    with pytest.raises(BadInputError, match="no events"):
        fold([])


def test_stages_follow_the_path():
    plan = h.ExaminationPlanned(Plan(START), PreparationAdvice())
    steps: list[tuple[Happened, str]] = [
        (h.ReferralDecided("more needed"), "referred"),
        (h.ReferralDecided("accepted"), "accepted"),
        (plan, "planned"),
        (h.ExaminationEnded(), "examined"),
        (sign("preliminary", 1), "reported"),
        (sign("final", 2), "final"),
        (sign("addendum", 3), "final"),
        (h.ProcedureClosed(), "closed"),
    ]
    procedure = fold(happen())
    assert procedure.stage == "referred"
    for number, (what, stage) in enumerate(steps, 2):
        procedure = follow(procedure, Event(number, START, "doctor", what, "patient", "procedure"))
        assert procedure.stage == stage
        assert procedure.number == number


def test_folding_at_once_is_following_one_by_one():
    events = happen(take(), h.SpecimenPassed("A", "sent"), h.PainScored(4), h.SalineNoted(2.5, 1), h.SalineNoted(1))
    procedure = None
    for event in events:
        procedure = follow(procedure, event)
    assert procedure == fold(events)
    assert procedure.saline_in_ml == 3.5
    assert procedure.saline_out_ml == 1


def test_a_later_note_replaces_the_earlier_under_the_same_name():
    procedure = fold(
        happen(
            h.OrificeNoted(Orifice(1, 3, "central")),
            h.OrificeNoted(Orifice(1, 4, "peripheral")),
            h.FindingMarked(Finding("A")),
            h.FindingMarked(Finding("A", count=3)),
        )
    )
    assert procedure.orifices == {1: Orifice(1, 4, "peripheral")}
    assert procedure.findings == {"A": Finding("A", count=3)}


def measure(number: int = 1, *, is_simulated: bool = False, **how: object) -> h.DuctMapped:
    branches = (MappedBranch("", True, 0.0, 20.0, 84.0, wall="ef"),)
    told = {"unit": "mm", "scale": "a sensor", "width": 800.0, "height": 300.0, "zero_x": 96.0, "per_unit": 10.0} | how
    measured = MeasuredMap(
        number, "cd", branches=branches, eye="rules 1", software="Ductoscope 1", is_simulated=is_simulated, **told
    )
    return h.DuctMapped(measured)


def test_a_later_map_of_a_duct_replaces_the_earlier_and_no_other():
    procedure = fold(happen(measure(1), measure(2), measure(1, unit="radii", scale="")))
    assert {number: one.unit for number, one in procedure.maps.items()} == {1: "radii", 2: "mm"}
    assert procedure.maps[2].pictures == ("cd", "ef")


def test_a_map_of_simulated_pictures_marks_the_whole_examination():
    assert not fold(happen(measure())).is_simulated
    assert fold(happen(measure(is_simulated=True))).is_simulated


@pytest.mark.parametrize(
    "wrong", [{"well": 1.2}, {"badly": -0.1}, {"name": "L" * 13}], ids=["too much", "too little", "too long"]
)
def test_a_branch_that_cannot_be_is_on_no_map(wrong: dict):
    with pytest.raises(BadInputError):
        MappedBranch(**({"name": "L", "is_entered": True, "start": 0.0, "end": 1.0, "y": 0.0} | wrong))


def test_a_checked_item_can_be_taken_back_and_a_still_left_out():
    still = Still("ab", "first", START)
    procedure = fold(
        happen(
            h.ItemChecked("escort"),
            h.ItemChecked("towel"),
            h.ItemChecked("escort", is_done=False),
            h.StillKept(still),
            h.StillChosen("ab", caption="A papilloma"),
        )
    )
    assert set(procedure.checked) == {"towel"}
    assert procedure.chosen == {"ab": "A papilloma"}
    assert fold(happen(h.StillKept(still), h.StillChosen("ab"), h.StillChosen("ab", is_chosen=False))).chosen == {}


def test_a_result_stays_due_until_a_doctor_has_read_the_newest():
    events = happen(take(), h.SpecimenPassed("A", "sent"), h.ResultArrived("A", RESULT))
    procedure = fold(events)
    assert procedure.specimens["A"].step == "reported"
    assert [due.key for due in procedure.open_dues] == ["result A"]

    read = Event(9, START, "doctor", h.ResultAcknowledged("A"), "patient", "procedure")
    procedure = follow(procedure, read)
    assert procedure.open_dues == ()
    assert procedure.specimens["A"].acknowledged_by == "doctor"

    second = dataclasses.replace(RESULT, version=2)
    procedure = follow(procedure, Event(10, START, "lab", h.ResultArrived("A", second), "patient", "procedure"))
    assert procedure.specimens["A"].acknowledged_by is None
    assert procedure.specimens["A"].results == (RESULT, second)
    assert [due.key for due in procedure.open_dues] == ["result A"]


def test_what_is_due_keeps_every_date_it_had():
    first, second = date(2026, 3, 4), date(2026, 3, 11)
    procedure = fold(happen(h.DuePlanned("call", "call", first), h.DueMoved("call", second, "On holiday.")))
    (due,) = procedure.open_dues
    assert due.due_on == second
    assert due.moved == ((first, "On holiday.", "nurse"),)
    done = follow(procedure, Event(9, START, "nurse", h.DueDone("call", "All is well."), "patient", "procedure"))
    assert done.open_dues == ()
    assert "All is well." in done.dues["call"].words


def test_a_timer_counts_from_its_start_until_it_is_stopped():
    procedure = fold(happen(h.TimerStopped("plan"), h.TimerStarted("towel", 15), h.TimerStopped("towel")))
    assert set(procedure.timers) == {"towel"}
    assert procedure.timers["towel"].stopped_utc == START + timedelta(hours=4)


def test_addenda_keep_their_words_and_reports_their_order():
    procedure = fold(happen(sign("preliminary", 1), sign("final", 2), sign("addendum", 3)))
    assert [report.version for report in procedure.reports] == [1, 2, 3]
    assert [note.text for note in procedure.addenda] == ["More."]


def test_a_simulated_picture_marks_the_whole_examination():
    assert not fold(happen(h.StillKept(Still("ab", "first", START)))).is_simulated
    assert fold(happen(h.StillKept(Still("ab", "first", START, is_simulated=True)))).is_simulated


def test_a_patient_is_registered_corrected_and_reconciled():
    details = PatientDetails("Demo", "Anna", date(1980, 1, 1), identifiers=(Identifier("hospital", "17"),))
    corrected = dataclasses.replace(details, given="Anne")
    whats = (h.PatientRegistered(details, True), h.PatientCorrected(corrected), h.PatientReconciled("other", "Papers."))
    events = [Event(number, START, "nurse", what, "patient") for number, what in enumerate(whats, 1)]
    assert fold_patient(events) == Patient("patient", corrected, is_emergency=True, merged_into="other")
    with pytest.raises(BadInputError, match="no such patient"):
        fold_patient([])
