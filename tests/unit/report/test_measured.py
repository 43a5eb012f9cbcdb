"""The measured map and its walls stand in the report, with who measured, and a finding marked later is on the map."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

import cv2
import numpy as np
import pikepdf
import pytest

from ductoscope.model import BadFileError
from ductoscope.model.clinical import (
    Depth,
    Finding,
    MappedBranch,
    MeasuredMap,
    Orifice,
    Picture,
    Pictures,
    Place,
    Report,
    Section,
)
from ductoscope.model.clinical import happened as h
from ductoscope.report import compose_report, draw_duct_map, render_html, render_pdf
from ductoscope.report.draw_map_marks import draw_map_marks
from ductoscope.report.render_pdf import draw_pages
from ductoscope.report.sections.measured import CAPTION_MM, GAP_MM, LINE_MM, MAP_TALLEST_MM, WALL_MM
from ductoscope.report.still_picture import wrap_picture
from ductoscope.report.words import load_words
from tests.unit.report.example import NOW, PATIENT, PEOPLE, SITE, list_happened, make_procedure, read_example
from tests.unit.report.said import read_section
from tests.unit.report.test_render import count_tags

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 300"><title>Map</title>'
    b'<rect width="800" height="300" fill="#fff"/><path d="M96 84h400" stroke="#000"/></svg>'
)


def draw_wall(width_px: int, red: int) -> bytes:
    return cv2.imencode(".png", np.full((192, width_px, 3), (90, 120, red), np.uint8))[1].tobytes()


def put(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


WALLS = {"": draw_wall(620, 200), "L": draw_wall(900, 180), "R": draw_wall(170, 160)}
STORE = {put(one): one for one in (SVG, *WALLS.values())}
BRANCHES = (
    MappedBranch("", True, 0.0, 20.0, 84.0, 0.705, 0.2, put(WALLS[""]), 620, 192),
    MappedBranch("L", True, 20.0, 48.5, 59.0, 0.5, 0.125, put(WALLS["L"]), 900, 192),
    MappedBranch("R", True, 20.0, 24.0, 109.0, 1.0, 0.0, put(WALLS["R"]), 170, 192),
    MappedBranch("LL", True, 48.5, 49.0, 34.0),
    MappedBranch("LR", False, 48.5, 48.5, 70.0),
)
MAP = MeasuredMap(
    1, put(SVG), "mm", "the depth of the shaft", 800.0, 300.0, 96.0, 8.0, BRANCHES, "learned 3", "Ductoscope 9.8"
)


def read_media(sha256: str) -> bytes:
    return STORE.get(sha256) or read_example(sha256)


def report(*maps: MeasuredMap, then: Sequence[h.Happened] = (), language: str = "en") -> Report:
    happened = [(50, "dr.weber", one) for one in (*map(h.DuctMapped, maps), *then)]
    procedure = make_procedure([*list_happened(is_simulated=False), *happened])
    given = {"kind": "preliminary", "version": 1, "site": SITE, "people": PEOPLE, "protocol_id": "", "now_utc": NOW}
    return compose_report(procedure, PATIENT, language=language, **given)


def extent(composed: Report) -> Section:
    return next(one for one in composed.sections if one.heading.startswith("Extent"))


def pictures_of(section: Section) -> list[Picture]:
    return [one for block in section.blocks if isinstance(block, Pictures) for one in block.pictures]


def test_the_measured_map_stands_in_place_of_the_scheme_and_the_scheme_stays_for_the_others() -> None:
    before, after = pictures_of(extent(report())), pictures_of(extent(report(MAP)))
    assert [one.sha256 for one in after] == ["", MAP.drawing, *(one.wall for one in BRANCHES if one.wall), ""]
    assert "opening 1" in after[1].caption
    assert "4:30" in before[-1].svg
    assert "4:30" not in after[-1].svg
    assert "10:00" in after[-1].svg
    assert "4:30" not in after[-1].alt
    both = pictures_of(extent(report(MAP, replace(MAP, orifice=2))))
    assert [one.sha256 for one in both].count(MAP.drawing) == 2
    assert [one for one in both if not one.sha256] == after[:1], "the clock face alone"


def test_a_duct_that_proved_not_to_be_entered_shows_no_map() -> None:
    not_entered = h.OrificeNoted(Orifice(1, 4.5, "central", why_not="it was opening 2"))
    assert MAP.drawing not in [one.sha256 for one in pictures_of(extent(report(MAP, then=[not_entered])))]


def test_it_says_scale_shares_and_who_measured() -> None:
    said = read_section(extent(report(MAP))).replace("\u00a0", " ")
    for words in (
        "as it was measured: lengths in mm, scale from the depth of the shaft",
        "main duct, 0 to 20 mm: 70 % seen well, 20 % badly, 10 % never",
        "branch L, 20 to 48 mm: 50 % seen well, 12 % badly, 38 % never",
        "in full colour what was seen well, pale grey what was seen badly, hatched what was never seen",
        "Nothing of the wall was seen in: branch LL.",
        "Measured by learned 3 in Ductoscope 9.8; a person accepted it.",
    ):
        assert words in said, words
    assert "SIMULATED" not in said


def test_without_a_scale_it_says_so_and_puts_no_finding_in_mm_on_it() -> None:
    composed = report(replace(MAP, unit="radii", scale=""))
    said = read_section(extent(composed)).replace("\u00a0", " ")
    assert "lengths in radii of the duct; nothing gave a scale" in said
    assert "0 to 20 radii" in said
    assert "Not on this map, which does not tell their place: A, B." in said
    assert "path" not in pictures_of(extent(composed))[1].svg


def test_simulated_is_said_beside_the_map() -> None:
    simulated = report(replace(MAP, is_simulated=True))
    assert "from SIMULATED pictures" in read_section(extent(simulated))
    assert simulated.is_simulated


def test_who_measured_stands_with_the_algorithms() -> None:
    said = read_section(report(MAP).sections[-1])
    assert "learned 3 measured the map of a duct; a person accepted it. outline finder 0.2 suggested" in said
    assert "measured the map" not in read_section(report().sections[-1])


def test_findings_stand_at_their_depth_on_the_map_whenever_they_were_marked() -> None:
    later = h.FindingMarked(Finding("D", Place(1, "L", Depth(30, 3, "encoder"))))
    elsewhere = h.FindingMarked(Finding("E", Place(2, "", Depth(10, 1, "encoder"))))
    unplaced = h.FindingMarked(Finding("F", Place(1, "RRR", Depth(10, 1, "encoder"))))
    beyond = h.FindingMarked(Finding("G", Place(1, "L", Depth(95, 1, "encoder"))))
    drawing = pictures_of(extent(report(MAP, then=[later, elsewhere, unplaced, beyond])))[1]
    assert re.findall(r">([A-Z])</text>", drawing.svg) == ["A", "B", "D"]
    assert "findings on it A, B, D" in drawing.alt
    assert "does not tell their place: F, G." in drawing.caption
    (mark,) = re.findall(r'd="M([\d.]+) ([\d.]+)l8 8', draw_map_marks(MAP, [later.finding]))
    assert (float(mark[0]), float(mark[1])) == (96 + 30 * 8, 59 - 8)
    (bar,) = re.findall(r'd="M([\d.]+) [\d.]+h([\d.]+)M', draw_map_marks(MAP, [later.finding]))
    assert (float(bar[0]), float(bar[1])) == (96 + 27 * 8, 6 * 8)


def test_a_duct_takes_about_half_a_page_however_many_branches_it_has() -> None:
    many = tuple(replace(BRANCHES[0], name="L" * order) for order in range(12))
    composed = extent(report(replace(MAP, height=900.0, branches=many)))
    rows = [block.pictures for block in composed.blocks if isinstance(block, Pictures)][1:-1]
    (drawing,), *walls = rows
    assert drawing.width_mm * 900 / 800 <= MAP_TALLEST_MM + 0.1
    for row in walls:
        assert sum(max(one.width_mm, CAPTION_MM) + GAP_MM for one in row) - GAP_MM <= LINE_MM
        assert all(one.width_mm * 192 / 620 <= WALL_MM + 0.1 for one in row)
    assert sum(len(row) for row in walls) == 12
    assert len(walls) == 4


def test_every_picture_of_it_is_tagged_and_says_what_it_shows() -> None:
    composed = report(MAP)
    shown = pictures_of(extent(composed))
    assert "entered main duct, branch L, branch R, branch LL; seen and not entered branch LR" in shown[1].alt
    assert shown[2].alt.replace("\u00a0", " ") == (
        "Unrolled wall of the main duct: 70 % seen well, 20 % seen badly, 10 % never seen."
    )
    with pikepdf.open(BytesIO(render_pdf(composed, read_media))) as pdf:
        figures, _ = count_tags(pdf)
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
    assert figures == len(composed.media) + 2  # the clock face and the scheme of the other duct


def test_the_drawing_is_on_the_page_and_as_large_as_it_says() -> None:
    page = render_html(report(MAP), read_media)
    assert page.count('<img src="data:image/svg+xml;base64,') == page.count("<img ")
    assert re.findall(r'width="(\d+)">', page) == ["605", "171", "248", "47"]
    plain, marked = (draw_pages(one, read_media, ppi=30) for one in (report(), report(MAP)))
    assert len(marked) - len(plain) in (0, 1)


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_language_has_it(language: str) -> None:
    for measured in (MAP, replace(MAP, unit="radii", is_simulated=True)):
        composed = report(measured, language=language)
        assert render_pdf(composed, read_media).startswith(b"%PDF")
    if language == "de":
        assert "noch von keiner Klinik" in read_section(composed.sections[-1])


def test_what_is_neither_picture_nor_drawing_is_refused() -> None:
    for content in (b"GIF89a", b"<svg>", b"<html><svg "):
        with pytest.raises(BadFileError, match="no PNG picture"):
            wrap_picture(Picture("a", "c", "", MAP.drawing), lambda _, content=content: content)


def test_the_scheme_leaves_out_what_was_measured() -> None:
    procedure = make_procedure([*list_happened(), (50, "x", h.DuctMapped(MAP))])
    assert "4:30" not in draw_duct_map(procedure, load_words("en"))
