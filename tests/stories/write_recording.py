"""A program that records until it is killed, run by test_recording_survives.py.

    write_recording.py FOLDER FRAMES [--reserve-bytes N] [--file-limit-bytes N] [--no-video] [--noisy-pictures]
        [--no-pause]

Says each frame's number on a line of its own as soon as it was written, and the summary as JSON at the end.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from ductoscope.model import Bundle, BundleQuality, CoreImage, DiskFullError, PictureArray, Rim, SourceInfo, round_light
from ductoscope.record import RecordingWriter

CORES = 500
FPS = 30
STARTED_UTC = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)


def make_bundle() -> Bundle:
    rng = np.random.default_rng(1)
    return Bundle(
        frame_shape=(270, 480),
        xy_px=rng.uniform(60.0, 210.0, (CORES, 2)),
        pitch_px=6.0,
        sigma_px=1.5,
        rim=Rim(135.0, 135.0, 80.0),
        gain=np.full((CORES, 3), 0.4, np.float32),
        dark=np.zeros((CORES, 3), np.float32),
        dead=np.zeros(CORES, bool),
        quality=BundleQuality("white", 0.4, 0.0, "good"),
    )


def make_image(index: int) -> CoreImage:
    """The frame that belongs to a number, so that a test can make it again."""
    rng = np.random.default_rng(index)
    light = 0.4 + 0.2 * np.sin(np.arange(CORES)[:, None] / 20 + index / 7) + rng.normal(0, 0.01, (CORES, 3))
    return CoreImage(index, index * 1_000_000_000 // FPS, round_light(light), np.ones(CORES, bool))


def make_picture(index: int, *, is_noisy: bool = False) -> PictureArray:
    if is_noisy:
        return np.random.default_rng(index).integers(0, 256, (256, 256, 3), dtype=np.uint8)
    row = np.arange(96, dtype=np.uint8) + np.uint8(index % 100)
    return np.ascontiguousarray(np.broadcast_to(row[:, None, None], (96, 96, 3)))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("frames", type=int)
    parser.add_argument("--reserve-bytes", type=int, default=0)
    parser.add_argument("--file-limit-bytes", type=int)
    parser.add_argument("--no-video", action="store_true")
    parser.add_argument("--noisy-pictures", action="store_true")
    parser.add_argument("--no-pause", action="store_true")
    options = parser.parse_args()
    source = SourceInfo("Simulated scope", (270, 480), 3, float(FPS), is_live=True, is_simulated=True)
    writer = RecordingWriter(
        options.folder,
        make_bundle(),
        source,
        started_utc=STARTED_UTC,
        has_picture_video=not options.no_video,
        start_limit_bytes=0,
        reserve_bytes=options.reserve_bytes,
    )
    if options.file_limit_bytes is not None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (options.file_limit_bytes, options.file_limit_bytes))
    full = None
    for index in range(options.frames):
        image = make_image(index)
        try:
            writer.write(image)
        except DiskFullError as error:
            full = str(error)
            break
        writer.write_picture(make_picture(index, is_noisy=options.noisy_pictures), image.t_ns)
        os.write(sys.stdout.fileno(), b"%d\n" % index)
        if not options.no_pause:
            time.sleep(0.002)
    summary = writer.close()
    said = {"full": full, "state": summary.state, "frames": summary.frames, "message": summary.message}
    os.write(sys.stdout.fileno(), json.dumps(said).encode())


if __name__ == "__main__":
    main()
