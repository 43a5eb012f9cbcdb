"""import.json: where an imported recording came from, in technical facts only."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from ductoscope.live.import_report import ImportReport
from ductoscope.live.survey_video import Survey

IMPORT_PAGE_NAME = "import.json"


def write_import_page(folder: Path, video: Path, survey: Survey, report: ImportReport) -> None:
    """Put the page into a recording's folder.

    The source is named by its SHA-256 alone, so that whoever has the file can prove that it is the one; its name,
    its header's dates and texts, and anything outside the disc are not written.
    """
    facts = survey.facts
    page = {
        "format": "ductoscope import",
        "version": 1,
        "source": {
            "sha256": _hash_file(video),
            "bytes": video.stat().st_size,
            "container": facts.container,
            "codec": facts.codec,
            "stored_width_px": facts.stored_shape[1],
            "stored_height_px": facts.stored_shape[0],
            "stated_pixel_aspect": str(facts.pixel_aspect),
            "stated_field_order": facts.field_order,
            "fps": facts.fps,
            "pictures": survey.frames,
        },
        "report": asdict(report),
    }
    (folder / IMPORT_PAGE_NAME).write_text(json.dumps(page, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
