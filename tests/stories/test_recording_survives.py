"""A recording survives kill -9, a full disk and a torn end: done for real, with real processes and a real full disk."""

from __future__ import annotations

import json
import os
import runpy
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from ductoscope.model import CoreImage
from ductoscope.record import (
    RecordingWriter,
    list_recordings,
    open_core_recording,
    open_recording,
    recover_recordings,
    verify_recording,
)

PROGRAM = Path(__file__).with_name("write_recording.py")
_made = runpy.run_path(str(PROGRAM))
FPS: int = _made["FPS"]
make_image: Callable[[int], CoreImage] = _made["make_image"]
DISK_BYTES = 1_500_000


def _start(folder: Path, frames: int, *options: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, PROGRAM, folder, str(frames), *options], stdout=subprocess.PIPE)


def _assert_true_frames(folder: Path, at_least: int) -> int:
    """Open, compare every frame with what was written, return how many there are."""
    recording = open_recording(folder)
    count = 0
    for count, image in enumerate(recording.core_images(), start=1):
        written = make_image(count - 1)
        assert (image.index, image.t_ns) == (written.index, written.t_ns)
        np.testing.assert_array_equal(image.light_lin, written.light_lin)
    recording.close()
    assert count == len(recording.cores) >= at_least
    assert recording.cores.lost_frames == 0
    return count


def _count_pictures(folder: Path) -> int:
    with av.open(str(folder / "picture.mp4")) as video:
        return sum(1 for _ in video.decode(video=0))


@pytest.mark.parametrize("wait_s", [0.0, 0.037, 0.11, 0.31, 0.73])
def test_kill_at_any_moment_loses_at_most_the_last_second(tmp_path: Path, wait_s: float) -> None:
    """All that was written before the kill is there: the system keeps what it was handed."""
    folder = tmp_path / "rec"
    with _start(folder, 1_000_000) as program:
        assert program.stdout is not None
        said = program.stdout.readline()
        time.sleep(wait_s)
        program.send_signal(signal.SIGKILL)
        said += program.stdout.read()
    assert program.returncode == -signal.SIGKILL
    written = said.count(b"\n")  # An acknowledgement that was cut short does not count.

    kept = _assert_true_frames(folder, written)  # It opens even before it is mended.
    (recovered,) = recover_recordings(tmp_path)
    assert recovered.is_mended
    assert (recovered.frames, recovered.lost_frames) == (kept, 0)
    assert f"({kept} frames) are kept" in recovered.message
    assert "last second" in recovered.message
    assert _assert_true_frames(folder, written) == kept
    assert written - _count_pictures(folder) <= FPS
    assert verify_recording(folder).is_whole
    (entry,) = list_recordings(tmp_path)
    assert (entry.state, entry.frames) == ("recovered", kept)
    assert recover_recordings(tmp_path) == []


def test_recovery_itself_may_be_killed(tmp_path: Path) -> None:
    """Killed while mending, at many moments: the next start does the rest, and nothing is lost."""
    folder = tmp_path / "rec"
    with _start(folder, 60) as program:
        said, _ = program.communicate()
    assert json.loads(said.splitlines()[-1])["frames"] == 60
    page = folder / "recording.json"
    page.write_text(page.read_text().replace('"complete"', '"recording"'))
    with (folder / "cores.duct").open("r+b") as file:
        file.truncate(file.seek(0, os.SEEK_END) - 900)
    kept = _assert_true_frames(folder, 55)
    mend = "import sys, pathlib; from ductoscope.record import recover_recordings as r; print('go', flush=True);"
    mend += "r(pathlib.Path(sys.argv[1]))"
    for wait_ms in (0, 4, 9):
        with subprocess.Popen([sys.executable, "-c", mend, tmp_path], stdout=subprocess.PIPE) as mender:
            assert mender.stdout is not None
            mender.stdout.readline()
            time.sleep(wait_ms / 1000)
            mender.kill()
        assert _assert_true_frames(folder, kept) == kept
    recover_recordings(tmp_path)
    (entry,) = list_recordings(tmp_path)
    assert (entry.state, entry.frames) == ("recovered", kept)
    assert verify_recording(folder).is_whole


