"""Images on disk: exact in, whole out, one sentence for what is no image."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from ductoscope.live.image_file import list_images, natural_key, read_image, write_image
from ductoscope.model import BadFileError, BadInputError

RGB = np.dstack([np.full((5, 7), value, np.uint8) for value in (10, 20, 30)])


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_colours_come_back_in_their_order(tmp_path: Path, name: str) -> None:
    write_image(tmp_path / name, RGB)
    assert np.array_equal(read_image(tmp_path / name), RGB)


def test_16_bit_mono_is_kept_exactly(tmp_path: Path) -> None:
    pixels = np.arange(48, dtype=np.uint16).reshape(6, 8) * 999
    cv2.imwrite(str(tmp_path / "deep.tif"), pixels)
    assert np.array_equal(read_image(tmp_path / "deep.tif"), pixels)


def test_alpha_is_left_out(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "x.png"), np.dstack([RGB[..., ::-1], np.full((5, 7), 99, np.uint8)]))
    assert np.array_equal(read_image(tmp_path / "x.png"), RGB)


def test_the_real_rgba_fibre_picture_reads_as_rgb(fibre_images: Path) -> None:
    assert read_image(fibre_images / "thin_bundle.tif").shape == (1024, 1280, 3)


@pytest.mark.parametrize("content", [b"", b"not an image", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_what_is_no_image_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.png").write_bytes(content)
    with pytest.raises(BadFileError, match="no image that can be read"):
        read_image(tmp_path / "x.png")


def test_a_cut_off_png_is_refused(tmp_path: Path) -> None:
    write_image(tmp_path / "x.png", np.random.default_rng(1).integers(0, 255, (200, 200), dtype=np.uint8))
    whole = (tmp_path / "x.png").read_bytes()
    (tmp_path / "x.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadFileError, match="damaged"):
        read_image(tmp_path / "x.png")


def test_floating_point_tiffs_are_refused(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "f.tif"), np.ones((4, 4), np.float32))
    with pytest.raises(BadFileError, match="float32"):
        read_image(tmp_path / "f.tif")


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match=r"absent\.png cannot be read: No such file"):
        read_image(tmp_path / "absent.png")


def test_an_unknown_ending_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"ends in \.png"):
        write_image(tmp_path / "x.xyz", RGB)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BadFileError, match="Cannot write"):
        write_image(tmp_path / "file" / "x.png", RGB)


def test_images_come_in_natural_order(tmp_path: Path) -> None:
    for name in ("10.png", "2.PNG", "1.png", "b.txt", ".2.png.part"):
        (tmp_path / name).write_bytes(b"x")
    assert [path.name for path in list_images(tmp_path)] == ["1.png", "2.PNG", "10.png"]
    assert natural_key("frame2") < natural_key("frame10")


def test_a_folder_without_images_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match="no images"):
        list_images(tmp_path)
    with pytest.raises(BadFileError, match="cannot be read"):
        list_images(tmp_path / "absent")
