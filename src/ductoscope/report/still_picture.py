"""A picture of the media store as SVG: the still or the drawing itself inside, and over it what belongs on it."""

from __future__ import annotations

import re
import struct
from base64 import b64encode
from collections.abc import Callable

from ductoscope.model.clinical import Picture
from ductoscope.model.errors import BadFileError

_PNG = b"\x89PNG\r\n\x1a\n"
_DRAWING = re.compile(r'<svg [^>]*viewBox="0 0 ([\d.]+) ([\d.]+)"')


def wrap_picture(picture: Picture, read_media: Callable[[str], bytes]) -> str:
    """Return a picture as one SVG that needs nothing from outside.

    Raises BadFileError when the media store holds something else than a PNG or a drawing under its hash.
    """
    if not picture.sha256:
        return picture.svg
    content = read_media(picture.sha256)
    drawing = _DRAWING.match(content.decode("utf-8", "replace")) if content.startswith(b"<svg ") else None
    if drawing is not None:
        width, height = drawing.groups()
        inside = _stretch(content.decode(), width, height)
    else:
        if not content.startswith(_PNG) or len(content) < 33:
            raise BadFileError(
                f"The still {picture.sha256[:12]} is no PNG picture. Check the media store, and choose another still."
            )
        width, height = (str(one) for one in struct.unpack(">II", content[16:24]))
        png = b64encode(content).decode()
        inside = f'<image width="{width}" height="{height}" href="data:image/png;base64,{png}"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f"{inside}{_stretch(picture.svg, width, height)}</svg>"
    )


def _stretch(svg: str, width: str, height: str) -> str:
    """Let an SVG inside another fill it: an outline's own view box, as one, goes from 0 to 1000 both ways."""
    return svg.replace("<svg ", f'<svg width="{width}" height="{height}" ', 1)
