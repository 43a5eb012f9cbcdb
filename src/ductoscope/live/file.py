"""Files as a source: a video, a folder of images, one image, or a recording of our own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, Protocol, cast

from ductoscope.live.image_file import READABLE, list_images, read_image
from ductoscope.live.settings_in_name import split_settings
from ductoscope.live.video_file import VideoFile, open_video
from ductoscope.model import (
    BadFileError,
    BadInputError,
    Bundle,
    CoreImage,
    Frame,
    Pixels,
    SourceError,
    SourceInfo,
    Told,
    ToolSeen,
)
from ductoscope.record import Recording, is_recording, open_recording

Speed = Literal["true", "max"]

# Images in a folder carry no times; they are shown as the usual camera would have given them.
FOLDER_FPS = 25.0


class Reel(Protocol):
    """An opened file that can be gone through again and again."""

    info: SourceInfo
    bundle: Bundle | None
    readings: tuple[Told, ...]

    def pictures(self) -> Iterator[Frame | CoreImage]:
        """Go through it from the start; index from 0, t_ns as the file says."""

    def close(self) -> None:
        """Let go of the file."""


class VideoReel:
    """A video file."""

    bundle: Bundle | None = None
    readings: tuple[Told, ...] = ()

    def __init__(self, path: Path) -> None:
        self._path = path
        self._video: VideoFile | None = open_video(path)
        facts = self._video.facts
        self.info = SourceInfo(path.name, facts.picture_shape, facts.channels, facts.fps, False, False, facts.frames)

    def pictures(self) -> Iterator[Frame]:
        """Decode it from the start; damaged pictures are left out, the rest is given."""
        self.close()
        self._video = open_video(self._path)
        for index, picture in enumerate(self._video.pictures()):
            yield Frame(index, picture.t_ns, picture.pixels)

    def close(self) -> None:
        """Let go of the file."""
        video, self._video = self._video, None
        if video is not None:
            video.close()


class ImageReel:
    """Images in natural order: 2.png before 10.png."""

    bundle: Bundle | None = None
    readings: tuple[Told, ...] = ()

    def __init__(self, path: Path) -> None:
        self._paths = [path] if path.is_file() else list_images(path)
        first = read_image(self._paths[0])
        channels = 1 if first.ndim == 2 else 3
        self.info = SourceInfo(
            path.name, (first.shape[0], first.shape[1]), channels, FOLDER_FPS, False, False, len(self._paths)
        )

    def pictures(self) -> Iterator[Frame]:
        """Read them one after the other. Raises BadFileError, naming the image, for one that cannot be read."""
        for index, path in enumerate(self._paths):
            yield Frame(index, round(index * 1e9 / FOLDER_FPS), read_image(path))

    def close(self) -> None:
        """Nothing is held between two images."""


class RecordingReel:
    """A recording of our own: what the fibre saw, the bundle it was read with, and its depth log."""

    def __init__(self, folder: Path) -> None:
        self._recording: Recording = open_recording(folder)
        bundle = self._recording.bundle
        self.bundle: Bundle | None = bundle
        source = self._recording.info.source
        name = f"{source.name}, recording {folder.name}"
        self.readings: tuple[Told, ...] = ()
        try:
            self.readings = self._recording.depth_readings()
        except BadFileError:  # the pictures can be seen all the same
            name += ", whose depth log is damaged"
        self.info = SourceInfo(
            name,
            bundle.frame_shape,
            bundle.channels,
            source.fps,
            False,
            source.is_simulated,
            len(self._recording.cores),
        )

    def pictures(self) -> Iterator[CoreImage]:
        """Every frame that can be read, with its own index and time."""
        return self._recording.core_images()

    def close(self) -> None:
        """Let go of the files."""
        self._recording.close()


def open_reel(path: Path) -> Reel:
    """Find out what `path` is and open it. Raises BadFileError, in one plain sentence, when it is nothing we know."""
    if not path.exists():
        raise BadFileError(f"There is no file or folder {path}; check the name.")
    if path.is_dir():
        return RecordingReel(path) if is_recording(path) else ImageReel(path)
    if path.suffix.lower() in READABLE:
        return ImageReel(path)
    return VideoReel(path)


class FileSource:
    """Gives a file's pictures at their own times, or as fast as they are asked for.

    speed: "true" keeps the time between pictures; "max" never waits. is_looping: begins again at the end; index and
    t_ns go on. clock_ns: monotonic. sleep: waits so many seconds; the default wakes when the source is closed.
    """

    def __init__(
        self,
        path: Path,
        *,
        speed: Speed = "true",
        is_looping: bool = False,
        clock_ns: Callable[[], int] = time.monotonic_ns,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self._path = path
        self._speed = speed
        self._is_looping = is_looping
        self._clock_ns = clock_ns
        self._closed = threading.Event()
        self._sleep = sleep or self._closed.wait
        self._in_use = threading.Lock()
        self._reel: Reel | None = None
        self._bundle: Bundle | None = None
        self._pictures: Iterator[Frame | CoreImage] = iter(())
        self._readings: tuple[Told, ...] = ()
        self._readings_taken = 0
        self._t_offset_ns = 0

    def open(self) -> SourceInfo:
        """Open the file at its start. Raises BadFileError."""
        self.close()
        self._closed.clear()
        reel = open_reel(self._path)
        self._reel, self._bundle, self._pictures = reel, reel.bundle, self._run(reel)
        self._readings, self._readings_taken, self._t_offset_ns = reel.readings, 0, 0
        return replace(reel.info, length=None) if self._is_looping else reel.info

    def read(self) -> Frame | CoreImage | None:
        """Wait until the next picture's time and return it; None at the end, or when closed meanwhile."""
        with self._in_use:
            if self._reel is None:
                raise SourceError(f"{self._path} is not open.")
            return next(self._pictures, None)

    def white(self) -> Pixels | None:
        """A file brings no white picture."""
        return None

    def bundle(self) -> Bundle | None:
        """Return the bundle of a recording of our own, else None."""
        return self._bundle

    def take_readings(self, t_ns: int) -> Sequence[Told]:
        """The depth readings of a recording up to a picture's time that were not taken yet; for who reads pictures."""
        first = self._readings_taken
        while self._readings_taken < len(self._readings):
            if self._readings[self._readings_taken].t_ns + self._t_offset_ns > t_ns:
                break
            self._readings_taken += 1
        due, offset_ns = self._readings[first : self._readings_taken], self._t_offset_ns
        return [_postpone(reading, offset_ns) for reading in due]

    def close(self) -> None:
        """Wake a waiting `read` and let go of the file."""
        self._closed.set()
        with self._in_use:
            reel, self._reel = self._reel, None
            if reel is not None:
                reel.close()

    def _run(self, reel: Reel) -> Iterator[Frame | CoreImage]:
        """Give the pictures, each at its time."""
        start_ns: int | None = None
        index_offset = t_offset_ns = 0
        while True:
            first: Frame | CoreImage | None = None
            last: Frame | CoreImage | None = None
            for picture in reel.pictures():
                first, last = first or picture, picture
                t_ns = picture.t_ns + t_offset_ns
                start_ns = self._clock_ns() - t_ns if start_ns is None else start_ns
                self._wait_until(start_ns + t_ns)
                if self._closed.is_set():
                    return
                yield _renumber(picture, picture.index + index_offset, t_ns)
            if not self._is_looping or first is None or last is None:
                return
            index_offset += last.index + 1 - first.index
            t_offset_ns += last.t_ns - first.t_ns + round(1e9 / (reel.info.fps or FOLDER_FPS))
            self._readings_taken, self._t_offset_ns = 0, t_offset_ns

    def _wait_until(self, due_ns: int) -> None:
        wait_s = (due_ns - self._clock_ns()) / 1e9
        if self._speed == "true" and wait_s > 0:
            self._sleep(wait_s)


