"""Render labels for specimen containers: a QR code with the specimen's code, and the same in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, Literal

import segno

from ductoscope.model.clinical import Patient, Procedure, Specimen
from ductoscope.model.errors import BadInputError
from ductoscope.report.given import Given, say_hour
from ductoscope.report.render_pdf import compile_typst
from ductoscope.report.site import Site
from ductoscope.report.words import load_words

SMALLEST_MM = (38.0, 19.0)


def render_label(
    specimen: Specimen | Sequence[Specimen],
    patient: Patient,
    procedure: Procedure,
    site: Site,
    size_mm: tuple[float, float] = (50.0, 25.0),
    *,
    people: Mapping[str, str] | None = None,
    kind: Literal["pdf", "png"] = "pdf",
) -> Any:
    """Return a PDF with one page of label size for each specimen.

    kind: "pdf", or "png" for eyes (bytes of one page, or a list of them).
    Raises BadInputError for no specimen, or a label too small to be read.
    """
    specimens = [specimen] if isinstance(specimen, Specimen) else list(specimen)
    if not specimens:
        raise BadInputError("There is no specimen to label: take one first.")
    if size_mm[0] < SMALLEST_MM[0] or size_mm[1] < SMALLEST_MM[1]:
        raise BadInputError(
            f"A label of {size_mm[0]:g} × {size_mm[1]:g} mm is too small to be read; "
            f"the smallest is {SMALLEST_MM[0]:g} × {SMALLEST_MM[1]:g} mm."
        )
    words = load_words(site.language)
    at = max(one.collected_utc for one in specimens)
    given = Given(procedure, patient, words, site, people or {}, at)
    pictures = {f"code{place}.svg": _draw_code(one.code) for place, one in enumerate(specimens)}
    content = {
        "title": words.say("label.title"),
        "language": words.language,
        "at": [at.year, at.month, at.day, at.hour, at.minute, at.second],
        "size": [float(one) for one in size_mm],
        "labels": [
            {"file": f"code{place}.svg", "alt": words.say("label.alt", code=one.code), **write_label(given, one)}
            for place, one in enumerate(specimens)
        ],
    }
    return compile_typst("label.typ", content, pictures, at, kind=kind, ppi=600)


def _draw_code(code: str) -> str:
    # Level M still reads with 15 % of the code wet or torn; two modules of quiet zone, the label's white does the rest.
    drawn = BytesIO()
    segno.make_qr(code, error="m", boost_error=False).save(drawn, kind="svg", border=2, omitsize=True, xmldecl=False)
    return drawn.getvalue().decode()


def write_label(given: Given, one: Specimen) -> dict[str, str]:
    """Say everything that stands on one label."""
    words = given.words
    side = given.say(f"label.side_{given.side or 'unknown'}")
    orifice = None if one.place.orifice is None else given.procedure.orifices.get(one.place.orifice)
    where = given.say("label.no_orifice", side=side)
    if orifice is not None:
        where = given.say("label.orifice", side=side, hour=say_hour(words, orifice.clock))
    depth = given.say("label.no_depth")
    if one.place.depth is not None:
        depth = given.say("label.depth", mm=words.number(one.place.depth.mm))
    amount = given.say("label.pieces", count=one.pieces)
    if one.ml is not None:
        amount += ", " + given.say("label.ml", ml=words.number(one.ml, 2))
    return {
        "letter": one.letter,
        "name": given.full_name,
        "identifiers": given.two_identifiers,
        "where": f"{where} · {depth}",
        "what": f"{words.term('specimen', one.kind)} · {amount}",
        "fixative": words.term("fixative", one.fixative),
        "taken": f"{given.time(one.collected_utc)} · {given.name(one.collector)}",
        "code": one.code,
        "simulated": given.say("label.simulated") if given.procedure.is_simulated else "",
    }
