"""Restoring what lies on the disk: one image, a folder of them, a video, or a recording.

Single images are restored one by one. Videos and recordings go through the same stages as the live picture: a camera
that shifts is followed, and what holds still is denoised.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ductoscope.live.image_file import READABLE, list_images, read_image, write_image
from ductoscope.live.video_file import VideoFile, open_video
from ductoscope.model import (
    BadFileError,
    BadInputError,
    Bundle,
    CalibrationError,
    CoreImage,
    DiskFullError,
    DuctoscopeError,
    Frame,
)
from ductoscope.record import PictureVideoWriter, Recording, is_recording, open_recording
from ductoscope.restore import (
    Method,
    Plan,
    plan_restore,
    read_core_image,
    render,
    restore,
    start_denoise,
    start_watch,
    step_denoise,
    step_watch,
)

Progress = Callable[[float, str], None]
"""Told the share that is done, 0 to 1, and a word or two."""

_VIDEO_ENDING = ".mp4"


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What was restored.

    pictures: how many were written. ms_per_picture: restoring alone, without reading and writing files.
    skipped: a sentence for each picture that could not be restored. notes: what a person should know.
    """

    pictures: int
    ms_per_picture: float
    skipped: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def restore_file(
    path: Path,
    output: Path,
    *,
    bundle: Bundle | None = None,
    size_px: int = 1024,
    method: Method = "mmse",
    zoom: float = 1.0,
    at: tuple[float, float] = (0.5, 0.5),
    progress: Progress = lambda _share, _words: None,
) -> RestoreReport:
    """Restore everything in `path` into `output`.

    path: an image, a folder of images, a video, or one of our recordings (which brings its own bundle).
    output: an image for an image, a folder for a folder, an .mp4 for a video or a recording; made when it is not there.
    size_px, method, zoom, at: as in `plan_restore`.
    Raises BadFileError for what cannot be read or written, BadInputError when the output does not fit the input or the
    bundle is missing, CalibrationError when an image does not fit the bundle.
    """
    if not path.exists():
        raise BadFileError(f"There is no file or folder {path}. Check the name.")
    if path.is_dir() and is_recording(path):
        with closing(open_recording(path)) as recording:
            plan = plan_restore(recording.bundle, size_px, method=method, zoom=zoom, at=at)
            return _restore_stream(_play(recording, progress), plan, output, recording.info.source.fps)
    if bundle is None:
        raise BadInputError("A calibration is needed: make one with `ductoscope calibrate` and give it with --bundle.")
    plan = plan_restore(bundle, size_px, method=method, zoom=zoom, at=at)
    if path.is_dir():
        return _restore_folder(path, plan, output, progress)
    if path.suffix.lower() in READABLE:
        return _restore_image(path, plan, output, progress)
    with open_video(path) as video:
        report = _restore_stream(_watch(video, plan, progress), plan, output, video.facts.fps)
        lost = (f"{video.lost} pictures of the video were damaged and are missing.",) if video.lost else ()
        return replace(report, notes=(*report.notes, *lost))


def _restore_image(path: Path, plan: Plan, output: Path, progress: Progress) -> RestoreReport:
    pixels = read_image(path)
    started = time.perf_counter()
    picture = restore(pixels, plan)
    spent_s = time.perf_counter() - started
    write_image(output, picture)
    progress(1.0, "")
    return RestoreReport(1, spent_s * 1e3)


def _restore_folder(folder: Path, plan: Plan, output: Path, progress: Progress) -> RestoreReport:
    paths = list_images(folder)
    if output.resolve() == folder.resolve():
        raise BadInputError(f"{output} is the folder that is read; give another one to write to.")
    done, spent_ms = 0, 0.0
    skipped: list[str] = []
    for number, path in enumerate(paths):
        try:
            report = _restore_image(path, plan, output / f"{path.stem}.png", lambda _share, _words: None)
        except (BadFileError, CalibrationError) as error:
            if isinstance(error, DiskFullError):
                raise
            skipped.append(f"{path.name} was left out: {error}")
        else:
            done, spent_ms = done + 1, spent_ms + report.ms_per_picture
        progress((number + 1) / len(paths), path.name)
    if not done:
        raise BadInputError(f"No image in {folder} could be restored. {skipped[0]}")
    return RestoreReport(done, spent_ms / done, tuple(skipped))


def _restore_stream(
    core_images: Iterator[tuple[CoreImage, float]], plan: Plan, output: Path, fps: float
) -> RestoreReport:
    """Denoise, render and write a stream of (core image, seconds spent on reading it)."""
    if output.suffix.lower() != _VIDEO_ENDING:
        raise BadInputError(f'A video or a recording is restored to an {_VIDEO_ENDING} file, not to "{output.name}".')
    half = output.with_name(f".{output.name}.part")
    advice: dict[str, None] = {}
    denoise = start_denoise(plan)
    done, spent_s = 0, 0.0
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        half.unlink(missing_ok=True)
        with closing(PictureVideoWriter(half, fps)) as writer:
            for core_image, read_s in core_images:
                started = time.perf_counter()
                denoise, light_lin = step_denoise(denoise, core_image)
                picture = render(light_lin, plan)
                spent_s += time.perf_counter() - started + read_s
                writer.write(picture, core_image.t_ns)
                done += 1
                if core_image.fit.advice is not None:
                    advice.setdefault(core_image.fit.advice)
        if not done:
            raise BadFileError("There is not one picture in it that could be restored.")
        half.replace(output)
    except OSError as error:
        with suppress(OSError):
            half.unlink()
        if isinstance(error, DuctoscopeError):
            raise
        raise BadFileError(f"Cannot write {output}: {error.strerror or error}.") from error
    return RestoreReport(done, spent_s / done * 1e3, notes=tuple(advice))


def _watch(video: VideoFile, plan: Plan, progress: Progress) -> Iterator[tuple[CoreImage, float]]:
    watch = start_watch(plan)
    for index, picture in enumerate(video.pictures()):
        started = time.perf_counter()
        watch, fit = step_watch(watch, picture.pixels, plan)
        core_image = read_core_image(Frame(index, picture.t_ns, picture.pixels), plan, fit)
        yield core_image, time.perf_counter() - started
        if video.facts.frames:
            progress(min((index + 1) / video.facts.frames, 1.0), f"picture {index + 1}")


def _play(recording: Recording, progress: Progress) -> Iterator[tuple[CoreImage, float]]:
    for number, core_image in enumerate(recording.core_images()):
        yield core_image, 0.0
        progress((number + 1) / len(recording.cores), f"picture {number + 1}")
