"""Read a foreign video core by core, leaving out what the fibre did not see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from ductoscope.live.calibrate_video import VideoCalibration
from ductoscope.live.compression import measure_core_contrast
from ductoscope.live.cut_disc import DiscCut
from ductoscope.live.find_disc import find_disc
from ductoscope.live.follow_disc import start_place, step_place
from ductoscope.live.survey_video import Survey, to_gray
from ductoscope.live.video_file import open_video
from ductoscope.live.whole_frames import Weave, whole_frames
from ductoscope.model import CalibrationFit, CoreImage, Frame, Pixels, Rim
from ductoscope.restore import Plan, read_core_image, start_watch, step_watch

_MISFIT = 0.4  # of the usual contrast of cores: below this, a picture may show something else
_BLACK = 40  # of 255: no pixel brighter than this, and the picture is black


@dataclass(frozen=True, slots=True, eq=False)
class VideoReading:
    """What the passes over a video before the reading decided."""

    survey: Survey
    weave: Weave
    disc_cut: DiscCut
    calibration: VideoCalibration


class VideoReader:
    """Reads a video's pictures into core images, once through; afterwards its counts are complete.

    left_out: pictures that showed something else (a menu, a title card), not the fibre.
    black: black pictures before the first and after the last that showed light, left out too.
    moves: (t_ns, rim) of each time that the disc jumped or changed size.
    unsure: pictures in which the cores were not found where they were calibrated.
    lost, flawed, is_cut_short: see VideoFile. advice: what the watch of the calibration advised last.
    """

    def __init__(self, path: Path, plan: Plan, reading: VideoReading) -> None:
        self.left_out = self.black = self.unsure = self.lost = self.flawed = 0
        self.moves: list[tuple[int, Rim]] = []
        self.is_cut_short = False
        self.advice: str | None = None
        self._path = path
        self._plan = plan
        self._reading = reading
        self._watch = start_watch(plan)
        self._place = start_place(reading.disc_cut.rim, plan.bundle.pitch_px)
        self._index = 0

    def core_images(self) -> Iterator[CoreImage]:
        """Read picture after picture; black ones only once light follows them."""
        black: list[int] = []
        is_lit = False
        with open_video(self._path, pixel_aspect=self._reading.survey.pixel_aspect) as video:
            for t_ns, frame in whole_frames(video, self._reading.weave):
                kind, cut = self._look(t_ns, video.to_pixels(frame))
                if kind == "foreign":
                    self.left_out += 1
                elif kind == "black":
                    black.append(t_ns)
                else:
                    if is_lit:
                        yield from (self._read(time_ns, np.zeros_like(cut)) for time_ns in black)
                    else:
                        self.black += len(black)
                    black, is_lit = [], True
                    yield self._read(t_ns, cut)
            self.black += len(black)
            self.lost, self.flawed, self.is_cut_short = video.lost, video.flawed, video.is_cut_short

    def _look(self, t_ns: int, screen: Pixels) -> tuple[Literal["fibre", "foreign", "black"], Pixels]:
        """Cut the disc out of a screen, wherever it has gone, and say what it shows."""
        gray, disc_cut = to_gray(screen), self._reading.disc_cut
        before = self._place.rim
        cut = disc_cut.cut(screen, before)
        if to_gray(cut).max() < _BLACK:
            return "black", cut
        fits = self._fits(cut)
        self._place, rim = step_place(self._place, gray, fits is False)
        if rim != before:
            self.moves.append((t_ns, rim))
            cut = disc_cut.cut(screen, rim)
            fits = self._fits(cut)
        if fits is not True and find_disc(gray) is None:
            return "foreign", cut
        self.unsure += fits is False
        return "fibre", cut

    def _fits(self, cut: Pixels) -> bool | None:
        """Whether cores are seen where the bundle has them; None when there is no telling."""
        calibration = self._reading.calibration
        if calibration.probe is None:
            return None
        contrast = measure_core_contrast(to_gray(cut), calibration.probe)
        return None if contrast is None else contrast > _MISFIT * calibration.contrast

    def _read(self, t_ns: int, cut: Pixels) -> CoreImage:
        frame, fit = Frame(self._index, t_ns, cut), CalibrationFit()
        self._index += 1
        if self._reading.calibration.probe is not None:
            self._watch, fit = step_watch(self._watch, frame.pixels, self._plan)
            self.advice = fit.advice
        return read_core_image(frame, self._plan, fit)
