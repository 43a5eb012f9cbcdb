"""Keep a calibrated bundle in a file: an .npz with a JSON page inside, checksummed, never pickle."""

from __future__ import annotations

import hashlib
import io
import json
import math
import zipfile
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ductoscope.model import BadFileError, Bundle, BundleQuality, Rim
from ductoscope.record.atomic_file import write_atomically

FORMAT = "ductoscope bundle"
VERSION = 1
MAX_CORES = 200_000
_PAGE = "bundle.json"
_MAX_PAGE_BYTES = 1_000_000
_MAX_NPY_HEADER_BYTES = 4_096
_MAX_FILE_BYTES = 64_000_000


def save_bundle(bundle: Bundle, path: Path) -> None:
    """Write a bundle so that `load_bundle` gives back exactly the same one.

    Raises DiskFullError or BadFileError; an older file at `path` is then still whole.
    """
    arrays = {"xy_px": bundle.xy_px, "gain": bundle.gain, "dark": bundle.dark, "dead": bundle.dead}
    stored = {
        name: np.ascontiguousarray(arrays[name], dtype=dtype)
        for name, (dtype, _) in _expect_arrays(bundle.cores, bundle.channels).items()
    }
    page: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "id": bundle.id,
        "cores": bundle.cores,
        "channels": bundle.channels,
        "frame_shape": [int(side) for side in bundle.frame_shape],
        "pitch_px": float(bundle.pitch_px),
        "sigma_px": float(bundle.sigma_px),
        "rim": {name: float(value) for name, value in asdict(bundle.rim).items()},
        "quality": {
            "calibrated_from": bundle.quality.calibrated_from,
            "contrast": float(bundle.quality.contrast),
            "saturated": float(bundle.quality.saturated),
            "grade": bundle.quality.grade,
            "notes": list(bundle.quality.notes),
        },
    }
    page["sha256"] = _hash_content(page, stored)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        # ZipInfo's default date keeps the bytes the same for the same bundle.
        _add_member(archive, _PAGE, json.dumps(page, indent=1, allow_nan=False).encode())
        for name, array in stored.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, array, allow_pickle=False)
            _add_member(archive, f"{name}.npy", member.getvalue())
    write_atomically(path, buffer.getvalue())


def load_bundle(path: Path) -> Bundle:
    """Read a bundle file and check every byte that matters.

    Raises BadFileError with one plain sentence when the file is missing, truncated, damaged, foreign, made by a
    newer program, or claims to be larger than any bundle is.
    """
    try:
        if path.stat().st_size > _MAX_FILE_BYTES:
            raise BadFileError(f"{path} is too large to be a bundle file ({path.stat().st_size} bytes).")
        content = path.read_bytes()
    except BadFileError:
        raise
    except OSError as error:
        raise BadFileError(f"The bundle file {path} cannot be read: {error.strerror}.") from error
    if not content.startswith(b"PK"):
        raise BadFileError(f"{path} is not a bundle file. Make one with `ductoscope calibrate`.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            page = _read_page(archive, path)
            arrays = _read_arrays(archive, page)
        return _build_bundle(page, arrays, path)
    except BadFileError:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        TypeError,
        ValueError,
        OverflowError,
        RuntimeError,
        OSError,
    ) as error:
        raise BadFileError(f"The bundle file {path} is damaged ({error}). Calibrate again.") from error


def _expect_arrays(cores: int, channels: int) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Name, dtype and shape of every array in the file."""
    return {
        "xy_px": ("<f8", (cores, 2)),
        "gain": ("<f4", (cores, channels)),
        "dark": ("<f4", (cores, channels)),
        "dead": ("|b1", (cores,)),
    }


def _add_member(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content)


def _hash_content(page: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> str:
    digest = hashlib.sha256()
    without = {key: value for key, value in page.items() if key != "sha256"}
    digest.update(json.dumps(without, sort_keys=True, separators=(",", ":"), allow_nan=False).encode())
    for name in sorted(arrays):
        digest.update(name.encode())
        digest.update(arrays[name].tobytes())
    return digest.hexdigest()


def _read_member(archive: zipfile.ZipFile, name: str, limit_bytes: int) -> bytes:
    """Unpack one member, never more than `limit_bytes` of it, whatever the archive claims."""
    if archive.getinfo(name).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(f"{name} is packed in an unknown way")
    with archive.open(name) as member:
        content = member.read(limit_bytes + 1)
    if len(content) > limit_bytes:
        raise ValueError(f"{name} is larger than it can be")
    return content


def _read_page(archive: zipfile.ZipFile, path: Path) -> dict[str, Any]:
    if _PAGE not in archive.namelist():
        raise BadFileError(f"{path} is not a bundle file. Make one with `ductoscope calibrate`.")
    page = json.loads(_read_member(archive, _PAGE, _MAX_PAGE_BYTES), parse_constant=_refuse_constant)
    if not isinstance(page, dict) or page.get("format") != FORMAT:
        raise BadFileError(f"{path} is not a bundle file. Make one with `ductoscope calibrate`.")
    if page["version"] != VERSION:
        raise BadFileError(
            f"{path} was made by a newer Ductoscope (bundle version {page['version']}, this one reads {VERSION}). "
            "Update Ductoscope or calibrate again."
        )
    if not (isinstance(page["cores"], int) and 0 <= page["cores"] <= MAX_CORES and page["channels"] in (1, 3)):
        raise ValueError(f"{page['cores']} cores with {page['channels']} channels")
    return page


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _read_arrays(archive: zipfile.ZipFile, page: dict[str, Any]) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {}
    for name, (dtype_name, shape) in _expect_arrays(page["cores"], page["channels"]).items():
        dtype = np.dtype(dtype_name)
        size = dtype.itemsize * math.prod(shape)
        content = _read_member(archive, f"{name}.npy", size + _MAX_NPY_HEADER_BYTES)
        file = io.BytesIO(content)
        if np.lib.format.read_magic(file) != (1, 0):
            raise ValueError(f"{name} has an unknown npy version")
        # The header is compared before any array is made, so that a lie about the shape costs no memory.
        if np.lib.format.read_array_header_1_0(file) != (shape, False, dtype):
            raise ValueError(f"{name} has another shape or type than the page says")
        if len(content) - file.tell() != size:
            raise ValueError(f"{name} is not complete")
        arrays[name] = np.frombuffer(content, dtype=dtype, offset=file.tell()).reshape(shape).copy()
    return arrays


def _build_bundle(page: dict[str, Any], arrays: dict[str, NDArray[Any]], path: Path) -> Bundle:
    if _hash_content(page, arrays) != page["sha256"]:
        raise BadFileError(f"The bundle file {path} is damaged (its checksum does not match). Calibrate again.")
    height, width = page["frame_shape"]
    quality = page["quality"]
    bundle = Bundle(
        frame_shape=(int(height), int(width)),
        xy_px=arrays["xy_px"],
        pitch_px=float(page["pitch_px"]),
        sigma_px=float(page["sigma_px"]),
        rim=Rim(**page["rim"]),
        gain=arrays["gain"],
        dark=arrays["dark"],
        dead=arrays["dead"],
        quality=BundleQuality(**{**quality, "notes": tuple(quality["notes"])}),
    )
    if bundle.id != page["id"]:
        raise BadFileError(f"The bundle file {path} holds another bundle than it says. Calibrate again.")
    return bundle
