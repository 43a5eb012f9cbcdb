"""Labels carry a code that a camera reads, and the same in words."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import cv2
import numpy as np
import pikepdf
import pytest

from ductoscope.model import BadInputError
from ductoscope.model.clinical import Place
from ductoscope.report import render_label
from ductoscope.report.given import Given
from ductoscope.report.render_label import write_label
from ductoscope.report.words import load_words
from tests.unit.report.example import NOW, PATIENT, PEOPLE, SITE, list_happened, make_procedure

PROCEDURE = make_procedure(list_happened())
SPECIMENS = [state.specimen for state in PROCEDURE.specimens.values()]
MM = 72 / 25.4


def read_code(png: bytes) -> str:
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    return cv2.QRCodeDetector().detectAndDecode(picture)[0]


@pytest.mark.parametrize("size_mm", [(50.0, 25.0), (38.0, 19.0), (70.0, 35.0)])
def test_a_camera_reads_the_specimens_code(size_mm: tuple[float, float]) -> None:
    pages = render_label(SPECIMENS, PATIENT, PROCEDURE, SITE, size_mm, people=PEOPLE, kind="png")
    assert [read_code(page) for page in pages] == ["DS-7K2M9QXA", "DS-7K2M9QXB"]


@pytest.mark.parametrize("size_mm", [(50.0, 25.0), (70.0, 35.0)])
def test_every_label_is_one_page_of_its_size(size_mm: tuple[float, float]) -> None:
    with pikepdf.open(BytesIO(render_label(SPECIMENS, PATIENT, PROCEDURE, SITE, size_mm))) as pdf:
        assert len(pdf.pages) == 2
        for page in pdf.pages:
            assert [float(one) for one in page.MediaBox[2:]] == pytest.approx([one * MM for one in size_mm], abs=0.1)


def test_one_specimen_may_stand_alone_and_none_may_not() -> None:
    with pikepdf.open(BytesIO(render_label(SPECIMENS[0], PATIENT, PROCEDURE, SITE))) as pdf:
        assert len(pdf.pages) == 1
    with pytest.raises(BadInputError, match="no specimen to label"):
        render_label([], PATIENT, PROCEDURE, SITE)


def test_a_label_too_small_to_read_is_refused() -> None:
    with pytest.raises(BadInputError, match="too small to be read"):
        render_label(SPECIMENS[0], PATIENT, PROCEDURE, SITE, (20, 10))


def test_a_name_longer_than_the_label_still_makes_one_page() -> None:
    long = replace(PATIENT, details=replace(PATIENT.details, family="W" * 200, given="#panic() <b> 汉字"))
    with pikepdf.open(BytesIO(render_label(SPECIMENS, long, PROCEDURE, SITE, people=PEOPLE))) as pdf:
        assert len(pdf.pages) == 2


def write(specimen: object, procedure: object = PROCEDURE) -> str:
    given = Given(procedure, PATIENT, load_words("en"), SITE, PEOPLE, NOW)
    return "\n".join(write_label(given, specimen).values()).replace("\u00a0", " ")


def test_the_label_says_whose_where_what_in_what_when_and_by_whom() -> None:
    said = write(SPECIMENS[0])
    for words in (
        "Demo, Anna",
        "born 21 May 1974 · hospital no. 4711-0815",
        "LEFT 4:30 o’clock · 34 mm deep",
        "forceps biopsy · 2 pc",
        "formalin 10 %",
        "9 Mar 2026, 09:27 CET · Dr. Ilse Weber",
        "SIMULATED",
    ):
        assert words in said
    assert "6.5 ml" in write(SPECIMENS[1])
    assert "45 mm deep" in write(SPECIMENS[1])


def test_what_is_not_known_has_a_question_mark() -> None:
    said = write(replace(SPECIMENS[0], place=Place()))
    assert "LEFT, opening ? · depth ?" in said
    nobody_asked = replace(PROCEDURE, time_out=None, referral=None)
    assert "SIDE ?" in write(SPECIMENS[0], nobody_asked)


def test_an_honest_label_does_not_say_simulated() -> None:
    assert "SIMULATED" not in write(SPECIMENS[0], make_procedure(list_happened(is_simulated=False)))
