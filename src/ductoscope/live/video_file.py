"""Open a video file and walk through its pictures, however it was made and however damaged it is.

The one decoder of the house: replay, the command line and the import all read videos here. PyAV (FFmpeg) does
the decoding; this file adds what a clinic's old videos need: plain sentences for what cannot be read, going on
after damage with the loss counted, time that never runs backwards, and square pixels.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import av
import numpy as np
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from av.video.stream import VideoStream

from ductoscope.model import BadFileError, Pixels, freeze

FieldOrder = Literal["progressive", "top", "bottom", "unknown"]

# Only containers of recorded video, and only from the disk: a playlist or a text file dressed up as a video must
# not make the decoder fetch something else (FFmpeg would follow it).
_CONTAINERS = "mov,avi,mpeg,mpegts,mpegvideo,matroska,webm,asf,dv,flv,mxf,ogg,h264,hevc,nut"
_OPEN_OPTIONS = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "file"}
_FIELD_ORDERS: dict[int, FieldOrder] = {1: "progressive", 2: "top", 3: "bottom", 4: "top", 5: "bottom"}
_MPEG_CONTAINERS = ("mpeg", "mpegts", "mpegvideo", "dv")
_SMALLEST_HD_HEIGHT = 720
_LONGEST_GAP_S = 10.0
_FASTEST_FPS = 1000  # DV states its clock's rate where the picture's should be


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """What a video file says of itself; nothing personal (no names, no dates).

    stored_shape: (H, W) as stored; picture_shape: (H, W) with square pixels and upright, as `pictures` gives it.
    pixel_aspect: width over height of one stored pixel; 1 also when the file does not say.
    fps: pictures a second, 0 when unknown. frames: how many it claims to hold, None when it does not say.
    seconds: its stated duration, None when it does not say.
    field_order: "progressive", or which field of an interlaced picture is the earlier one, as the file states it.
    channels: 1 or 3. bits: of one sample, 8 or 16 (anything finer than 8 is given as 16).
    """

    container: str
    codec: str
    stored_shape: tuple[int, int]
    picture_shape: tuple[int, int]
    pixel_aspect: Fraction
    fps: float
    frames: int | None
    seconds: float | None
    field_order: FieldOrder
    channels: int
    bits: int


@dataclass(frozen=True, slots=True, eq=False)
class VideoPicture:
    """One decoded picture: t_ns since the first one, RGB or mono pixels (read-only), and the stream's own flag."""

    t_ns: int
    pixels: Pixels
    is_interlaced: bool


class VideoFile:
    """An open video: its facts, and its pictures once through, in time order."""

    def __init__(self, path: Path, pixel_aspect: Fraction | None) -> None:
        self._container = _open_container(path)
        try:
            self._stream = _find_stream(self._container, path)
            self.facts = _read_facts(self._container, self._stream, pixel_aspect)
        except BaseException:
            self._container.close()
            raise
        self._decoded = 0
        self._broken = 0
        self._gaps = 0
        self._flawed = 0
        self._is_cut_short = False

    def __enter__(self) -> Self:
        """Give itself; the file closes at the end of the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Let go of the file; safe to call twice."""
        self._container.close()

    @property
    def decoded(self) -> int:
        """Pictures decoded so far."""
        return self._decoded

    @property
    def flawed(self) -> int:
        """Pictures so far that were decoded but carry damage the decoder noticed (patched blocks)."""
        return self._flawed

    @property
    def lost(self) -> int:
        """Pictures that could not be had; complete once the last picture was read.

        Counted against the number the file claims; where it claims none, by gaps in its clock (MPEG) or by
        pieces that did not decode.
        """
        if self.facts.frames is not None:
            return max(self.facts.frames - self._decoded, 0)
        return max(self._broken, self._gaps)

    @property
    def is_cut_short(self) -> bool:
        """Whether reading stopped at damage, with the rest of the file out of reach."""
        return self._is_cut_short

    def frames(self) -> Iterator[tuple[int, VideoFrame]]:
        """Decode frame after frame, (t_ns, frame as stored), going on after damage.

        t_ns starts at 0 and always grows: a clock that jumps back, stands still or leaps by more than ten
        seconds (towers splice their files) is replaced by the nominal step.
        """
        step_ns = round(1e9 / (self.facts.fps or 25.0))
        t_ns, before_s = 0, None
        for frame in self._decode():
            now_s = None if frame.pts is None else frame.time
            if self._decoded:
                apart_s = step_ns / 1e9 if now_s is None or before_s is None else now_s - before_s
                if not 0 < apart_s < _LONGEST_GAP_S:
                    apart_s = step_ns / 1e9
                if self.facts.container in _MPEG_CONTAINERS:
                    self._gaps += max(round(apart_s * 1e9 / step_ns) - 1, 0)
                t_ns += max(round(apart_s * 1e9), 1)
            before_s = now_s
            self._decoded += 1
            self._flawed += frame.is_corrupt
            yield t_ns, frame

    def pictures(self) -> Iterator[VideoPicture]:
        """Decode picture after picture, upright, with square pixels, in RGB (or mono when stored so)."""
        for t_ns, frame in self.frames():
            yield VideoPicture(t_ns, self.to_pixels(frame), bool(frame.interlaced_frame))

    def to_pixels(self, frame: VideoFrame) -> Pixels:
        """Turn a decoded frame of this video into upright pixels, square, (H, W, 3) RGB or (H, W), read-only."""
        facts = self.facts
        turns = _count_turns(frame)
        height, width = facts.picture_shape if turns % 2 == 0 else facts.picture_shape[::-1]
        layout = {(1, 8): "gray", (1, 16): "gray16le", (3, 8): "rgb24", (3, 16): "rgb48le"}[facts.channels, facts.bits]
        pixels = frame.reformat(
            width=width,
            height=height,
            format=layout,
            src_colorspace=_guess_colorspace(frame),
            dst_color_range=ColorRange.JPEG,
            interpolation=Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT,
        ).to_ndarray()
        return freeze(np.ascontiguousarray(np.rot90(pixels, turns)))  # type: ignore[return-value]

    def _decode(self) -> Iterator[VideoFrame]:
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except (av.FFmpegError, EOFError):  # the container itself breaks off; what lies behind cannot be found
                self._is_cut_short = True
                return
            try:
                decoded = packet.decode()
            except (av.FFmpegError, EOFError):
                self._broken += 1
                continue
            yield from (frame for frame in decoded if isinstance(frame, VideoFrame))


