"""Which cameras there are."""

from __future__ import annotations

from pathlib import Path

from ductoscope.live.cameras import list_cameras, tell_cameras


def test_lists_each_camera_once_in_order(tmp_path: Path) -> None:
    for number, name in ((10, "USB grabber"), (2, "Webcam"), (11, "USB grabber"), (3, "Webcam")):
        (tmp_path / f"video{number}").mkdir()
        (tmp_path / f"video{number}" / "name").write_text(f"{name}\n")
    (tmp_path / "video-odd").mkdir()
    assert list_cameras(tmp_path) == ["camera:2 (Webcam)", "camera:10 (USB grabber)"]
    assert tell_cameras(list_cameras(tmp_path)) == "This computer has camera:2 (Webcam), camera:10 (USB grabber)."


def test_says_so_when_there_is_none(tmp_path: Path) -> None:
    assert "No camera was found" in tell_cameras(list_cameras(tmp_path / "absent"))
