"""The way of the light, from the source to the screen, in one straight line.

    source -> watch -> read -> recorder's queue, memory -> [newest wins] -> denoise -> render -> shown
                          '-> finder's queue -> found

The left half (`_take`) runs in one thread and sees every frame; the right half (`_show`) runs in another and sees
the newest; the finder has a third, and looks at some. Whatever fails, the camera's own picture goes on to the screen,
with a sentence that says what failed.
"""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from ductoscope.live.calibration import Calibrated
from ductoscope.live.calibrator import Calibrator
from ductoscope.live.depth_watch import DepthWatch
from ductoscope.live.finder import Finder
from ductoscope.live.follower import Follower
from ductoscope.live.memory import Memory
from ductoscope.live.recorder import Recorder
from ductoscope.live.shown import Shown, draw_raw, draw_restored
from ductoscope.live.sighting import FindSetup
from ductoscope.live.slot import Slot
from ductoscope.live.status import RoomState
from ductoscope.live.tally import Tally
from ductoscope.live.troubles import Troubles
from ductoscope.model import (
    Bundle,
    CoreImage,
    DepthSensor,
    DuctoscopeError,
    Frame,
    Source,
    SourceInfo,
    Told,
)
from ductoscope.restore import Denoise, Watch, read_core_image, step_denoise, step_watch

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """One picture on its way from the reading half to the showing half. era: how often all was forgotten before it."""

    arrived_ns: int
    frame: Frame | None = None
    core_image: CoreImage | None = None
    calibrated: Calibrated | None = None
    era: int = 0


