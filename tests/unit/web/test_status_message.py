from __future__ import annotations

import dataclasses
import json

from ductoscope.web.status_message import describe_status


def test_says_what_the_page_shows(room):
    said = json.loads(json.dumps(describe_status(room.status(), [1, 2])))

    assert said["source"] == {"name": "Toy scope", "is_live": True, "is_simulated": True}
    assert (said["frames_lost"], said["views_dropped"], said["recorder_lost"]) == (1, 2, 3)
    assert said["calibration"]["advice"] == "Recalibrate: the camera has moved."
    assert said["calibration"]["cores"] == 6003
    assert said["recording"] is None
    assert said["stills"] == [1, 2]


def test_room_without_source_or_calibration_can_be_described(room):
    bare = dataclasses.replace(room.status(), source=None, quality=None, fit=None, age_ms=None)

    said = describe_status(bare, [])

    assert (said["source"], said["calibration"], said["age_ms"]) == (None, None, None)


def test_running_recording_is_told_with_time_and_size(room):
    room.start_recording()

    recording = describe_status(room.status(), [])["recording"]

    assert (recording["seconds"], recording["bytes"]) == (1.5, 2_000_000)
