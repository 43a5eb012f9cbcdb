"""Opening a source by its name: "camera:0", "file:walk.mp4?speed=max", "sim:7"."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ductoscope.live.camera import open_camera
from ductoscope.live.file import open_file
from ductoscope.model import BadInputError, Source

SourceFactory = Callable[[str], Source]
"""Makes a source, not yet opened, from its whole name."""

OUR_SOURCES: Mapping[str, SourceFactory] = {"camera": open_camera, "file": open_file}


def open_source(spec: str, factories: Mapping[str, SourceFactory] | None = None) -> Source:
    """Make the source that `spec` names; it starts giving pictures when its own `open` is called.

    `factories` adds schemes to "camera" and "file" (the simulator's, for one). Raises BadInputError for an
    unknown scheme or a setting that the source does not know.
    """
    known = {**OUR_SOURCES, **(factories or {})}
    scheme, colon, _ = spec.partition(":")
    if not colon or scheme not in known:
        raise BadInputError(
            f'There is no source "{spec}". A source is written as one of '
            f"{', '.join(f'{name}:...' for name in sorted(known))}, for example camera:0."
        )
    return known[scheme](spec)
