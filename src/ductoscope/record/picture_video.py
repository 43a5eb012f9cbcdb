"""The restored picture as an ordinary video for other players, playable even after a kill."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream

from ductoscope.model import BadInputError, PictureArray

SYNC_EVERY_S = 0.5
_TICKS = 60_000  # MPEG-4 part 2 takes no finer clock than 65,535 ticks a second.
_ENCODERS: dict[str, dict[str, str]] = {
    "libx264": {"preset": "superfast", "tune": "zerolatency", "crf": "20"},
    "mpeg4": {"qmin": "2", "qmax": "6"},
}
_FRAGMENTED = {
    "movflags": "frag_keyframe+empty_moov+default_base_moof",
    "frag_duration": "500000",
    "flush_packets": "1",
}


def choose_encoder() -> str:
    """Name the best encoder that this machine's PyAV has: H.264, else MPEG-4 part 2, which every build has."""
    return next(name for name in _ENCODERS if name in av.codecs_available)


class PictureVideoWriter:
    """Encodes pictures into a fragmented MP4, synced twice a second; used from one thread.

    path: a file that does not exist yet.
    fps: nominal, for the encoder's rate and keyframes; true times come with each picture.
    codec: name of the encoder used, see `choose_encoder`.

    Raises av.FFmpegError, OSError or BadInputError; what was written before stays playable.
    """

    def __init__(self, path: Path, fps: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.codec = choose_encoder()
        self.frames = 0
        self._file = _SyncedFile(path, clock)
        self._container = av.open(self._file, "w", format="mp4", options=_FRAGMENTED)
        self._fps = min(max(round(fps), 1), 240) if fps > 0 else 30
        self._stream: VideoStream | None = None
        self._shape: tuple[int, ...] = ()
        self._first_t_ns = 0
        self._last_pts = -1

    def write(self, pixels: PictureArray, t_ns: int) -> None:
        """Append a picture, (H, W, 3) RGB or (H, W) grey uint8, seen at stream time `t_ns`.

        A picture that is not later than the one before is left out: a video cannot hold it.
        """
        if self._stream is None:
            self._start_stream(pixels, t_ns)
        stream = self._stream
        assert stream is not None
        if pixels.shape != self._shape:
            raise BadInputError(f"The picture video holds pictures of {self._shape}, got {pixels.shape}.")
        pts = round((t_ns - self._first_t_ns) * _TICKS / 1e9)
        if pts <= self._last_pts:
            return
        self._last_pts = pts
        frame = av.VideoFrame.from_ndarray(_to_yuv420(pixels), format="yuv420p")
        frame.pts = pts
        frame.time_base = Fraction(1, _TICKS)
        frame.colorspace = Colorspace.SMPTE170M
        frame.color_range = ColorRange.MPEG
        for packet in stream.encode(frame):
            self._container.mux(packet)
        self.frames += 1
        self._file.sync_if_due()

    def close(self) -> None:
        """Finish the file."""
        try:
            if self._stream is not None:
                for packet in self._stream.encode(None):
                    self._container.mux(packet)
            self._container.close()
        finally:
            self._file.close()

    def _start_stream(self, pixels: PictureArray, t_ns: int) -> None:
        height, width = (side & ~1 for side in pixels.shape[:2])
        stream = self._container.add_stream(self.codec, rate=self._fps, options=dict(_ENCODERS[self.codec]))
        assert isinstance(stream, VideoStream)  # Both encoders are video encoders.
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        context = stream.codec_context
        context.time_base = Fraction(1, _TICKS)
        context.gop_size = self._fps
        context.colorspace, context.color_range = int(Colorspace.SMPTE170M), int(ColorRange.MPEG)
        # One thread: on a small computer the live picture needs the other processors more.
        context.thread_count = 1
        self._stream, self._shape, self._first_t_ns = stream, pixels.shape, t_ns


def _to_yuv420(pixels: PictureArray) -> PictureArray:
    """BT.601 4:2:0 planes of an RGB or grey picture; an odd last row or column is cut, as 4:2:0 demands."""
    height, width = (side & ~1 for side in pixels.shape[:2])
    even = np.ascontiguousarray(pixels[:height, :width])
    rgb = cv2.cvtColor(even, cv2.COLOR_GRAY2RGB) if even.ndim == 2 else even
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420), dtype=np.uint8)


class _SyncedFile:
    """What PyAV writes into: no buffer of its own, so that a kill loses nothing already muxed."""

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        self._file = path.open("xb", buffering=0)
        self._clock = clock
        self._next_sync_s = clock() + SYNC_EVERY_S

    def write(self, content: bytes) -> int:
        rest = memoryview(content)
        while rest:
            rest = rest[self._file.write(rest) or 0 :]
        return len(content)

    def sync_if_due(self) -> None:
        now_s = self._clock()
        if now_s >= self._next_sync_s:
            os.fsync(self._file.fileno())
            self._next_sync_s = now_s + SYNC_EVERY_S

    def close(self) -> None:
        try:
            os.fsync(self._file.fileno())
        finally:
            self._file.close()


def remux_picture_video(path: Path, target: Path) -> int:
    """Copy every readable picture of a torn video into a clean one, without encoding again; how many there were.

    Raises av.FFmpegError or OSError when nothing in it can be read or `target` cannot be written.
    """
    packets = 0
    with av.open(str(path)) as torn, av.open(str(target), "w", format="mp4") as clean:
        source = torn.streams.video[0]
        stream = clean.add_stream_from_template(source)
        try:
            for packet in torn.demux(source):
                if packet.dts is None:
                    continue
                if packet.is_corrupt:
                    break  # Cut in the middle; the players that would choke on it are many.
                packet.stream = stream
                clean.mux(packet)
                packets += 1
        except av.InvalidDataError:
            pass  # The torn end; everything before it has been copied.
    return packets
