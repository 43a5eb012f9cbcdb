"""A finder that finds what a test tells it, on whatever pictures come: for what stands around the finder.

`hand` and `station` are fixtures where they are imported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from ductoscope.detect import Eye
from ductoscope.live import FindSetup
from ductoscope.live import finder as finder_module
from ductoscope.live.find import Found
from ductoscope.model import (
    Branch,
    CoreImage,
    DepthReading,
    DuctMap,
    Lost,
    Pose,
    Suggestion,
    Term,
    ViewJudgement,
    Wall,
)
from ductoscope.model.clinical import Depth, Measurement
from ductoscope.navigate import DepthNow
from tests.examination_room import ExaminationRoom, open_examination_room

OUTLINE = tuple((0.5 + 0.1 * float(np.cos(a)), 0.4 + 0.1 * float(np.sin(a))) for a in np.linspace(0, 6, 12))


class NamedEye:
    """An eye with a name, and nothing to see with."""

    name = "hand"


@dataclass
class HandFind:
    """What is found in the next looks; change it while the room runs. began: bundles that a search was begun with.

    looked: (frame's index, its time, readings) of every look. failure: what the next looks raise.
    """

    where: Pose | Lost = field(default_factory=lambda: place())
    view: ViewJudgement = field(default_factory=lambda: judge())
    suggestions: tuple[Suggestion, ...] = ()
    failure: Exception | None = None
    began: list[str] = field(default_factory=list)
    looked: list[tuple[int, int, tuple[DepthReading, ...]]] = field(default_factory=list)
    before: Callable[[], None] = lambda: None

    def begin(self, bundle: Any, *_: object) -> object:
        self.began.append(bundle.id)
        return object()

    def step(self, search: object, core_image: CoreImage, readings: Sequence[DepthReading]) -> tuple[object, Found]:
        self.before()
        if self.failure is not None:
            raise self.failure
        self.looked.append((core_image.index, core_image.t_ns, tuple(readings)))
        depth = DepthNow(self.where.depth, 1.0, None, None, "")
        return search, Found(core_image.index, core_image.t_ns, self.view, self.where, depth, (), self.suggestions)

    def read_map(self, _search: object) -> DuctMap:
        return draw_up()

    def install(self, monkeypatch: pytest.MonkeyPatch) -> FindSetup:
        """Let finders that are made from now on find what this one says."""
        monkeypatch.setattr(finder_module, "begin_find", self.begin)
        monkeypatch.setattr(finder_module, "step_find", self.step)
        monkeypatch.setattr(finder_module, "read_found_map", self.read_map)
        return FindSetup(lambda: _as_eye())


@pytest.fixture(scope="module")
def hand() -> HandFind:
    """What the finder of `station` finds."""
    return HandFind()


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory, hand: HandFind) -> Iterator[ExaminationRoom]:
    """A workstation whose finder finds what a test tells it."""
    with (
        pytest.MonkeyPatch.context() as patching,
        open_examination_room(tmp_path_factory.mktemp("found"), hand.install(patching)) as station,
    ):
        yield station


def _as_eye() -> Eye:
    return NamedEye()  # type: ignore[return-value]  # nobody looks with it


def place(mm: float = 23.4, branch: str = "L") -> Pose:
    """The tip at a depth by the encoder."""
    return Pose(0, branch, Depth(mm, 0.8, "encoder"), 7.0, 12.0, 2.0)


def lose(reason: Any = "no view") -> Lost:
    """The tip lost, with what the encoder still says."""
    return Lost(0, reason, "L", Depth(24.0, 0.9, "encoder"))


def judge(word: Any = "clear", advice: Any = "") -> ViewJudgement:
    """A view in one word."""
    return ViewJudgement(0, 0.9 if word == "clear" else 0.1, word, advice, MappingProxyType({word: 1.0}))


def suggest(number: int = 1, frame: int = 0, **changes: Any) -> Suggestion:
    """A polyp that stands out, measured, in view."""
    told: dict[str, Any] = {
        "id": number,
        "shows": "stands out",
        "chance": 0.8,
        "branch": "L",
        "depth": Depth(26.0, 0.9, "encoder"),
        "wall_angle_deg": 90.0,
        "outline": ((25.0, 80.0), (27.0, 80.0), (27.0, 100.0), (25.0, 100.0)),
        "size": Measurement(2.1, 0.3, "longest extent", "the depth of the shaft"),
        "first_t_ns": 0,
        "last_t_ns": 0,
        "frame": frame,
        "outline_xy": OUTLINE,
        "terms": {"type": Term("polypoid solitary", 0.87)},
        "now_xy": OUTLINE,
    }
    return Suggestion(**(told | changes))


def draw_up() -> DuctMap:
    """A main duct with one branch that was entered and one that was not."""
    wall = Wall(
        0.0, 0.5, np.full((40, 96, 3), 0.5, np.float32), np.full((40, 96), 2, np.uint8), np.zeros((40, 96), np.int32)
    )
    branches = (
        Branch("", None, 0.0, 0.0, None, 20.0, 21.0, 1.1, 0.1),
        Branch("L", "", 20.0, 0.4, 10.0, 24.0, 30.0, 0.8, 0.1),
        Branch("R", "", 20.0, 0.4, 3.0),
    )
    return DuctMap("mm", "the depth of the shaft", branches, {"": wall, "L": wall})
