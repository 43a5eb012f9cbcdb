"""Cameras: a real stream through OpenCV, and the odd failures through a capture that fails on demand."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ductoscope.live.camera import WAITING_FRAMES, CameraSource, hide_password, open_camera
from ductoscope.model import BadInputError, SourceError
from tests.stream_camera import StreamCamera


class FakeCapture:
    """A cv2.VideoCapture that gives numbered pictures, then does what it is told."""

    def __init__(
        self, *, pictures: int = 1000, opens: bool = True, then: str = "false", interval_s: float = 0.0
    ) -> None:
        self.asked: dict[int, float] = {}
        self.is_released = False
        self.given = 0
        self.hanging = threading.Event()
        self._pictures = pictures
        self._opens = opens
        self._then = then
        self._interval_s = interval_s

    def __call__(self, target: int | str, backend: int, parameters: Sequence[int]) -> FakeCapture:
        self.target, self.backend = target, backend
        return self

    def isOpened(self) -> bool:  # noqa: N802
        return self._opens

    def set(self, key: int, value: float) -> bool:
        self.asked[key] = value
        return True

    def get(self, key: int) -> float:
        return 90_000.0

    def release(self) -> None:
        self.is_released = True

    def read(self) -> tuple[bool, NDArray[np.uint8] | None]:
        time.sleep(self._interval_s)
        if self.given < self._pictures:
            self.given += 1
            return True, np.full((4, 6, 3), (self.given % 256, 0, 200), np.uint8)
        if self._then == "hang":
            self.hanging.wait(60)
        if self._then == "raise":
            raise cv2.error("the driver is gone")
        return False, None


def read_on(source: CameraSource) -> None:
    """Read until it fails."""
    while True:
        source.read()


@pytest.fixture
def stream() -> Iterator[StreamCamera]:
    camera = StreamCamera()
    yield camera
    camera.unplug()


def test_colours_come_in_rgb_order(stream: StreamCamera) -> None:
    source = CameraSource(stream.address)
    info = source.open()
    frame = source.read()
    source.close()
    assert info.frame_shape == stream.shape
    assert info.is_live
    assert not info.is_simulated
    red, blue = frame.pixels[10, 10], frame.pixels[10, -10]
    assert red[0] > 200
    assert red[2] < 50
    assert blue[2] > 200
    assert blue[0] < 50


def test_unplugged_is_noticed_within_a_second_or_two_and_opening_again_works(stream: StreamCamera) -> None:
    source = CameraSource(stream.address)
    source.open()
    source.read()
    stream.unplug()
    began = time.monotonic()
    with pytest.raises(SourceError, match=r"No picture comes from http://127.*cable"):
        read_on(source)
    assert time.monotonic() - began < 8, "far below the thirty seconds that OpenCV waits by itself"
    source.close()
    with pytest.raises(SourceError, match="cannot be opened"):
        source.open()
    stream.plug_in()
    source.open()
    assert source.read().index == 0
    source.close()


def test_asks_a_camera_for_motion_jpeg_size_and_rate() -> None:
    capture = FakeCapture(interval_s=0.001)
    source = CameraSource(0, size_px=(1280, 720), fps=50, open_capture=capture)
    info = source.open()
    source.close()
    assert capture.target == 0
    assert next(iter(capture.asked)) == cv2.CAP_PROP_FOURCC, "size and rate depend on it"
    assert capture.asked[cv2.CAP_PROP_FOURCC] == cv2.VideoWriter.fourcc(*"MJPG")
    assert capture.asked[cv2.CAP_PROP_FRAME_WIDTH] == 1280
    assert capture.asked[cv2.CAP_PROP_FRAME_HEIGHT] == 720
    assert capture.asked[cv2.CAP_PROP_FPS] == 50
    assert info.fps == 0, "90,000 frames a second is what some drivers say when they do not know"
    assert capture.is_released


def test_pictures_nobody_fetched_are_counted_as_a_gap() -> None:
    capture = FakeCapture(pictures=30, then="hang")
    source = CameraSource(0, open_capture=capture)
    source.open()
    while capture.given < 30:
        time.sleep(0.01)
    time.sleep(0.05)
    indices = [source.read().index for _ in range(WAITING_FRAMES)]
    capture.hanging.set()
    source.close()
    assert indices == list(range(30 - WAITING_FRAMES, 30))


@pytest.mark.parametrize("then", ["false", "hang", "raise"])
def test_a_camera_that_stops_is_a_source_error(then: str) -> None:
    capture = FakeCapture(pictures=2, then=then)
    source = CameraSource(0, open_capture=capture)
    source.open()
    source.read()
    source.read()
    began = time.monotonic()
    with pytest.raises(SourceError, match=r"No picture comes from camera 0 any more. Check its cable"):
        source.read()
    assert time.monotonic() - began < 5, "a second is asked, and the machine may be busy"
    capture.hanging.set()
    source.close()
    assert capture.is_released


def test_an_absent_camera_names_those_that_exist() -> None:
    source = CameraSource(63, list_cameras=lambda: ["camera:2 (Webcam)"])
    with pytest.raises(SourceError, match=r"camera 63.*This computer has camera:2 \(Webcam\)"):
        source.open()


def test_a_camera_that_another_program_uses() -> None:
    capture = FakeCapture(opens=False)
    source = CameraSource(0, open_capture=capture, list_cameras=list)
    with pytest.raises(SourceError, match="camera 0 cannot be opened"):
        source.open()
    assert capture.is_released


def test_a_camera_without_a_signal() -> None:
    capture = FakeCapture(pictures=0, then="hang")
    source = CameraSource(0, open_capture=capture, first_picture_s=0.05)
    closer = threading.Timer(0.3, capture.hanging.set)
    closer.start()
    with pytest.raises(SourceError, match=r"opens but gives no picture\. Check its input"):
        source.open()
    closer.join()
    assert capture.is_released


def test_passwords_are_never_shown() -> None:
    assert hide_password("rtsp://surgeon:secret@10.0.0.7/live") == "rtsp://10.0.0.7/live"
    source = CameraSource("rtsp://surgeon:secret@10.0.0.7/live", open_capture=FakeCapture(opens=False))
    with pytest.raises(SourceError) as caught:
        source.open()
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "spec", ["camera:", "camera:0?size=big", "camera:0?fps=fast", "camera:0?fps=0", "camera:0?gain=3"]
)
def test_a_wrong_name_is_refused(spec: str) -> None:
    with pytest.raises(BadInputError):
        open_camera(spec)


def test_a_right_name_is_understood() -> None:
    capture = FakeCapture(interval_s=0.001)
    for spec, target in (("camera:2?size=1280x720&fps=50", 2), ("camera:/dev/video4", "/dev/video4")):
        source = open_camera(spec)
        source._open_capture = capture
        source.open()
        source.close()
        assert capture.target == target
    assert capture.asked[cv2.CAP_PROP_FPS] == 30, "the second name asks for nothing"