def test_power_cut_loses_at_most_the_last_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what was synced survives a power cut: at every frame, that is all but the last second."""
    synced: dict[int, int] = {}
    really_sync = os.fsync

    def note(handle: int) -> None:
        really_sync(handle)
        status = os.fstat(handle)
        synced[status.st_ino] = status.st_size

    monkeypatch.setattr(os, "fsync", note)
    now_s = [0.0]
    folder = tmp_path / "rec"
    writer = RecordingWriter(
        folder,
        _made["make_bundle"](),
        _made["SourceInfo"]("Simulated scope", (270, 480), 3, float(FPS), is_live=True, is_simulated=True),
        started_utc=_made["STARTED_UTC"],
        has_picture_video=False,
        start_limit_bytes=0,
        reserve_bytes=0,
        clock=lambda: now_s[0],
    )
    for index in range(60):
        now_s[0] = index / FPS
        writer.write(make_image(index))
        size = synced[(folder / "cores.duct").stat().st_ino]
        after_cut = tmp_path / "cut.duct"
        after_cut.write_bytes((folder / "cores.duct").read_bytes()[:size])
        with open_core_recording(after_cut) as recording:
            assert index + 1 - len(recording) <= FPS
    writer.close()


def test_torn_end_is_mended_and_kept_beside(tmp_path: Path) -> None:
    folder = tmp_path / "rec"
    with _start(folder, 1_000_000) as program:
        assert program.stdout is not None
        for _ in range(50):
            program.stdout.readline()
        program.kill()
    cores = folder / "cores.duct"
    whole = open_core_recording(cores)
    whole.close()
    torn = cores.read_bytes()[: whole.damage.whole_bytes - 300] + bytes(1000)  # What a power cut leaves on some disks.
    cores.write_bytes(torn)
    (recovered,) = recover_recordings(tmp_path)
    assert recovered.frames == len(whole) - 1
    assert "frame being written at that moment is lost" in recovered.message
    _assert_true_frames(folder, len(whole) - 1)
    tail = (folder / "cores.duct.tail").read_bytes()
    assert tail.endswith(bytes(1000))
    assert torn.endswith(tail)
    with open_core_recording(cores) as mended:
        assert (mended.damage.is_closed, mended.damage.torn_bytes) == (True, 0)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """A folder on a disk of 1.5 MB, or, where mounting is not allowed, a limit on file size that does the same."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    mounted = mount is not None and subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted and mounted.returncode == 0:
        yield folder, ()
        subprocess.run(["umount", folder], check=True)
    else:
        yield folder, ("--file-limit-bytes", "300000")


def _record_until_full(folder: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """Frames that were acknowledged, and what the program said at the end."""
    with _start(folder, 1_000_000, *options) as program:
        said, _ = program.communicate(timeout=120)
    *lines, last = said.splitlines()
    return len(lines), json.loads(last)


def test_full_disk_stops_cleanly_and_says_what_is_kept(small_disk: tuple[Path, tuple[str, ...]]) -> None:
    disk, limits = small_disk
    folder = disk / "rec"
    written, said = _record_until_full(folder, "--no-video", "--no-pause", *limits)
    assert said["state"] == "stopped"
    assert "disk is full" in said["full"]
    assert f"({written} frames) are kept" in said["full"]
    assert said["frames"] == written > 50
    assert _assert_true_frames(folder, written) == written


def test_full_disk_is_recovered_once_there_is_room(small_disk: tuple[Path, tuple[str, ...]]) -> None:
    """Not even the page can be written any more; after some file is deleted, the next start puts all in order."""
    disk, limits = small_disk
    folder = disk / "rec"
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(DISK_BYTES // 4))
    written, _ = _record_until_full(folder, "--no-video", "--no-pause", *limits)
    recover_recordings(disk)  # Whatever it can or cannot do on a full disk, it loses nothing.
    assert _assert_true_frames(folder, written) == written
    ballast.unlink()
    recover_recordings(disk)
    assert _assert_true_frames(folder, written) == written
    (entry,) = list_recordings(disk)
    assert (entry.state, entry.frames) in [("recovered", written), ("stopped", written)]
    assert verify_recording(folder).is_whole


def test_file_that_may_not_grow_stops_cleanly(tmp_path: Path) -> None:
    """A quota, or a file system's largest file."""
    written, said = _record_until_full(tmp_path / "rec", "--no-video", "--no-pause", "--file-limit-bytes", "300000")
    assert (said["state"], said["frames"]) == ("stopped", written)
    assert _assert_true_frames(tmp_path / "rec", written) == written
    (entry,) = list_recordings(tmp_path)
    assert (entry.state, entry.frames) == ("stopped", written)


def test_reserve_is_left_free(small_disk: tuple[Path, tuple[str, ...]]) -> None:
    """The recording ends by itself while stills and records still fit, page and index and all."""
    disk, limits = small_disk
    # Not in a hurry: between two looks at the disk less is written than the reserve holds.
    reserve = 700_000 if not limits else shutil.disk_usage(disk).free + 10**9
    written, said = _record_until_full(disk / "rec", "--no-video", "--reserve-bytes", str(reserve))
    assert "nearly full" in said["full"]
    (entry,) = list_recordings(disk)
    assert (entry.state, entry.frames) == ("stopped", written)
    assert verify_recording(disk / "rec").is_whole
    if not limits:
        assert shutil.disk_usage(disk).free > 300_000


def test_video_that_meets_a_limit_does_not_stop_the_cores(tmp_path: Path) -> None:
    """Noisy pictures fill the largest file allowed within a few frames; the core table goes on to the end."""
    folder = tmp_path / "rec"
    with _start(folder, 100, "--noisy-pictures", "--no-pause", "--file-limit-bytes", "300000") as program:
        told, _ = program.communicate(timeout=120)
    said = json.loads(told.splitlines()[-1])
    assert (said["state"], said["frames"], said["full"]) == ("complete", 100, None)
    assert "picture video ends early" in said["message"]
    assert (folder / "picture.mp4").stat().st_size <= 300_000
    assert _assert_true_frames(folder, 100) == 100
    assert verify_recording(folder).is_whole
