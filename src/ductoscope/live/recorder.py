"""Recorder: writes what the fibre saw in threads of its own, so that a slow disk never slows the picture."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from ductoscope.live.shown import Shown
from ductoscope.live.slot import Slot
from ductoscope.live.status import RecordingNow
from ductoscope.model import Bundle, CoreImage, DuctoscopeError, Told
from ductoscope.record import RecordingSummary, RecordingWriter

log = logging.getLogger(__name__)

# Eight seconds at 60 frames a second: longer than any disk pauses that goes on working, and at 30,000 cores still
# less than 200 MB.
QUEUE_FRAMES = 480
_IDLE_S = 0.5

OpenPart = Callable[[Bundle, int], RecordingWriter]
"""Opens the folder for one part: (bundle, part number from 1) -> its writer."""


class Recorder:
    """One recording, from `__init__` to `close`; each bundle that is used meanwhile begins a new part.

    Core images wait in a bounded queue and are written in one thread; when the queue is full the frame is lost and
    counted in `lost`, unless the source can be asked to wait. Pictures for the video are encoded in another thread,
    the newest wins. When the disk fails, the recording ends by itself: `failure` says
    why and what was kept.
    """

    def __init__(self, open_part: OpenPart, bundle: Bundle, queue_frames: int = QUEUE_FRAMES) -> None:
        self.lost = 0
        self.failure: str | None = None
        self._open_part = open_part
        self._queue_frames = queue_frames
        self._queue: deque[tuple[CoreImage, Bundle, tuple[Told, ...]]] = deque()
        self._readings: tuple[Told, ...] = ()
        self._pictures: Slot[Shown] = Slot()
        self._is_ending = False
        self._changed = threading.Condition()
        self._part_in_use = threading.Lock()
        self._bundle_id = bundle.id
        self._parts = [open_part(bundle, 1)]
        self._lost_before_part = 0
        self._summary: RecordingSummary | None = None
        self._threads = (
            threading.Thread(target=self._run, name="duct-recorder", daemon=True),
            threading.Thread(target=self._run_video, name="duct-video", daemon=True),
        )
        for thread in self._threads:
            thread.start()

    def offer(
        self, core_image: CoreImage, bundle: Bundle, readings: Sequence[Told] = (), *, may_wait: bool = False
    ) -> None:
        """Hand over one core image, read with `bundle`, and the depth readings that came with it.

        may_wait: the source gives at any speed asked. The readings of a frame that is lost go with the next one.
        """
        with self._changed:
            if may_wait:
                self._changed.wait_for(lambda: len(self._queue) < self._queue_frames or self._is_ending)
            if self._is_ending:
                return
            self._readings = (*self._readings, *readings)
            if len(self._queue) >= self._queue_frames:
                self.lost += 1
                log.warning("recorder lost frame index=%d lost=%d", core_image.index, self.lost)
                return
            self._queue.append((core_image, bundle, self._readings))
            self._readings = ()
            self._changed.notify_all()

    def note_readings(self, readings: Sequence[Told]) -> None:
        """Keep depth readings whose frame could not be read; they go with the next one."""
        with self._changed:
            self._readings = (*self._readings, *readings)

    def offer_picture(self, shown: Shown) -> None:
        """Hand over a restored picture for the video; the newest wins."""
        self._pictures.put(shown)

    def close(self) -> RecordingSummary | None:
        """Write what still waits, close the file, and say what was kept; None when not even that could be said."""
        self._end()
        for thread in self._threads:
            thread.join()
        return self._summary

    def now(self, name: str) -> RecordingNow:
        """Say how far the recording is, all its parts together."""
        parts = self._parts
        seconds, size = sum(part.seconds for part in parts), sum(part.bytes for part in parts)
        return RecordingNow(name, seconds, size, sum(part.frames for part in parts), len(parts))

    @property
    def folder(self) -> Path:
        """The folder of the part that is being written."""
        return self._parts[-1].folder

    @property
    def frames(self) -> int:
        """Core images written so far."""
        return sum(part.frames for part in self._parts)

    def _end(self) -> None:
        with self._changed:
            self._is_ending = True
            self._changed.notify_all()
        self._pictures.close()

    def _run(self) -> None:
        try:
            while not self._is_done():
                self._step()
            self._close_part()
        except Exception as error:
            self._end_early(error)

    def _run_video(self) -> None:
        # No lower priority for this thread: what it holds for a moment (the GIL), the others would wait for.
        number = 0
        while (got := self._pictures.wait_newer(number)) is not None:
            number, shown = got
            with self._part_in_use:
                if shown.plan is not None and shown.plan.bundle.id == self._bundle_id:
                    self._parts[-1].write_picture(shown.view.pixels, shown.source_t_ns)

    def _is_done(self) -> bool:
        with self._changed:
            return self._is_ending and not self._queue

    def _step(self) -> None:
        """Write one core image, or sync when none comes."""
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._is_ending, _IDLE_S)
            waiting = self._queue.popleft() if self._queue else None
            self._changed.notify_all()
        if waiting is None:
            self._parts[-1].flush()
            return
        core_image, bundle, readings = waiting
        if bundle.id != self._bundle_id:
            self._begin_part(bundle)
        self._parts[-1].write(core_image, readings)

    def _begin_part(self, bundle: Bundle) -> None:
        self._close_part()
        part = self._open_part(bundle, len(self._parts) + 1)
        with self._part_in_use:
            self._parts = [*self._parts, part]
            self._bundle_id = bundle.id
        log.info("recording goes on in part=%d bundle=%s", len(self._parts), bundle.id)

    def _close_part(self) -> None:
        lost = self.lost
        with self._part_in_use:
            self._summary = self._parts[-1].close(dropped_frames=lost - self._lost_before_part)
        self._lost_before_part = lost

    def _end_early(self, error: Exception) -> None:
        log.error("recording ended early: %s", error, exc_info=not isinstance(error, DuctoscopeError))
        self._end()
        with self._changed:
            self.lost += len(self._queue)
            self._queue.clear()
            self._changed.notify_all()
        try:
            self._close_part()
        except (DuctoscopeError, OSError, ValueError) as second:
            log.error("closing the recording failed too: %s", second)
        reason = str(error) if isinstance(error, DuctoscopeError) else f"{type(error).__name__}: {error}"
        self.failure = f"Recording has stopped. {reason}"
