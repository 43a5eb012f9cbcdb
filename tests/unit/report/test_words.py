"""Every language says the same things, and every word of the model has a word in it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from string import Formatter
from typing import Any, get_args, get_type_hints

import pytest

from ductoscope.model import BadInputError, ConfigError
from ductoscope.model.clinical import (
    FINDING_TERMS,
    ActionKind,
    Agent,
    BloodThinnerDecision,
    Colour,
    ComplicationKind,
    ConsentKind,
    Contraindication,
    Cytology,
    DepthOrigin,
    Discharge,
    DueKind,
    Explanation,
    Fixative,
    Indication,
    MarkKind,
    MedicationKind,
    PriorImaging,
    ReportKind,
    Ring,
    Route,
    Sedation,
    Sex,
    Side,
    SpecimenKind,
    SpecimenStep,
    StepKind,
    StopReason,
    ThrombosisRisk,
    TimerName,
    Tissue,
    Urgency,
    ViewQuality,
)
from ductoscope.model.clinical import happened as h
from ductoscope.navigate.draw_map import LABELS
from ductoscope.report import Site, languages
from ductoscope.report.words import load_words

OUTCOME = get_type_hints(h.ReferralDecided)["outcome"]
HIDER = get_args(get_type_hints(ViewQuality)["hidden_by"])[0]
THINNER = get_type_hints(BloodThinnerDecision)["decision"]
MODEL: dict[str, Any] = {
    "side": Side, "breast": Side, "sex": Sex, "discharge_colour": Colour, "medication": MedicationKind,
    "thrombosis": ThrombosisRisk, "thinner": THINNER, "against": Contraindication, "explanation": Explanation,
    "imaging": get_type_hints(PriorImaging)["kind"], "indication": Indication, "outcome": OUTCOME, "sedation": Sedation,
    "consent_kind": ConsentKind, "ring": Ring, "depth_origin": DepthOrigin, "stop": StopReason, "hider": HIDER,
    "timer": TimerName, "agent": Agent, "route": Route, "action": ActionKind, "mark": MarkKind,
    "complication": ComplicationKind, "specimen": SpecimenKind, "fixative": Fixative, "step": SpecimenStep,
    "next": StepKind, "plain_next": StepKind, "due": DueKind, "urgency": Urgency, "cytology": Cytology,
    "tissue": Tissue, "status": ReportKind, "report_kind": ReportKind, "ducts": get_type_hints(Discharge)["ducts"],
    "blood_test": get_type_hints(Discharge)["blood_test"],
}  # fmt: skip


def test_english_and_german_are_there() -> None:
    assert {"de", "en"} <= set(languages())


@pytest.mark.parametrize("language", languages())
def test_every_language_has_the_same_keys_and_places(language: str) -> None:
    english, other = load_words("en").texts, load_words(language).texts
    assert english.keys() == other.keys()
    for section, texts in english.items():
        assert texts.keys() == other[section].keys(), section
        for key, text in texts.items():
            assert _places(text) == _places(other[section][key]), f"{section}.{key}"


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", languages())
def test_a_measured_map_finds_all_of_its_words(language: str) -> None:
    words = load_words(language).texts["duct_map"]
    assert {key: _places(text) for key, text in words.items()} == {key: _places(text) for key, text in LABELS.items()}


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("section", MODEL)
def test_every_word_of_the_model_has_its_word(language: str, section: str) -> None:
    assert set(load_words(language).texts[section]) == set(get_args(MODEL[section]))


@pytest.mark.parametrize("language", languages())
def test_every_term_of_a_finding_has_its_word_and_name(language: str) -> None:
    words = load_words(language)
    for name, terms in FINDING_TERMS.items():
        assert set(words.texts[f"look_{name}"]) == set(terms)
        assert words.say(f"findings.{name}")


def test_numbers_and_days_cannot_be_misread() -> None:
    english, german = load_words("en"), load_words("de")
    assert [english.number(3.10, 2), english.number(4.0, 1), english.number(10.0)] == ["3.1", "4", "10"]
    assert german.number(3.1, 1) == "3,1"
    assert english.date(date(2026, 3, 9)) == "9 Mar 2026"
    assert german.date(date(2026, 3, 9)) == "9. März 2026"
    assert english.date(None) == "not known"
    moment = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert english.time(moment, "Europe/Berlin") == "2 Jul 2026, 00:30 CEST"


@pytest.mark.parametrize("name", ["../en", "", "xx"])
def test_an_unknown_language_is_refused(name: str) -> None:
    with pytest.raises(BadInputError, match="no texts"):
        load_words(name)


@pytest.mark.parametrize("zone", ["Mars/Base", "", "../etc"])
def test_an_unknown_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(ConfigError, match="time zone"):
        Site("Demo", time_zone=zone)
