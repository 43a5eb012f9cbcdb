"""Cameras as a source: grabbers and webcams by number, and stream addresses, through OpenCV."""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import cv2

from ductoscope.live.cameras import list_cameras, tell_cameras
from ductoscope.live.settings_in_name import split_settings
from ductoscope.model import BadInputError, Bundle, Frame, Pixels, SourceError, SourceInfo

log = logging.getLogger(__name__)

STALL_S = 1.0
FIRST_PICTURE_S = 4.0
WAITING_FRAMES = 8
_BACKENDS = {"linux": cv2.CAP_V4L2, "win32": cv2.CAP_MSMF, "darwin": cv2.CAP_AVFOUNDATION}


class Capture(Protocol):
    """What is used of cv2.VideoCapture."""

    def isOpened(self) -> bool: ...  # noqa: D102, N802
    def read(self) -> tuple[bool, Any]: ...  # noqa: D102
    def get(self, key: int, /) -> float: ...  # noqa: D102
    def set(self, key: int, value: float, /) -> bool: ...  # noqa: D102
    def release(self) -> None: ...  # noqa: D102


OpenCapture = Callable[[int | str, int, Sequence[int]], Capture]
"""(camera number or address, OpenCV back-end, its parameters) -> a capture, opened or not."""


def open_capture(target: int | str, backend: int, parameters: Sequence[int]) -> Capture:
    """Open OpenCV's own capture; pairs of `parameters` are given to the back-end before it opens."""
    return cv2.VideoCapture(target, backend, list(parameters))


class CameraSource:
    """A camera, grabber or network stream.

    target: the camera's number, its device file, or an address like rtsp://...
    size_px, fps: (width, height) and frames a second to ask for; the camera gives the nearest it has. Not for streams.

    A thread of its own opens the camera, empties it and closes it, because a driver may hang in any of these; so a
    camera that stops delivering is noticed within a second, and the time of a frame is when it came, not when somebody
    had time for it. A few frames wait; when nobody fetches them the oldest goes, and the gap in `index` tells.
    """

    def __init__(
        self,
        target: int | str,
        *,
        size_px: tuple[int, int] = (1920, 1080),
        fps: float = 30.0,
        clock_ns: Callable[[], int] = time.monotonic_ns,
        open_capture: OpenCapture = open_capture,
        list_cameras: Callable[[], list[str]] = list_cameras,
        first_picture_s: float = FIRST_PICTURE_S,
    ) -> None:
        self._target = target
        self._name = f"camera {target}" if isinstance(target, int) else hide_password(target)
        self._is_stream = isinstance(target, str) and "://" in target
        self._size_px = size_px
        self._fps = fps
        self._clock_ns = clock_ns
        self._open_capture = open_capture
        self._list_cameras = list_cameras
        self._first_picture_s = first_picture_s
        self._grabbing: _Grabbing | None = None

    def open(self) -> SourceInfo:
        """Open the camera and wait for its first picture. Raises SourceError, saying what to do."""
        self.close()
        if isinstance(self._target, int) and sys.platform == "linux" and not self._is_plugged_in():
            raise SourceError(f"There is no {self._name}. {tell_cameras(self._list_cameras())}")
        self._grabbing = grabbing = _Grabbing(self._open_and_ask, self._clock_ns)
        if not grabbing.wait_opened(self._first_picture_s):
            self.close()
            raise SourceError(self._explain_no_picture(grabbing.has_opened))
        return SourceInfo(
            name=self._name[0].upper() + self._name[1:],
            frame_shape=grabbing.frame_shape,
            channels=grabbing.channels,
            fps=grabbing.fps,
            is_live=True,
            is_simulated=False,
        )

    def read(self) -> Frame:
        """Wait for the next frame, RGB. Raises SourceError when none comes for a second."""
        grabbing = self._grabbing
        if grabbing is None:
            raise SourceError(f"The {self._name} is not open.")
        frame = grabbing.take(STALL_S)
        if frame is None:
            raise SourceError(f"No picture comes from {self._name} any more. Check its cable and power.")
        return frame

    def white(self) -> Pixels | None:
        """A camera cannot make a white picture by itself."""
        return None

    def bundle(self) -> Bundle | None:
        """A camera does not know which bundle is before it."""
        return None

    def close(self) -> None:
        """Let go of the camera."""
        grabbing, self._grabbing = self._grabbing, None
        if grabbing is not None:
            grabbing.stop()

    def _is_plugged_in(self) -> bool:
        return Path(f"/dev/video{self._target}").exists() or self._open_capture is not open_capture

    def _open_and_ask(self) -> Capture:
        if self._is_stream:
            timeouts = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, round(self._first_picture_s * 1000)]
            timeouts += [cv2.CAP_PROP_READ_TIMEOUT_MSEC, round(STALL_S * 1000)]
            return self._open_capture(self._target, cv2.CAP_FFMPEG, timeouts)
        # Without this, OpenCV waits ten seconds in a V4L2 camera that was unplugged.
        os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", str(round(STALL_S)))
        capture = self._open_capture(self._target, _BACKENDS.get(sys.platform, cv2.CAP_ANY), ())
        if capture.isOpened():
            # Motion JPEG first: uncompressed, USB carries only a few full-size pictures a second.
            capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
            capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._size_px[0])
            capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._size_px[1])
            capture.set(cv2.CAP_PROP_FPS, self._fps)
        return capture

    def _explain_no_picture(self, has_opened: bool) -> str:
        if self._is_stream:
            problem = "opens but gives no picture" if has_opened else "cannot be opened"
            return f"{self._name} {problem}. Check the address, and that the camera is on and in the network."
        if has_opened:
            return f"The {self._name} opens but gives no picture. Check its input and that no other program uses it."
        return f"The {self._name} cannot be opened. {tell_cameras(self._list_cameras())}"


