"""What must never be lost: bundles, recordings, stills and practice attempts."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ductoscope.record.attempts import list_attempts, list_trainees, save_attempt
    from ductoscope.record.bundle_file import load_bundle, save_bundle
    from ductoscope.record.core_recording import (
        CoreRecording,
        Damage,
        open_core_recording,
        scan_core_recording,
    )
    from ductoscope.record.core_writer import CoreRecordingWriter
    from ductoscope.record.depth_log import DEPTH_LOG_NAME, DepthLogWriter, read_depth_log
    from ductoscope.record.disk import RESERVE_BYTES, START_LIMIT_BYTES, DiskGuard, free_bytes
    from ductoscope.record.library import (
        RecordingEntry,
        Verification,
        is_recording,
        list_recordings,
        verify_recording,
    )
    from ductoscope.record.picture_video import PictureVideoWriter
    from ductoscope.record.progress import attempts_csv, draw_progress
    from ductoscope.record.recording import Recording, open_recording
    from ductoscope.record.recording_page import RecordingInfo, read_page
    from ductoscope.record.recording_writer import RecordingSummary, RecordingWriter, name_recording
    from ductoscope.record.recover import Recovered, recover_recordings
    from ductoscope.record.still import Still, save_still
    from ductoscope.record.whole_folder import make_whole_folder, refuse_existing

__all__ = [
    "DEPTH_LOG_NAME",
    "RESERVE_BYTES",
    "START_LIMIT_BYTES",
    "CoreRecording",
    "CoreRecordingWriter",
    "Damage",
    "DepthLogWriter",
    "DiskGuard",
    "PictureVideoWriter",
    "Recording",
    "RecordingEntry",
    "RecordingInfo",
    "RecordingSummary",
    "RecordingWriter",
    "Recovered",
    "Still",
    "Verification",
    "attempts_csv",
    "draw_progress",
    "free_bytes",
    "is_recording",
    "list_attempts",
    "list_recordings",
    "list_trainees",
    "load_bundle",
    "make_whole_folder",
    "name_recording",
    "open_core_recording",
    "open_recording",
    "read_depth_log",
    "read_page",
    "recover_recordings",
    "refuse_existing",
    "save_attempt",
    "save_bundle",
    "save_still",
    "scan_core_recording",
    "verify_recording",
]

_HOMES = {
    "attempts": ("list_attempts", "list_trainees", "save_attempt"),
    "bundle_file": ("load_bundle", "save_bundle"),
    "core_recording": ("CoreRecording", "Damage", "open_core_recording", "scan_core_recording"),
    "core_writer": ("CoreRecordingWriter",),
    "depth_log": ("DEPTH_LOG_NAME", "DepthLogWriter", "read_depth_log"),
    "disk": ("RESERVE_BYTES", "START_LIMIT_BYTES", "DiskGuard", "free_bytes"),
    "library": ("RecordingEntry", "Verification", "is_recording", "list_recordings", "verify_recording"),
    "picture_video": ("PictureVideoWriter",),
    "progress": ("attempts_csv", "draw_progress"),
    "recording": ("Recording", "open_recording"),
    "recording_page": ("RecordingInfo", "read_page"),
    "recording_writer": ("RecordingSummary", "RecordingWriter", "name_recording"),
    "recover": ("Recovered", "recover_recordings"),
    "still": ("Still", "save_still"),
    "whole_folder": ("make_whole_folder", "refuse_existing"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

# Each file is loaded when something of it is first asked for (PEP 562): who only opens a bundle, to show a first
# picture soon, need not wait for the video and picture libraries. Type checkers see the plain imports above.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in _HOME_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
