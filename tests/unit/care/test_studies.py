"""What studies found is read strictly: every number with its source, population and interval."""

from __future__ import annotations

import re

import pytest

from ductoscope.care import load_studies, read_studies, what_studies_found
from ductoscope.care.study import find_wilson
from ductoscope.model import ConfigError

HEAD = 'version = "1"\nno_model_says = "None is installed."\n'
STUDY = """
[[study]]
id = "one"
says = "Of {of} such, {count} were."
source = "Somebody 2020"
population = "30 patients"
caveat = ""
count = 3
of = 30
terms.type = ["superficial"]
"""
MODEL = """
[own_model]
name = "House model"
version = "3"
file = "house.onnx"
validation = "400 examinations of 2025, sensitivity 0.81 (0.76 to 0.85)"
population = "adults with discharge"
"""


def test_wilson_agrees_with_published_values() -> None:
    # Newcombe, Statistics in Medicine 1998;17:857, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    for count, of, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)):
        assert find_wilson(count, of) == pytest.approx((low, high), abs=5e-5)
    assert find_wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)


def test_every_shipped_study_says_where_its_number_is_from() -> None:
    for study in load_studies().studies:
        assert study.source
        assert study.population
        assert study.interval
        assert (study.share is None) == (study.low is None) == (study.high is None)
        assert "{" not in study.says


def test_no_shipped_sentence_is_a_verdict() -> None:
    for study in load_studies().studies:
        assert not re.search(r"\b(benign|malignant)\b", study.says, re.IGNORECASE)


def test_shipped_counts_are_those_of_the_source() -> None:
    by_id = {study.id: study for study in load_studies().studies}
    assert by_id["makita_solitary"].share == pytest.approx(7 / 61)
    assert by_id["makita_multiple"].share == pytest.approx(13 / 20)
    assert by_id["makita_combined"].share == pytest.approx(16 / 18)
    assert by_id["makita_superficial"].share == pytest.approx(29 / 30)
    assert by_id["blunt_stop"].share == pytest.approx(0.351, abs=5e-4)
    assert by_id["ring"].share == pytest.approx(0.227, abs=5e-4)
    assert by_id["liu_cancer"].share == pytest.approx(0.112, abs=5e-4)
    assert by_id["liu_papilloma"].share == pytest.approx(0.522, abs=5e-4)


def test_particular_studies_come_before_those_of_any_finding() -> None:
    found = what_studies_found({"type": "superficial"}, "changes the wall")
    assert found[0].id == "makita_superficial"
    assert [study.is_any for study in found] == sorted(study.is_any for study in found)
    assert "makita_solitary" not in {study.id for study in found}


def test_what_a_suggestion_shows_counts_too() -> None:
    assert "blunt_stop" in {study.id for study in what_studies_found({}, "plugs")}
    assert "blunt_stop" not in {study.id for study in what_studies_found({}, "stands out")}


def test_an_undescribed_finding_gets_general_studies_only() -> None:
    assert all(study.is_any for study in what_studies_found({}))


def test_none_is_installed_without_a_model_of_the_site() -> None:
    studies = load_studies()
    assert studies.model is None
    assert "is installed" in studies.model_says


def test_a_site_names_its_own_model_and_studies() -> None:
    studies = load_studies(HEAD + STUDY + MODEL)
    assert studies.model is not None
    assert studies.model.file == "house.onnx"
    assert "House model 3" in studies.model_says
    (study,) = what_studies_found({"type": "superficial"}, studies=studies)
    assert study.says == "Of 30 such, 3 were."
    assert study.interval == "95 % interval computed here from 3 of 30 (Wilson)"


def test_published_intervals_are_kept_as_they_are() -> None:
    text = HEAD + STUDY.replace("count = 3\nof = 30", "share = 0.1\nlow = 0.05\nhigh = 0.2").replace(
        "Of {of} such, {count} were.", "Some were."
    )
    (study,) = read_studies(text).studies
    assert (study.share, study.low, study.high) == (0.1, 0.05, 0.2)
    assert study.interval == "95 % interval as published"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("count = 3", "count = 31", "31 of 30 cannot be"),
        ("count = 3", "count = 3.5", "cannot be"),
        ("of = 30\n", "", "must give count and of"),
        ("of = 30", "of = 30\nshare = 0.1", "must give count and of"),
        ("count = 3\nof = 30", "", "says a count that it does not give"),
        ('source = "Somebody 2020"\n', "", "source is missing"),
        ('population = "30 patients"', 'population = " "', "population is"),
        ('terms.type = ["superficial"]', "", "which findings it is about"),
        ('terms.type = ["superficial"]', 'terms.type = ["superficial"]\nany = true', "which findings it is about"),
        ('terms.type = ["superficial"]', 'terms.kind = ["superficial"]', '"kind" is no term'),
        ('terms.type = ["superficial"]', 'terms.type = ["benign"]', "the words of type"),
        ('terms.type = ["superficial"]', 'shows = ["looks odd"]', "shows is a list out of"),
        ('terms.type = ["superficial"]', "any = 1", "must be true or false"),
        ('terms.type = ["superficial"]', 'terms = "all"', "terms names a term"),
        ('caveat = ""', 'caveat = ""\nnote = "x"', 'unknown entry "note"'),
        ('version = "1"', "", "version is missing"),
        ('no_model_says = "None is installed."', "", "no_model_says is missing"),
        ("[[study]]", "[study]", "headed \\[\\[study\\]\\]"),
        ('id = "one"', "id = one", "not valid TOML"),
        ('version = "1"', 'version = "1"\nother = 1', '"other" is no part'),
    ],
)
def test_what_cannot_be_is_refused_in_words(old: str, new: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        read_studies((HEAD + STUDY).replace(old, new))


def test_a_share_outside_its_interval_is_refused() -> None:
    text = (HEAD + STUDY).replace("count = 3\nof = 30", "share = 0.3\nlow = 0.4\nhigh = 0.5")
    with pytest.raises(ConfigError, match="share between"):
        read_studies(text.replace("Of {of} such, {count} were.", "Some were."))


def test_two_studies_of_one_id_are_refused() -> None:
    with pytest.raises(ConfigError, match='the id "one"'):
        read_studies(HEAD + STUDY + STUDY)


def test_a_model_without_its_validation_is_refused() -> None:
    with pytest.raises(ConfigError, match="validation is missing"):
        read_studies(HEAD + STUDY + re.sub("validation = .*\n", "", MODEL))
    with pytest.raises(ConfigError, match='unknown entry "weights"'):
        read_studies(HEAD + STUDY + MODEL + 'weights = "x"\n')


def test_a_huge_file_is_refused() -> None:
    with pytest.raises(ConfigError, match="letters long"):
        read_studies("#" * 200_001)
