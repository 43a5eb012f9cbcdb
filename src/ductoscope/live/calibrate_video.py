"""Calibrate a fibre bundle from a foreign video, and say how far its cores survived compression."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ductoscope.live.compression import (
    EATEN_CONTRAST,
    WEAK_SENTENCE,
    WEAK_SURVIVAL,
    CoreProbe,
    make_grid_bundle,
    measure_core_contrast,
    plan_probe,
)
from ductoscope.live.cut_disc import DiscCut
from ductoscope.live.survey_video import Survey, to_gray
from ductoscope.live.video_file import open_video
from ductoscope.live.whole_frames import Weave, whole_frames
from ductoscope.model import Bundle, CalibrationError, Pixels
from ductoscope.restore import calibrate, calibrate_from_frames

_PICTURES = 60
_TRIED = 8


@dataclass(frozen=True, slots=True, eq=False)
class VideoCalibration:
    """A bundle that was calibrated from a video.

    probe: where its cores and gaps are, None when the cores cannot be seen.
    contrast: how far cores stand out in single pictures, 0 when they cannot be seen.
    """

    bundle: Bundle
    probe: CoreProbe | None
    contrast: float


def calibrate_video(
    path: Path, survey: Survey, weave: Weave, disc_cut: DiscCut, progress: Callable[[float], None]
) -> VideoCalibration:
    """Calibrate from the pictures that show the disc where it usually is, spread over the whole video."""
    bundle = _calibrate_white(path, survey, weave, disc_cut) if survey.white_ns else None
    calm: list[Pixels] = []
    total, count = np.zeros((disc_cut.side_px, disc_cut.side_px), np.uint32), 0

    def pictures() -> Iterator[Pixels]:
        nonlocal count
        for number, cut in enumerate(_calm_pictures(path, survey, weave, disc_cut, progress)):
            np.add(total, to_gray(cut), out=total)
            count += 1
            if number % (_PICTURES // _TRIED) == 0:
                calm.append(cut)
            yield cut

    contrast = 0.0
    try:
        if bundle is None:
            bundle = calibrate_from_frames(pictures())
        else:
            for _ in pictures():
                pass
        probe = plan_probe(bundle)
        contrasts = [measure_core_contrast(to_gray(cut), probe) for cut in calm]
        contrast = float(np.median([each for each in contrasts if each is not None] or [0.0]))
        survival = contrast / max(measure_core_contrast((total // count).astype(np.uint8), probe) or 1.0, 1e-3)
    except CalibrationError:
        bundle = None
    if bundle is not None and contrast >= EATEN_CONTRAST:
        return VideoCalibration(_grade(bundle, survival), probe, contrast)
    side = disc_cut.side_px
    grid = make_grid_bundle((side, side), survey.facts.channels, disc_cut.rim_inside, max(contrast, 0.0))
    return VideoCalibration(grid, None, 0.0)


def _calibrate_white(path: Path, survey: Survey, weave: Weave, disc_cut: DiscCut) -> Bundle | None:
    """Calibrate from the tower's white balance; None when the cores cannot be seen in it."""
    assert survey.white_ns is not None
    first, last = survey.white_ns
    total, count, full_scale = np.zeros(1), 0, 255
    with open_video(path, pixel_aspect=survey.pixel_aspect) as video:
        for t_ns, frame in whole_frames(video, weave):
            if t_ns > last:
                break
            if t_ns >= first:
                cut = disc_cut.cut(video.to_pixels(frame), disc_cut.rim)
                total, count, full_scale = total + cut, count + 1, np.iinfo(cut.dtype).max
    try:
        bundle = calibrate(np.rint(total * (65535 / (full_scale * max(count, 1)))).astype(np.uint16))
    except CalibrationError:
        return None
    return bundle if bundle.quality.grade != "poor" else None


def _grade(bundle: Bundle, survival: float) -> Bundle:
    """Lower the grade of a bundle whose cores compression has weakened."""
    if survival >= WEAK_SURVIVAL:
        return bundle
    return replace(bundle, quality=replace(bundle.quality, grade="poor", notes=(*bundle.quality.notes, WEAK_SENTENCE)))


def _calm_pictures(
    path: Path, survey: Survey, weave: Weave, disc_cut: DiscCut, progress: Callable[[float], None]
) -> Iterator[Pixels]:
    """The disc, cut out of at most `_PICTURES` pictures all over the video."""
    calm = survey.calm_t_ns
    wanted = {calm[k] for k in np.linspace(0, len(calm) - 1, min(len(calm), _PICTURES)).round().astype(int)}
    last = max(wanted)
    with open_video(path, pixel_aspect=survey.pixel_aspect) as video:
        for t_ns, frame in whole_frames(video, weave):
            if _is_wanted(t_ns, wanted):
                progress(t_ns / max(last, 1))
                yield disc_cut.cut(video.to_pixels(frame), disc_cut.rim)
            if t_ns > last:
                return


def _is_wanted(t_ns: int, wanted: set[int]) -> bool:
    # The deinterlacer's clock counts microseconds.
    return t_ns in wanted or any(abs(t_ns - other) < 2000 for other in wanted)
