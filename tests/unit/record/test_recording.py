"""A recording opens with all its parts, or says which one is missing or wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ductoscope.model import BadFileError, Bundle, CoreImage, SourceInfo
from ductoscope.record import RecordingWriter, open_recording, save_bundle


@pytest.fixture
def folder(tmp_path: Path, make_bundle: Callable[..., Bundle], make_images, source: SourceInfo) -> Path:
    writer = RecordingWriter(
        tmp_path / "rec",
        make_bundle(),
        source,
        started_utc=datetime(2026, 5, 4, tzinfo=UTC),
        has_picture_video=False,
        start_limit_bytes=0,
        reserve_bytes=0,
    )
    for image in make_images(50):
        writer.write(image)
    writer.close()
    return tmp_path / "rec"


def test_everything_comes_back(
    folder: Path, make_bundle: Callable[..., Bundle], make_images, assert_same: Callable[[CoreImage, CoreImage], None]
) -> None:
    recording = open_recording(folder)
    assert recording.bundle.id == make_bundle().id
    for written, read in zip(make_images(50), recording.core_images(), strict=True):
        assert_same(written, read)
    assert_same(recording.cores[33], make_images(50)[33])
    recording.close()


@pytest.mark.parametrize("name", ["recording.json", "bundle.npz", "cores.duct"])
def test_missing_part_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(BadFileError, match=name.replace(".", r"\.")):
        open_recording(folder)


def test_wrong_bundle_is_named(folder: Path, make_bundle: Callable[..., Bundle]) -> None:
    """Drawn with another bundle, every core would show at a wrong place."""
    save_bundle(make_bundle(seed=8), folder / "bundle.npz")
    with pytest.raises(BadFileError, match="Put the right bundle"):
        open_recording(folder)
