"""What must never be lost: bundles, recordings and stills."""

from ductoscope.record.bundle_file import load_bundle, save_bundle
from ductoscope.record.core_recording import (
    CoreRecording,
    Damage,
    open_core_recording,
    scan_core_recording,
)
from ductoscope.record.core_writer import CoreRecordingWriter
from ductoscope.record.disk import RESERVE_BYTES, START_LIMIT_BYTES, DiskGuard, free_bytes
from ductoscope.record.library import (
    RecordingEntry,
    Verification,
    is_recording,
    list_recordings,
    verify_recording,
)
from ductoscope.record.picture_video import PictureVideoWriter
from ductoscope.record.recording import Recording, open_recording
from ductoscope.record.recording_page import RecordingInfo, read_page
from ductoscope.record.recording_writer import RecordingSummary, RecordingWriter, name_recording
from ductoscope.record.recover import Recovered, recover_recordings
from ductoscope.record.still import Still, save_still

__all__ = [
    "RESERVE_BYTES",
    "START_LIMIT_BYTES",
    "CoreRecording",
    "CoreRecordingWriter",
    "Damage",
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
    "free_bytes",
    "is_recording",
    "list_recordings",
    "load_bundle",
    "name_recording",
    "open_core_recording",
    "open_recording",
    "read_page",
    "recover_recordings",
    "save_bundle",
    "save_still",
    "scan_core_recording",
    "verify_recording",
]
