"""Videos of every make are opened, walked through, and when they cannot be, a sentence says why."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from ductoscope.live.video_file import open_video, square_shape
from ductoscope.model import BadFileError

pytestmark = pytest.mark.peer
RED = "color=c=0xC83214:s=320x240:r=25:d=1"
MOVING = "testsrc2=s=320x240:r=25:d=1"


def make(path: Path, source: str, *options: str) -> Path:
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", source, *options, str(path)], check=True, timeout=60
    )
    return path


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.mp4", ("-c:v", "libx264", "-pix_fmt", "yuv420p")),
        ("a.mov", ("-c:v", "libx264", "-pix_fmt", "yuv422p")),
        ("a.avi", ("-c:v", "mjpeg", "-q:v", "2")),
        ("a.mpg", ("-c:v", "mpeg2video", "-q:v", "2")),
        ("a.ts", ("-c:v", "libx264", "-pix_fmt", "yuv420p")),
        ("a.vob", ("-c:v", "mpeg2video", "-q:v", "2")),
        ("a.mkv", ("-c:v", "ffv1")),
        ("a.wmv", ("-c:v", "wmv2", "-q:v", "2")),
    ],
)
def test_every_container_gives_all_its_pictures_in_true_colour(
    tmp_path: Path, name: str, options: tuple[str, ...]
) -> None:
    with open_video(make(tmp_path / name, RED, *options)) as video:
        pictures = list(video.pictures())
        assert video.lost == 0
    assert len(pictures) == 25
    steps = np.diff([picture.t_ns for picture in pictures])
    assert np.abs(steps / 1e9 - 0.04).max() < 0.0011
    assert pictures[0].t_ns == 0
    assert pictures[3].pixels[100:120, 100:120].mean(axis=(0, 1)) == pytest.approx((0xC8, 0x32, 0x14), abs=4)


def test_anamorphic_pixels_become_square(tmp_path: Path) -> None:
    path = make(
        tmp_path / "pal.mpg", "testsrc2=s=720x576:r=25:d=0.2", "-c:v", "mpeg2video", "-aspect", "4:3", "-q:v", "3"
    )
    with open_video(path) as video:
        assert video.facts.pixel_aspect == Fraction(16, 15)
        assert next(video.pictures()).pixels.shape == (576, 768, 3)


def test_the_short_side_grows_so_that_no_core_shrinks() -> None:
    assert square_shape((480, 720), Fraction(8, 9)) == (540, 720)
    assert square_shape((576, 720), Fraction(64, 45)) == (576, 1024)


def test_more_than_8_bits_are_kept(tmp_path: Path) -> None:
    with open_video(make(tmp_path / "grey.mkv", MOVING, "-c:v", "ffv1", "-pix_fmt", "gray16le")) as video:
        pixels = next(video.pictures()).pixels
    assert pixels.dtype == np.uint16
    assert pixels.ndim == 2


def test_a_file_cut_short_gives_what_is_left_and_counts_the_rest(tmp_path: Path) -> None:
    whole = make(tmp_path / "whole.mp4", MOVING, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart")
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with open_video(cut) as video:
        read = len(list(video.pictures()))
        assert 3 <= read < 25
        assert video.lost == 25 - read


def test_damage_in_the_middle_is_passed_and_counted(tmp_path: Path) -> None:
    path = make(tmp_path / "damaged.ts", MOVING, "-c:v", "mpeg2video", "-q:v", "4", "-g", "5", "-bf", "0")
    content = bytearray(path.read_bytes())
    third = len(content) // 3
    content[third : third + len(content) // 5] = bytes(len(content) // 5)
    path.write_bytes(content)
    with open_video(path) as video:
        times = [picture.t_ns for picture in video.pictures()]
        assert video.lost + video.flawed > 0
    assert times[-1] > 0.8e9
    assert all(np.diff(times) > 0)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("text.mp4", b"This is no video but a letter.\n" * 50, "not a video"),
        ("empty.mp4", b"", "empty"),
        ("playlist.mp4", b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nother.ts\n", "not a video"),
    ],
)
def test_what_is_no_video_is_told(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadFileError, match=words):
        open_video(tmp_path / name)


def test_a_missing_file_a_folder_a_sound_and_a_missing_index_are_told(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match="no file"):
        open_video(tmp_path / "none.mp4")
    with pytest.raises(BadFileError, match="is a folder"):
        open_video(tmp_path)
    with pytest.raises(BadFileError, match="sound only"):
        open_video(make(tmp_path / "sound.mp4", "sine=d=1"))
    whole = make(tmp_path / "whole.mp4", MOVING, "-c:v", "libx264")
    (tmp_path / "cut.mp4").write_bytes(whole.read_bytes()[:-20_000])
    with pytest.raises(BadFileError, match="breaks off before its index"):
        open_video(tmp_path / "cut.mp4")
