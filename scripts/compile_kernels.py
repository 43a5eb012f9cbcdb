"""Compile what would otherwise be compiled when it is first used: look once at a few small pictures in every way.

The compiled code is kept beside its source, so this takes about a minute once, and seconds ever after.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from ductoscope.detect import open_eye
from ductoscope.live.examine import examine_recording
from ductoscope.restore import calibrate, plan_restore, read_core_image, render, restore, super_resolve
from ductoscope.simulate import SimulatedScope, make_scope_spec
from ductoscope.simulated_examination import simulate_examination

SETTINGS = ("cores=400", "height=240", "width=240", "fps=12.5")
FRAMES = range(4)


def main() -> None:
    """Simulate and examine a second, then restore a few of its pictures by each method and freeze them."""
    with tempfile.TemporaryDirectory() as folder:
        simulate_examination(make_scope_spec(7, "easy", [*SETTINGS, "seconds=1"]), Path(folder) / "simulated")
        examine_recording(Path(folder) / "simulated" / "recording", open_eye("learned"))
    scope = SimulatedScope(f"sim:7?preset=still&paced=0&{'&'.join(SETTINGS)}")
    scope.open()
    frames = [scope.frame_at(number, number * 80_000_000) for number in FRAMES]
    bundle = calibrate(scope.white())
    for method in ("mmse", "triangular"):
        plan = plan_restore(bundle, 256, method=method)
        restore(frames[0].pixels, plan)
        render(read_core_image(frames[0], plan).light_lin, plan)
    plan = plan_restore(bundle, 256)
    super_resolve([read_core_image(frame, plan) for frame in frames], plan)


if __name__ == "__main__":
    main()
