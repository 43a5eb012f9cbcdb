"""Forgetting: when somebody leaves, nothing that the scope saw of them can be had from the room any more."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ductoscope.live import Room
from ductoscope.live import pipeline as pipeline_module
from ductoscope.model import BadInputError, Bundle
from ductoscope.record import read_page
from ductoscope.restore import calibrate
from tests.toy_scope import ToyFibre, ToyScope
from tests.waiting import wait_for


@pytest.fixture(scope="module")
def fibre() -> ToyFibre:
    return ToyFibre((300, 330))


@pytest.fixture(scope="module")
def bundle(fibre: ToyFibre) -> Bundle:
    return calibrate(fibre.white())


@pytest.fixture
def room(fibre: ToyFibre, bundle: Bundle, tmp_path: Path) -> Iterator[Room]:
    scope = ToyScope(fibre, interval_s=1 / 50)
    with Room(lambda _: scope, spec="toy", data_folder=tmp_path, bundle=bundle, plan_size_px=64) as room:
        wait_for(lambda: (got := room.shown.newest()) is not None and got[1].is_restored)
        yield room


def newest(room: Room) -> int:
    return wait_for(room.shown.newest)[1].sequence


def test_no_picture_of_before_can_be_had(room: Room) -> None:
    frozen, seen = room.freeze().sequence, newest(room)

    room.forget()

    assert room.forgotten_to > max(frozen, seen)
    for sequence in (frozen, seen):
        with pytest.raises(BadInputError, match="no longer in memory"):
            room.take_still(sequence)
    assert newest(room) > room.forgotten_to


def test_what_is_on_its_way_while_all_is_forgotten_never_arrives(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    entered, go_on = threading.Event(), threading.Event()
    draw = pipeline_module.draw_restored

    def draw_slowly(*what: object) -> object:
        entered.set()
        assert go_on.wait(30)
        return draw(*what)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline_module, "draw_restored", draw_slowly)
    assert entered.wait(30)  # one picture is being drawn just now
    arrived: list[int] = []
    forgotten_ns = time.monotonic_ns()
    room.forget()
    room.shown.ring_on_change(lambda: arrived.append(got[1].source_t_ns if (got := room.shown.newest()) else 0))
    monkeypatch.setattr(pipeline_module, "draw_restored", draw)
    go_on.set()

    wait_for(lambda: len(arrived) > 2)
    assert min(arrived) >= forgotten_ns, "it was seen before all was forgotten"


def test_a_freeze_that_takes_long_keeps_nothing_of_somebody_who_left(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Room, "_super_resolve", lambda self, _shown: self.forget())

    with pytest.raises(BadInputError, match="has left the room"):
        room.freeze()


def test_the_denoiser_begins_anew(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[bool] = []
    step = pipeline_module.step_denoise

    def watch_step(state: object, core_image: object) -> object:
        begun.append(state.mean_lin is None)  # type: ignore[attr-defined]
        return step(state, core_image)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline_module, "step_denoise", watch_step)
    wait_for(lambda: len(begun) > 3)
    assert not any(begun)
    room.forget()
    wait_for(lambda: any(begun))


def test_a_running_recording_ends_with_whom_it_belongs_to(room: Room, tmp_path: Path) -> None:
    name = room.start_recording()
    wait_for(lambda: (running := room.status().recording) is not None and running.frames > 3)

    room.forget()

    assert room.status().recording is None
    assert read_page(tmp_path / name).state == "complete"
    assert room.data_folder == tmp_path
