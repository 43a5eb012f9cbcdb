"""Recording starts with enough room and stops while there is some left."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from ductoscope.model import BadFileError, DiskFullError
from ductoscope.record import DiskGuard, free_bytes


@pytest.fixture
def set_free(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[Path]]:
    """Pretend that so many bytes are free; returns the list of every look at the disk."""
    looks: list[Path] = []

    def set_it(free: int) -> list[Path]:
        def answer(folder: Path) -> SimpleNamespace:
            looks.append(folder)
            return SimpleNamespace(free=free)

        monkeypatch.setattr(shutil, "disk_usage", answer)
        return looks

    return set_it


def test_free_bytes_are_those_of_the_disk(tmp_path: Path) -> None:
    assert 0 < free_bytes(tmp_path) <= shutil.disk_usage(tmp_path).total


def test_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match="Check the folder"):
        free_bytes(tmp_path / "none")


def test_start_needs_the_limit(tmp_path: Path, clock, set_free) -> None:
    guard = DiskGuard(tmp_path, start_limit_bytes=2_000_000_000, reserve_bytes=0, clock=clock)
    set_free(2_000_000_000)
    guard.check_start()
    set_free(1_999_999_999)
    with pytest.raises(DiskFullError, match="Only 2000 MB are free"):
        guard.check_start()


def test_low_is_below_the_reserve_and_asked_twice_a_second(tmp_path: Path, clock, set_free) -> None:
    guard = DiskGuard(tmp_path, start_limit_bytes=0, reserve_bytes=500, clock=clock)
    looks = set_free(500)
    assert not guard.is_low()
    set_free(499)
    assert not guard.is_low()  # Not looked yet.
    clock.now_s += 0.5
    assert guard.is_low()
    assert len(looks) == 2
