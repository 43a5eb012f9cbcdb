"""The live room on a camera at full size: nothing lost while restoring, recording and showing?"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import simplejpeg

from benchmarks.table import Figure, Table
from ductoscope.live.room import Room
from ductoscope.model import Bundle, Frame, Pixels, SourceInfo, freeze
from ductoscope.restore import calibrate
from ductoscope.simulate import (
    CameraSettings,
    FibreSettings,
    SceneWindow,
    camera_picture,
    make_fibre,
    make_scene,
    see_scene,
    white_picture,
)

SEED = 11
FRAMES_AHEAD = 8
JPEG_QUALITY = 85


class LoopingCamera:
    """A camera with pictures made beforehand, given at fixed times whether or not anybody is ready for them.

    Like a camera's driver it holds back a few pictures; what is not fetched by then is lost, and the index shows it.
    A picture's t_ns is the moment it was due.
    """

    def __init__(self, pictures: list[Pixels], fps: float) -> None:
        self._pictures = pictures
        self._interval_ns = round(1e9 / fps)
        self._fps = fps
        self._start_ns = 0
        self._index = 0
        self._closed = threading.Event()

    def open(self) -> SourceInfo:
        """Start the stream."""
        self._closed.clear()
        self._start_ns, self._index = time.monotonic_ns(), 0
        height, width = self._pictures[0].shape[:2]
        return SourceInfo("Looping camera", (height, width), 3, self._fps, is_live=True, is_simulated=True)

    def read(self) -> Frame | None:
        """Wait for the next picture; skip those that no driver would still hold."""
        newest = (time.monotonic_ns() - self._start_ns) // self._interval_ns
        self._index = max(self._index, newest - FRAMES_AHEAD)
        due_ns = self._start_ns + self._index * self._interval_ns
        self._closed.wait(max(due_ns - time.monotonic_ns(), 0) / 1e9)
        frame = Frame(self._index, due_ns, self._pictures[self._index % len(self._pictures)])
        self._index += 1
        return None if self._closed.is_set() else frame

    def white(self) -> Pixels | None:
        """None: the room is given its bundle."""
        return None

    def bundle(self) -> Bundle | None:
        """None: the room is given its bundle."""
        return None

    def close(self) -> None:
        """End the stream."""
        self._closed.set()


@dataclass(frozen=True)
class Run:
    """What one stretch of live work came to."""

    fps: float
    frames_in: int
    frames_lost: int
    recorder_lost: int
    recorded: int
    video_frames: int
    fps_shown: float
    shown_ms: tuple[float, float]
    encoded_ms: tuple[float, float]
    cpu_share: float


def make_pictures(count: int) -> tuple[list[Pixels], Bundle]:
    """Draw `count` different 1080p pictures of a scene swaying before a 6,000-core bundle, and its bundle."""
    rng = np.random.default_rng(SEED)
    fibre = make_fibre(rng, FibreSettings(cores=6000))
    camera = CameraSettings(height_px=1080, width_px=1920, disc_fraction=0.8)
    scene = make_scene("texture", SEED)
    bundle = calibrate(white_picture(fibre, camera, rng))
    pictures = []
    for number in range(count):
        turn = 2 * np.pi * number / count
        window = SceneWindow(shift_xy=(0.1 * np.sin(turn), 0.06 * np.cos(turn)), scale=0.7)
        pictures.append(freeze(camera_picture(see_scene(fibre, scene, window=window), fibre, camera, rng)))
    return pictures, bundle


def run_room(pictures: list[Pixels], bundle: Bundle, fps: float, seconds: float, folder: Path) -> Run:
    """Restore, record, show and encode for the screen for so many seconds, after two to settle."""
    shown_ms: list[float] = []
    encoded_ms: list[float] = []
    room = Room(lambda _spec: LoopingCamera(pictures, fps), spec="looping", data_folder=folder, bundle=bundle)

    def watch() -> None:
        number = 0
        while (got := room.shown.wait_newer(number)) is not None:
            number, shown = got
            shown_ms.append((time.monotonic_ns() - shown.source_t_ns) / 1e6)
            simplejpeg.encode_jpeg(shown.view.pixels, quality=JPEG_QUALITY, colorsubsampling="420", fastdct=True)
            encoded_ms.append((time.monotonic_ns() - shown.source_t_ns) / 1e6)

    watcher = threading.Thread(target=watch)
    with room:
        while room.status().fit is None:
            time.sleep(0.05)
        watcher.start()
        time.sleep(2.0)
        before, shown_before = room.status(), len(shown_ms)
        cpu_s, wall_s = time.process_time(), time.monotonic()
        room.start_recording()
        time.sleep(seconds)
        summary = room.stop_recording()
        cpu_s, wall_s = time.process_time() - cpu_s, time.monotonic() - wall_s
        after, shown_after = room.status(), len(shown_ms)
    watcher.join()
    return Run(
        fps=fps,
        frames_in=after.frames_in - before.frames_in,
        frames_lost=after.frames_lost - before.frames_lost,
        recorder_lost=after.recorder_lost,
        recorded=summary.frames,
        video_frames=summary.picture_frames,
        fps_shown=(shown_after - shown_before) / wall_s,
        shown_ms=_median_and_p99(shown_ms[shown_before:shown_after]),
        encoded_ms=_median_and_p99(encoded_ms[shown_before:shown_after]),
        cpu_share=cpu_s / wall_s / (os.cpu_count() or 1),
    )


def measure(quick: bool) -> Table:
    """Run at 30 and at 60 frames a second."""
    pictures, bundle = make_pictures(12 if quick else 48)
    figures: list[Figure] = []
    for fps in (30.0, 60.0):
        with tempfile.TemporaryDirectory() as folder:
            run = run_room(pictures, bundle, fps, 5.0 if quick else 20.0, Path(folder))
        figures += _tell(run, is_demanded=fps == 30.0)
    return Table(
        name="live_pipeline",
        title="The live room: 1080p RGB, 6,000 cores, restored, recorded and shown at once",
        how=(
            f"Pictures made beforehand come at fixed times; one not fetched within {FRAMES_AHEAD} frames is lost. "
            "The room watches, reads and records every frame, denoises and renders the newest to 1024 x 1024, writes "
            f"the picture video, and the screen's JPEG (quality {JPEG_QUALITY}) is encoded, all in one process. "
            "Fetching a picture costs nothing here; a USB grabber's own decoding comes on top."
        ),
        figures=tuple(figures),
    )


def _tell(run: Run, *, is_demanded: bool) -> list[Figure]:
    at = f"at {run.fps:.0f} frames a second"
    none_lost = 0.0 if is_demanded else None
    lost = float(run.frames_lost + run.recorder_lost)
    return [
        Figure(f"frames in, {at}", float(run.frames_in), "frames"),
        Figure(f"raw frames lost, {at}", lost, "frames", None, lost, "frames", none_lost, at_most=True),
        Figure(f"frames recorded, {at}", float(run.recorded), "frames"),
        Figure(f"pictures in the video, {at}", float(run.video_frames), "frames"),
        Figure(f"pictures shown, {at}", run.fps_shown, "fps"),
        Figure(f"source to shown picture, median, {at}", run.shown_ms[0], "ms"),
        Figure(f"source to shown picture, 99th percentile, {at}", run.shown_ms[1], "ms"),
        Figure(f"source to encoded JPEG, median, {at}", run.encoded_ms[0], "ms"),
        Figure(f"source to encoded JPEG, 99th percentile, {at}", run.encoded_ms[1], "ms"),
        Figure(f"share of all processors used, {at}", 100 * run.cpu_share, "%"),
    ]


def _median_and_p99(values_ms: list[float]) -> tuple[float, float]:
    return float(np.median(values_ms)), float(np.percentile(values_ms, 99))


if __name__ == "__main__":
    for figure in measure(quick="--quick" in sys.argv).figures:
        print(f"{figure.what:60s} {figure.ours:10.2f} {figure.unit}")
