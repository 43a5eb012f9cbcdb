"""PDF and HTML carry the same report, need nothing from outside, and take hostile text as text."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO
from itertools import pairwise

import cv2
import numpy as np
import pikepdf
import pytest

from ductoscope.model import BadFileError
from ductoscope.model.clinical import (
    Card,
    Facts,
    Paragraph,
    Picture,
    Pictures,
    Points,
    Report,
    Section,
    Table,
)
from ductoscope.report import compose_leaflet, compose_report, compose_request, render_html, render_pdf
from ductoscope.report.render_pdf import _plan_width, draw_pages, plan_widths
from ductoscope.report.unprintable import LONGEST, break_long_words, keep_printable
from tests.unit.report.example import NOW, PATIENT, PEOPLE, SITE, list_happened, make_procedure, read_example
from tests.unit.report.said import read_report

GIVEN = {"site": SITE, "people": PEOPLE, "now_utc": NOW}
REPORT = compose_report(make_procedure(), PATIENT, kind="final", version=2, protocol_id="a1", **GIVEN)
HOSTILE = [
    '#eval("panic()") #panic("evaluated") #{ 1 + }',
    "*bold* _it_ $x$ @ref <label> `raw` \\ // /* #",
    '<script>alert(1)</script>"><img src=x onerror=alert(1)> & &amp; {{ 7*7 }} {% raw %}',
    "{name} {0} %s ${HOME}",
    "שלום עולם مرحبا بالعالم \u202eabc\u2069",
    "😀👩‍⚕️ 汉字 한국어 ไทย \ufffe\ud7ff\U0001f1e9",
    "W" * 800,
    "a\tb\nc\n\n\nd",
    "= Heading\n- list\n+ enum\n/ term: x",
    " ",
    "é̷̛͟" * 40,
]


def carry(text: str) -> Report:
    """A report that has the text in every place where text can stand."""
    blocks = (
        Paragraph(text),
        Paragraph(text, "note"),
        Paragraph(text, "warning"),
        Facts(((text, text),)),
        Points((text, text), is_numbered=True),
        Table(text, (text, "b"), ((text, text), ("x", text))),
        Card(text, (Paragraph(text), Facts((("a", text),)), Points((text,)))),
        Pictures((Picture(text, text, '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>'),)),
    )
    section = Section(text, blocks)
    return replace(REPORT, sections=(section,), head=((text, text),), footer=text, status=text, letterhead=text)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_only_text_in_the_pdf(text: str) -> None:
    assert render_pdf(carry(text), read_example).startswith(b"%PDF-1.7")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_only_text_in_the_page(text: str) -> None:
    page = Page()
    page.feed(render_html(carry(text), read_example))
    assert not {"script", "iframe", "object", "form"} & set(page.tags)
    assert not any(name.startswith("on") for name in page.attributes)
    assert text.strip() in " ".join(page.texts) or not text.strip()


def test_what_cannot_be_printed_becomes_a_box_and_nothing_else_does() -> None:
    content = {"a": "x\U0001f600y", "b": ["été", "\x00\x07z"], "file": "\U0001f600"}
    assert keep_printable(content, {"\U0001f600"}) == {"a": "x□y", "b": ["été", "z"], "file": "\U0001f600"}
    many = {chr(0x4E00 + place) for place in range(20)}
    assert keep_printable("漢 Ωд é", many) == "□ Ωд é"


def test_only_very_long_words_may_break() -> None:
    assert break_long_words(["w" * LONGEST, "a b"]) == ["w" * LONGEST, "a b"]
    assert break_long_words("w" * (LONGEST + 1)).replace("\u200b", "") == "w" * (LONGEST + 1)
    assert "\u200b" in break_long_words("w" * (LONGEST + 1))


def test_the_pdf_is_tagged_archival_accessible_and_names_no_patient() -> None:
    with pikepdf.open(BytesIO(render_pdf(REPORT, read_example))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        assert "/OutputIntents" in pdf.Root
        assert str(pdf.Root.Lang) == "en"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == "Ductoscopy report"
            packet = str(metadata)
        assert "Anna" not in packet
        assert "4711" not in packet
        assert str(pdf.docinfo["/Title"]) == "Ductoscopy report"
        figures, headings = count_tags(pdf)
    assert figures == len(REPORT.media) + 2
    assert headings >= len(REPORT.sections)


def count_tags(pdf: pikepdf.Pdf) -> tuple[int, int]:
    """Count figures that have alt text, and headings; a figure without one fails."""
    figures = headings = 0
    for one in pdf.objects:
        if isinstance(one, pikepdf.Dictionary) and "/S" in one and "/P" in one and "/Pg" not in one.get("/D", {}):
            if one.S == "/Figure":
                assert str(one.Alt)
                figures += 1
            headings += str(one.S) in ("/H1", "/H2")
    return figures, headings


def test_the_same_report_gives_the_same_bytes_and_its_own_date() -> None:
    first, second = (render_pdf(REPORT, read_example) for _ in range(2))
    assert first == second
    with pikepdf.open(BytesIO(first)) as pdf:
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20260317153000")


def test_several_people_can_make_documents_at_once() -> None:
    reports = [replace(REPORT, footer=f"copy {number}", sections=REPORT.sections[:1]) for number in range(4)]
    with ThreadPoolExecutor(4) as people:
        made = list(people.map(lambda report: render_pdf(report, read_example), reports))
    assert made == [render_pdf(report, read_example) for report in reports]


def test_the_status_and_simulated_stand_on_every_page() -> None:
    honest = compose_report(
        make_procedure(list_happened(is_simulated=False)),
        PATIENT,
        kind="preliminary",
        version=1,
        protocol_id="",
        **GIVEN,
    )
    purple = [mark_simulated(page) for page in draw_pages(REPORT, read_example, ppi=40)]
    assert len(purple) >= 4
    assert all(purple)
    assert not any(mark_simulated(page) for page in draw_pages(honest, read_example, ppi=40))


def mark_simulated(png: bytes) -> bool:
    """Whether the purple mark is at the top right of a page."""
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR).astype(int)
    corner = picture[: picture.shape[0] // 14, picture.shape[1] // 2 :]
    return bool((np.abs(corner - np.array([134, 42, 91])).sum(axis=-1) < 30).sum() > 50)


def test_a_still_that_is_no_png_is_refused_in_words() -> None:
    for render in (render_pdf, render_html):
        with pytest.raises(BadFileError, match="no PNG picture"):
            render(REPORT, lambda _: b"GIF89a")


def test_a_long_table_and_a_long_card_break_over_pages() -> None:
    rows = tuple((str(number), "word " * 30) for number in range(120))
    long = (Table("many", ("a", "b"), rows), Card("long", (Paragraph("word " * 3_000),)))
    report = replace(REPORT, sections=(Section("s", long),))
    assert len(draw_pages(report, read_example, ppi=20)) >= 5


@pytest.mark.parametrize("text", ["word " * 2_500, "line\n" * 200], ids=["long", "many lines"])
def test_no_words_run_off_the_page(text: str) -> None:
    card = replace(REPORT, sections=(Section("s", (Card("c", (Paragraph(text),)),)),), is_simulated=False)
    letter = replace(card, kind="letter", sections=(Section("s", (Paragraph(text),)),))
    table = replace(card, sections=(Section("s", (Table("t", ("a", "b"), (("1", text),)),)),))
    warning = replace(card, sections=(Section("s", (Paragraph(text, "warning"),)),))
    for report in (card, letter, table, warning):
        pages = draw_pages(report, read_example, ppi=20)
        assert pages
        assert not any(is_bottom_margin_written(page) for page in pages)


def is_bottom_margin_written(png: bytes) -> bool:
    """Whether there is ink below the footer."""
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    return bool((picture[-picture.shape[0] // 40 :] < 200).any())


def test_a_drawing_taller_than_a_page_is_made_smaller() -> None:
    def draw(height: int) -> Report:
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {height}"><rect width="9" height="9"/></svg>'
        return replace(REPORT, sections=(Section("s", (Pictures((Picture("a", "c", svg),)),)),))

    assert len(draw_pages(draw(9_000), read_example, ppi=20)) <= 2
    assert _plan_width(Picture("a", "c", draw(9_000).sections[0].blocks[0].pictures[0].svg)) < 20


def test_wide_text_gets_a_wider_column() -> None:
    widths = plan_widths(Table("t", ("No.", "Words"), (("1", "many words " * 9), ("2", "more of them " * 9))))
    assert widths[1] > 3 * widths[0]


class Page(HTMLParser):
    """A page as a browser reads it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, list[str]] = {}
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value or "")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read_page(report: Report) -> Page:
    page = Page()
    page.feed(render_html(report, read_example))
    return page


