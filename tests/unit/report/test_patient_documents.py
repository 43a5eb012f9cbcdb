"""What patients read: plain words, the right numbers, no diagnosis, and never that a drug should be stopped."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ductoscope.model import BadInputError
from ductoscope.model.clinical import BloodThinnerDecision, Paragraph, Points, Report
from ductoscope.model.clinical import happened as h
from ductoscope.report import (
    Thresholds,
    compose_leaflet,
    compose_letter,
    compose_patient_report,
    languages,
    render_pdf,
)
from tests.unit.report.example import NOW, PATIENT, PEOPLE, SITE, list_happened, make_procedure, read_example
from tests.unit.report.said import read_report

GIVEN = {"site": SITE, "people": PEOPLE, "now_utc": NOW}
BEFORE, AFTER = make_procedure(list_happened()), make_procedure()
GRADE_AT_12_YEARS = 6.0


def plan(**change: object) -> object:
    """The example with its plan, or its answer about the blood thinner, changed."""
    return replace(BEFORE, plan=replace(BEFORE.plan, **change))


def list_documents(language: str = "en") -> dict[str, Report]:
    given = GIVEN | {"language": language}
    sedated = plan(sedation="moderate")
    unsettled = replace(sedated, blood_thinners={}, blood_thinners_by={})
    return {
        "letter": compose_letter(BEFORE, PATIENT, **given),
        "letter with sedation": compose_letter(unsettled, PATIENT, **given),
        "leaflet": compose_leaflet(SITE, language, sedated, now_utc=NOW),
        "patient report": compose_patient_report(BEFORE, PATIENT, **given),
        "patient report later": compose_patient_report(AFTER, PATIENT, **given),
    }


def grade(report: Report) -> float:
    """Flesch-Kincaid grade of the document's sentences (Kincaid 1975); headings and facts are no sentences."""
    blocks = [block for section in report.sections for block in section.blocks]
    texts = [block.text for block in blocks if isinstance(block, Paragraph) and "SIMULATED" not in block.text]
    texts += [point for block in blocks if isinstance(block, Points) for point in block.points]
    sentences = [one for text in texts for one in re.split(r"[.!?:]\s+|[.!?:,]$", text) if re.search("[a-z]", one)]
    words = [word for one in sentences for word in re.findall(r"[A-Za-z']+", one)]
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(count_syllables, words)) / len(words) - 15.59


def count_syllables(word: str) -> int:
    """Count groups of vowels, less a silent e at the end."""
    word = word.lower()
    groups = len(re.findall(r"[aeiouy]+", word))
    if word.endswith("e") and not word.endswith("le") and groups > 1:
        groups -= 1
    return max(groups, 1)


@pytest.mark.parametrize("name", list_documents())
def test_a_child_of_12_can_read_it(name: str) -> None:
    assert grade(list_documents()[name]) <= GRADE_AT_12_YEARS


def test_the_grade_tells_hard_words_from_plain_ones() -> None:
    hard = "Transillumination facilitates intraoperative localisation of intraductal abnormalities before excision."
    leaflet = compose_leaflet(SITE, now_utc=NOW)
    spoiled = replace(leaflet, sections=(replace(leaflet.sections[0], blocks=(Paragraph(hard),)),))
    assert grade(spoiled) > 12


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("decision", ["pause", "change", "postpone the examination", "continue", None])
def test_nothing_ever_tells_a_patient_to_stop_a_drug(language: str, decision: str | None) -> None:
    listed = list_happened()
    if decision is None:
        listed = [one for one in listed if not isinstance(one[2], h.BloodThinnerDecided)]
    else:
        answer = BloodThinnerDecision("Apixaban", decision, "Dr. Roth", "STOP 48 hours before")
        listed.append((-10, "nurse.kim", h.BloodThinnerDecided(answer)))
    procedure = make_procedure(listed)
    letter = compose_letter(procedure, PATIENT, **GIVEN, language=language)
    leaflet = compose_leaflet(SITE, language, procedure, now_utc=NOW)
    for said in (read_report(letter), read_report(leaflet)):
        if language == "en":
            assert "Do not stop any drug by yourself" in said
            assert all(before == "Do not " for before in re.findall(r"(.{7})stop any", said))
        assert "STOP 48" not in said
        assert not re.search(
            r"(?<!not )\bstop (taking|it|the)\b|pausieren|setzen sie .{0,30} ab(?! \.)", said.lower()
        ) or (language == "de" and "kein medikament selbst ab" in said.lower())
    assert "Apixaban" in read_report(letter)


def test_the_letter_says_whom_to_ask_about_a_blood_thinner() -> None:
    undecided = replace(BEFORE, blood_thinners={}, blood_thinners_by={})
    assert "Ask the doctor who gave it to you" in read_report(compose_letter(undecided, PATIENT, **GIVEN))
    assert "Dr. Paul Roth (cardiology) says: keep taking it" in read_report(compose_letter(BEFORE, PATIENT, **GIVEN))
    paused = BloodThinnerDecision("Apixaban", "pause", "Dr. Roth")
    procedure = replace(BEFORE, blood_thinners={"Apixaban": paused})
    assert "Dr. Roth has made a plan for this drug" in read_report(compose_letter(procedure, PATIENT, **GIVEN))


