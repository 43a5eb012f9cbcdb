"""Every source keeps the same promises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ductoscope.live.camera import CameraSource
from ductoscope.live.file import FileSource
from ductoscope.live.sources import open_source
from ductoscope.model import Source, SourceInfo
from ductoscope.simulate import SimulatedScope
from tests.contracts.source_suite import SourceSuite
from tests.live_files import write_images, write_recording, write_video
from tests.stream_camera import StreamCamera
from tests.toy_scope import ToyFibre, ToyScope

SMALL_SIM = "sim:3?cores=200&height=96&width=128&fps=25"


@pytest.fixture(scope="module")
def endless_scope() -> Source:
    """Made once, because its duct takes a while; that it can be opened again is part of the promise."""
    return SimulatedScope(SMALL_SIM)


@pytest.fixture(scope="module")
def finite_scope() -> Source:
    return SimulatedScope(SMALL_SIM + "&seconds=0.2&paced=0")


class TestSimulatedScope(SourceSuite):
    @pytest.fixture
    def source(self, endless_scope: Source) -> Source:
        return endless_scope


class TestFiniteSimulatedScope(SourceSuite):
    @pytest.fixture
    def source(self, finite_scope: Source) -> Source:
        return finite_scope


class TestToyScope(SourceSuite):
    @pytest.fixture
    def source(self) -> Source:
        return ToyScope(ToyFibre((120, 140)), length=6)


class TestCamera(SourceSuite):
    @pytest.fixture
    def source(self) -> Iterator[Source]:
        stream = StreamCamera()
        yield CameraSource(stream.address)
        stream.unplug()


class TestVideo(SourceSuite):
    @pytest.fixture
    def source(self, tmp_path: Path) -> Source:
        return FileSource(write_video(tmp_path / "walk.mp4"))


class TestLoopingVideo(SourceSuite):
    """A file that begins again is, to the reader, a longer file."""

    @pytest.fixture
    def source(self, tmp_path: Path) -> Source:
        return FileSource(write_video(tmp_path / "walk.mp4", pictures=2), is_looping=True)

    def test_ends_with_none_when_it_is_finite(self, opened: tuple[Source, SourceInfo]) -> None:
        source, info = opened
        assert info.length is None
        assert all(source.read() is not None for _ in range(5))


class TestImageFolder(SourceSuite):
    @pytest.fixture
    def source(self, tmp_path: Path) -> Source:
        return FileSource(write_images(tmp_path / "stack"), speed="max")


class TestOwnRecording(SourceSuite):
    @pytest.fixture
    def source(self, tmp_path: Path) -> Source:
        return FileSource(write_recording(tmp_path / "2026-05-04_03-02-01Z"))


def test_every_scheme_gives_a_source(tmp_path: Path) -> None:
    factories = {"sim": SimulatedScope}
    assert isinstance(open_source("sim:7", factories), SimulatedScope)
    assert isinstance(open_source("camera:0", factories), CameraSource)
    assert isinstance(open_source(f"file:{tmp_path}", factories), FileSource)
