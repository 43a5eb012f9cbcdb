"""A still as SVG: the PNG itself inside, and over it what a person drew."""

from __future__ import annotations

import struct
from base64 import b64encode
from collections.abc import Callable

from ductoscope.model.clinical import Picture
from ductoscope.model.errors import BadFileError

_PNG = b"\x89PNG\r\n\x1a\n"


def wrap_picture(picture: Picture, read_media: Callable[[str], bytes]) -> str:
    """Return a picture as one SVG that needs nothing from outside.

    Raises BadFileError when the media store holds something else than a PNG under its hash.
    """
    if not picture.sha256:
        return picture.svg
    png = read_media(picture.sha256)
    if not png.startswith(_PNG) or len(png) < 33:
        raise BadFileError(
            f"The still {picture.sha256[:12]} is no PNG picture. Check the media store, and choose another still."
        )
    width, height = struct.unpack(">II", png[16:24])
    # The outline is stretched over the picture: its own view box goes from 0 to 1000 in both directions.
    overlay = picture.svg.replace("<svg ", f'<svg width="{width}" height="{height}" ', 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{b64encode(png).decode()}"/>'
        f"{overlay}</svg>"
    )
