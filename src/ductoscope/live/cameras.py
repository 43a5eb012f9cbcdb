"""Which cameras this computer has, in words."""

from __future__ import annotations

import re
from pathlib import Path

_V4L2_CLASS = Path("/sys/class/video4linux")


def list_cameras(listed_in: Path = _V4L2_CLASS) -> list[str]:
    """Name the cameras that exist, e.g. "camera:0 (USB grabber)"; empty where the system keeps no list.

    Linux lists them in /sys (each camera also shows nodes that give no picture; only the first of each name counts).
    """
    found: dict[str, int] = {}
    for node in listed_in.glob("video*"):
        number = re.fullmatch(r"video(\d+)", node.name)
        if number is None:
            continue
        try:
            name = (node / "name").read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            name = node.name
        found[name] = min(int(number[1]), found.get(name, 1_000_000))
    return [f"camera:{number} ({name})" for name, number in sorted(found.items(), key=lambda item: item[1])]


def tell_cameras(cameras: list[str]) -> str:
    """Say in a sentence which cameras there are."""
    if not cameras:
        return "No camera was found on this computer; plug one in, and check that no other program uses it."
    return f"This computer has {', '.join(cameras)}."
