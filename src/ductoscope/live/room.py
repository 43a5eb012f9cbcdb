"""Room: the live room while a scope is in it, as one small object."""

from __future__ import annotations

import dataclasses
import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from ductoscope.live.calibrator import How
from ductoscope.live.finder import Finder
from ductoscope.live.pipeline import Pipeline
from ductoscope.live.recorder import Recorder
from ductoscope.live.shown import Shown
from ductoscope.live.sighting import FindSetup
from ductoscope.live.slot import Slot
from ductoscope.live.sources import SourceFactory
from ductoscope.live.status import RecordingNow, RoomStatus
from ductoscope.model import BadFileError, BadInputError, Bundle, CalibrationError, DepthSensor
from ductoscope.record import (
    RecordingSummary,
    RecordingWriter,
    Still,
    free_bytes,
    name_recording,
    recover_recordings,
    save_still,
)
from ductoscope.restore import super_resolve

__all__ = ["RecordingNow", "Room", "RoomStatus", "Shown"]

log = logging.getLogger(__name__)

FRAMES_TO_FREEZE = 8

Point = tuple[float, float]


class Room:
    """Watches one source, restores and shows it, and keeps what it is told to keep.

    make_source, spec: `make_source(spec)` gives the source; it is opened, and opened again when it was lost.
    data_folder: recordings and stills go here, each recording in its own folder.
    bundle: the calibration to begin with; without one the room makes its own (from the source's white picture, else
        from ordinary frames).
    plan_size_px: width and height of the restored pictures.
    has_picture_video: also write an H.264 picture video beside each core recording.
    make_sensor: makes the sensor at the shaft from the clock of the pictures' stream; None without one.
    find: how to look for the way and the wall; None when nobody wants that.
    clock_ns: monotonic; now_utc: aware wall clock; retry_s: wait before a lost source is tried again.

    `shown` holds the newest picture; any number of readers may wait on it. All methods may be called from any
    thread. Raises what `make_source` raises when `spec` cannot be understood.
    """

    def __init__(
        self,
        make_source: SourceFactory,
        *,
        spec: str,
        data_folder: Path,
        bundle: Bundle | None = None,
        plan_size_px: int = 1024,
        has_picture_video: bool = True,
        make_sensor: Callable[[Callable[[], int]], DepthSensor] | None = None,
        find: FindSetup | None = None,
        clock_ns: Callable[[], int] = time.monotonic_ns,
        now_utc: Callable[[], datetime] = lambda: datetime.now(UTC),
        retry_s: float = 0.5,
    ) -> None:
        self._pipeline = Pipeline(make_source(spec), bundle, plan_size_px, clock_ns, retry_s, make_sensor, find)
        self.shown: Slot[Shown] = self._pipeline.shown
        self._data_folder = data_folder
        self._has_picture_video = has_picture_video
        self._clock_ns = clock_ns
        self._now_utc = now_utc
        self._recording = threading.Lock()
        self._recording_name = ""
        self._recorder_lost = 0

    def __enter__(self) -> Room:
        """Begin to watch the source."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop watching."""
        self.stop()

    def start(self) -> None:
        """Begin to watch the source; once. Recordings that were cut off are mended first, and `status` tells of it.

        Raises BadFileError when the data folder cannot be used.
        """
        try:
            self._data_folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadFileError(
                f"{self._data_folder} cannot be used as data folder: {error.strerror or error}. Choose another one."
            ) from error
        recovered = recover_recordings(self._data_folder)
        self._pipeline.troubles.note("recovery", " ".join(one.message for one in recovered) or None)
        self._pipeline.start()

    def stop(self) -> None:
        """Stop watching; a running recording is closed. Safe to call twice, and leaves no thread behind."""
        self._pipeline.stop()
        with self._recording:
            self._end_recording()

    def status(self) -> RoomStatus:
        """Say how things stand, now."""
        pipeline, now_ns = self._pipeline, self._clock_ns()
        with self._recording:
            self._drop_failed_recording()
            recorder = pipeline.recorder
            recording = None if recorder is None else recorder.now(self._recording_name)
            recorder_lost = self._recorder_lost + (0 if recorder is None else recorder.lost)
        newest = pipeline.shown.newest()
        fit = None if newest is None else newest[1].fit
        bundle = self._bundle
        return RoomStatus(
            state=pipeline.state,
            message=pipeline.troubles.tell() or (fit.advice if fit else None),
            source=pipeline.follower.info,
            fps_in=pipeline.tally.rate_in.per_second(now_ns),
            fps_shown=pipeline.tally.rate_shown.per_second(now_ns),
            age_ms=None if newest is None else (now_ns - newest[1].arrived_ns) / 1e6,
            frames_in=pipeline.tally.frames_in,
            frames_lost=pipeline.tally.frames_lost,
            views_dropped=pipeline.tally.views_dropped,
            recorder_lost=recorder_lost,
            recording=recording,
            fit=fit,
            bundle_id=None if bundle is None else bundle.id,
            quality=None if bundle is None else bundle.quality,
            cores=0 if bundle is None else bundle.cores,
            free_bytes=_look_free(self._data_folder),
            depth_sensor=pipeline.depth.now(),
        )

    def take_still(self, sequence: int | None = None) -> Still:
        """Keep one picture at full quality: the newest, or the one with that `sequence`.

        Pictures of the last eight seconds and the last four frozen ones can be asked for. Raises BadInputError when
        there is no such picture, DiskFullError or BadFileError when it cannot be kept.
        """
        newest = self.shown.newest()
        shown = newest[1] if newest and sequence in (None, newest[1].sequence) else None
        if shown is None and sequence is not None:
            shown = self._pipeline.memory.find(sequence)
        if shown is None:
            raise BadInputError(
                "There is no picture yet to take a still from."
                if sequence is None
                else f"Picture {sequence} is no longer in memory; only the last eight seconds are. Take a newer one."
            )
        with self._recording:
            recorder = self._pipeline.recorder
            folder = (self._data_folder if recorder is None else recorder.folder) / "stills"
        info = self._pipeline.follower.info
        return save_still(
            folder,
            shown.view,
            shown.core_image,
            None if shown.plan is None else shown.plan.bundle.id,
            self._now_utc(),
            source_name=info.name if info else "",
            is_simulated=shown.is_simulated,
        )

    def freeze(self) -> Shown:
        """Return the newest picture to look at quietly: made from several frames when the scope holds still.

        Its `sequence` can be given to `take_still`. Raises BadInputError before the first picture.
        """
        got = self.shown.newest()
        if got is None:
            raise BadInputError("There is no picture yet to freeze.")
        frozen = self._super_resolve(got[1]) or got[1]
        if not self._pipeline.keep_frozen(frozen, got[1]):
            raise BadInputError("The picture was of somebody who has left the room. Freeze again.")
        return frozen

    def forget(self) -> None:
        """Let go of every picture seen so far, wherever the room still holds it; a running recording is closed.

        Called when the patient changes. Pictures up to `forgotten_to` can never be had again, also not those that are
        on their way from the source just now.
        """
        with self._recording:
            self._end_recording()
        self._pipeline.forget()

    @property
    def forgotten_to(self) -> int:
        """The highest `sequence` that was forgotten; 0 when nothing ever was."""
        return self._pipeline.forgotten_to

    @property
    def data_folder(self) -> Path:
        """Where recordings and stills go."""
        return self._data_folder

    def _super_resolve(self, shown: Shown) -> Shown | None:
        """Make more of a picture from the frames before it; None when the scope moved too much, or that fails."""
        if shown.core_image is None or shown.plan is None:
            return None
        try:
            view = super_resolve(self._pipeline.memory.seen_until(shown.core_image, FRAMES_TO_FREEZE), shown.plan)
        except Exception:
            log.exception("super-resolution failed; the newest picture is frozen as it is")
            return None
        if "single" in view.lineage:
            return None
        return dataclasses.replace(shown, sequence=next(self._pipeline.sequence), view=view)

    def start_recording(self) -> str:
        """Begin to record, and return the recording's name (its folder in the data folder).

        Raises BadInputError when one runs, CalibrationError when there is nothing that can be recorded yet,
        DiskFullError or BadFileError when the folder cannot be written.
        """
        with self._recording:
            self._drop_failed_recording()
            info, bundle = self._pipeline.follower.info, self._bundle
            if self._pipeline.recorder is not None:
                raise BadInputError(f"{self._recording_name} is being recorded already; stop it first.")
            if info is None or bundle is None:
                raise CalibrationError("Nothing can be recorded before the scope is calibrated. Wait, or recalibrate.")
            self._pipeline.troubles.note("recovery", None)  # It has been told long enough.
            trouble = self._pipeline.troubles.get("read")
            if trouble is not None:
                raise CalibrationError(f"Nothing can be recorded now. {trouble}")
            started_utc = self._now_utc()
            first_folder = name_recording(started_utc, self._data_folder)

            def open_part(bundle: Bundle, part: int) -> RecordingWriter:
                return RecordingWriter(
                    first_folder.with_name(f"{first_folder.name}-part{part}") if part > 1 else first_folder,
                    bundle,
                    info,
                    started_utc=started_utc if part == 1 else self._now_utc(),
                    has_picture_video=self._has_picture_video,
                )

            self._pipeline.troubles.note("recording", None)
            self._pipeline.recorder = Recorder(open_part, bundle)
            self._recording_name = first_folder.name
            log.info("recording started name=%s", first_folder.name)
            return first_folder.name

    def stop_recording(self) -> RecordingSummary:
        """End the recording; everything that came in before this call is in it.

        Raises BadInputError when none runs, BadFileError when it had to end early, saying what was kept.
        """
        with self._recording:
            self._drop_failed_recording()
            summary = self._end_recording()
        if summary is None:
            raise BadInputError(self._pipeline.troubles.get("recording") or "No recording is running.")
        return summary

    def recalibrate(self, how: How = "auto") -> None:
        """Make a new calibration beside the live picture, and go over to it when it is ready; returns at once.

        how: "white": from the source's own white picture, or, for a camera, from what it sees now (hold something
        evenly white before the scope); "frames": from ordinary moving frames; "auto": the source's white picture
        when it can make one, else ordinary frames. While recording, the part is closed and a new one begins with
        the new bundle. `status().state` is "calibrating" meanwhile; `message` says so if it failed, and the old
        calibration stays. Raises BadInputError on a core recording, which has its own.
        """
        self._pipeline.calibrator.request(how)

    def zero_depth(self) -> None:
        """Call this place 0 mm: the tip is at the nipple's surface. The sensor, if there is one, is zeroed too."""
        self._pipeline.depth.zero()

    def key_graduation(self, depth_mm: float) -> None:
        """Note the mark, in mm, that stands at the nipple now. Raises BadInputError for one that no shaft has."""
        self._pipeline.depth.key(depth_mm)

    def see_tool(self, frame_t_ns: int, ends: tuple[Point, Point], width_mm: float, sigma_mm: float) -> None:
        """Note a tool of known width that lies in a picture, so that the finder learns what a radius is worth there.

        frame_t_ns: of the picture. ends: the tool's two edges, as shares of the picture's side (x right, y down): the
        picture's square holds the whole rim. Raises BadInputError for what no tool has. When the finder cannot tell
        how far the wall was in that picture, it learns nothing.
        """
        (x0, y0), (x1, y1) = ends
        ends_xy = (2.0 * x0 - 1.0, 2.0 * y0 - 1.0), (2.0 * x1 - 1.0, 2.0 * y1 - 1.0)
        self._pipeline.depth.see_tool(frame_t_ns, ends_xy, width_mm, sigma_mm)

    @property
    def finder(self) -> Finder | None:
        """What looks for the way and the wall; None when nobody wants that."""
        return self._pipeline.finder

    def hold_suggestion(self, suggestion: int) -> Shown:
        """Return the picture that shows a suggestion best, to look at quietly; as after `freeze`, a still can be had.

        Raises BadInputError for a suggestion that is not there.
        """
        finder, newest = self.finder, self.shown.newest()
        if finder is None or newest is None:
            raise BadInputError("There are no suggestions here.")
        core_image, plan = finder.best_of(suggestion)
        view = super_resolve([core_image], plan)
        held = dataclasses.replace(
            newest[1],
            sequence=next(self._pipeline.sequence),
            source_t_ns=core_image.t_ns,
            index=core_image.index,
            view=view,
            core_image=core_image,
            light_lin=core_image.light_lin,
            plan=plan,
            frame=None,
        )
        if not self._pipeline.keep_frozen(held, newest[1]):
            raise BadInputError("The picture was of somebody who has left the room.")
        return held

    @property
    def _bundle(self) -> Bundle | None:
        calibrated = self._pipeline.calibrator.current
        return None if calibrated is None else calibrated.plan.bundle

    def _end_recording(self) -> RecordingSummary | None:
        recorder, self._pipeline.recorder = self._pipeline.recorder, None
        if recorder is None:
            return None
        summary = recorder.close()
        self._recorder_lost += recorder.lost
        self._pipeline.troubles.note("recording", recorder.failure)
        log.info("recording stopped name=%s frames=%d lost=%d", self._recording_name, recorder.frames, recorder.lost)
        return None if recorder.failure else summary

    def _drop_failed_recording(self) -> None:
        recorder = self._pipeline.recorder
        if recorder is not None and recorder.failure is not None:
            self._end_recording()


def _look_free(folder: Path) -> int:
    try:
        return free_bytes(folder)
    except BadFileError:  # the folder is gone, for one on a stick that was pulled
        return 0