def _renumber(picture: Frame | CoreImage, index: int, t_ns: int) -> Frame | CoreImage:
    if (picture.index, picture.t_ns) == (index, t_ns):
        return picture
    if isinstance(picture, Frame):
        return Frame(index, t_ns, picture.pixels)
    return CoreImage(index, t_ns, picture.light_lin, picture.valid, picture.fit)


def _postpone(told: Told, by_ns: int) -> Told:
    if isinstance(told, ToolSeen):
        return replace(told, t_ns=told.t_ns + by_ns, frame_t_ns=told.frame_t_ns + by_ns)
    return replace(told, t_ns=told.t_ns + by_ns)


def open_file(spec: str) -> FileSource:
    """Make a source from "file:PATH", "file:PATH?speed=max", "file:PATH?speed=true&loop=1"."""
    name, settings = split_settings(spec.removeprefix("file:"), {"speed": "true", "loop": "0"})
    if not name:
        raise BadInputError('"file:" needs a name behind it, for example file:examination.mp4.')
    if settings["speed"] not in ("true", "max"):
        raise BadInputError(f'The speed of "{spec}" must be true or max, not {settings["speed"]}.')
    if settings["loop"] not in ("0", "1"):
        raise BadInputError(f'The loop of "{spec}" must be 0 or 1, not {settings["loop"]}.')
    speed = cast(Speed, settings["speed"])
    return FileSource(Path(name).expanduser(), speed=speed, is_looping=settings["loop"] == "1")
