"""Calibrator: makes calibrations beside the live picture, so that the picture never waits for one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Literal

from ductoscope.live.calibration import Calibrated, average_frames, prepare
from ductoscope.live.slot import Slot
from ductoscope.live.troubles import Troubles
from ductoscope.model import BadInputError, Bundle, DuctoscopeError, Frame, Pixels, Source, SourceError, SourceInfo
from ductoscope.restore import calibrate, calibrate_from_frames

log = logging.getLogger(__name__)

How = Literal["auto", "white", "frames"]
MakeBundle = Callable[[], Bundle]
GiveFrames = Callable[[int, int], Iterator[Pixels]]

# Ordinary frames must differ for the cores to stand out from the scene.
FRAMES = 48
FRAMES_BETWEEN = 4
WHITE_FRAMES = 8
_LONGEST_GAP_S = 5.0
_LOOK_AGAIN_NS = 5_000_000_000


class Calibrator:
    """Chooses how to calibrate, does it in a thread of its own, and hands over the result between two frames.

    The source's thread calls `begin` when the source opens and `step` with every frame; anyone may call `request`.
    """

    def __init__(self, source: Source, given: Bundle | None, size_px: int, troubles: Troubles) -> None:
        self._source = source
        self._given = given
        self._size_px = size_px
        self._troubles = troubles
        self._current: Calibrated | None = None
        self._wanted: How | None = None
        self._frames: Slot[Pixels] = Slot()
        self._thread: threading.Thread | None = None
        self._result: Calibrated | str | None = None
        self._is_in_file = False
        self._look_again_ns: int | None = None

    @property
    def current(self) -> Calibrated | None:
        """The calibration in use; None before there is one."""
        return self._current

    @property
    def is_making(self) -> bool:
        """Whether a calibration is being made."""
        return self._thread is not None or self._is_in_file

    @property
    def is_wanted(self) -> bool:
        """Whether a new calibration was asked for and has not begun."""
        return self._wanted is not None

    def request(self, how: How) -> None:
        """Ask for a new calibration; it begins with the next frame.

        Raises BadInputError on a source that brings its own bundle.
        """
        if self._source.bundle() is not None:
            raise BadInputError(
                "A recording keeps the calibration that it was made with; it cannot be calibrated again."
            )
        self._wanted = how

    def begin(self, info: SourceInfo, show: Callable[[Frame], object]) -> None:
        """Find a calibration for a source that was just opened.

        A live source is not made to wait. A file is, and it begins again at its start afterwards, so that the
        frames used for calibration are restored too; `show` gets them as they pass.
        """
        own = self._source.bundle()
        if own is not None:
            if self._current is None or self._current.plan.bundle.id != own.id:
                self._finish(self._try(lambda: own))
        elif self._current is not None:
            return
        elif self._thread is not None:
            return  # the source came back while its calibration is being made
        elif info.is_live:
            self._start(self._given_or("auto", self._fed))
        else:
            self._is_in_file = True
            self._finish(self._try(self._given_or("auto", lambda count, every: self._read_through(count, every, show))))
            self._is_in_file = False
            self._source.close()
            self._source.open()

    def step(self, pixels: Pixels, now_ns: int) -> None:
        """Take one more live frame into account: begin, feed or finish a calibration."""
        if self._thread is None:
            self._begin_if_due(now_ns)
            return
        self._frames.put(pixels)
        if self._result is not None:
            self._thread.join()
            self._finish(self._result)
            self._look_again_ns = now_ns + _LOOK_AGAIN_NS if isinstance(self._result, str) else None
            self._thread = self._result = None

    def stop(self) -> None:
        """Give up waiting for frames, and begin nothing new."""
        self._frames.close()

    def join(self) -> None:
        """Wait until the thread has ended, a few seconds at most; call it when nobody calls `step` any more."""
        if self._thread is not None:
            self._thread.join()

    def _begin_if_due(self, now_ns: int) -> None:
        """Begin what was asked for; some time after a failure try again, or, with an old calibration, let it rest."""
        is_due = self._look_again_ns is not None and now_ns >= self._look_again_ns
        if self._wanted is None and not is_due:
            return
        if self._wanted is not None or self._current is None:
            self._start(self._choose(self._wanted or "auto", self._fed))
        else:
            self._troubles.note("calibration", None)
        self._wanted = self._look_again_ns = None

    def _given_or(self, how: How, frames: GiveFrames) -> MakeBundle:
        given = self._given
        return self._choose(how, frames) if given is None else lambda: given

    def _choose(self, how: How, frames: GiveFrames) -> MakeBundle:
        """Choose how to make a bundle; asks the source for its white picture here, in the source's own thread."""
        white = None if how == "frames" else self._source.white()
        if white is not None:
            return lambda: calibrate(white)
        if how == "white":
            self._troubles.note("calibration", "Calibrating: hold something evenly white before the scope.")
            return lambda: calibrate(average_frames(frames(WHITE_FRAMES, 1)))
        self._troubles.note("calibration", "Calibrating from ordinary frames: move the scope slowly for ten seconds.")
        return lambda: calibrate_from_frames(frames(FRAMES, FRAMES_BETWEEN))

    def _start(self, make_bundle: MakeBundle) -> None:
        if self._frames.is_closed:
            return

        def run() -> None:
            self._result = self._try(make_bundle)

        self._thread = threading.Thread(target=run, name="duct-calibrator", daemon=True)
        self._thread.start()

    def _read_through(self, count: int, every: int, show: Callable[[Frame], object]) -> Iterator[Pixels]:
        """Give every so many frames of a file that can wait."""
        for number in range(count * every):
            picture = self._source.read()
            if not isinstance(picture, Frame) or self._frames.is_closed:
                return
            show(picture)
            if number % every == 0:
                yield picture.pixels

    def _fed(self, count: int, every: int) -> Iterator[Pixels]:
        """Give every so many frames of those that `step` feeds, from now on."""
        newest = self._frames.newest()
        number = newest[0] if newest else 0
        for _ in range(count):
            fed = self._frames.wait_newer(number + every - 1, _LONGEST_GAP_S)
            if fed is None:
                raise SourceError("No calibration could be made: the source stopped giving pictures.")
            number, pixels = fed
            yield pixels

    def _try(self, make_bundle: MakeBundle) -> Calibrated | str:
        try:
            return prepare(make_bundle(), self._size_px)
        except DuctoscopeError as error:
            return str(error)
        except Exception as error:
            log.exception("calibration failed")
            return f"The calibration failed ({type(error).__name__}: {error})."

    def _finish(self, result: Calibrated | str) -> None:
        if isinstance(result, str):
            self._troubles.note("calibration", result)
            return
        self._troubles.note("calibration", None)
        self._current = result
        log.info("calibrated bundle=%s cores=%d", result.plan.bundle.id, result.plan.bundle.cores)
