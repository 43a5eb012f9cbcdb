"""What every Source must do: a test class inherits `SourceSuite` and gives the fixture `source`."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from ductoscope.model import CoreImage, Frame, Source, SourceError, SourceInfo


class SourceSuite:
    """Inherit, and give a fixture `source` that returns a Source that was not opened yet."""

    @pytest.fixture
    def opened(self, source: Source) -> Iterator[tuple[Source, SourceInfo]]:
        info = source.open()
        yield source, info
        source.close()

    def test_says_what_it_is(self, opened: tuple[Source, SourceInfo]) -> None:
        _, info = opened
        assert info.name.strip()
        assert min(info.frame_shape) > 0
        assert info.channels in (1, 3)
        assert info.fps >= 0
        assert info.length is None or info.length > 0

    def test_gives_what_it_says(self, opened: tuple[Source, SourceInfo]) -> None:
        source, info = opened
        picture = source.read()
        if isinstance(picture, CoreImage):
            bundle = source.bundle()
            assert bundle is not None, "core images mean nothing without their bundle"
            assert picture.light_lin.shape == (bundle.cores, bundle.channels)
            assert (bundle.frame_shape, bundle.channels) == (info.frame_shape, info.channels)
            return
        assert isinstance(picture, Frame)
        assert picture.pixels.shape == (info.frame_shape if info.channels == 1 else (*info.frame_shape, 3))
        assert picture.pixels.dtype in (np.uint8, np.uint16)
        assert not picture.pixels.flags.writeable, "a frame that someone writes into is no evidence"

    def test_counts_and_clocks_go_forward(self, opened: tuple[Source, SourceInfo]) -> None:
        source, _ = opened
        pictures = [picture for _ in range(4) if (picture := source.read()) is not None]
        assert len(pictures) == 4, "the fixture must give at least four pictures"
        indices, times_ns = [p.index for p in pictures], [p.t_ns for p in pictures]
        assert indices == sorted(set(indices))
        assert times_ns == sorted(set(times_ns))

    def test_stamps_live_pictures_with_the_monotonic_clock(self, opened: tuple[Source, SourceInfo]) -> None:
        source, info = opened
        picture = source.read()
        assert picture is not None
        if info.is_live:
            assert abs(time.monotonic_ns() - picture.t_ns) < 2_000_000_000

    def test_ends_with_none_when_it_is_finite(self, opened: tuple[Source, SourceInfo]) -> None:
        source, info = opened
        if info.length is None:
            assert source.read() is not None
            return
        given = 0
        while source.read() is not None:
            given += 1
            assert given <= info.length
        assert given == info.length
        assert source.read() is None, "the end is the end"

    def test_begins_again_when_opened_again(self, source: Source) -> None:
        first_info = source.open()
        first = source.read()
        source.read()
        source.close()
        assert source.open() == first_info
        again = source.read()
        source.close()
        assert first is not None
        assert again is not None
        assert again.index == first.index

    def test_may_be_closed_at_any_time(self, source: Source) -> None:
        source.close()
        source.open()
        source.close()
        source.close()

    def test_refuses_to_read_before_it_is_open(self, source: Source) -> None:
        with pytest.raises(SourceError):
            source.read()

    def test_lets_a_waiting_reader_go_when_closed(self, opened: tuple[Source, SourceInfo]) -> None:
        source, _ = opened
        failures: list[BaseException] = []

        def read_on() -> None:
            try:
                while source.read() is not None:
                    pass
            except SourceError:
                pass
            except BaseException as error:
                failures.append(error)

        reader = threading.Thread(target=read_on)
        reader.start()
        time.sleep(0.05)
        source.close()
        reader.join(5)
        assert not reader.is_alive()
        assert not failures

    def test_leaves_no_thread_behind(self, source: Source) -> None:
        before = set(threading.enumerate())
        source.open()
        source.read()
        source.close()
        ours = {thread.name for thread in set(threading.enumerate()) - before if thread.name.startswith("duct-")}
        assert not ours

    def test_white_picture_is_of_the_cameras_kind(self, opened: tuple[Source, SourceInfo]) -> None:
        source, info = opened
        white = source.white()
        if white is not None:
            assert white.shape == (info.frame_shape if info.channels == 1 else (*info.frame_shape, 3))
            assert white.dtype in (np.uint8, np.uint16)
