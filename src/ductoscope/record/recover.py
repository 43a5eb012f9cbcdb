"""Start-up recovery: mend what a kill, a power cut or a full disk left behind, and say what was lost."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import av

from ductoscope.model import BadFileError, SourceInfo
from ductoscope.record.atomic_file import TEMPORARY_SUFFIX, explain_write_error, publish, write_atomically
from ductoscope.record.bundle_file import load_bundle
from ductoscope.record.core_format import CoreMeta, pack_closing
from ductoscope.record.core_recording import scan_core_recording
from ductoscope.record.library import is_recording
from ductoscope.record.lock import BeingRecordedError, FolderLock
from ductoscope.record.picture_video import remux_picture_video
from ductoscope.record.recording_page import (
    BUNDLE_NAME,
    CORES_NAME,
    PICTURE_NAME,
    RecordingInfo,
    read_page,
    write_page,
)


@dataclass(frozen=True, slots=True)
class Recovered:
    """One recording that was found unfinished.

    is_mended: False when even now it cannot be opened; its files are left as they are.
    frames, seconds: what can be read.
    message: plain sentences for the user.
    """

    folder: Path
    is_mended: bool
    frames: int
    seconds: float
    lost_frames: int
    message: str


@dataclass(frozen=True, slots=True)
class _Mended:
    """What mending the core recording found."""

    meta: CoreMeta
    frames: int
    seconds: float
    lost_frames: int
    torn_bytes: int


def recover_recordings(data_folder: Path) -> list[Recovered]:
    """Mend every unfinished recording directly below `data_folder`; those being written now are left alone.

    Call it at start-up, before anything records. Nothing readable is ever deleted, and the page that marks a
    recording as recovered is written last: killed at any moment, the next call does the rest.
    """
    if not data_folder.is_dir():
        return []
    told = [_recover(folder) for folder in sorted(data_folder.iterdir()) if is_recording(folder)]
    return [recovered for recovered in told if recovered is not None]


def _recover(folder: Path) -> Recovered | None:
    """Mend one recording; None when it needs nothing, or somebody is writing it."""
    info = _read_page_if_whole(folder)
    if info is not None and info.state != "recording":
        return None
    try:
        lock = FolderLock(folder)
    except BeingRecordedError:
        return None
    except BadFileError as error:
        return _give_up(folder, error)
    try:
        return _mend(folder, info)
    except BadFileError as error:
        return _give_up(folder, error)
    finally:
        lock.release()


def _read_page_if_whole(folder: Path) -> RecordingInfo | None:
    try:
        return read_page(folder)
    except BadFileError:
        return None


def _give_up(folder: Path, error: BadFileError) -> Recovered:
    return Recovered(folder, False, 0, 0.0, 0, f"The recording {folder.name} could not be recovered: {error}")


def _mend(folder: Path, info: RecordingInfo | None) -> Recovered:
    mended = None if info is not None and not (folder / CORES_NAME).exists() else _mend_cores(folder / CORES_NAME)
    picture_message = _mend_picture(folder / PICTURE_NAME) if (folder / PICTURE_NAME).exists() else None
    frames, seconds, lost = (mended.frames, mended.seconds, mended.lost_frames) if mended is not None else (0, 0.0, 0)
    message = _tell(frames, seconds, lost, mended.torn_bytes if mended is not None else 0)
    if info is None:
        assert mended is not None  # Without a page there is a core file, or this is no recording.
        info = _guess_page(folder, mended.meta)
    try:
        load_bundle(folder / BUNDLE_NAME)
    except BadFileError as error:
        message += f" Its pictures cannot be restored for now: {error}"
    write_page(
        replace(
            info,
            state="recovered",
            message=message,
            frames=frames,
            seconds=round(seconds, 3),
            lost_frames=lost,
            picture_message=picture_message,
        ),
        folder,
    )
    told = f"The recording {folder.name}: {message}"
    return Recovered(folder, True, frames, seconds, lost, f"{told} {picture_message}" if picture_message else told)


def _tell(frames: int, seconds: float, lost_frames: int, torn_bytes: int) -> str:
    if frames == 0 and lost_frames == 0:
        return "It was cut off before the first frame was kept."
    told = [f"It was cut off and has been mended: {seconds:.1f} s ({frames} frames) are kept."]
    if lost_frames:
        told.append(f"{lost_frames} frames inside it are damaged and lost.")
    if torn_bytes:
        told.append(f"The frame being written at that moment is lost ({torn_bytes} bytes, kept in {CORES_NAME}.tail).")
    told.append("At most the last second before the cut is missing.")
    return " ".join(told)


def _mend_cores(path: Path) -> _Mended:
    """Cut off a torn end (a copy is kept) and, when every frame is there, add the index."""
    with scan_core_recording(path) as cores:
        damage, frames, meta = cores.damage, len(cores), cores.meta
        keys = cores.keys
        last_t_ns = cores[frames - 1].t_ns if frames else 0
        seconds = (last_t_ns - cores.first_t_ns) / 1e9
    if damage.torn_bytes:
        _keep_tail(path, damage.whole_bytes)
    try:
        with path.open("r+b") as file:
            if damage.torn_bytes:
                file.truncate(damage.whole_bytes)
            if not damage.is_closed and not damage.lost_frames:
                # Killed in the middle of this, the next recovery finds just another torn end.
                file.seek(damage.whole_bytes)
                file.write(pack_closing(keys, frames, damage.whole_bytes))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise explain_write_error(error, path) from error
    return _Mended(meta, frames, seconds, damage.lost_frames, damage.torn_bytes)


def _keep_tail(path: Path, whole_bytes: int) -> None:
    """Copy the torn bytes beside the file, under a name that holds nothing else yet."""
    try:
        with path.open("rb") as file:
            file.seek(whole_bytes)
            tail = file.read()
    except OSError as error:
        raise BadFileError(f"{path} cannot be read: {error.strerror}.") from error
    place = path.with_name(f"{path.name}.tail")
    count = 1
    while place.exists():
        if place.read_bytes() == tail:
            return  # An earlier recovery was killed just after this.
        count += 1
        place = path.with_name(f"{path.name}.tail{count}")
    write_atomically(place, tail)


def _mend_picture(path: Path) -> str | None:
    """Make the picture video an ordinary clean file; the sentence to tell when that is not possible."""
    temporary = path.with_name(path.name + TEMPORARY_SUFFIX)
    try:
        if remux_picture_video(path, temporary) == 0:
            raise BadFileError("it holds no picture")
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        publish(temporary, path)
    except (OSError, av.FFmpegError) as error:
        temporary.unlink(missing_ok=True)
        return f"The picture video could not be mended ({error}); the core recording does not need it."
    return None


def _guess_page(folder: Path, meta: CoreMeta) -> RecordingInfo:
    """Make a lost page again from what the core recording says of itself."""
    notes = meta.notes
    try:
        started_utc = datetime.fromisoformat(str(notes.get("started_utc")))
    except ValueError:
        started_utc = datetime.fromtimestamp((folder / CORES_NAME).stat().st_mtime, UTC)
    try:
        frame_shape = load_bundle(folder / BUNDLE_NAME).frame_shape
    except BadFileError:
        frame_shape = (0, 0)
    return RecordingInfo(
        state="recording",
        message=None,
        started_utc=started_utc if started_utc.tzinfo is not None else started_utc.replace(tzinfo=UTC),
        program_version=str(notes.get("program_version", "")),
        bundle_id=meta.bundle_id,
        cores=meta.cores,
        channels=meta.channels,
        source=SourceInfo(
            name=str(notes.get("source", "")),
            frame_shape=frame_shape,
            channels=meta.channels,
            fps=meta.fps,
            is_live=False,
            is_simulated=bool(notes.get("is_simulated", False)),
        ),
    )
