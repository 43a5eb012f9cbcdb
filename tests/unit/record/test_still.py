"""A still holds exactly what was seen, what it was made from, and where it came from."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from ductoscope import __version__
from ductoscope.model import BadInputError, DiskFullError, View
from ductoscope.record import open_core_recording, save_still

TAKEN_UTC = datetime(2026, 5, 4, 12, 30, 5, 250_000, tzinfo=UTC)


def _view(shape: tuple[int, ...] = (60, 80, 3)) -> View:
    pixels = np.random.default_rng(3).integers(0, 256, shape, dtype=np.uint8)
    return View(12, 345, pixels, np.ones(shape[:2], bool), ("read", "denoise", "mmse"))


def _save(folder: Path, image, view: View | None = None, bundle_id: str | None = "b1d", taken_utc=TAKEN_UTC):
    return save_still(
        folder, view or _view(), image, bundle_id, taken_utc, source_name="Simulated scope", is_simulated=True
    )


def test_still_holds_picture_cores_and_origin(tmp_path: Path, make_images, assert_same) -> None:
    (image,) = make_images(1)
    view = _view()
    still = _save(tmp_path / "stills", image, view)
    bgr = cv2.imread(str(still.picture), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(bgr[:, :, ::-1], view.pixels)
    assert still.cores is not None
    with open_core_recording(still.cores) as cores:
        assert cores.bundle_id == "b1d"
        assert_same(cores[0], image)
    page = json.loads(still.page.read_text())
    assert datetime.fromisoformat(page.pop("taken_utc")) == TAKEN_UTC
    hashes = page.pop("sha256")
    assert page == {
        "format": "ductoscope still",
        "version": 1,
        "bundle_id": "b1d",
        "frame_index": 12,
        "t_ns": 345,
        "lineage": ["read", "denoise", "mmse"],
        "source": "Simulated scope",
        "is_simulated": True,
        "program_version": __version__,
    }
    for path in (still.picture, still.cores):
        assert hashes[path.name] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert {path.name for path in (tmp_path / "stills").iterdir()} == {
        still.picture.name,
        still.cores.name,
        still.page.name,
    }


def test_grey_picture_is_kept(tmp_path: Path, make_images) -> None:
    view = _view((60, 80))
    still = _save(tmp_path, make_images(1, channels=1)[0], view)
    np.testing.assert_array_equal(cv2.imread(str(still.picture), cv2.IMREAD_UNCHANGED), view.pixels)


def test_raw_picture_without_cores_is_kept(tmp_path: Path) -> None:
    """Before calibration, or when a stage has failed, the camera's own picture can still be kept."""
    still = _save(tmp_path, None, bundle_id=None)
    assert still.cores is None
    page = json.loads(still.page.read_text())
    assert page["bundle_id"] is None
    assert list(page["sha256"]) == [still.picture.name]


def test_two_in_one_moment_are_two(tmp_path: Path, make_images) -> None:
    (image,) = make_images(1)
    names = [_save(tmp_path, image).name for _ in range(3)]
    assert names == [
        "2026-05-04_12-30-05-250000Z",
        "2026-05-04_12-30-05-250000Z_2",
        "2026-05-04_12-30-05-250000Z_3",
    ]
    assert len(list(tmp_path.iterdir())) == 9


@pytest.mark.parametrize("fails_at", range(6))
def test_full_disk_leaves_no_half_still(
    tmp_path: Path, make_images, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    """Whichever sync finds the disk full: every file that has its name is whole, and no page tells of a half still."""
    (image,) = make_images(1)
    calls: list[int] = []
    really_sync = os.fsync

    def refuse(handle: int) -> None:
        calls.append(handle)
        if len(calls) > fails_at:
            raise OSError(28, "No space left on device")
        really_sync(handle)

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(DiskFullError):
        _save(tmp_path, image)
    assert not list(tmp_path.glob("*.part"))
    for page in tmp_path.glob("*.json"):
        hashes = json.loads(page.read_text())["sha256"]
        assert {name: hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in hashes} == hashes
    for picture in tmp_path.glob("*.png"):
        np.testing.assert_array_equal(cv2.imread(str(picture))[:, :, ::-1], _view().pixels)
    for path in tmp_path.glob("*.duct"):
        with open_core_recording(path) as cores:
            assert len(list(cores)) == 1


def test_time_without_zone_is_refused(tmp_path: Path, make_images) -> None:
    with pytest.raises(BadInputError, match="time zone"):
        _save(tmp_path, make_images(1)[0], taken_utc=datetime(2026, 5, 4))
