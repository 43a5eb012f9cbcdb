"""Row (e): an examination by the simulated hands, as a strip of frames."""

from __future__ import annotations

from functools import cached_property

from ductoscope.model import PictureArray
from ductoscope.restore import Plan, calibrate, plan_restore, restore
from ductoscope.simulate.scope import SimulatedScope
from gallery.take import TILE_PX
from gallery.tile import Row, Tile

SPEC = "sim:7?preset=typical&cores=10000&paced=0"
EVERY_S = 12.0
FRAMES = 8


class Examination:
    """The frames of one simulated examination, restored."""

    @cached_property
    def scope(self) -> SimulatedScope:
        """The scope of SPEC."""
        return SimulatedScope(SPEC)

    @cached_property
    def plan(self) -> Plan:
        """How to restore its pictures."""
        return plan_restore(calibrate(self.scope.white()), size_px=TILE_PX)

    def draw(self, number: int) -> PictureArray:
        """Frame number `number` of the strip."""
        index = round((number + 0.5) * EVERY_S * self.scope.spec.settings.fps)
        return restore(self.scope.frame_at(index, 0).pixels, self.plan)


def list_examination() -> tuple[Row, ...]:
    """Two rows of four frames."""
    examination = Examination()

    def tile(number: int) -> Tile:
        return Tile(f"{(number + 0.5) * EVERY_S:.0f} s", "", lambda: examination.draw(number))

    half = FRAMES // 2
    return (
        Row("examination-1", "An examination", tuple(tile(number) for number in range(half))),
        Row("examination-2", "The examination goes on", tuple(tile(number) for number in range(half, FRAMES))),
    )
