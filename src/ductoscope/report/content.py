"""Content: the bytes by which a composed report is known again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from ductoscope.model.clinical import Report


def write_content(report: Report) -> bytes:
    """Write a report as canonical JSON: the same report always gives the same bytes."""
    content = asdict(report)
    content["sections"] = [
        {"heading": section.heading, "blocks": [{"block": type(one).__name__, **asdict(one)} for one in section.blocks]}
        for section in report.sections
    ]
    if report.composed_utc is not None:
        content["composed_utc"] = report.composed_utc.isoformat()
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def hash_content(report: Report) -> str:
    """Return the sha256 of a composed report, as a signed one keeps it."""
    return hashlib.sha256(write_content(report)).hexdigest()
