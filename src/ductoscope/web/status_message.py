"""What the page is told about the room, twice a second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ductoscope.live import RoomStatus


def describe_status(status: RoomStatus, stills: list[int], occupied: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Put a snapshot of the room into the words of JSON.

    stills: the numbers of those that can be fetched. occupied: who is in the room, as the pages need it; None without
    a record of patients.
    """
    source, quality, fit, recording = status.source, status.quality, status.fit, status.recording
    return {
        "type": "status",
        "state": status.state,
        "message": status.message,
        "source": None
        if source is None
        else {"name": source.name, "is_live": source.is_live, "is_simulated": source.is_simulated},
        "fps_in": round(status.fps_in, 1),
        "fps_shown": round(status.fps_shown, 1),
        "age_ms": status.age_ms,
        "frames_in": status.frames_in,
        "frames_lost": status.frames_lost,
        "views_dropped": status.views_dropped,
        "recorder_lost": status.recorder_lost,
        "recording": None if recording is None else asdict(recording),
        "calibration": None
        if quality is None
        else {
            "id": status.bundle_id,
            "cores": status.cores,
            "grade": quality.grade,
            "from": quality.calibrated_from,
            "notes": list(quality.notes),
            "advice": None if fit is None else fit.advice,
        },
        "free_bytes": status.free_bytes,
        "stills": stills,
        "occupied": None if occupied is None else dict(occupied),
    }
