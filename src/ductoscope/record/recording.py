"""Open a recording: one folder with the core table of every frame, its bundle, a picture video and stills."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ductoscope.model import BadFileError, Bundle, CoreImage, Told
from ductoscope.record.bundle_file import load_bundle
from ductoscope.record.core_recording import CoreRecording, open_core_recording
from ductoscope.record.depth_log import DEPTH_LOG_NAME, read_depth_log
from ductoscope.record.recording_page import BUNDLE_NAME, CORES_NAME, RecordingInfo, read_page


@dataclass(frozen=True, slots=True)
class Recording:
    """An opened recording.

    info: its page.
    bundle: the calibration its frames were read with.
    cores: the frames; one reader is used by one thread.
    """

    folder: Path
    info: RecordingInfo
    bundle: Bundle
    cores: CoreRecording

    def core_images(self) -> Iterator[CoreImage]:
        """Every readable frame, in order."""
        return iter(self.cores)

    def depth_readings(self) -> tuple[Told, ...]:
        """What a sensor and people told of depth and scale, by time; empty without a log. Raises BadFileError."""
        path = self.folder / DEPTH_LOG_NAME
        return read_depth_log(path) if path.exists() else ()

    def close(self) -> None:
        """Let go of the files."""
        self.cores.close()


def open_recording(folder: Path) -> Recording:
    """Open a recording, one that is still being written or was cut off too.

    Raises BadFileError when something it needs is missing or damaged, or when bundle and frames do not belong
    together.
    """
    info = read_page(folder)
    bundle = load_bundle(folder / BUNDLE_NAME)
    cores = open_core_recording(folder / CORES_NAME)
    meta = cores.meta
    if (meta.bundle_id, meta.cores, meta.channels) != (bundle.id, bundle.cores, bundle.channels):
        cores.close()
        raise BadFileError(
            f"The frames in {folder} were made with bundle {meta.bundle_id}, but its bundle file is {bundle.id}. "
            f"Put the right {BUNDLE_NAME} there."
        )
    return Recording(folder, info, bundle, cores)


def measure_bytes(folder: Path) -> int:
    """Size of everything in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
