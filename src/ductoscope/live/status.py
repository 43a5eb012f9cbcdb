"""RoomStatus: everything the room says about itself, in one snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ductoscope.live.depth_watch import DepthSensorNow
from ductoscope.model import BundleQuality, CalibrationFit, SourceInfo

RoomState = Literal["waiting", "calibrating", "live", "lost", "ended", "failed"]


@dataclass(frozen=True, slots=True)
class RecordingNow:
    """The recording that runs: its folder's name, how long, how large, how many frames the fibre gave it.

    part: 1, and one more after each recalibration while recording (a part has one bundle).
    """

    name: str
    seconds: float
    bytes: int
    frames: int
    part: int = 1


@dataclass(frozen=True, slots=True)
class RoomStatus:
    """A snapshot of the room.

    state: "waiting" (no picture yet), "calibrating" (pictures come, a calibration is being made), "live",
        "lost" (the source stopped giving pictures; it is tried again), "ended" (a file is through), "failed"
        (the source cannot be used, `message` says why).
    message: what a person should know now, plain sentences; None when all is well.
    fps_in, fps_shown: frames a second over the last two seconds, from the source and onto the screen.
    age_ms: how old the newest shown picture is; None before the first.
    frames_in: pictures the source gave; frames_lost: those it counted but never gave.
    views_dropped: frames that were read (and recorded) but not shown, because a newer one was there.
    recorder_lost: frames that the recorder could not take. Anything but 0 means that the recording has holes.
    recording: the recording that runs, or None.
    fit: how well the camera still sits on the calibration, at the newest frame.
    bundle_id, quality, cores: the calibration in use; None, None, 0 without one.
    free_bytes: room left on the data folder's disk.
    depth_sensor: how the sensor at the shaft does; None without one.
    """

    state: RoomState
    message: str | None
    source: SourceInfo | None
    fps_in: float
    fps_shown: float
    age_ms: float | None
    frames_in: int
    frames_lost: int
    views_dropped: int
    recorder_lost: int
    recording: RecordingNow | None
    fit: CalibrationFit | None
    bundle_id: str | None
    quality: BundleQuality | None
    cores: int
    free_bytes: int
    depth_sensor: DepthSensorNow | None = None
