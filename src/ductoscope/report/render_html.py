"""Render a document as one page of HTML that needs nothing from outside."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ductoscope.model.clinical import Picture, Report
from ductoscope.report.still_picture import wrap_picture
from ductoscope.report.words import load_words

_ENVIRONMENT = Environment(
    loader=PackageLoader("ductoscope.report"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.tests["block"] = lambda block, name: type(block).__name__ == name


def render_html(report: Report, read_media: Callable[[str], bytes]) -> str:
    """Return the page: pictures as data, its style inside, readable by a screen reader and printable.

    read_media: from a sha256 to the bytes of a still. Raises what it raises, and BadFileError for one that is no PNG.
    """

    def draw(picture: Picture) -> str:
        svg = wrap_picture(picture, read_media)
        return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"

    style = (files("ductoscope.report") / "templates" / "document.css").read_text(encoding="utf-8")
    page = _ENVIRONMENT.get_template("document.html")
    return page.render(report=report, words=load_words(report.language), draw=draw, style=Markup(style))
