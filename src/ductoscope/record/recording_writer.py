"""Write a recording: one folder with the core table of every frame, its bundle, a picture video and stills."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ductoscope import __version__
from ductoscope.model import (
    BadFileError,
    BadInputError,
    Bundle,
    CoreImage,
    DiskFullError,
    PictureArray,
    SourceInfo,
    Told,
)
from ductoscope.record.bundle_file import save_bundle
from ductoscope.record.core_writer import CoreRecordingWriter
from ductoscope.record.depth_log import DEPTH_LOG_NAME, DepthLogWriter
from ductoscope.record.disk import RESERVE_BYTES, START_LIMIT_BYTES, DiskGuard
from ductoscope.record.lock import FolderLock
from ductoscope.record.picture_video import PictureVideoWriter, choose_encoder
from ductoscope.record.recording import measure_bytes
from ductoscope.record.recording_page import (
    BUNDLE_NAME,
    CORES_NAME,
    PICTURE_NAME,
    STILLS_NAME,
    RecordingInfo,
    State,
    write_page,
)


@dataclass(frozen=True, slots=True)
class RecordingSummary:
    """What a recording came to.

    folder: where it lies.
    state: "complete", or "stopped" when trouble ended it.
    frames, seconds, bytes: of everything in the core recording; bytes of all files together.
    picture_frames: pictures in the video.
    dropped_frames: frames the recorder could not keep up with.
    message: plain sentences for the user; None when all went well.
    """

    folder: Path
    state: State
    frames: int
    seconds: float
    bytes: int
    picture_frames: int
    dropped_frames: int
    message: str | None


def name_recording(started_utc: datetime, data_folder: Path) -> Path:
    """A folder for a new recording: date and time, nothing personal, and no folder that exists already."""
    stem = started_utc.astimezone(UTC).strftime("%Y-%m-%d_%H-%M-%SZ")
    folder = data_folder / stem
    count = 1
    while folder.exists():
        count += 1
        folder = data_folder / f"{stem}_{count}"
    return folder


class RecordingWriter:
    """Records core images and, beside them, the picture for eyes.

    folder: the recording's own folder, which must not exist yet (see `name_recording`).
    bundle, source: what the frames are read with and come from.
    started_utc: aware wall clock.
    has_picture_video: whether `write_picture` will be used.
    start_limit_bytes, reserve_bytes: see DiskGuard.
    clock: monotonic seconds.

    `write` and `flush` belong to one thread and `write_picture` to the same or another one; call `close` when both
    are done. Trouble with the picture video or the depth log never ends the core recording: it is told in the summary.
    Raises DiskFullError when the disk is too full to start.
    """

    def __init__(
        self,
        folder: Path,
        bundle: Bundle,
        source: SourceInfo,
        *,
        started_utc: datetime,
        has_picture_video: bool = True,
        start_limit_bytes: int = START_LIMIT_BYTES,
        reserve_bytes: int = RESERVE_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if started_utc.tzinfo is None:
            raise BadInputError(f"A recording starts at a time with a time zone, got {started_utc}.")
        self.folder = folder
        self._clock = clock
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            self._guard = DiskGuard(
                folder.parent, start_limit_bytes=start_limit_bytes, reserve_bytes=reserve_bytes, clock=clock
            )
            self._guard.check_start()
            folder.mkdir()
            (folder / STILLS_NAME).mkdir()
        except FileExistsError as error:
            raise BadFileError(f"There is a recording in {folder} already; choose another name.") from error
        except DiskFullError:
            raise
        except OSError as error:
            raise BadFileError(f"{folder} cannot be made: {error.strerror or error}. Check the data folder.") from error
        self._lock = FolderLock(folder)
        self._info = RecordingInfo(
            state="recording",
            message=None,
            started_utc=started_utc,
            program_version=__version__,
            bundle_id=bundle.id,
            cores=bundle.cores,
            channels=bundle.channels,
            source=source,
            picture_codec=choose_encoder() if has_picture_video else None,
        )
        self._has_picture_video = has_picture_video
        self._video: PictureVideoWriter | None = None
        self._picture_frames = 0
        self._picture_message: str | None = None
        self._depth: DepthLogWriter | None = None
        self._depth_message: str | None = None
        self._first_t_ns = self._last_t_ns = 0
        self._failure: BadFileError | None = None
        self._summary: RecordingSummary | None = None
        try:
            write_page(self._info, folder)
            save_bundle(bundle, folder / BUNDLE_NAME)
            self._cores = CoreRecordingWriter(
                folder / CORES_NAME,
                bundle.id,
                bundle.cores,
                bundle.channels,
                source.fps,
                {
                    "started_utc": started_utc.isoformat(),
                    "source": source.name,
                    "is_simulated": source.is_simulated,
                    "program_version": __version__,
                },
                clock=clock,
            )
        except BaseException:
            self._lock.release()
            shutil.rmtree(folder, ignore_errors=True)  # Nothing has been recorded, so nothing is lost.
            raise

    @property
    def frames(self) -> int:
        """Frames recorded so far."""
        return self._cores.frames

    @property
    def seconds(self) -> float:
        """Stream time recorded so far."""
        return (self._last_t_ns - self._first_t_ns) / 1e9

    @property
    def bytes(self) -> int:
        """Size of the core recording so far."""
        return self._cores.bytes

    def write(self, core_image: CoreImage, readings: Sequence[Told] = ()) -> None:
        """Record one frame, and the depth readings that came with it.

        Raises DiskFullError when the disk is (nearly) full and BadFileError when it fails: the message says what is
        kept, every later call says the same, and `close` ends the recording cleanly.
        """
        if self._failure is not None:
            raise self._failure
        try:
            if self._guard.is_low():
                raise DiskFullError("The disk is nearly full, so the recording was stopped. Free some space.")
            self._cores.write(core_image)
        except BadFileError as error:
            self._fail(error)
        if self._cores.frames == 1:
            self._first_t_ns = core_image.t_ns
        self._last_t_ns = core_image.t_ns
        if readings or self._depth is not None:
            self._log_depth(readings)

    def write_picture(self, pixels: PictureArray, t_ns: int) -> None:
        """Add a picture to the video; never raises, the summary tells what went wrong."""
        if not self._has_picture_video:
            return
        if self._failure is not None:
            self._stop_video(None)
            return
        try:
            if self._video is None:
                self._video = PictureVideoWriter(self.folder / PICTURE_NAME, self._info.source.fps, clock=self._clock)
            self._video.write(pixels, t_ns)
            self._picture_frames = self._video.frames
        except Exception as error:  # Whatever the encoder throws, the core recording must go on.
            self._stop_video(f"The picture video ends early ({error}); the core recording is not harmed.")

    def flush(self) -> None:
        """Sync what was written; call it now and then while no frames come."""
        if self._depth is not None:
            self._log_depth(())
        try:
            self._cores.flush()
        except BadFileError as error:
            self._fail(error)

    def close(self, *, dropped_frames: int = 0) -> RecordingSummary:
        """End the recording and say what it came to; safe to call twice.

        dropped_frames: how many frames the caller could not hand over in time.
        """
        if self._summary is not None:
            return self._summary
        self._stop_video(None)
        self._stop_depth(None)
        try:
            self._cores.close()
        except BadFileError as error:
            self._failure = error
        state: State = "complete" if self._failure is None else "stopped"
        told = [str(self._failure)] if self._failure is not None else []
        told += [self._depth_message] if self._depth_message is not None else []
        if dropped_frames:
            told.append(f"{dropped_frames} frames could not be recorded in time and are missing.")
        info = replace(
            self._info,
            state=state,
            message=" ".join(told) or None,
            frames=self.frames,
            seconds=round(self.seconds, 3),
            dropped_frames=dropped_frames,
            picture_message=self._picture_message,
        )
        try:
            write_page(info, self.folder)
        except BadFileError:
            # The page still says "recording"; start-up recovery will make it again once there is room.
            told.append("Its page could not be written; it will be mended at the next start.")
        finally:
            self._lock.release()
        self._summary = RecordingSummary(
            folder=self.folder,
            state=state,
            frames=self.frames,
            seconds=self.seconds,
            bytes=measure_bytes(self.folder),
            picture_frames=self._picture_frames,
            dropped_frames=dropped_frames,
            message=" ".join([*told, *filter(None, [self._picture_message])]) or None,
        )
        return self._summary

    def _fail(self, error: BadFileError) -> None:
        """Remember why nothing more is recorded, and tell the caller what is kept."""
        kept = f"The first {self.seconds:.1f} s ({self.frames} frames) are kept."
        self._failure = type(error)(f"{error} {kept}")
        raise self._failure from error

    def _log_depth(self, readings: Sequence[Told]) -> None:
        """Append to the depth log, or to nothing when it failed before."""
        if self._depth_message is not None:
            return
        try:
            if self._depth is None:
                self._depth = DepthLogWriter(self.folder / DEPTH_LOG_NAME, clock=self._clock)
            self._depth.write(readings)
        except (BadFileError, BadInputError) as error:
            self._stop_depth(f"The depth log ends early ({error}); the core recording is not harmed.")

    def _stop_depth(self, message: str | None) -> None:
        depth, self._depth = self._depth, None
        try:
            if depth is not None:
                depth.close()
        except BadFileError as error:
            message = message or f"The depth log ends early ({error}); the core recording is not harmed."
        self._depth_message = self._depth_message or message

    def _stop_video(self, message: str | None) -> None:
        video, self._video, self._has_picture_video = self._video, None, False
        try:
            if video is not None:
                video.close()
        except Exception as error:  # As above: the cores come first.
            message = message or f"The picture video ends early ({error}); the core recording is not harmed."
        self._picture_message = self._picture_message or message
