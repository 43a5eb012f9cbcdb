"""Render a document as PDF/A-2a and PDF/UA-1 with Typst. What patients wrote is data there, never source."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from importlib.resources import as_file, files
from threading import Lock
from typing import Any, Literal

import typst

from ductoscope.model.clinical import Card, Picture, Pictures, Report, Section, Table
from ductoscope.model.errors import BadInputError
from ductoscope.report.still_picture import wrap_picture
from ductoscope.report.unprintable import break_long_words, keep_printable
from ductoscope.report.words import load_words

STANDARDS = ["ua-1", "a-2a"]
LONG_CARD, LONG_SECTION, LINE = 3_500, 2_400, 80
"""Letters above which a card, or a section for a patient, may break over pages; a line break counts as a line."""
_COMPILING = Lock()
"""A compiler serves one at a time; a second call at once would be refused."""
STILL_MM, MM_PER_UNIT, TALLEST_MM = 62.0, 0.2, 190.0
_VIEW_BOX = re.compile(r'viewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"')
_NO_FONT = re.compile(r"the text `(\".*?\")` could not be displayed", re.DOTALL)


def render_pdf(report: Report, read_media: Callable[[str], bytes]) -> bytes:
    """Return the document as PDF, tagged, with its fonts inside; the same report gives the same bytes.

    read_media: from a sha256 to the bytes of a still. Raises what it raises, and BadFileError for one that is no PNG.
    """
    pictures: dict[str, str] = {}
    content = _write(report, read_media, pictures)
    made = compile_typst("document.typ", content, pictures, report.composed_utc or datetime.fromtimestamp(0, UTC))
    return bytes(made)


def draw_pages(report: Report, read_media: Callable[[str], bytes], ppi: float = 110) -> list[bytes]:
    """Return every page of the document as PNG, for eyes."""
    pictures: dict[str, str] = {}
    content = _write(report, read_media, pictures)
    at_utc = report.composed_utc or datetime.fromtimestamp(0, UTC)
    pages = compile_typst("document.typ", content, pictures, at_utc, kind="png", ppi=ppi)
    return pages if isinstance(pages, list) else [pages]


def compile_typst(
    template: str,
    content: dict[str, Any],
    pictures: dict[str, str],
    at_utc: datetime,
    *,
    kind: Literal["pdf", "png"] = "pdf",
    ppi: float = 150,
) -> Any:
    """Compile one of this room's Typst files with `content` as its data.

    pictures: SVG by file name. kind: "pdf", or "png" for eyes (a list of pages when there are several).
    Raises BadInputError when the content cannot be set at all.
    """
    source = {"main": _read(template)} | {name: svg.encode() for name, svg in pictures.items()}
    standards = {"pdf_standards": STANDARDS, "timestamp": int(at_utc.timestamp())} if kind == "pdf" else {"ppi": ppi}
    hidden: set[str] = set()
    while True:
        said = json.dumps(
            keep_printable(break_long_words(content | {"has_hidden": bool(hidden)}), hidden), ensure_ascii=False
        )
        try:
            with _COMPILING:
                return _compiler().compile(input=source, format=kind, sys_inputs={"content": said}, **standards)
        except typst.TypstError as error:
            found = _NO_FONT.search(error.message)
            signs = set() if found is None else set(_unquote(found.group(1))) - hidden
            if not signs:
                raise BadInputError(
                    f"The document cannot be made: {error.message}. Look for unusual signs or pictures in it."
                ) from error
            # PDF/A forbids text without letters for it; a box that says so is better than no document.
            hidden |= signs


def plan_widths(table: Table) -> list[float]:
    """Say how wide each column of a table should be, in shares: wide enough for its longest word, and for its text."""
    columns = list(zip(table.head, *table.rows, strict=True))
    longest = [
        min(max(len(word) for cell in column for word in cell.replace("\n", " ").split(" ")), 14) for column in columns
    ]
    text = [sum(len(cell) for cell in column[1:]) / max(len(column) - 1, 1) for column in columns]
    return [max(word + 1.0, min(mean, 90) ** 0.75) for word, mean in zip(longest, text, strict=True)]


def _count_letters(blocks: list[dict[str, Any]]) -> int:
    """Say about how long blocks are, in letters."""
    said = json.dumps(blocks, ensure_ascii=False)
    return len(said) + LINE * said.count("\\n")


def _plan_width(picture: Picture) -> float:
    """Say how wide a picture stands alone, in mm: as it says, a still as large as needed, a drawing by its size."""
    if picture.width_mm:
        return picture.width_mm
    found = None if picture.sha256 else _VIEW_BOX.search(picture.svg)
    if found is None:
        return STILL_MM
    width, height = (float(one) * MM_PER_UNIT for one in found.groups())
    return width * min(1.0, TALLEST_MM / height)


def _unquote(quoted: str) -> str:
    """Read a string as Typst shows it, with its escapes."""
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found.group(1), 16)), quoted[1:-1]).replace("\\\\", "\\")


def _read(name: str) -> bytes:
    return (files("ductoscope.report") / "templates" / name).read_bytes()


@cache
def _compiler() -> typst.Compiler:
    with as_file(files("ductoscope.report") / "fonts") as folder:
        return typst.Compiler(font_paths=[str(folder)])


def _write(report: Report, read_media: Callable[[str], bytes], pictures: dict[str, str]) -> dict[str, Any]:
    def keep(picture: Picture) -> dict[str, Any]:
        name = f"picture{len(pictures)}.svg"
        pictures[name] = wrap_picture(picture, read_media)
        return {"file": name, "alt": picture.alt, "caption": picture.caption, "width_mm": _plan_width(picture)}

    def write_block(block: Any) -> dict[str, Any]:
        said = {name: getattr(block, name) for name in block.__slots__}
        if isinstance(block, Pictures | Card):
            said["pictures"] = [keep(one) for one in block.pictures]
            said["is_sized"] = all(one.width_mm for one in block.pictures)
        if isinstance(block, Card):
            said["blocks"] = [write_block(one) for one in block.blocks]
            said["is_long"] = _count_letters(said["blocks"]) > LONG_CARD
        if isinstance(block, Table):
            said["widths"] = plan_widths(block)
        return {"block": type(block).__name__, **said}

    def write_section(section: Section) -> dict[str, Any]:
        blocks = [write_block(one) for one in section.blocks]
        is_short = not report.is_large_print and _count_letters(blocks) < LONG_SECTION
        return {"heading": section.heading, "blocks": blocks, "is_short": is_short}

    words = load_words(report.language)
    at = report.composed_utc or datetime.fromtimestamp(0, UTC)
    return {
        "title": report.title,
        "kind": report.kind,
        "status": report.status,
        "language": report.language,
        "head": report.head,
        "letterhead": report.letterhead,
        "footer": report.footer,
        "is_simulated": report.is_simulated,
        "is_large": report.is_large_print,
        "is_for_patient": report.kind in ("letter", "leaflet", "patient report"),
        "at": [at.year, at.month, at.day, at.hour, at.minute, at.second],
        "words": {key: words.say(f"document.{key}", page="{page}", pages="{pages}") for key in words.texts["document"]},
        "sections": [write_section(one) for one in report.sections],
    }
