"""Source: anything that gives frames - a camera, a file, a simulated scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ductoscope.model.arrays import Pixels
from ductoscope.model.bundle import Bundle
from ductoscope.model.core_image import CoreImage
from ductoscope.model.frame import Frame


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What a source says of itself.

    name: for people, e.g. "Simulated scope, seed 7" or "USB grabber (camera 0)".
    frame_shape: (H, W) of its pictures.
    channels: 1 or 3.
    fps: nominal frames a second; 0 when unknown.
    is_live: True when it cannot be asked to wait (a camera); False when frames may be pulled at any speed (a file).
    is_simulated: True when no real light was seen; shown wherever the picture shows.
    length: number of frames, or None when it does not end.
    """

    name: str
    frame_shape: tuple[int, int]
    channels: int
    fps: float
    is_live: bool
    is_simulated: bool
    length: int | None = None


class Source(Protocol):
    """Something that gives pictures, one at a time, in five verbs.

    The live pipeline calls `open` once, then `read` from one thread until it returns None, then `close`.
    After a SourceError from `read` the pipeline calls `close` and later `open` again, so an unplugged
    camera comes back by itself.
    """

    def open(self) -> SourceInfo:
        """Start giving pictures. Raises SourceError, saying what to do, when there is nothing to open."""

    def read(self) -> Frame | CoreImage | None:
        """Wait for the next picture.

        Returns a Frame from anything with a camera, a CoreImage from a core recording (it was read before), and
        None at the end of a finite source. Raises SourceError when the picture was lost.
        """

    def white(self) -> Pixels | None:
        """Return a white reference picture when the source can make one (a simulated scope can), else None."""

    def bundle(self) -> Bundle | None:
        """Return the bundle that belongs to this source when it knows it (a core recording does), else None."""

    def close(self) -> None:
        """Let go of the device or file. Safe to call twice, and from another thread while `read` waits."""
