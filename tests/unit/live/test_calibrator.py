"""When a calibration is made, from what, and what happens when it fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from ductoscope.live.calibrator import Calibrator
from ductoscope.live.troubles import Troubles
from ductoscope.model import BadInputError, Bundle, Frame
from ductoscope.restore import calibrate
from tests.toy_scope import ToyFibre, ToyScope

SECOND = 1_000_000_000
FIBRE = ToyFibre((300, 330))


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return calibrate(FIBRE.white())


class Bench:
    """A calibrator on a toy scope, fed by hand."""

    def __init__(self, scope: ToyScope, given: Bundle | None = None) -> None:
        self.scope = scope
        self.troubles = Troubles()
        self.calibrator = Calibrator(scope, given, 64, self.troubles)
        self.shown: list[Frame] = []
        self.now_ns = 0

    def begin(self) -> None:
        self.calibrator.begin(self.scope.open(), self.shown.append)

    def step(self, pixels: object = None) -> None:
        """Feed one frame."""
        frame = self.scope.read()
        assert frame is not None
        self.now_ns += SECOND // 25
        self.calibrator.step(frame.pixels if pixels is None else pixels, self.now_ns)

    def step_until(self, happened: Callable[[], object]) -> None:
        """Feed frames until it happened."""
        end = time.monotonic() + 30
        while not happened():
            assert time.monotonic() < end, self.troubles.tell()
            self.step()


@pytest.fixture
def make_bench() -> Iterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def make(scope: ToyScope, given: Bundle | None = None) -> Bench:
        made.append(Bench(scope, given))
        return made[-1]

    yield make
    for bench in made:
        bench.calibrator.stop()
        bench.calibrator.join()
        bench.scope.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "duct-calibrator"]


def test_the_given_bundle_is_taken_before_the_white_picture(make_bench: Callable[..., Bench], bundle: Bundle) -> None:
    bench = make_bench(ToyScope(FIBRE, interval_s=0.001), bundle)
    bench.begin()
    assert bench.calibrator.is_making
    bench.step_until(lambda: bench.calibrator.current)
    assert bench.calibrator.current is not None
    assert bench.calibrator.current.plan.bundle is bundle
    assert not bench.calibrator.is_making


def test_ordinary_frames_when_there_is_no_white_picture(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(ToyScope(FIBRE, interval_s=0.001, has_white=False))
    bench.begin()
    assert "move the scope" in (bench.troubles.tell() or "")
    bench.step_until(lambda: bench.calibrator.current)
    assert bench.calibrator.current is not None
    assert bench.calibrator.current.plan.bundle.quality.calibrated_from == "frames"
    assert bench.troubles.tell() is None


def test_a_camera_before_something_white(make_bench: Callable[..., Bench], bundle: Bundle) -> None:
    bench = make_bench(ToyScope(FIBRE, interval_s=0.001, has_white=False), bundle)
    bench.begin()
    bench.step_until(lambda: bench.calibrator.current)
    bench.calibrator.request("white")
    assert bench.calibrator.is_wanted
    white = FIBRE.white()
    end = time.monotonic() + 30
    bench.step(white)
    assert "evenly white" in (bench.troubles.tell() or "")
    while bench.calibrator.is_making:
        assert time.monotonic() < end
        bench.step(white)
    found = bench.calibrator.current.plan.bundle if bench.calibrator.current else None
    assert found is not None
    assert found is not bundle
    assert found.quality.calibrated_from == "white"
    assert abs(found.cores - bundle.cores) < 5


def test_a_failure_is_told_and_tried_again(make_bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch) -> None:
    scope = ToyScope(FIBRE, interval_s=0.001)
    bench = make_bench(scope)
    black = FIBRE.white() * 0
    monkeypatch.setattr(scope, "white", lambda: black)  # the lamp is off
    bench.begin()
    bench.step_until(lambda: bench.troubles.tell())
    assert bench.calibrator.current is None
    monkeypatch.undo()
    bench.step_until(lambda: bench.calibrator.current)
    assert bench.troubles.tell() is None


def test_when_a_new_calibration_fails_the_old_one_stays(
    make_bench: Callable[..., Bench], bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope = ToyScope(FIBRE, interval_s=0.001)
    bench = make_bench(scope, bundle)
    bench.begin()
    bench.step_until(lambda: bench.calibrator.current)
    black = FIBRE.white() * 0
    monkeypatch.setattr(scope, "white", lambda: black)
    bench.calibrator.request("auto")
    bench.step_until(lambda: bench.troubles.tell())
    assert bench.calibrator.current is not None
    assert bench.calibrator.current.plan.bundle is bundle
    bench.step_until(lambda: bench.troubles.tell() is None)
    assert not bench.calibrator.is_making, "it was asked for once, and is tried once"


def test_a_recording_keeps_its_own(make_bench: Callable[..., Bench], bundle: Bundle) -> None:
    bench = make_bench(ToyScope(FIBRE, known_bundle=bundle))
    bench.begin()
    assert bench.calibrator.current is not None, "at once: its frames mean nothing without it"
    assert bench.calibrator.current.plan.bundle is bundle
    with pytest.raises(BadInputError, match="keeps the calibration"):
        bench.calibrator.request("auto")


def test_coming_back_starts_nothing_twice(make_bench: Callable[..., Bench], bundle: Bundle) -> None:
    bench = make_bench(ToyScope(FIBRE, interval_s=0.001, has_white=False))
    bench.begin()
    bench.begin()
    names = [thread.name for thread in threading.enumerate()]
    assert names.count("duct-calibrator") == 1
