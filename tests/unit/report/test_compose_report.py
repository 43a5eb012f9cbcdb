"""The report says everything that the events say, once, and says plainly what nobody knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ductoscope.model import BadInputError
from ductoscope.model.clinical import (
    Card,
    Due,
    Finding,
    NextStep,
    NextStepAdvice,
    Orifice,
    Paragraph,
    Patient,
    Procedure,
    Report,
    SignedReport,
)
from ductoscope.model.clinical import happened as h
from ductoscope.model.clinical.procedure import TimerState
from ductoscope.report import compose_report, hash_content
from tests.unit.report.example import (
    NOW,
    PATIENT,
    PEOPLE,
    RULE,
    SITE,
    START,
    list_afterwards,
    list_happened,
    make_procedure,
)
from tests.unit.report.said import read_report, read_section


def compose(procedure: Procedure, kind: str = "preliminary", patient: Patient = PATIENT, **more: object) -> Report:
    given = {"version": 1, "site": SITE, "people": PEOPLE, "protocol_id": "a1b2c3", "now_utc": NOW} | more
    return compose_report(procedure, patient, kind=kind, **given)


def sign(kind: str, version: int) -> tuple[int, str, h.Happened]:
    return 1000, "dr.weber", h.ReportSigned(SignedReport(kind, version, "p", "h", "c" * 64, "dr.weber", START))


PRELIMINARY = make_procedure(list_happened())
FINAL = make_procedure()


@pytest.mark.parametrize(
    "said",
    [
        "Demo, Anna",  # 1 identity, people, indication, status
        "21 May 1974 (51 years",
        "hospital no. 4711-0815",
        "insurance no. X123456789",
        "9 Mar 2026, 09:00 CET to 09:32 (32 min)",
        "Dr. Ilse Weber; assistant Jae Kim; trainee Dr. Tom Lind",
        "Dr. Maria Santos",
        "PRELIMINARY, version 1",
        "Spontaneous: yes",  # 2 history
        "5 times a week, for 16 weeks",
        "Test for blood: positive",
        "mother with breast cancer at 61",
        "continue; decided by Dr. Paul Roth (cardiology); continue unchanged; noted by Jae Kim",
        "mammography | 28 Jan 2026 | both | 2",  # 3 imaging, cytology
        "C3 (nipple smear, Jan 2026)",
        "Consent to research: refused (text 2025-11)",  # 4 consent
        "lidocaine | into the nipple | 3 ml of 1 % | 30 mg",  # 5 anaesthesia
        "Total: lidocaine 34 mg",
        "mean 4, most 5, asked 2 time(s)",
        "Serial number: SN 20391",  # 6 equipment
        "Calibration: b41f09ac",
        "18 ml in, 15.5 ml out",
        "32400 frames, 648 s, 0 lost",
        "opening 3 at 1:30 o’clock, peripheral | none | not dilated | no: no discharge, would not dilate",  # 7 access
        "62 ± 2 mm (read off the shaft) | L, LR, R | LL, RL | too narrow",  # 8 extent
        "branches LL, RL not entered; nothing noted of RR; stopped before its end (too narrow)",
        "2 of 3 (fair)",  # 9 view
        "blood, bubbles",
        "71 % of the time",
        "34 ± 2 mm (read off the shaft)",  # 10 findings
        "3.1 ± 0.4 mm (outline; scale from biopsy forceps of 0.8 mm in the picture)",
        "not measured: no tool of known size in the picture",
        "Image clock: 8:00 o’clock",
        "branch L (order I: left)",
        "60 % of the lumen",
        "frame 4200 at 168 s of 2026-03-09-1",
        "suggested by outline finder 0.2, confirmed by a person",
        "No look tells benign from malignant",  # 11 limits
        "marking by skin mark",  # 12 actions
        "biopsy; at finding A",
        "not complete",
        "B: lavage fluid; pieces: 1; 6.5 ml; slightly blood-stained",  # 13 specimens
        "into fixative 09:29 (2 min later)",
        "time into fixative not recorded",
        "code DS-7K2M9QXA",
        "vasovagal reaction | Brief dizziness on sitting up. | Lay flat for 5 minutes.",  # 14 complications
        "Well, drank water, dressing dry.",
        "Impression (examiner's opinion, not an observation): One polypoid",  # 15 impression
        "outline finder 0.2 suggested findings; a person confirmed or dismissed each",
        "pathology of sample A | 16 Mar 2026",  # 16 plan
        "Duct at 4:30, 34 mm deep",
        "Acts on the results unless somebody else is named above: Dr. Ilse Weber",
        "Told to call +00 000 1234-9 the same day for:",  # 17 advice
        "38.0 °C",
    ],
)
def test_says_everything_that_was_recorded(said: str) -> None:
    assert said in read_report(compose(PRELIMINARY))


def test_the_colleague_reads_findings_before_history() -> None:
    headings = [section.heading for section in compose(FINAL, "final").sections]
    assert headings[:4] == ["In short", "Pathology and concordance", "Decisions", "Findings"]
    assert headings.index("Findings") < headings.index("Samples") < headings.index("History and imaging before")
    assert headings[-1] == "How to read this report"


def test_only_the_preliminary_report_says_that_it_is_no_diagnosis_yet() -> None:
    words = "not a diagnosis until pathology is signed"
    assert words in read_report(compose(PRELIMINARY))
    assert words not in read_report(compose(FINAL, "final"))
    assert "Pathology and concordance" not in read_report(compose(PRELIMINARY))


def test_final_says_pathology_by_specimen_concordance_and_decision() -> None:
    said = read_report(compose(FINAL, "final"))
    assert "Sample A: forceps biopsy, finding A" in said
    assert "Category (laboratory): B3, uncertain malignant potential" in said
    assert "Category (laboratory): C3, atypia, probably benign" in said
    assert "Read by: Dr. Ilse Weber" in said
    assert "DISCORDANT: scope, imaging and pathology do not fit together" in said
    assert "These do not fit together: Sample B shows atypia" in said
    assert "excision | Vacuum or open excision" in said
    assert "rule not signed off by the clinic" in said


def test_final_without_a_result_says_so() -> None:
    procedure = make_procedure([*list_happened(), *list_afterwards()[:2]])
    said = read_report(compose(procedure, "final"))
    assert "Result not there yet: A" in said
    assert "No result yet; due 16 Mar 2026." in said
    assert "no doctor has acknowledged it yet" in said


def test_nothing_recorded_is_said_and_nothing_is_invented() -> None:
    referral = list_happened()[0]
    begun = next(one for one in list_happened() if isinstance(one[2], h.ExaminationBegun))
    empty = make_procedure(
        [referral, (0, "dr.weber", h.ExaminationBegun(replace(begun[2].equipment, is_simulated=False), ""))]
    )
    said = read_report(compose(empty))
    for words in (
        "No finding was recorded",
        "This does not exclude a lesion",
        "No opening was recorded: what was looked at is not known.",
        "How well one could see was not recorded.",
        "Impression: not recorded.",
        "No sample was taken.",
        "No local anaesthetic was recorded.",
        "No complication was recorded.",
        "No advice to the patient was recorded.",
        "Consent to the examination: not recorded",
        "Time-out: not recorded",
        "Saline: not recorded",
        "Plan in words: not recorded.",
        "no decision of the prescriber recorded",
        "No time-out was recorded before this examination",
    ):  # fmt: skip
        assert words in said, words


def test_before_the_examination_nothing_was_seen() -> None:
    said = read_report(compose(make_procedure(list_happened()[:1])))
    assert "The examination has not taken place; nothing was seen." in said
    assert "No finding was recorded" not in said


def test_a_suggestion_is_no_finding_until_a_person_confirms() -> None:
    suggested = Finding("D", author="outline finder 0.2", state="suggested")
    procedure = make_procedure([*list_happened(), (50, "", h.FindingMarked(suggested))])
    report = compose(procedure)
    cards = [block.heading for section in report.sections for block in section.blocks if isinstance(block, Card)]
    assert cards == ["Finding A", "Finding B"]
    assert "1 suggestion(s) of outline finder 0.2 were neither confirmed nor dismissed" in read_report(report)
    assert "1 suggestion(s) of outline finder 0.2 were dismissed" in read_report(report)


def test_the_other_side_of_a_fork_that_nobody_noted_is_not_seen() -> None:
    only_left = Orifice(1, 3, "central", is_cannulated=True, branches_entered=("LR",), stopped_by="end reached")
    procedure = make_procedure([*list_happened(), (50, "nurse.kim", h.OrificeNoted(only_left))])
    short = read_section(compose(procedure).sections[0])
    assert "nothing noted of LL" in short
    assert "how deep the scope went was not measured" in short


@pytest.mark.parametrize("kind", ["preliminary", "final"])
def test_simulated_is_said_and_only_then(kind: str) -> None:
    real = make_procedure([*list_happened(is_simulated=False), *list_afterwards()])
    simulated, honest = compose(FINAL, kind), compose(real, kind)
    assert simulated.is_simulated
    assert "SIMULATED: the pictures come from the simulator" in read_section(simulated.sections[0])
    assert not honest.is_simulated
    assert "SIMULATED" not in read_report(honest)


def test_a_draft_says_that_nobody_signed() -> None:
    assert "DRAFT not signed" in compose(PRELIMINARY).status
    signed = compose(PRELIMINARY, signed_by="dr.weber", certificate="Demo (workstation)")
    assert signed.status == "PRELIMINARY, version 1"
    assert "Signed: Dr. Ilse Weber, 17 Mar 2026, 16:30 CET" in read_report(signed)
    assert "signed with a certificate made by this workstation" in read_report(signed)
    bought = compose(PRELIMINARY, signed_by="dr.weber", certificate="Demo", is_self_made=False)
    assert "made by this workstation" not in read_report(bought)


def test_rules_that_the_clinic_did_not_sign_are_named() -> None:
    said = read_report(compose(FINAL, "final"))
    assert "Care protocol: a1b2c3" in said
    assert "Rules not signed off by the clinic: ask_prescriber, cytology_and_tissue, papillary_lesion" in said
    assert "a1b2c3 in the room; ffff now" in read_report(compose(FINAL, "final", protocol_id="ffff"))


def test_sentences_joined_to_a_line_lose_their_full_stop() -> None:
    assert FINAL.referral is not None
    referral = replace(FINAL.referral, reason="Bloody discharge from one duct.")
    reason = replace(RULE, source="Found in a review.")
    steps = NextStepAdvice((NextStep("monitor", reason),), None)
    said = read_report(compose(replace(FINAL, referral=referral, next_steps=steps), "final"))
    assert "Bloody discharge from one duct; bloody discharge" in said
    assert "[1] Found in a review; rule not signed off by the clinic" in said


def test_a_source_that_several_steps_have_is_said_once() -> None:
    other = replace(RULE, says="Ultrasound at 6 months.", source="Found elsewhere.")
    steps = (NextStep("monitor", RULE, date(2026, 6, 11)), NextStep("image", other), NextStep("monitor", RULE))
    said = read_report(compose(replace(FINAL, next_steps=NextStepAdvice(steps, None)), "final"))
    assert said.count(RULE.source.removesuffix(".")) == 1
    assert "Ultrasound at 6 months. [2]" in said
    assert said.count(f"{RULE.says} [1]") == 2
    assert "11 Jun 2026" in said


def test_a_report_does_not_ask_for_itself() -> None:
    asked = Due("final report", "report", date(2026, 3, 18), "Sign the final report.")
    visit = Due("visit", "follow-up", date(2026, 9, 18), "Ultrasound.")
    procedure = replace(FINAL, dues={asked.key: asked, visit.key: visit})
    assert "Sign the final report." in read_report(compose(procedure, "preliminary"))
    final = read_report(compose(procedure, "final"))
    assert "Sign the final report." not in final
    assert "Ultrasound." in final


def test_a_clock_that_nobody_stopped_ends_with_the_examination() -> None:
    assert PRELIMINARY.begun_utc is not None
    assert PRELIMINARY.ended_utc is not None
    minutes = (PRELIMINARY.ended_utc - PRELIMINARY.begun_utc).total_seconds() / 60
    timers = {"plan": TimerState(PRELIMINARY.begun_utc, 45)}
    said = read_report(compose(replace(PRELIMINARY, timers=timers)))
    assert f"{minutes:.0f} min (planned 45)" in said
    assert "end not recorded" in read_report(compose(replace(PRELIMINARY, timers=timers, ended_utc=None)))


def test_an_addendum_stands_first_and_names_what_it_amends() -> None:
    procedure = make_procedure([*list_happened(), *list_afterwards(), sign("final", 2)])
    report = compose(procedure, "addendum", version=3, addendum="Side of the skin mark corrected.")
    assert report.sections[0].heading == "Addendum"
    first = read_section(report.sections[0])
    assert "Side of the skin mark corrected." in first
    assert "This amends the final report, version 2, signed by Dr. Ilse Weber" in first
    assert "c" * 16 in first
    assert report.status.startswith("AMENDED, version 3")
    assert "2 | final report" in read_report(report)


def test_an_addendum_needs_words_and_something_to_amend() -> None:
    with pytest.raises(BadInputError, match="write what is changed"):
        compose(make_procedure([*list_happened(), sign("final", 1)]), "addendum", addendum=" ")
    with pytest.raises(BadInputError, match="Nothing was signed yet"):
        compose(PRELIMINARY, "addendum", addendum="A word.")


def test_another_patients_examination_is_refused() -> None:
    with pytest.raises(BadInputError, match="another patient"):
        compose(PRELIMINARY, patient=replace(PATIENT, id="p2"))


def test_emergency_and_a_changed_side_are_warned_of() -> None:
    emergency = replace(PATIENT, is_emergency=True, details=replace(PATIENT.details, birth_date=None))
    first = compose(PRELIMINARY, patient=emergency).sections[0]
    assert any(isinstance(one, Paragraph) and one.kind == "warning" and "Emergency" in one.text for one in first.blocks)
    other = replace(PRELIMINARY, referral=replace(PRELIMINARY.referral, side="right"))
    assert "Referred for the RIGHT breast, confirmed and examined: the LEFT breast" in read_report(compose(other))


def test_two_identifiers_and_status_stand_in_the_footer() -> None:
    footer = compose(PRELIMINARY).footer
    assert footer.startswith("Demo, Anna · born 21 May 1974 · hospital no. 4711-0815 · PRELIMINARY")
    unknown = replace(PATIENT, details=replace(PATIENT.details, birth_date=None))
    assert "hospital no. 4711-0815 · insurance no. X123456789" in compose(PRELIMINARY, patient=unknown).footer


def test_the_same_events_give_the_same_content_and_one_change_another() -> None:
    again = make_procedure([*list_happened(), *list_afterwards()])
    assert hash_content(compose(again, "final")) == hash_content(compose(FINAL, "final"))
    later = compose(FINAL, "final", now_utc=NOW + timedelta(minutes=1))
    assert hash_content(later) != hash_content(compose(FINAL, "final"))
    moved = make_procedure([*list_happened(), (60, "x", h.DueMoved("result A", date(2026, 4, 1), "late"))])
    assert hash_content(compose(moved)) != hash_content(compose(PRELIMINARY))


def test_more_chosen_stills_stand_apart_and_a_findings_still_is_not_shown_twice() -> None:
    report = compose(PRELIMINARY)
    assert len(report.media) == 3
    assert "Main duct, smooth wall" in read_section(
        next(one for one in report.sections if one.heading == "More pictures")
    )
    shown = [picture.sha256 for section in report.sections for block in section.blocks
             for picture in getattr(block, "pictures", ()) if picture.sha256]  # fmt: skip
    assert len(shown) == len(set(shown))


def test_a_language_without_texts_is_refused() -> None:
    with pytest.raises(BadInputError, match='no texts for the language "xx"'):
        compose(PRELIMINARY, language="xx")