class Pipeline:
    """Runs the stages on one source; see the head of this file. `Room` is its face for everyone else.

    shown: the newest picture. recorder: set while recording. sequence: numbers for pictures. forgotten_to: pictures up
    to this number belong to somebody who has left.
    """

    def __init__(
        self,
        source: Source,
        bundle: Bundle | None,
        size_px: int,
        clock_ns: Callable[[], int],
        retry_s: float,
        make_sensor: Callable[[Callable[[], int]], DepthSensor] | None = None,
        find: FindSetup | None = None,
    ) -> None:
        self.shown: Slot[Shown] = Slot()
        self.recorder: Recorder | None = None
        self.sequence = itertools.count(1)
        self.tally = Tally()
        self.troubles = Troubles()
        self.memory = Memory()
        self.calibrator = Calibrator(source, bundle, size_px, self.troubles)
        self.follower = Follower(source, self._open, self._take, self.troubles, retry_s)
        self.depth = DepthWatch(make_sensor, source, self.stream_ns, self.troubles, retry_s)
        self.finder = None if find is None else Finder(find, self.troubles, clock_ns)
        self._stream_ahead_ns = 0
        self._size_px = size_px
        self._clock_ns = clock_ns
        self._taken: Slot[Taken] = Slot()
        self._watching: tuple[Calibrated, Watch] | None = None
        self._denoising: tuple[Calibrated, int, Denoise] | None = None
        self.forgotten_to = 0
        self._era = 0
        self._forgotten_ns = 0
        self._keeping = threading.Lock()
        self._threads = (
            threading.Thread(target=self.follower.run, name="duct-source", daemon=True),
            threading.Thread(target=self._run_screen, name="duct-screen", daemon=True),
        )

    @property
    def state(self) -> RoomState:
        """How things stand; see RoomStatus."""
        state, calibrator = self.follower.state, self.calibrator
        is_calibrating = calibrator.is_making or (calibrator.is_wanted and state == "live")
        return "calibrating" if is_calibrating and state in ("waiting", "live") else state

    def stream_ns(self) -> int:
        """The time that a picture taken now would carry: a live source's is the room's, a file has one of its own."""
        return self._clock_ns() + self._stream_ahead_ns

    def start(self) -> None:
        """Start both halves, the finder, and the sensor at the shaft."""
        self.depth.start()
        if self.finder is not None:
            self.finder.start()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop everything and wait for it."""
        self._taken.close()
        self.follower.stop()
        self.calibrator.stop()
        self.depth.stop()
        if self.finder is not None:
            self.finder.stop()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()
        self.calibrator.join()
        self.shown.close()

    def forget(self) -> None:
        """Let go of every picture and of all that is left of them, also of those that are on their way just now."""
        with self._keeping:
            self._era += 1
            self._forgotten_ns = self._clock_ns()
            self.forgotten_to = next(self.sequence)
            self._taken.clear()
            self.shown.clear()
            self.memory.forget()
            self.depth.forget()
            if self.finder is not None:
                self.finder.forget(self._era)

    def keep_frozen(self, frozen: Shown, made_of: Shown) -> bool:
        """Keep a frozen picture; False when what it was made of was forgotten meanwhile."""
        with self._keeping:
            is_ours = made_of.sequence > self.forgotten_to
            if is_ours:
                self.memory.keep_frozen(frozen)
            return is_ours

    def _open(self, info: SourceInfo) -> None:
        self.tally.note_reopened()
        self.calibrator.begin(info, lambda frame: self._taken.put(Taken(self._clock_ns(), frame, era=self._era)))

    def _take(self, picture: Frame | CoreImage) -> None:
        """Do the left half: every picture is counted, read, kept and handed on."""
        now_ns, era = self._clock_ns(), self._era
        self.tally.note_frame(picture.index, now_ns)
        frame = picture if isinstance(picture, Frame) else None
        if frame is not None:
            self.calibrator.step(frame.pixels, now_ns)
        info = self.follower.info
        is_live = info is not None and info.is_live
        arrived_ns = min(picture.t_ns, now_ns) if is_live else now_ns
        self._stream_ahead_ns = 0 if is_live else picture.t_ns - now_ns
        readings = self.depth.take(picture.t_ns)
        calibrated = self.calibrator.current
        core_image = None if calibrated is None else self._read(picture, calibrated)
        with self._keeping:
            if era != self._era or arrived_ns < self._forgotten_ns:
                return  # seen by the scope before all was forgotten
            if core_image is not None and calibrated is not None:
                self._keep(core_image, calibrated, readings, now_ns)
            elif self.recorder is not None:
                self.recorder.note_readings(readings)
            self._taken.put(Taken(arrived_ns, frame, core_image, calibrated, era))
        if self.finder is not None:
            plan = None if calibrated is None else calibrated.plan
            self.finder.offer(core_image, plan, readings, era=era, may_wait=not is_live)

    def _read(self, picture: Frame | CoreImage, calibrated: Calibrated) -> CoreImage | None:
        """Watch the calibration and read the cores; None, and a sentence for people, when that fails."""
        if isinstance(picture, CoreImage):
            return picture
        try:
            if self._watching is None or self._watching[0] is not calibrated:
                self._watching = (calibrated, calibrated.watch)
            watch, fit = step_watch(self._watching[1], picture.pixels, calibrated.plan)
            self._watching = (calibrated, watch)
            core_image = read_core_image(picture, calibrated.plan, fit)
        except Exception as error:
            self.troubles.note("read", _explain("Reading the fibre cores", error), error)
            return None
        self.troubles.note("read", None)
        return core_image

    def _keep(self, core_image: CoreImage, calibrated: Calibrated, readings: tuple[Told, ...], now_ns: int) -> None:
        info, recorder = self.follower.info, self.recorder
        self.memory.keep_seen(core_image, calibrated.plan, now_ns)
        if recorder is not None:
            may_wait = info is not None and not info.is_live
            recorder.offer(core_image, calibrated.plan.bundle, readings, may_wait=may_wait)

    def _run_screen(self) -> None:
        number = 0
        while (got := self._taken.wait_newer(number)) is not None:
            self.tally.views_dropped += got[0] - number - 1
            number, taken = got
            try:
                self._show(taken)
            except Exception as error:  # this thread must outlive everything, or the picture stands still
                self.troubles.note("show", _explain("Showing the picture", error), error)
            else:
                self.troubles.note("show", None)

    def _show(self, taken: Taken) -> None:
        """Do the right half: denoise and render the newest, show it, keep it for the video."""
        shown = self._restore(taken) or self._make_raw(taken)
        if shown is None:
            return  # a core recording whose cores cannot be rendered; the last picture stays, ageing
        with self._keeping:
            if taken.era != self._era:
                return
            self.memory.keep_shown(shown)
            self.shown.put(shown)
        self.tally.rate_shown.note(self._clock_ns())
        recorder = self.recorder
        if recorder is not None and shown.is_restored:
            recorder.offer_picture(shown)

    def _restore(self, taken: Taken) -> Shown | None:
        core_image, calibrated = taken.core_image, taken.calibrated
        if core_image is None or calibrated is None:
            return None
        try:
            # What the denoiser remembers is light too: of another calibration, or of somebody who has left.
            if self._denoising is None or self._denoising[:2] != (calibrated, taken.era):
                self._denoising = (calibrated, taken.era, calibrated.denoise)
            denoise, light_lin = step_denoise(self._denoising[2], core_image)
            view = draw_restored(core_image, light_lin, calibrated.plan)
            self._denoising = (calibrated, taken.era, denoise)
        except Exception as error:
            self._denoising = None
            self.troubles.note("restore", _explain("Restoring the picture", error), error)
            return None
        self.troubles.note("restore", None)
        return Shown(
            sequence=next(self.sequence),
            source_t_ns=core_image.t_ns,
            index=core_image.index,
            arrived_ns=taken.arrived_ns,
            view=view,
            size_px=self._size_px,
            core_image=core_image,
            light_lin=light_lin,
            plan=calibrated.plan,
            frame=taken.frame,
            is_simulated=self._is_simulated,
        )

    def _make_raw(self, taken: Taken) -> Shown | None:
        frame = taken.frame
        if frame is None:
            return None
        plan = None if taken.calibrated is None else taken.calibrated.plan
        return Shown(
            sequence=next(self.sequence),
            source_t_ns=frame.t_ns,
            index=frame.index,
            arrived_ns=taken.arrived_ns,
            view=draw_raw(frame, plan, self._size_px),
            size_px=self._size_px,
            core_image=taken.core_image,
            plan=None if taken.core_image is None else plan,
            frame=frame,
            is_simulated=self._is_simulated,
        )

    @property
    def _is_simulated(self) -> bool:
        return self.follower.info is not None and self.follower.info.is_simulated


def _explain(what: str, error: Exception) -> str:
    """Say what failed; our own errors are sentences already."""
    if isinstance(error, DuctoscopeError):
        return f"{error} The camera's own picture is shown."
    return f"{what} failed ({type(error).__name__}: {error}). The camera's own picture is shown."
