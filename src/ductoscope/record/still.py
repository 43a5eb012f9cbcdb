"""Keep one picture for good: the full picture, the core table it was made from, and where it came from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np

from ductoscope import __version__
from ductoscope.model import BadInputError, CoreImage, View
from ductoscope.record.atomic_file import explain_write_error, write_atomically
from ductoscope.record.core_writer import pack_core_image


@dataclass(frozen=True, slots=True)
class Still:
    """A picture that was kept.

    picture: PNG, exactly the pixels that were seen.
    cores: one-frame core recording, None when only the camera's own picture was there.
    page: JSON with bundle id, time, frame, lineage, source, version and both files' sha256; written last, so a
        still whose page exists is whole.
    """

    name: str
    picture: Path
    cores: Path | None
    page: Path


def save_still(
    folder: Path,
    view: View,
    core_image: CoreImage | None,
    bundle_id: str | None,
    taken_utc: datetime,
    *,
    source_name: str,
    is_simulated: bool,
) -> Still:
    """Write a still's files into `folder`, each whole or not at all.

    taken_utc: aware wall clock.
    Raises DiskFullError or BadFileError when it cannot be written, BadInputError for a time without a zone.
    """
    if taken_utc.tzinfo is None:
        raise BadInputError(f"A still is taken at a time with a time zone, got {taken_utc}.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise explain_write_error(error, folder) from error
    name = _name_still(folder, taken_utc)
    still = Still(
        name=name,
        picture=folder / f"{name}.png",
        cores=folder / f"{name}.duct" if core_image is not None else None,
        page=folder / f"{name}.json",
    )
    png = _encode_png(view)
    write_atomically(still.picture, png)
    files = {still.picture.name: hashlib.sha256(png).hexdigest()}
    if core_image is not None and still.cores is not None:
        cores = pack_core_image(core_image, bundle_id or "", {"taken_utc": taken_utc.isoformat()})
        write_atomically(still.cores, cores)
        files[still.cores.name] = hashlib.sha256(cores).hexdigest()
    page = {
        "format": "ductoscope still",
        "version": 1,
        "taken_utc": taken_utc.astimezone(UTC).isoformat(),
        "bundle_id": bundle_id,
        "frame_index": view.index,
        "t_ns": view.t_ns,
        "lineage": list(view.lineage),
        "source": source_name,
        "is_simulated": is_simulated,
        "program_version": __version__,
        "sha256": files,
    }
    write_atomically(still.page, (json.dumps(page, indent=1, ensure_ascii=False) + "\n").encode())
    return still


def _name_still(folder: Path, taken_utc: datetime) -> str:
    stem = taken_utc.astimezone(UTC).strftime("%Y-%m-%d_%H-%M-%S-%fZ")
    name, count = stem, 1
    while (folder / f"{name}.png").exists():
        count += 1
        name = f"{stem}_{count}"
    return name


def _encode_png(view: View) -> bytes:
    pixels = np.ascontiguousarray(view.pixels)
    bgr = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR) if pixels.ndim == 3 else pixels
    is_done, png = cv2.imencode(".png", bgr, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    if not is_done:
        raise BadInputError(f"A picture of shape {pixels.shape} cannot be kept as PNG.")
    return png.tobytes()
