"""Look through a whole video once, before anything is decided: where the disc is, how it moves, how it was woven."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from av.video.frame import VideoFrame

from ductoscope.live.find_disc import Disc, find_disc
from ductoscope.live.find_white import Thumbnail, find_white
from ductoscope.live.interlace import FieldDifferences, compare_fields, judge_fields
from ductoscope.live.video_file import FieldOrder, VideoFacts, open_video
from ductoscope.model import PictureArray, Pixels, Rim

_SAMPLES = 96  # at least half of it in a long video; memory and time stay bounded
_SAME_PLACE = 0.02  # of the radius: discs nearer than this are one
_ROUND = 0.02  # width over height nearer to 1 than this is round
_LEAST_DISCS = 2
_WHITE_WITHIN_NS, _WHITE_EVERY, _THUMBNAIL_PX = 60_000_000_000, 3, 160

# Pixel shapes that standard-definition and narrow high-definition video has (ITU-R BT.601, MPEG-4, DVD).
_KNOWN_ASPECTS = tuple(
    Fraction(*pair) for pair in ((16, 15), (12, 11), (64, 45), (16, 11), (8, 9), (10, 11), (32, 27), (40, 33), (4, 3))
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture that was looked at: when, and its disc if it shows one."""

    t_ns: int
    disc: Disc | None


@dataclass(frozen=True, slots=True)
class Survey:
    """What a look through a video found.

    facts: of the file. frames: how many could be decoded.
    field_order: measured from the pictures; "unknown" when too little moves.
    is_flagged: whether the stream itself calls most of its pictures interlaced.
    pixel_aspect: width over height of a stored pixel, so that the disc is round.
    rim: where the disc lies most of the time, with pixels of that shape; None when no disc was found.
    calm_t_ns: times of pictures, evenly spread, that show the disc there.
    white_ns: when the first minute holds a white balance, its first and last time, else None.
    """

    facts: VideoFacts
    frames: int
    field_order: FieldOrder
    is_flagged: bool
    pixel_aspect: Fraction
    rim: Rim | None
    calm_t_ns: tuple[int, ...]
    white_ns: tuple[int, int] | None


def survey_video(path: Path, progress: Callable[[float], None]) -> Survey:
    """Look through a video, from beginning to end, in bounded memory.

    progress: called with the share done, 0..1. Raises BadFileError when it cannot be opened.
    """
    samples: list[Sample] = []
    thumbnails: list[Thumbnail] = []
    pairs: list[FieldDifferences] = []
    every, flagged, number = 1, 0, -1
    before: PictureArray | None = None
    with open_video(path) as video:
        for number, (t_ns, frame) in enumerate(video.frames()):
            flagged += bool(frame.interlaced_frame)
            if t_ns < _WHITE_WITHIN_NS and number % _WHITE_EVERY == 0:
                thumbnails.append(_shrink(t_ns, video.to_pixels(frame)))
            if before is not None:
                pairs.append(compare_fields(before, _luma(frame)))
                before = None
            if number % every:
                continue
            before = _luma(frame)
            samples.append(Sample(t_ns, find_disc(to_gray(video.to_pixels(frame)))))
            if len(samples) == _SAMPLES:
                samples, pairs, every = samples[::2], pairs[::2], every * 2
            if video.facts.seconds:
                progress(min(t_ns / 1e9 / video.facts.seconds, 1.0))
        facts = video.facts
    aspect = _judge_aspect(facts.pixel_aspect, [sample.disc for sample in samples if sample.disc is not None])
    rim, calm = _find_place([_make_round(sample, facts.pixel_aspect, aspect) for sample in samples])
    is_flagged = 2 * flagged > number + 1
    # The small copies have the stated pixel shape; where that was a lie, their disc is an oval and none is white.
    white = None if rim is None or aspect != facts.pixel_aspect else find_white(thumbnails, rim)
    return Survey(facts, number + 1, judge_fields(pairs), is_flagged, aspect, rim, calm, white)


def _shrink(t_ns: int, pixels: Pixels) -> Thumbnail:
    scale = min(_THUMBNAIL_PX / max(pixels.shape), 1.0)
    colour = to_8_bit(pixels) if pixels.ndim == 3 else cv2.cvtColor(to_8_bit(pixels), cv2.COLOR_GRAY2RGB)
    small = cv2.resize(colour, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return Thumbnail(t_ns, np.asarray(small, dtype=np.uint8), scale)


def to_gray(pixels: Pixels) -> PictureArray:
    """Make an (H, W) uint8 picture of any pixels."""
    small = to_8_bit(pixels)
    return small if small.ndim == 2 else np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def to_8_bit(pixels: Pixels) -> PictureArray:
    """Make uint8 pixels of uint16 ones; uint8 stays as it is."""
    return np.asarray(pixels >> 8 if pixels.dtype == np.uint16 else pixels, dtype=np.uint8)


def _luma(frame: VideoFrame) -> PictureArray:
    return np.asarray(frame.reformat(format="gray").to_ndarray(), dtype=np.uint8)


def _judge_aspect(stated: Fraction, discs: list[Disc]) -> Fraction:
    """Trust the disc more than the header: a bundle is round, and files lie about their pixels."""
    whole = [disc.width_over_height for disc in discs if disc.arc > 0.9]
    if len(whole) < _LEAST_DISCS:
        return stated
    ratio = float(np.median(whole))
    if abs(ratio - 1) < _ROUND:
        return stated
    wanted = float(stated) / ratio
    nearest = min((*_KNOWN_ASPECTS, Fraction(1)), key=lambda known: abs(wanted / float(known) - 1))
    return nearest if abs(wanted / float(nearest) - 1) < _ROUND else Fraction(wanted).limit_denominator(200)


def _make_round(sample: Sample, stated: Fraction, judged: Fraction) -> tuple[int, Rim | None]:
    """Move a sample's disc to where it lies with the judged pixel shape."""
    if sample.disc is None or stated == judged:
        return sample.t_ns, None if sample.disc is None else sample.disc.rim
    rim, ratio = sample.disc.rim, sample.disc.width_over_height
    tall = 2 * rim.radius_px / (1 + ratio)  # half its height; half its width is ratio times that
    # `square_shape` grows one side and never shrinks: what each shape made of one stored pixel.
    x_scale = max(float(judged), 1) / max(float(stated), 1)
    y_scale = max(1 / float(judged), 1) / max(1 / float(stated), 1)
    return sample.t_ns, Rim((rim.x_px + 0.5) * x_scale - 0.5, (rim.y_px + 0.5) * y_scale - 0.5, tall * y_scale)


def _find_place(placed: list[tuple[int, Rim | None]]) -> tuple[Rim | None, tuple[int, ...]]:
    """The place where most samples show the disc, and their times."""
    seen = [(t_ns, rim) for t_ns, rim in placed if rim is not None]
    best: list[tuple[int, Rim]] = []
    for _, rim in seen:
        same = [(t_ns, other) for t_ns, other in seen if is_same_place(rim, other)]
        if len(same) > len(best):
            best = same
    if not best:
        return None, ()
    x, y, radius = np.median([(rim.x_px, rim.y_px, rim.radius_px) for _, rim in best], axis=0)
    return Rim(float(x), float(y), float(radius)), tuple(t_ns for t_ns, _ in best)


def is_same_place(one: Rim, other: Rim) -> bool:
    """Whether two circles are the same disc, give or take what finding it leaves open."""
    near = _SAME_PLACE * one.radius_px
    apart = float(np.hypot(one.x_px - other.x_px, one.y_px - other.y_px))
    return apart < near and abs(one.radius_px - other.radius_px) < near
