"""Encoder: each picture becomes a JPEG once, however many viewers share it."""

from __future__ import annotations

from collections import deque
from pathlib import Path

import cv2
import numpy as np
import simplejpeg

from ductoscope.live import Shown
from ductoscope.model import BadFileError, DamagedFileError, PictureArray
from ductoscope.web.wire import PictureKind

QUALITY = 85
KEEP = 2
"""Pictures whose encodings are kept: the newest, and the one that a slower viewer is still being sent."""


class Encoder:
    """Makes JPEGs of pictures in the kinds and sides that viewers ask for, and only those."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, PictureKind, int], bytes] = {}
        self._recent: deque[int] = deque(maxlen=KEEP)

    def encode(self, shown: Shown, wanted: PictureKind, size_px: int) -> tuple[PictureKind, bytes]:
        """Return the kind that was possible and its JPEG, (size_px, size_px) at quality 85.

        A picture that could not be restored is given raw, a core recording (no camera) is given restored.
        """
        kind, pixels = pick_picture(shown, wanted)
        key = (shown.sequence, kind, size_px)
        if shown.sequence not in self._recent:
            self._recent.append(shown.sequence)
            self._made = {made: jpeg for made, jpeg in self._made.items() if made[0] in self._recent}
        if key not in self._made:
            self._made[key] = encode_jpeg(pixels, size_px)
        return kind, self._made[key]

    def forget(self) -> None:
        """Let go of every encoding."""
        self._made = {}
        self._recent.clear()


def pick_picture(shown: Shown, wanted: PictureKind) -> tuple[PictureKind, PictureArray]:
    """Return the wanted picture where there is one, else the other, and say which it is."""
    if wanted == "raw" and shown.raw is not None:
        return "raw", shown.raw.pixels
    return ("restored" if shown.is_restored else "raw"), shown.view.pixels


def encode_jpeg(pixels: PictureArray, size_px: int, quality: int = QUALITY) -> bytes:
    """Shrink or enlarge a square picture to `size_px` and encode it."""
    if pixels.shape[0] != size_px:
        method = cv2.INTER_AREA if pixels.shape[0] > size_px else cv2.INTER_CUBIC
        pixels = np.asarray(cv2.resize(pixels, (size_px, size_px), interpolation=method), dtype=np.uint8)
    if pixels.ndim == 2:
        gray = np.ascontiguousarray(pixels)[..., np.newaxis]
        return bytes(simplejpeg.encode_jpeg(gray, quality=quality, colorspace="GRAY", colorsubsampling="Gray"))
    return bytes(simplejpeg.encode_jpeg(np.ascontiguousarray(pixels), quality=quality, colorsubsampling="420"))


def encode_png(pixels: PictureArray) -> bytes:
    """Encode a picture without loss, for looking at it closely; speed before size."""
    bgr = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    is_made, data = cv2.imencode(".png", bgr, (cv2.IMWRITE_PNG_COMPRESSION, 1))
    if not is_made:
        raise BadFileError(f"A picture of shape {pixels.shape} could not be encoded as PNG; take it again.")
    return data.tobytes()


def read_png(path: Path) -> PictureArray:
    """Read a picture that was kept, RGB or mono as it was written. Raises BadFileError when it cannot be read."""
    try:
        return decode_png(path.read_bytes())
    except (OSError, BadFileError) as error:
        raise BadFileError(f"The still {path.name} cannot be read back; check the disk.") from error


def decode_png(png: bytes) -> PictureArray:
    """Read a picture from its PNG, RGB or mono. Raises DamagedFileError when it is none."""
    pixels = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED) if png else None
    if pixels is None:
        raise DamagedFileError("A picture that was kept cannot be read back; check the storage.")
    rgb = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)
    return np.asarray(rgb, dtype=np.uint8)
