"""Report: the pages about one examination, composed from events and never typed twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

ReportKind = Literal["preliminary", "final", "addendum"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words. kind: "plain", "note" (small), "warning" (boxed, must not be missed)."""

    text: str
    kind: Literal["plain", "note", "warning"] = "plain"


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values, in rows."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a head; `says` is its caption and what a screen reader says of it."""

    says: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: SVG text, or the sha256 of a PNG or SVG in the media store; alt says what is to be seen on it.

    svg: with a sha256, what lies over it. width_mm: on paper; 0 where its kind or its row decides.
    """

    alt: str
    caption: str
    svg: str = ""
    sha256: str = ""
    width_mm: float = 0.0


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures side by side."""

    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class Points:
    """Short sentences, one under the other; numbered where their order matters."""

    points: tuple[str, ...]
    is_numbered: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One thing with a heading of its own: its pictures beside what is said of it; never torn over two pages."""

    heading: str
    blocks: tuple[Paragraph | Facts | Points, ...]
    pictures: tuple[Picture, ...] = ()


Block = Paragraph | Facts | Table | Pictures | Points | Card


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """One composed document; the PDF and the page in the browser are drawn from it alike.

    status: in words, as "PRELIMINARY"; version: 1, 2, ... of the procedure's reports; language: as "en". footer: on
    every page; it holds no more of the patient than is needed. media: every sha256 that its pictures use.
    composed_utc: the time that it states, and the only time in the file. is_large_print: for eyes that need it.
    letterhead: who sends it.
    """

    title: str
    kind: ReportKind | Literal["letter", "leaflet", "patient report", "request"]
    status: str
    version: int
    language: str
    head: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    footer: str = ""
    is_simulated: bool = False
    composed_utc: datetime | None = None
    is_large_print: bool = False
    letterhead: str = ""

    @property
    def media(self) -> tuple[str, ...]:
        """Every sha256 that its pictures use, each once."""
        blocks = (block for section in self.sections for block in section.blocks if isinstance(block, Pictures | Card))
        return tuple(dict.fromkeys(one.sha256 for block in blocks for one in block.pictures if one.sha256))


@dataclass(frozen=True, slots=True)
class SignedReport:
    """A frozen report. pdf, html: sha256 of the files in the media store; content: sha256 of the composed report.

    certificate: whose certificate signed the PDF; is_self_made: the site has none of its own yet, and the page says so.
    """

    kind: ReportKind
    version: int
    pdf: str
    html: str
    content: str
    signer: str
    signed_utc: datetime
    certificate: str = ""
    is_self_made: bool = True
