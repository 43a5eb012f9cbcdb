"""What the room finds live is what `examine` finds in the recording that the room made of it: look by look, exactly."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from ductoscope.detect import open_eye
from ductoscope.live import FindSetup, Room
from ductoscope.live.examine import examine_recording
from ductoscope.live.find import Found
from ductoscope.model import CoreImage, DepthReading, Frame, Lost, Pixels, SourceInfo, Told, ToolSeen
from ductoscope.navigate.depth import BY_TOOL
from ductoscope.simulate import SimulatedScope
from tests.waiting import wait_for

SCOPE = "sim:31?preset=typical&cores=1500&height=360&width=360&fps=25&seconds=2&paced=0"


LOOKS = 25
TOOL = ToolSeen(1_500_000_000, 1_210_000_000, ((0.5, -0.1), (0.5 + 1 / 70, 1 / 7)), 0.4, 0.02)


class MeasuredScope:
    """A simulated scope that does not begin before it is told to, with an encoder that reads 3 mm a second.

    Somebody marks a tool, too, in a picture of a while ago.
    """

    def __init__(self, scope: SimulatedScope) -> None:
        self._scope = scope
        self._t_ns = -1
        self.begin = threading.Event()

    def open(self) -> SourceInfo:
        return self._scope.open()

    def read(self) -> Frame | CoreImage | None:
        assert self.begin.wait(30)
        return self._scope.read()

    def white(self) -> Pixels | None:
        return self._scope.white()

    def bundle(self) -> None:
        return None

    def close(self) -> None:
        self._scope.close()

    def take_readings(self, t_ns: int) -> Sequence[Told]:
        before, self._t_ns = self._t_ns, t_ns
        times = range((before // 25_000_000 + 1) * 25_000_000, t_ns + 1, 25_000_000)
        tools = [TOOL] if before < TOOL.t_ns <= t_ns else []
        return [*(DepthReading(t, round(3e-9 * t, 3), 0.2, "encoder") for t in times), *tools]


def test_live_is_examine(tmp_path: Path) -> None:
    scope = MeasuredScope(SimulatedScope(SCOPE, clock_ns=lambda: 0))
    setup = FindSetup(lambda: open_eye("classical"), looks_at_all=True)
    live: list[Found] = []
    with Room(
        lambda _: scope, spec="sim", data_folder=tmp_path, plan_size_px=64, has_picture_video=False, find=setup
    ) as room:
        finder = room.finder
        assert finder is not None
        finder.found.ring_on_change(lambda: live.append(got[1].found) if (got := finder.found.newest()) else None)
        wait_for(lambda: room.status().quality is not None, seconds=60)
        name = room.start_recording()
        scope.begin.set()
        wait_for(lambda: room.status().state == "ended", seconds=60)
        room.stop_recording()
        wait_for(lambda: len(live) == LOOKS)
        assert finder.now().skipped == 0

    examined = examine_recording(tmp_path / name, open_eye("classical"))

    assert len(examined.found) == LOOKS
    for ours, theirs in zip(live, examined.found, strict=True):
        assert (ours.index, ours.t_ns) == (theirs.index, theirs.t_ns)
        assert ours.view == theirs.view
        assert ours.where == theirs.where
        assert ours.depth == theirs.depth
        assert ours.suggestions == theirs.suggestions
    assert BY_TOOL in live[-1].depth.scale
    placed = [one for one in live if not isinstance(one.where, Lost)]
    assert len(placed) > 8, "nothing to compare"
