"""How small a core recording is against lossless video of the same frames, and what its rounding costs.

Both get exactly the frames that a simulated scope's camera gave (moving duct, realistic noise, 1920 x 1080 RGB): FFV1
the pixels, we the core table that `restore` reads from them and the pipeline works on.
"""

from __future__ import annotations

import io
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream

from benchmarks.table import Figure, Table
from ductoscope.model import CoreImage, FloatArray, Pixels, round_light
from ductoscope.record import CoreRecordingWriter, open_core_recording
from ductoscope.restore import Plan, calibrate, plan_restore, read_core_image, read_cores
from ductoscope.simulate import SimulatedScope, camera_picture

SEED = 7
FPS = 30
OPEN_AT_S = 10
"""By now the simulated hands have flushed the duct open; before, there is little to see."""
LEAST_RATIO = 20.0


@dataclass(frozen=True)
class Measured:
    """Figures of one bundle: bytes and milliseconds of processor time a frame, rms in linear light (1 is white)."""

    cores: int
    core_bytes: float
    video_bytes: float
    core_ms: float
    video_ms: float
    noise_rms: float
    rounding_rms: float


class LosslessVideo:
    """FFV1 version 3 in Matroska, in memory; RGB kept exactly."""

    def __init__(self, height: int, width: int) -> None:
        self._file = io.BytesIO()
        self._container = av.open(self._file, "w", format="matroska")
        stream = self._container.add_stream("ffv1", rate=FPS, options={"level": "3", "context": "1"})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, "bgr0"
        self._stream = stream

    def write(self, pixels: Pixels) -> None:
        """Encode one (H, W, 3) uint8 RGB frame."""
        frame = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="bgr0")
        self._container.mux(self._stream.encode(frame))

    def close(self) -> bytes:
        """Finish, and give back the whole file."""
        self._container.mux(self._stream.encode(None))
        self._container.close()
        return self._file.getvalue()


def measure(quick: bool) -> Table:
    """Record the same frames both ways, at 6,000 and 30,000 cores."""
    frames = 20 if quick else 60
    few, many = (record_both(cores, frames) for cores in (6_000, 30_000))
    figures = [
        *_describe(few, demand=LEAST_RATIO),
        *_describe(many, demand=None),
    ]
    return Table(
        name="recording_size",
        title="Core recording against lossless video",
        how=(
            f"{frames} frames of a simulated scope (seed {SEED}, 1920 x 1080 RGB, 8 bit, shot and read noise, "
            "hand-held motion), read with `read_core_image` and written with CoreRecordingWriter, its keyframes, "
            "checksums and syncs included; the same frames in FFV1 version 3, larger context, 8-bit RGB. Times: "
            "processor time, median a frame, the two encoders in turn; ours uses one thread. Noise: half the mean "
            "square difference of two exposures of the same scene; rounding: light between the codes against its code."
        ),
        figures=tuple(figures),
        notes=("Every frame was read back and compared: the core tables are the same to the last bit.",),
    )


def record_both(cores: int, frames: int) -> Measured:
    """Record one scope both ways; raises AssertionError when a table does not come back exactly."""
    scope = SimulatedScope(f"sim:{SEED}?cores={cores}&fps={FPS}&paced=0")
    info = scope.open()
    bundle = calibrate(scope.white())
    plan = plan_restore(bundle, 64)
    video = LosslessVideo(*info.frame_shape)
    core_ms, video_ms = [], []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cores.duct"
        writer = CoreRecordingWriter(path, bundle.id, bundle.cores, bundle.channels, FPS)
        images = []
        for index in range(frames):
            frame = scope.frame_at(OPEN_AT_S * FPS + index, round(1e9 * index / FPS))
            images.append(read_core_image(frame, plan))
            start = time.process_time()
            writer.write(images[-1])
            middle = time.process_time()
            video.write(frame.pixels)
            core_ms.append(1e3 * (middle - start))
            video_ms.append(1e3 * (time.process_time() - middle))
        writer.close()
        core_bytes = path.stat().st_size / frames
        _check_exact(path, images)
    noise_rms, rounding_rms = measure_rounding(scope, plan)
    return Measured(
        cores=cores,
        core_bytes=core_bytes,
        video_bytes=len(video.close()) / frames,
        core_ms=float(np.median(core_ms)),
        video_ms=float(np.median(video_ms)),
        noise_rms=noise_rms,
        rounding_rms=rounding_rms,
    )


def measure_rounding(scope: SimulatedScope, plan: Plan) -> tuple[float, float]:
    """Camera noise and rounding error on the core table, rms in linear light."""
    first, second = (_expose(scope, plan, exposure) for exposure in range(2))
    noise_rms = float(np.sqrt(0.5 * np.mean((first - second) ** 2)))
    between = first + np.float32(0.37) * (second - first)  # The same light, but not on the code grid.
    return noise_rms, float(np.sqrt(np.mean((round_light(between) - between) ** 2)))


def _expose(scope: SimulatedScope, plan: Plan, exposure: int) -> FloatArray:
    """One exposure of one frame's scene, read into a core table."""
    truth = scope.truth_at(OPEN_AT_S * FPS + 30)
    rng = np.random.default_rng([SEED, 99, exposure])
    pixels = camera_picture(truth.core_light, scope.fibre, scope.camera, rng, gain=truth.gain)
    return read_cores(pixels, plan)


def _check_exact(path: Path, images: list[CoreImage]) -> None:
    with open_core_recording(path) as recording:
        for written, read in zip(images, recording, strict=True):
            np.testing.assert_array_equal(read.light_lin, written.light_lin)
            np.testing.assert_array_equal(read.valid, written.valid)


def _describe(measured: Measured, demand: float | None) -> list[Figure]:
    name = f"{measured.cores:,} cores"
    return [
        Figure(
            f"{name}: bytes a frame, core recording against FFV1",
            measured.core_bytes,
            "bytes",
            peer=measured.video_bytes,
            result=measured.video_bytes / measured.core_bytes,
            demand=demand,
        ),
        Figure(f"{name}: bytes a core and frame (three colours)", measured.core_bytes / measured.cores, "bytes"),
        Figure(
            f"{name}: processor time to encode and write a frame, against FFV1",
            measured.core_ms,
            "ms",
            peer=measured.video_ms,
            result=measured.video_ms / measured.core_ms,
        ),
        Figure(
            f"{name}: rounding of the recorded light, against the camera's own noise (rms, white is 1)",
            measured.rounding_rms,
            "white",
            peer=measured.noise_rms,
            result=measured.noise_rms / measured.rounding_rms,
        ),
    ]


if __name__ == "__main__":
    import sys

    for figure in measure(quick="--quick" in sys.argv).figures:
        result = "" if figure.result is None else f"{figure.result:.1f} {figure.result_unit}"
        print(f"{figure.what}: {figure.ours:.6g} {figure.unit}, peer {figure.peer}, {result}")
