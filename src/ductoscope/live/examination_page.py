"""One page to look at: what an examination found, in pictures first."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ductoscope import __version__
from ductoscope.live.draw_depth_plot import COLOURS, draw_depth_plot
from ductoscope.live.examination_words import Words
from ductoscope.live.examine import Examination

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
)


def draw_examination_page(
    examination: Examination, page: Mapping[str, Any], map_svg: str, walls: Mapping[str, str], words: Words
) -> str:
    """The page as HTML. page: what examination.json says; map_svg: drawn map; walls: branch to picture file."""
    minutes, seconds = divmod(round(examination.seconds), 60)
    return _PAGES.get_template("examination.html").render(
        page=page,
        words=words,
        version=__version__,
        length=f"{minutes}:{seconds:02d}",
        plot=Markup(draw_depth_plot(examination.found, words["plot"])),
        map_svg=Markup(map_svg[map_svg.index("<svg") :]),
        walls=walls,
        colours=COLOURS,
    )
