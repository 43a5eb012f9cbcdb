"""Files as sources: every kind, in order, in time, and every way to be no file at all."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from ductoscope.live.file import FileSource, open_file
from ductoscope.model import BadFileError, BadInputError, CoreImage, DepthReading, Frame, SourceInfo, Told, ToolSeen
from ductoscope.record import DepthLogWriter
from tests.live_files import make_small_bundle, write_images, write_recording, write_video


def read_all(source: FileSource) -> tuple[SourceInfo, list[Frame | CoreImage]]:
    info = source.open()
    pictures = []
    while (picture := source.read()) is not None:
        pictures.append(picture)
    source.close()
    return info, pictures


def read_frames(path: Path) -> list[Frame]:
    _, pictures = read_all(FileSource(path, speed="max"))
    return [picture for picture in pictures if isinstance(picture, Frame)]


class StoodClock:
    """Time that passes only in sleep."""

    def __init__(self) -> None:
        self.now_ns = 5_000_000_000

    def clock_ns(self) -> int:
        return self.now_ns

    def sleep(self, seconds: float) -> None:
        self.now_ns += round(seconds * 1e9)


def test_images_come_in_natural_order(tmp_path: Path) -> None:
    frames = read_frames(write_images(tmp_path / "stack", 11))
    assert [int(frame.pixels.mean()) for frame in frames] == [10 * n for n in range(1, 12)]
    assert frames[2].t_ns == 80_000_000, "25 a second"


def test_images_keep_depth_and_lose_transparency(tmp_path: Path) -> None:
    deep = np.zeros((4, 6, 3), np.uint16)
    deep[..., 0], deep[..., 2] = 40_000, 1_000  # blue and red in OpenCV's order
    cv2.imwrite(str(tmp_path / "1.tif"), deep)
    cv2.imwrite(str(tmp_path / "2.png"), np.full((4, 6, 4), (1, 2, 3, 99), np.uint8))
    cv2.imwrite(str(tmp_path / "3.png"), np.full((4, 6), 77, np.uint8))
    first, second, third = read_frames(tmp_path)
    assert first.pixels.dtype == np.uint16
    assert first.pixels[0, 0].tolist() == [1_000, 0, 40_000]
    assert second.pixels[0, 0].tolist() == [3, 2, 1]
    assert third.pixels.shape == (4, 6)


def test_one_image_is_a_stack_of_one(tmp_path: Path) -> None:
    write_images(tmp_path / "stack", 3)
    assert len(read_frames(tmp_path / "stack" / "3.png")) == 1


def test_video_gives_every_picture_with_its_time(tmp_path: Path) -> None:
    frames = read_frames(write_video(tmp_path / "walk.mp4", pictures=6, fps=25))
    assert [frame.index for frame in frames] == list(range(6))
    assert [frame.t_ns for frame in frames] == [n * 40_000_000 for n in range(6)]
    means = [frame.pixels.mean() for frame in frames]
    assert np.allclose(means, [40 + 20 * n for n in range(6)], atol=4)


def test_recording_gives_what_was_recorded(tmp_path: Path) -> None:
    source = FileSource(write_recording(tmp_path / "kept", frames=6), speed="max")
    info, pictures = read_all(source)
    bundle = source.bundle()
    assert bundle is not None
    assert bundle.id == make_small_bundle().id
    assert info.length == 6
    assert not info.is_live
    assert "Bench camera" in info.name
    assert all(isinstance(picture, CoreImage) for picture in pictures)
    assert [picture.t_ns for picture in pictures] == [7_000_000_000 + n * 40_000_000 for n in range(6)]
    last = pictures[-1]
    assert isinstance(last, CoreImage)
    assert np.allclose(last.light_lin, 5 / 16, atol=1e-3)


def test_true_speed_keeps_the_time_between_pictures(tmp_path: Path) -> None:
    time = StoodClock()
    source = FileSource(write_recording(tmp_path / "kept", frames=4), clock_ns=time.clock_ns, sleep=time.sleep)
    source.open()
    came_ns = []
    while source.read() is not None:
        came_ns.append(time.now_ns)
        time.now_ns += 10_000_000  # the reader takes ten milliseconds, which must not add up
    assert np.diff(came_ns).tolist() == [40_000_000] * 3
    source.close()


def test_top_speed_never_waits(tmp_path: Path) -> None:
    def refuse(_: float) -> None:
        pytest.fail("waited")

    source = FileSource(write_images(tmp_path / "stack"), speed="max", sleep=refuse)
    assert len(read_all(source)[1]) == 11


def test_looping_goes_on_counting(tmp_path: Path) -> None:
    source = FileSource(write_recording(tmp_path / "kept", frames=3), speed="max", is_looping=True)
    source.open()
    pictures = [source.read() for _ in range(8)]
    source.close()
    assert [picture.index for picture in pictures if picture] == list(range(8))
    times_ns = [picture.t_ns for picture in pictures if picture]
    assert np.diff(times_ns).tolist() == [40_000_000] * 7
    fourth, first = pictures[3], pictures[0]
    assert isinstance(fourth, CoreImage)
    assert isinstance(first, CoreImage)
    assert np.array_equal(fourth.light_lin, first.light_lin)


def test_closing_wakes_a_reader_that_waits_for_the_next_picture(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "stack", 2)
    source = FileSource(folder, clock_ns=lambda: 0)  # a clock that stands: the second picture is never due
    source.open()
    source.read()
    got: list[object] = ["nothing yet"]
    reader = threading.Thread(target=lambda: got.append(source.read()))
    reader.start()
    source.close()
    reader.join(5)
    assert got[-1] is None


def make_bad_files(folder: Path) -> dict[str, Path]:
    """One file for each way to be unusable."""
    video = write_video(folder / "whole.mp4").read_bytes()
    (folder / "torn.mp4").write_bytes(video[: len(video) // 3])
    (folder / "notes.txt").write_text("no pictures here")
    (folder / "nothing").mkdir()
    (folder / "bad.png").write_bytes(b"\x89PNG nothing more")
    (folder / "empty.avi").write_bytes(b"")
    recording = write_recording(folder / "recording")
    (recording / "bundle.npz").write_bytes((recording / "bundle.npz").read_bytes()[:100])
    names = ("torn.mp4", "notes.txt", "nothing", "bad.png", "empty.avi", "recording", "absent.mp4")
    return {name: folder / name for name in names}


@pytest.mark.parametrize(
    "name", ["torn.mp4", "notes.txt", "nothing", "bad.png", "empty.avi", "recording", "absent.mp4"]
)
def test_what_cannot_be_used_is_named_in_one_plain_sentence(tmp_path: Path, name: str) -> None:
    path = make_bad_files(tmp_path)[name]
    source = FileSource(path)
    with pytest.raises(BadFileError) as caught:
        source.open()
    source.close()
    sentence = str(caught.value)
    assert str(path) in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize("spec", ["file:", "file:x.mp4?speed=2", "file:x.mp4?loop=yes", "file:x.mp4?sped=max"])
def test_a_wrong_name_is_refused(spec: str) -> None:
    with pytest.raises(BadInputError):
        open_file(spec)


def test_a_right_name_is_understood(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "stack", 2)
    source = open_file(f"file:{folder}?speed=max&loop=1")
    source.open()
    assert [picture.index for _ in range(5) if (picture := source.read())] == [0, 1, 2, 3, 4]
    source.close()
    assert len(read_all(open_file(f"file:{folder}?speed=max"))[1]) == 2


def write_depth_log(folder: Path, *readings: DepthReading | ToolSeen) -> None:
    log = DepthLogWriter(folder / "depth.csv")
    log.write(readings)
    log.close()


def loop(folder: Path, pictures: int) -> Iterator[tuple[int, Sequence[Told]]]:
    """Read so many pictures of a recording that begins anew at its end: the time of each, and what is told with it."""
    source = FileSource(folder, speed="max", is_looping=True)
    source.open()
    for _ in range(pictures):
        picture = source.read()
        assert picture is not None
        yield picture.t_ns, source.take_readings(picture.t_ns)
    source.close()


def test_a_recording_gives_its_depth_readings_with_its_pictures(tmp_path: Path) -> None:
    folder = write_recording(tmp_path / "2026-05-04_03-02-01Z", frames=3)
    start_ns, period_ns = 7_000_000_000, 40_000_000
    times_ns = [start_ns - 5, start_ns + 1, start_ns + 2, start_ns + period_ns + 1]
    write_depth_log(folder, *(DepthReading(t_ns, at, 0.15, "encoder") for at, t_ns in enumerate(times_ns)))
    given = [
        [(reading.depth_mm, shown_ns - reading.t_ns) for reading in readings] for shown_ns, readings in loop(folder, 6)
    ]
    one_round = [[(0.0, 5)], [(1.0, period_ns - 1), (2.0, period_ns - 2)], [(3.0, period_ns - 1)]]
    assert given == one_round * 2


def test_a_tool_stays_with_its_picture_in_every_round(tmp_path: Path) -> None:
    folder = write_recording(tmp_path / "2026-05-04_03-02-01Z", frames=3)
    start_ns, period_ns = 7_000_000_000, 40_000_000
    told = ToolSeen(start_ns + period_ns, start_ns, ((0.0, 0.1), (0.2, 0.1)), 0.4, 0.02)
    write_depth_log(folder, told)
    given = [
        (number, shown_ns - each.frame_t_ns)
        for number, (shown_ns, tools) in enumerate(loop(folder, 6))
        for each in tools
    ]
    assert given == [(1, period_ns), (4, period_ns)]


def test_other_files_have_no_readings(tmp_path: Path) -> None:
    source = FileSource(write_images(tmp_path / "stack", 2), speed="max")
    source.open()
    assert source.take_readings(10**12) == []
    source.close()


def test_a_damaged_depth_log_is_told_and_costs_no_picture(tmp_path: Path) -> None:
    folder = write_recording(tmp_path / "2026-05-04_03-02-01Z")
    (folder / "depth.csv").write_text("t_ns,depth_mm,sigma_mm,origin\n1,x,1,encoder\n2,2,1,encoder\n")
    info, pictures = read_all(FileSource(folder, speed="max"))
    assert "depth log is damaged" in info.name
    assert len(pictures) == 6, "the pictures can be seen all the same"