def test_the_page_says_what_the_pdf_says() -> None:
    page = read_page(REPORT)
    shown = re.sub(r"\s+", " ", " ".join([*page.texts, *page.attributes["alt"]])).replace("\u00a0", " ")
    for line in read_report(REPORT).splitlines():
        for part in re.split(r" \| |: ", line):
            assert re.sub(r"\s+", " ", part).strip() in shown, part


def test_the_page_needs_nothing_from_outside() -> None:
    page = read_page(REPORT)
    assert all(one.startswith("data:image/svg+xml;base64,") for one in page.attributes["src"])
    assert "href" not in page.attributes
    assert not {"link", "script"} & set(page.tags)
    assert "url(" not in render_html(REPORT, read_example)


def test_the_page_is_readable_by_a_screen_reader() -> None:
    page = read_page(REPORT)
    assert page.attributes["lang"] == ["en"]
    assert all(page.attributes["alt"])
    assert len(page.attributes["alt"]) == page.tags.count("img") == len(REPORT.media) + 2
    assert page.tags.count("h1") == 1
    levels = [int(tag[1]) for tag in page.tags if re.fullmatch("h[1-6]", tag)]
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert page.tags.count("caption") == page.tags.count("table")
    assert {"col", "row"} == set(page.attributes["scope"])
    assert "main" in page.tags


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_document_can_be_made_in_every_language(language: str) -> None:
    procedure = make_procedure(list_happened())
    given = GIVEN | {"language": language}
    for report in (
        compose_report(procedure, PATIENT, kind="preliminary", version=1, protocol_id="", **given),
        compose_request(procedure, PATIENT, **given),
        compose_leaflet(SITE, language, now_utc=NOW),
    ):
        assert f'lang="{language}"' in render_html(report, read_example)
        with pikepdf.open(BytesIO(render_pdf(report, read_example))) as pdf:
            assert str(pdf.Root.Lang) == language