def test_the_letter_says_when_where_which_breast_and_whom_to_call() -> None:
    said = read_report(compose_letter(BEFORE, PATIENT, **GIVEN))
    for words in ("Dear Anna Demo", "9 Mar 2026, 09:05 CET", "1 Example Street", "Room 2", "LEFT breast",
                  "about 45 minutes", "+00 000 1234-0", "warm, wet towel", "10 to 15 minutes"):  # fmt: skip
        assert words in said


def test_a_letter_needs_a_date() -> None:
    with pytest.raises(BadInputError, match="plan the examination"):
        compose_letter(replace(BEFORE, plan=None), PATIENT, **GIVEN)


def test_fasting_and_escort_only_with_sedation() -> None:
    awake, sedated = (read_report(compose_letter(plan(sedation=one), PATIENT, **GIVEN)) for one in ("none", "minimal"))
    assert "You can eat and drink as on any day." in awake
    assert "You must have an adult to take you home" not in awake
    assert "light meal 6 hours before" in sedated
    assert "drink water until 2 hours before" in sedated
    assert "Do not drive for 24 hours." in sedated
    assert "You must have an adult to take you home" in sedated
    assert "You can eat and drink" not in sedated


def test_red_flags_come_with_the_clinics_own_thresholds_and_phone() -> None:
    own = Thresholds(pad_minutes=30, pressure_minutes=12, bleeding_hours=96, pain_hours=36, temperature_c=38.5)
    said = read_report(compose_leaflet(SITE, now_utc=NOW, thresholds=own))
    for words in (
        "in 30 minutes or less",
        "after 96 hours",
        "after 36 hours",
        "38.5 °C",
        "Call us on +00 000 1234-0 the same day",
        "Call 112 at once",
        "after you press hard for 12 minutes",
    ):
        assert words in said


def test_a_clinic_without_a_phone_is_not_called_not_recorded() -> None:
    site = replace(SITE, phone="")
    letter = read_report(compose_letter(BEFORE, PATIENT, **GIVEN | {"site": site}))
    leaflet = read_report(compose_leaflet(site, now_utc=NOW))
    assert "not recorded" not in letter + leaflet
    assert "Call the clinic the same day" in leaflet


def test_the_leaflet_names_no_patient() -> None:
    said = read_report(compose_leaflet(SITE, "en", BEFORE, now_utc=NOW))
    assert "Demo," not in said
    assert "4711" not in said


@pytest.mark.parametrize("language", languages())
def test_the_patients_report_gives_no_diagnosis(language: str) -> None:
    said = read_report(compose_patient_report(AFTER, PATIENT, **GIVEN, language=language))
    for word in ("B3", "C3", "papill", "atyp", "malign", "benign", "bösartig", "gutartig", "D2", "suspic", "discord"):
        assert word.lower() not in said.lower(), word


def test_the_patients_report_says_what_is_known_and_when_to_expect_more() -> None:
    before = read_report(compose_patient_report(BEFORE, PATIENT, **GIVEN))
    for words in ("2 of your milk ducts", "2 spots", "This is not a diagnosis", "We could not see all parts",
                  "Sample A: the answer should be here by 16 Mar 2026", "There was a problem on the day"):  # fmt: skip
        assert words in before
    after = read_report(compose_patient_report(AFTER, PATIENT, **GIVEN))
    assert "Sample A: the lab has sent its answer. Your doctor will tell you what it means." in after
    assert "We plan a small operation." in after
    none = replace(BEFORE, findings={}, specimens={}, complications=())
    said = read_report(compose_patient_report(none, PATIENT, **GIVEN))
    assert "We saw nothing odd in the parts that we could reach." in said
    assert "We took no sample." in said
    assert "There was a problem" not in said
    assert "did not take place" in read_report(
        compose_patient_report(replace(BEFORE, begun_utc=None), PATIENT, **GIVEN)
    )


@pytest.mark.parametrize("name", list_documents("de"))
def test_german_says_that_no_clinic_signed_it_off(name: str) -> None:
    assert "noch von keiner Klinik geprüft und freigegeben" in read_report(list_documents("de")[name])


def test_large_print_is_larger() -> None:
    normal, large = (
        render_pdf(compose_letter(BEFORE, PATIENT, **GIVEN, is_large_print=one), read_example) for one in (False, True)
    )
    assert count_pages(large) > count_pages(normal) == 1


def count_pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b(?!s)", pdf)) or pdf.count(b"/Type/Page/")


def test_the_day_is_the_clinics_not_that_of_greenwich() -> None:
    begun = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)  # after midnight in Auckland
    site = replace(SITE, time_zone="Pacific/Auckland")
    report = compose_patient_report(
        replace(AFTER, begun_utc=begun), PATIENT, site=site, people=PEOPLE, now_utc=begun + timedelta(hours=1)
    )
    assert "Day: 10 Mar 2026" in read_report(report)
    assert report.status == "10 Mar 2026"
