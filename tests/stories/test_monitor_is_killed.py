"""The whole program is killed while it records; the next start mends the recording, says so, and ends when asked."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx

from ductoscope.record import list_recordings, open_recording, verify_recording
from tests.waiting import wait_for

START_S = 90.0
"""Long enough for a busy machine."""


@contextlib.contextmanager
def _monitor(data: Path, log: Path) -> Iterator[tuple[subprocess.Popen[bytes], httpx.Client]]:
    """Run `ductoscope monitor` on a simulated scope, in a process of its own."""
    words = ["monitor", "--source", "sim:3?cores=1600&height=400&width=480", "--data", data, "--port", "0"]
    with log.open("wb") as told:
        process = subprocess.Popen([sys.executable, "-m", "ductoscope", *words], stderr=told)
    try:
        address = wait_for(lambda: _read_address(process, log), "an address", START_S)
        with httpx.Client(base_url=address.group(), headers={"Origin": address.group().rstrip("/")}) as client:
            yield process, client
    finally:
        process.kill()
        process.wait()


def _read_address(process: subprocess.Popen[bytes], log: Path) -> re.Match[str] | None:
    """Read where it serves; a program that has ended will never say."""
    has_ended = process.poll() is not None
    said = log.read_text(encoding="utf-8")
    assert not has_ended, f"the program ended: {said[-2000:]}"
    return re.search(r"https?://\S+", said)


def test_a_killed_monitor_loses_at_most_a_second_and_says_so_and_ctrl_c_ends_the_next_quietly(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with _monitor(data, tmp_path / "first.log") as (process, client):
        wait_for(lambda: client.get("/api/status").json()["calibration"], "a calibration", START_S)
        assert client.post("/api/record/start").status_code == 200
        recording = wait_for(
            lambda: (now := client.get("/api/status").json()["recording"]) and now["seconds"] > 2 and now, "2 seconds"
        )
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    (entry,) = list_recordings(data)
    assert entry.state == "recording"

    with _monitor(data, tmp_path / "second.log") as (second, client):
        message = client.get("/api/status").json()["message"]
        second.send_signal(signal.SIGINT)
        assert second.wait(20) in (0, 130, -signal.SIGINT)
    said = (tmp_path / "second.log").read_text(encoding="utf-8")
    assert "Traceback" not in said
    assert "cut off and has been mended" in said
    assert "cut off and has been mended" in message
    (entry,) = list_recordings(data)
    assert entry.state == "recovered"
    assert verify_recording(entry.folder).is_whole
    with contextlib.closing(open_recording(entry.folder)) as opened:
        images = list(opened.core_images())
    assert (images[-1].t_ns - images[0].t_ns) / 1e9 > recording["seconds"] - 1.0
