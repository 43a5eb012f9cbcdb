"""ImportReport: what became of a foreign video."""

from __future__ import annotations

from dataclasses import dataclass

from ductoscope.model import BundleQuality, Rim


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a foreign video.

    frames, seconds: of the recording; interlaced video gives two frames for each stored picture.
    interlaced: how its pictures were woven and how that is known, in words.
    pixel_aspect: width over height of a stored pixel that makes the disc round.
    rim: where the disc lay on the tower's screen, in square pixels.
    cores, quality: of the calibration; "poor" when compression has eaten the cores.
    lost: pictures that could not be decoded. flawed: decoded with damage. left_out: that showed something else.
    notes: plain sentences that a person should know.
    """

    frames: int
    seconds: float
    interlaced: str
    pixel_aspect: float
    rim: Rim
    cores: int
    quality: BundleQuality
    lost: int
    flawed: int
    left_out: int
    notes: tuple[str, ...]
