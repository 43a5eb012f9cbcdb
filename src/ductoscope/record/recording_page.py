"""recording.json: what a recording says of itself, and what became of it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from types import NoneType
from typing import Any, Literal, cast, get_args

from ductoscope.model import BadFileError, SourceInfo
from ductoscope.record.atomic_file import write_atomically

PAGE_NAME = "recording.json"
CORES_NAME = "cores.duct"
BUNDLE_NAME = "bundle.npz"
PICTURE_NAME = "picture.mp4"
STILLS_NAME = "stills"
FORMAT = "ductoscope recording"
VERSION = 1
_MAX_PAGE_BYTES = 1_000_000

State = Literal["recording", "complete", "stopped", "recovered"]


@dataclass(frozen=True, slots=True)
class RecordingInfo:
    """The page of one recording.

    state: "recording" while it is written (or was when the program died), "complete", "stopped" by trouble such
        as a full disk, "recovered" after a kill.
    message: the plain sentence about what happened, None when all went well.
    started_utc: aware.
    frames, seconds: of the core recording; 0 until it ends.
    dropped_frames: frames that came from the source but were not recorded, because the recorder could not keep up.
    lost_frames: frames that were recorded and cannot be read any more.
    picture_codec: encoder of the picture video, None without one.
    picture_message: why there is no picture video or it ends early, None when all went well.
    """

    state: State
    message: str | None
    started_utc: datetime
    program_version: str
    bundle_id: str
    cores: int
    channels: int
    source: SourceInfo
    frames: int = 0
    seconds: float = 0.0
    dropped_frames: int = 0
    lost_frames: int = 0
    picture_codec: str | None = None
    picture_message: str | None = None


def write_page(info: RecordingInfo, folder: Path) -> None:
    """Put the page into a recording's folder, whole or not at all. Raises DiskFullError, BadFileError."""
    page: dict[str, Any] = {"format": FORMAT, "version": VERSION, **asdict(info)}
    page["started_utc"] = info.started_utc.isoformat()
    write_atomically(folder / PAGE_NAME, (json.dumps(page, indent=1, ensure_ascii=False) + "\n").encode())


def read_page(folder: Path) -> RecordingInfo:
    """Read a recording's page. Raises BadFileError when it is missing, damaged, foreign or newer."""
    path = folder / PAGE_NAME
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_PAGE_BYTES)
    except OSError as error:
        raise BadFileError(f"{folder} is not a recording: its {PAGE_NAME} cannot be read.") from error
    try:
        page = json.loads(content)
        if not isinstance(page, dict) or page.get("format") != FORMAT:
            raise BadFileError(f"{path} does not belong to a recording.")
        if page.get("version") != VERSION:
            raise BadFileError(
                f"{folder} was recorded by another Ductoscope (version {page.get('version')}, this one reads "
                f"{VERSION}). Update Ductoscope."
            )
        return _parse_page(page)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise BadFileError(f"{path} is damaged ({error}). Start-up recovery makes it again.") from error


def _parse_page(page: dict[str, Any]) -> RecordingInfo:
    """Check every field. Raises KeyError, TypeError or ValueError."""
    state = _take(page, "state", str)
    started_utc = datetime.fromisoformat(_take(page, "started_utc", str))
    if state not in get_args(State) or started_utc.tzinfo is None:
        raise ValueError(f"state {state!r} since {started_utc}")
    source = _take(page, "source", dict)
    height, width = _take(source, "frame_shape", list)
    return RecordingInfo(
        state=cast(State, state),
        message=_take(page, "message", str, NoneType),
        started_utc=started_utc,
        program_version=_take(page, "program_version", str),
        bundle_id=_take(page, "bundle_id", str),
        cores=_take(page, "cores", int),
        channels=_take(page, "channels", int),
        source=SourceInfo(
            name=_take(source, "name", str),
            frame_shape=(int(height), int(width)),
            channels=_take(source, "channels", int),
            fps=float(_take(source, "fps", float, int)),
            is_live=_take(source, "is_live", bool),
            is_simulated=_take(source, "is_simulated", bool),
            length=_take(source, "length", int, NoneType),
        ),
        frames=_take(page, "frames", int),
        seconds=float(_take(page, "seconds", float, int)),
        dropped_frames=_take(page, "dropped_frames", int),
        lost_frames=_take(page, "lost_frames", int),
        picture_codec=_take(page, "picture_codec", str, NoneType),
        picture_message=_take(page, "picture_message", str, NoneType),
    )


def _take(page: dict[str, Any], name: str, *kinds: type) -> Any:
    """A field that must be there and of one of these types."""
    value = page[name]
    if type(value) not in kinds:
        raise TypeError(f"{name} is {value!r}")
    return value
