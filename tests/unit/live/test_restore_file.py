"""Restoring files: what the command's stories do not show."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ductoscope.live.image_file import read_image, write_image
from ductoscope.live.restore_file import restore_file
from ductoscope.model import BadInputError, Bundle, Pixels
from ductoscope.restore import calibrate, plan_restore, restore
from ductoscope.simulate import (
    CameraSettings,
    FibreSettings,
    camera_picture,
    make_fibre,
    make_scene,
    see_scene,
    white_picture,
)

FIBRE = make_fibre(np.random.default_rng(4), FibreSettings(cores=1600))
CAMERA = CameraSettings(height_px=320, width_px=320, disc_fraction=0.94)


@pytest.fixture(scope="module")
def picture() -> Pixels:
    return camera_picture(see_scene(FIBRE, make_scene("patches", 1, 256)), FIBRE, CAMERA, np.random.default_rng(1))


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return calibrate(white_picture(FIBRE, CAMERA, np.random.default_rng(2), frames=4))


def test_an_image_is_what_restore_gives(bundle: Bundle, picture: Pixels, tmp_path: Path) -> None:
    write_image(tmp_path / "in.png", picture)
    told: list[float] = []
    report = restore_file(
        tmp_path / "in.png",
        tmp_path / "new" / "out.png",
        bundle=bundle,
        size_px=200,
        progress=lambda share, _words: told.append(share),
    )
    expected = restore(picture, plan_restore(bundle, 200))
    assert np.array_equal(read_image(tmp_path / "new" / "out.png"), expected)
    assert (report.pictures, told[-1]) == (1, 1.0)


def test_a_folder_is_never_written_into_itself(bundle: Bundle, picture: Pixels, tmp_path: Path) -> None:
    write_image(tmp_path / "in.png", picture)
    with pytest.raises(BadInputError, match="give another one"):
        restore_file(tmp_path, tmp_path, bundle=bundle)


def test_a_folder_that_fits_no_bundle_says_why(bundle: Bundle, picture: Pixels, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    write_image(tmp_path / "in" / "a.png", picture[:100])
    with pytest.raises(BadInputError, match=r"No image in .* could be restored. a.png was left out"):
        restore_file(tmp_path / "in", tmp_path / "out", bundle=bundle)


def test_a_mono_bundle_restores_mono_images(tmp_path: Path) -> None:
    camera = replace(CAMERA, mono=True)
    bundle = calibrate(white_picture(FIBRE, camera, np.random.default_rng(2), frames=4))
    write_image(tmp_path / "in.png", white_picture(FIBRE, camera, None))
    restore_file(tmp_path / "in.png", tmp_path / "out.png", bundle=bundle, size_px=100)
    assert read_image(tmp_path / "out.png").ndim == 2
