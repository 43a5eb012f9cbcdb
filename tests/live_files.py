"""Small files for live tests: a video, a folder of images, a recording of our own."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import av
import cv2
import numpy as np

from ductoscope.model import Bundle, BundleQuality, CoreImage, Rim, SourceInfo
from ductoscope.record import RecordingWriter


def write_video(path: Path, pictures: int = 6, fps: int = 25) -> Path:
    """Write a short grey-level video whose pictures brighten by 20 each."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=fps)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(pictures):
            pixels = np.full((48, 64, 3), 20 * number + 40, np.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    return path


def write_images(folder: Path, pictures: int = 11) -> Path:
    """Write 1.png, 2.png, ... 11.png, each as bright as ten times its number."""
    folder.mkdir()
    for number in range(1, pictures + 1):
        cv2.imwrite(str(folder / f"{number}.png"), np.full((48, 64, 3), 10 * number, np.uint8))
    return folder


def make_small_bundle(cores: int = 50) -> Bundle:
    """Make a bundle that is only a table; nothing is read with it."""
    rng = np.random.default_rng(5)
    ones = np.ones((cores, 3), np.float32)
    quality = BundleQuality("white", 0.5, 0.0, "good")
    xy_px = rng.uniform(10, 90, (cores, 2))
    return Bundle((100, 120), xy_px, 6.0, 1.5, Rim(50, 50, 45), ones, 0 * ones, np.zeros(cores, bool), quality)


def write_recording(folder: Path, frames: int = 6) -> Path:
    """Write a recording of our own whose light grows from frame to frame."""
    bundle = make_small_bundle()
    info = SourceInfo("Bench camera", bundle.frame_shape, 3, 25.0, is_live=True, is_simulated=False)
    started = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
    writer = RecordingWriter(folder, bundle, info, started_utc=started, has_picture_video=False, start_limit_bytes=0)
    for number in range(frames):
        light = np.full((bundle.cores, 3), number / 16, np.float32)
        writer.write(CoreImage(number, 7_000_000_000 + number * 40_000_000, light, ~bundle.dead))
    writer.close()
    return folder
