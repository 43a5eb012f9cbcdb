"""Draw the pages of every document as PNG, to be looked at: `python scripts/picture_report.py [FOLDER] [LANGUAGE]`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import cv2
from gallery.lesions import list_lesions
from gallery.studio import Studio

from ductoscope.model.clinical import Report
from ductoscope.report import (
    compose_leaflet,
    compose_letter,
    compose_patient_report,
    compose_report,
    compose_request,
    render_html,
    render_label,
    render_pdf,
)
from ductoscope.report.render_pdf import draw_pages
from tests.unit.report.example import (
    NOW,
    PATIENT,
    PEOPLE,
    SITE,
    hash_still,
    list_afterwards,
    list_happened,
    make_procedure,
)


def draw_stills() -> tuple[bytes, ...]:
    """Draw three stills with the simulator, as PNG."""
    rows = {row.name: row for row in list_lesions(Studio())}
    tiles = [rows["lesions-polypoid"].tiles[0], rows["lesions-types"].tiles[1], rows["lesions-polypoid"].tiles[3]]
    return tuple(cv2.imencode(".png", cv2.cvtColor(tile.draw(), cv2.COLOR_RGB2BGR))[1].tobytes() for tile in tiles)


def main(folder: Path, language: str) -> None:
    """Draw every document of one examination into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    pngs = draw_stills()
    media = {hash_still(png): png for png in pngs}
    before = make_procedure(list_happened(pngs))
    after = make_procedure([*list_happened(pngs), *list_afterwards()])
    site = replace(SITE, language=language)
    signed = {"signed_by": "dr.weber", "certificate": "Breast Centre Demo (workstation)"}
    given = {"site": site, "people": PEOPLE, "now_utc": NOW, "language": language}
    reports: dict[str, Report] = {
        "preliminary": compose_report(
            before, PATIENT, kind="preliminary", version=1, protocol_id="a1b2c3", **given, **signed
        ),
        "final": compose_report(after, PATIENT, kind="final", version=2, protocol_id="a1b2c3", **given, **signed),
        "letter": compose_letter(before, PATIENT, **given),
        "letter-large": compose_letter(before, PATIENT, is_large_print=True, **given),
        "leaflet": compose_leaflet(site, language, now_utc=NOW),
        "patient": compose_patient_report(before, PATIENT, **given),
        "request": compose_request(before, PATIENT, **given),
    }
    for name, report in reports.items():
        (folder / f"{name}.pdf").write_bytes(render_pdf(report, media.__getitem__))
        (folder / f"{name}.html").write_text(render_html(report, media.__getitem__), encoding="utf-8")
        for number, page in enumerate(draw_pages(report, media.__getitem__), 1):
            (folder / f"{name}-{number}.png").write_bytes(page)
    specimens = [state.specimen for state in before.specimens.values()]
    for number, page in enumerate(render_label(specimens, PATIENT, before, site, people=PEOPLE, kind="png"), 1):
        (folder / f"label-{number}.png").write_bytes(page)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "out/report"), sys.argv[2] if len(sys.argv) > 2 else "en")
