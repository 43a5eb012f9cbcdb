"""The recordings in a data folder: list them, and check that one is whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ductoscope.model import BadFileError
from ductoscope.record.bundle_file import load_bundle
from ductoscope.record.core_recording import scan_core_recording
from ductoscope.record.depth_log import DEPTH_LOG_NAME, read_depth_log
from ductoscope.record.recording import measure_bytes
from ductoscope.record.recording_page import BUNDLE_NAME, CORES_NAME, PAGE_NAME, State, read_page


@dataclass(frozen=True, slots=True)
class RecordingEntry:
    """One line of the list of recordings.

    state: as in its page, or "damaged" when the page cannot be read.
    started_utc: None when the page cannot be read.
    """

    name: str
    folder: Path
    state: State | str
    started_utc: datetime | None
    frames: int
    seconds: float
    bytes: int
    source_name: str
    is_simulated: bool
    message: str | None


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of every byte of a recording found.

    problems: plain sentences; empty when it is whole.
    frames: how many can be read.
    lost_frames: how many cannot.
    """

    folder: Path
    frames: int
    lost_frames: int
    problems: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing at all is wrong."""
        return not self.problems


def list_recordings(data_folder: Path) -> list[RecordingEntry]:
    """Every recording directly below `data_folder`, oldest first; empty when there is no such folder."""
    if not data_folder.is_dir():
        return []
    folders = [folder for folder in data_folder.iterdir() if is_recording(folder)]
    return [_describe(folder) for folder in sorted(folders, key=lambda folder: folder.name)]


def is_recording(folder: Path) -> bool:
    """Whether a folder is a recording, a damaged one included."""
    return (folder / PAGE_NAME).is_file() or (folder / CORES_NAME).is_file()


def verify_recording(folder: Path) -> Verification:
    """Check every block, every frame and the bundle of one recording; changes nothing."""
    problems: list[str] = []
    frames = lost_frames = 0
    page_id = bundle_id = None
    try:
        info = read_page(folder)
        page_id = info.bundle_id
        if info.state == "recording":
            problems.append("It was never closed: it is being recorded now, or was cut off and not yet recovered.")
    except BadFileError as error:
        problems.append(str(error))
    try:
        bundle_id = load_bundle(folder / BUNDLE_NAME).id
    except BadFileError as error:
        problems.append(str(error))
    try:
        with scan_core_recording(folder / CORES_NAME) as cores:
            frames = sum(1 for _ in cores)
            lost_frames = cores.lost_frames
            if lost_frames:
                problems.append(f"{lost_frames} frames are damaged and cannot be read.")
            if cores.damage.torn_bytes:
                problems.append(f"The last {cores.damage.torn_bytes} bytes are a write that was cut short.")
            if any(known is not None and known != cores.bundle_id for known in (page_id, bundle_id)):
                problems.append(f"Its frames belong to bundle {cores.bundle_id}, its files name another one.")
    except BadFileError as error:
        problems.append(str(error))
    try:
        if (folder / DEPTH_LOG_NAME).exists():
            read_depth_log(folder / DEPTH_LOG_NAME)
    except BadFileError as error:
        problems.append(str(error))
    return Verification(folder, frames, lost_frames, tuple(problems))


def _describe(folder: Path) -> RecordingEntry:
    size = measure_bytes(folder)
    try:
        info = read_page(folder)
    except BadFileError as error:
        return RecordingEntry(folder.name, folder, "damaged", None, 0, 0.0, size, "", False, str(error))
    return RecordingEntry(
        name=folder.name,
        folder=folder,
        state=info.state,
        started_utc=info.started_utc,
        frames=info.frames,
        seconds=info.seconds,
        bytes=size,
        source_name=info.source.name,
        is_simulated=info.source.is_simulated,
        message=info.message,
    )