class _Grabbing:
    """One opened camera and the thread that empties it, from opening to release."""

    def __init__(self, open_capture: Callable[[], Capture], clock_ns: Callable[[], int]) -> None:
        self.has_opened = False
        self.fps = 0.0
        self.frame_shape = (0, 0)
        self.channels = 3
        self._open_capture = open_capture
        self._clock_ns = clock_ns
        self._changed = threading.Condition()
        self._frames: deque[Frame] = deque(maxlen=WAITING_FRAMES)
        self._is_over = False
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="duct-camera", daemon=True)
        self._thread.start()

    def wait_opened(self, timeout_s: float) -> bool:
        """Wait for the first picture; it can still be taken."""
        with self._changed:
            self._changed.wait_for(lambda: self._frames or self._is_over, timeout_s)
            return bool(self._frames)

    def take(self, timeout_s: float) -> Frame | None:
        """Wait for a picture; None when none came in time, or none will come any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._frames or self._is_over or self._is_stopping, timeout_s)
            return self._frames.popleft() if self._frames and not self._is_stopping else None

    def stop(self) -> None:
        """Let the thread end. One that hangs in a driver is left behind; it ends when the driver lets it go."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()
        self._thread.join(2 * STALL_S)

    def _run(self) -> None:
        try:
            capture = self._open_capture()
            try:
                self._grab(capture)
            finally:
                capture.release()
        except Exception:
            log.exception("camera failed")
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    def _grab(self, capture: Capture) -> None:
        self.has_opened = capture.isOpened()
        fps = capture.get(cv2.CAP_PROP_FPS) if self.has_opened else 0.0
        self.fps = fps if 0 < fps <= 240 else 0.0  # streams state anything
        index = 0
        while self.has_opened and not self._is_stopping:
            has_picture, pixels = capture.read()
            t_ns = self._clock_ns()
            if not has_picture or pixels is None:
                return
            frame = Frame(index, t_ns, pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB))
            if index == 0:
                self.frame_shape = (pixels.shape[0], pixels.shape[1])
                self.channels = 1 if pixels.ndim == 2 else 3
            index += 1
            with self._changed:
                self._frames.append(frame)
                self._changed.notify_all()


def hide_password(address: str) -> str:
    """Return an address as it may be shown and logged: without user name and password."""
    return re.sub(r"(?<=://)[^/@]*@", "", address)


def open_camera(spec: str) -> CameraSource:
    """Make a source from "camera:0", "camera:/dev/video0", "camera:0?size=1280x720&fps=60", "camera:rtsp://..."."""
    target, settings = split_settings(spec.removeprefix("camera:"), {"size": "1920x1080", "fps": "30"})
    size = re.fullmatch(r"(\d{2,5})x(\d{2,5})", settings["size"])
    if not target:
        raise BadInputError('"camera:" needs a number or address behind it, for example camera:0.')
    if size is None:
        raise BadInputError(f'The size of "{spec}" must be written like 1920x1080, not {settings["size"]}.')
    if not re.fullmatch(r"\d{1,3}(\.\d+)?", settings["fps"]) or not 1 <= float(settings["fps"]) <= 240:
        raise BadInputError(f'The fps of "{spec}" must be a number from 1 to 240, not {settings["fps"]}.')
    return CameraSource(
        int(target) if target.isdecimal() else target,
        size_px=(int(size[1]), int(size[2])),
        fps=float(settings["fps"]),
    )
