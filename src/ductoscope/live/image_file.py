"""Images on disk: read exactly as they are, written so that a crash leaves no half one."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import cast

import cv2
import numpy as np

from ductoscope.model import BadFileError, BadInputError, PictureArray, Pixels

READABLE = (".png", ".tif", ".tiff", ".jpg", ".jpeg", ".bmp")
_WRITABLE = (".png", ".tif", ".tiff", ".jpg", ".jpeg")
# TIFFs from microscopes carry private tags; OpenCV would print a warning for each.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)

_LARGEST_PX = 64_000_000  # four times an 8K picture; a header that claims more is an attack or damage


def read_image(path: Path) -> Pixels:
    """Read one image: (H, W) or (H, W, 3) RGB, uint8 or uint16; an alpha channel is left out.

    Raises BadFileError, saying what is wrong, when there is no file, or no image in it, or one of another depth.
    """
    try:
        content = np.fromfile(path, dtype=np.uint8)
    except OSError as error:
        raise BadFileError(f"The image {path} cannot be read: {error.strerror or error}.") from error
    try:
        pixels = cv2.imdecode(content, cv2.IMREAD_UNCHANGED) if content.size else None
    except cv2.error:
        pixels = None
    if pixels is None:
        raise BadFileError(f"{path} is no image that can be read, or it is damaged. Give a PNG, TIFF, JPEG or BMP.")
    if pixels.dtype not in (np.uint8, np.uint16):
        raise BadFileError(f"{path} holds {pixels.dtype} values; give an image of 8 or 16 bits a channel.")
    if pixels.size > _LARGEST_PX * 4:
        raise BadFileError(
            f"{path} is {pixels.shape[1]} x {pixels.shape[0]} pixels, more than any scope's camera gives."
        )
    if pixels.ndim == 3:
        # Grey with alpha, or OpenCV's blue-green-red with or without alpha.
        pixels = pixels[..., 0] if pixels.shape[2] == 2 else pixels[..., 2::-1]
    return cast("Pixels", np.ascontiguousarray(pixels))


def write_image(path: Path, pixels: PictureArray) -> None:
    """Write (H, W) or (H, W, 3) RGB pixels; the file's ending says the kind.

    Raises BadInputError for an ending that cannot be written, BadFileError when the disk refuses.
    """
    if path.suffix.lower() not in _WRITABLE:
        raise BadInputError(f'Cannot write "{path.name}": give a name that ends in {", ".join(_WRITABLE)}.')
    bgr = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    _, encoded = cv2.imencode(path.suffix.lower(), bgr)
    half = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(encoded.tobytes())
        half.replace(path)
    except OSError as error:
        with suppress(OSError):
            half.unlink()
        raise BadFileError(f"Cannot write {path}: {error.strerror or error}.") from error


def list_images(folder: Path) -> list[Path]:
    """List the images of a folder in natural order: 2.png before 10.png. Raises BadFileError when there are none."""
    try:
        found = [path for path in folder.iterdir() if path.suffix.lower() in READABLE and not path.name.startswith(".")]
    except OSError as error:
        raise BadFileError(f"The folder {folder} cannot be read: {error.strerror or error}.") from error
    if not found:
        raise BadFileError(f"There are no images ({', '.join(READABLE)}) in {folder}.")
    return sorted(found, key=lambda path: natural_key(path.name))


def natural_key(name: str) -> list[tuple[int, int, str]]:
    """Key that sorts "2" before "10" and leaves letters in their order."""
    parts = re.split(r"(\d+)", name.casefold())
    return [(1, int(part), "") if part.isdigit() else (0, 0, part) for part in parts]
