"""Keep every practice attempt for good: one line of JSON each, in a file that is only ever appended to.

The file is `practice/attempts.jsonl` in the data folder. Trainees' names stand inside it and nowhere else: not in file
names, and not in logs.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from ductoscope.model import BadFileError, Debrief
from ductoscope.record.atomic_file import explain_write_error, sync_folder

log = logging.getLogger(__name__)

FORMAT = "ductoscope practice attempt"
VERSION = 1


def save_attempt(data_folder: Path, debrief: Debrief) -> None:
    """Append one attempt and wait until it is on the disk.

    Raises DiskFullError or BadFileError when it cannot be written. What was cut off in the middle of a line, by a full
    disk or by a power cut, is closed with a line end first, so that it costs only itself.
    """
    path = _path(data_folder)
    line = {"format": FORMAT, "version": VERSION, "is_simulated": True, **asdict(debrief)}
    content = (json.dumps(line, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n").encode()
    try:
        is_new = not path.exists()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            if not is_new and _is_torn(path):
                file.write(b"\n")
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            sync_folder(path.parent)
            sync_folder(data_folder)
    except OSError as error:
        raise explain_write_error(error, path) from error


def list_attempts(data_folder: Path, trainee: str | None = None) -> tuple[Debrief, ...]:
    """Every attempt of one trainee, or of all, in the order in which they were kept.

    Lines that cannot be read, such as one that a power cut tore, are left out, and their number is logged.
    Raises BadFileError when the file itself cannot be read.
    """
    return tuple(attempt for attempt in _read(_path(data_folder)) if trainee is None or attempt.trainee == trainee)


def list_trainees(data_folder: Path) -> tuple[str, ...]:
    """Everybody who has an attempt, by name."""
    return tuple(sorted({attempt.trainee for attempt in _read(_path(data_folder))}))


def _path(data_folder: Path) -> Path:
    return data_folder / "practice" / "attempts.jsonl"


def _is_torn(path: Path) -> bool:
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return False
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"


def _read(path: Path) -> Iterator[Debrief]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        raise BadFileError(f"{path} cannot be read: {error.strerror or error}. Check the folder and disk.") from error
    damaged = 0
    for line in content.splitlines():
        if not line.strip():
            continue
        try:
            attempt = _read_line(line)
        except (ValueError, TypeError, KeyError, AttributeError):
            damaged += 1
            continue
        yield attempt
    if damaged:
        log.warning("%d lines of %s cannot be read and were left out.", damaged, path.name)


def _read_line(line: bytes) -> Debrief:
    values: dict[str, Any] = json.loads(line)
    if values["format"] != FORMAT or values["version"] != VERSION:
        raise ValueError("of another format")
    known = {item.name: values[item.name] for item in fields(Debrief)}
    known["remarks"] = tuple((str(key), dict(numbers)) for key, numbers in known["remarks"])
    known["path"] = tuple((float(t), float(depth), int(branch)) for t, depth, branch in known["path"])
    known["best_path"] = tuple((float(t), float(depth), int(branch)) for t, depth, branch in known["best_path"])
    known["lesions"] = tuple(dict(lesion) for lesion in known["lesions"])
    known["figures"] = {str(name): float(value) for name, value in known["figures"].items()}
    return Debrief(**known)
