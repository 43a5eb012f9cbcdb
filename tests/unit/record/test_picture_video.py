"""The picture video plays: right colours, right times, and after a tear all but the end."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from ductoscope.model import BadInputError, PictureArray
from ductoscope.record.picture_video import PictureVideoWriter, choose_encoder, remux_picture_video


def _picture(value: int, height: int = 64, width: int = 96) -> PictureArray:
    """Left half red, right half blue, brightness by value."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[:, : width // 2, 0] = value
    picture[:, width // 2 :, 2] = value
    return picture


def _write(path: Path, frames: int, height: int = 64, width: int = 96) -> None:
    video = PictureVideoWriter(path, 30.0)
    for index in range(frames):
        video.write(_picture(120 + index % 60, height, width), 7_000_000_000 + index * 40_000_000)
    assert video.frames == frames
    video.close()


def _read(path: Path) -> list[tuple[float, PictureArray]]:
    with av.open(str(path)) as video:
        return [(float(frame.time or 0.0), frame.to_ndarray(format="rgb24")) for frame in video.decode(video=0)]


def test_pictures_come_back_in_their_colours_at_their_times(tmp_path: Path) -> None:
    _write(tmp_path / "p.mp4", 70)
    frames = _read(tmp_path / "p.mp4")
    assert [round(time_s, 3) for time_s, _ in frames] == [round(0.04 * index, 3) for index in range(70)]
    for index, (_, picture) in enumerate(frames):
        expected = _picture(120 + index % 60)
        inner = picture[8:-8, 8:40], picture[8:-8, 56:-8]
        assert np.abs(inner[0].astype(int) - expected[8:-8, 8:40]).mean() < 6
        assert np.abs(inner[1].astype(int) - expected[8:-8, 56:-8]).mean() < 6


def test_odd_and_grey_pictures_are_taken(tmp_path: Path) -> None:
    video = PictureVideoWriter(tmp_path / "p.mp4", 0.0)
    grey = np.full((65, 97), 90, np.uint8)
    video.write(grey, 0)
    video.write(grey, 33_000_000)
    video.close()
    frames = _read(tmp_path / "p.mp4")
    assert [picture.shape for _, picture in frames] == [(64, 96, 3)] * 2
    assert abs(float(frames[0][1].mean()) - 90) < 4


def test_picture_that_is_not_later_is_left_out(tmp_path: Path) -> None:
    video = PictureVideoWriter(tmp_path / "p.mp4", 30.0)
    for t_ns in (0, 40_000_000, 40_000_000, 10_000_000, 80_000_000):
        video.write(_picture(150), t_ns)
    assert video.frames == 3
    video.close()
    assert len(_read(tmp_path / "p.mp4")) == 3


def test_picture_of_another_size_is_refused(tmp_path: Path) -> None:
    video = PictureVideoWriter(tmp_path / "p.mp4", 30.0)
    video.write(_picture(150), 0)
    with pytest.raises(BadInputError, match="got \\(32, 96, 3\\)"):
        video.write(_picture(150, height=32), 40_000_000)
    video.close()


def test_existing_video_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "p.mp4").write_bytes(b"precious")
    with pytest.raises(FileExistsError):
        PictureVideoWriter(tmp_path / "p.mp4", 30.0)
    assert (tmp_path / "p.mp4").read_bytes() == b"precious"


def test_empty_video_closes(tmp_path: Path) -> None:
    PictureVideoWriter(tmp_path / "p.mp4", 30.0).close()
    with pytest.raises(av.FFmpegError):
        remux_picture_video(tmp_path / "p.mp4", tmp_path / "q.mp4")


def test_it_syncs_twice_a_second(tmp_path: Path, clock, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr("os.fsync", synced.append)
    video = PictureVideoWriter(tmp_path / "p.mp4", 30.0, clock=clock)
    for index in range(36):
        video.write(_picture(150), index * 33_333_333)
        clock.now_s += 1 / 30
    assert len(synced) == 2
    video.close()
    assert len(synced) == 3


@pytest.mark.parametrize("share", [0.4, 0.7, 0.97])
def test_torn_video_is_mended_without_encoding_again(tmp_path: Path, share: float) -> None:
    _write(tmp_path / "p.mp4", 100)
    content = (tmp_path / "p.mp4").read_bytes()
    before = _read(tmp_path / "p.mp4")
    (tmp_path / "torn.mp4").write_bytes(content[: int(share * len(content))])
    packets = remux_picture_video(tmp_path / "torn.mp4", tmp_path / "mended.mp4")
    after = _read(tmp_path / "mended.mp4")
    assert len(after) == packets > 100 * share - 30
    for (time_s, picture), (time_before_s, picture_before) in zip(after, before, strict=False):
        assert time_s == pytest.approx(time_before_s, abs=1e-3)
        np.testing.assert_array_equal(picture, picture_before)


def test_without_h264_the_fallback_plays_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(av, "codecs_available", av.codecs_available - {"libx264"})
    assert choose_encoder() == "mpeg4"
    _write(tmp_path / "p.mp4", 40)
    assert len(_read(tmp_path / "p.mp4")) == 40