def open_video(path: Path, *, pixel_aspect: Fraction | None = None) -> VideoFile:
    """Open a video file; `pixel_aspect` overrules what the file says of its pixels' shape.

    Raises BadFileError, in one plain sentence, for what is missing, empty, no video, without pictures, or broken off.
    """
    return VideoFile(path, pixel_aspect)


def _open_container(path: Path) -> InputContainer:
    if not path.exists():
        raise BadFileError(f"There is no file {path}; check the name.")
    if path.is_dir():
        raise BadFileError(f"{path} is a folder, not a video; name the video file inside it.")
    if path.stat().st_size == 0:
        raise BadFileError(f"{path} is empty (0 bytes); copy it again from where it was recorded.")
    try:
        # The "file:" prefix keeps a name with a colon from being taken for a network address.
        return av.open(f"file:{path}", options=dict(_OPEN_OPTIONS), metadata_errors="replace")
    except av.error.PermissionError as error:
        raise BadFileError(f"{path} may not be read; ask for the right to read it.") from error
    except (av.FFmpegError, EOFError, OSError, ValueError) as error:
        if _is_mp4_without_index(path):
            raise BadFileError(
                f"{path} is an MP4 or MOV that breaks off before its index, without which it cannot be read; "
                "copy it again from where it was recorded."
            ) from error
        raise BadFileError(
            f"{path} is not a video that can be read; MP4, MOV, AVI, MKV, WMV and MPEG (mpg, vob, ts) can be."
        ) from error


def _is_mp4_without_index(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(12)
    return head[4:8] in (b"ftyp", b"mdat", b"wide", b"free")


def _find_stream(container: InputContainer, path: Path) -> VideoStream:
    moving = [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]
    usable = [stream for stream in moving if stream.codec_context is not None and stream.codec_context.width]
    if not moving:
        raise BadFileError(f"{path} holds no pictures (sound only); choose the file with the picture.")
    if not usable:
        raise BadFileError(f"{path} holds a video track without a single readable picture; copy it again.")
    stream = max(usable, key=lambda each: each.codec_context.width * each.codec_context.height)
    stream.thread_type = "SLICE"  # whole-frame threads swallow the last good pictures before a damaged one
    return stream


def _read_facts(container: InputContainer, stream: VideoStream, pixel_aspect: Fraction | None) -> VideoFacts:
    context = stream.codec_context
    rates = [rate for rate in (stream.average_rate, stream.guessed_rate) if rate and rate <= _FASTEST_FPS]
    aspect = Fraction(pixel_aspect or stream.sample_aspect_ratio or context.sample_aspect_ratio or 1)
    if not Fraction(1, 4) <= aspect <= 4:  # a nonsense header, not a camera
        aspect = Fraction(1)
    seconds = container.duration / 1e6 if container.duration else None
    components = context.format.components if context.format is not None else ()
    return VideoFacts(
        container=container.format.name.split(",")[0],
        codec=context.name,
        stored_shape=(context.height, context.width),
        picture_shape=square_shape((context.height, context.width), aspect),
        pixel_aspect=aspect,
        fps=float(rates[0]) if rates else 0.0,
        frames=stream.frames or None,
        seconds=seconds,
        field_order=_FIELD_ORDERS.get(int(context.field_order), "unknown"),
        channels=1 if len(components) == 1 else 3,
        bits=16 if any(component.bits > 8 for component in components) else 8,
    )


def square_shape(stored_shape: tuple[int, int], pixel_aspect: Fraction) -> tuple[int, int]:
    """Return the (H, W) with square pixels; the short side grows, so no core is ever shrunk."""
    height, width = stored_shape
    return (height, round(width * pixel_aspect)) if pixel_aspect >= 1 else (round(height / pixel_aspect), width)


def _count_turns(frame: VideoFrame) -> int:
    """Quarter turns against the clock that set the picture upright (telephones store how they were held)."""
    return round(frame.rotation / 90) % 4


def _guess_colorspace(frame: VideoFrame) -> Colorspace:
    """Name the YUV matrix; files that do not say mean BT.601 at standard and BT.709 at high definition."""
    stated = {
        1: Colorspace.ITU709,
        5: Colorspace.ITU601,
        6: Colorspace.ITU601,
        7: Colorspace.SMPTE240M,
        9: Colorspace.BT2020,
    }
    default = Colorspace.ITU709 if frame.height >= _SMALLEST_HD_HEIGHT else Colorspace.ITU601
    return stated.get(int(frame.colorspace), default)
