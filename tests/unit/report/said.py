"""Everything that a composed document says, as one text."""

from __future__ import annotations

from ductoscope.model.clinical import Block, Card, Facts, Paragraph, Pictures, Points, Report, Section, Table


def read_block(block: Block) -> list[str]:
    match block:
        case Paragraph(text):
            return [text]
        case Facts(rows):
            return [f"{name}: {value}" for name, value in rows]
        case Points(points):
            return list(points)
        case Table(says, head, rows):
            return [says, " | ".join(head), *(" | ".join(row) for row in rows)]
        case Pictures(pictures):
            return [text for one in pictures for text in (one.alt, one.caption)]
        case Card(heading, blocks, pictures):
            inner = [text for one in blocks for text in read_block(one)]
            return [heading, *inner, *(text for one in pictures for text in (one.alt, one.caption))]


def read_section(section: Section) -> str:
    return "\n".join([section.heading, *(text for block in section.blocks for text in read_block(block))])


def read_report(report: Report) -> str:
    head = [report.title, report.status, report.footer, *(f"{name}: {value}" for name, value in report.head)]
    return "\n".join([*head, *(read_section(section) for section in report.sections)]).replace("\u00a0", " ")
