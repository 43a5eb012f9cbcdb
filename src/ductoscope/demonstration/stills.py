"""Stills: what the simulated scope saw in the duct of the invented patient, restored as the monitor shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from ductoscope.restore import calibrate, plan_restore, restore
from ductoscope.simulate import SimulatedScope

SIZE_PX = 512
_SPEC = "sim:7?preset=typical&cores=6000&lesions=2&paced=0"
"""Seed 7 has a yellow polyp 11 mm and a rough grey-white patch 22 mm behind the nipple's surface, in one branch."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A moment of the simulated examination: seconds since it began, and what is to be seen."""

    name: str
    seconds: float
    caption: str


POLYP = Seen("polyp", 5.0, "Yellow polyp behind the first fork")
CLOSE = Seen("close", 6.0, "The same polyp, close")
PATCH = Seen("patch", 16.0, "Rough grey-white patch at 9 o'clock of the picture")
DEEP = Seen("deep", 40.0, "Deepest point, wall smooth")
MOMENTS = (POLYP, CLOSE, PATCH, DEEP)

POLYP_OUTLINE = (
    (0.27, 0.47), (0.29, 0.40), (0.36, 0.30), (0.43, 0.27), (0.50, 0.29), (0.58, 0.30), (0.60, 0.36), (0.59, 0.42),
    (0.54, 0.52), (0.49, 0.58), (0.42, 0.64), (0.34, 0.63), (0.29, 0.57),
)  # fmt: skip
PATCH_OUTLINE = (
    (0.16, 0.36), (0.22, 0.35), (0.27, 0.42), (0.28, 0.52), (0.27, 0.60), (0.21, 0.61), (0.16, 0.55), (0.14, 0.46),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DrawnStill:
    """A still's PNG with its time since the simulated examination began."""

    png: bytes
    t_ns: int


def draw_stills(progress: Callable[[float, str], None]) -> dict[str, DrawnStill]:
    """Draw every moment by its name; about ten seconds on two cores."""
    progress(0.0, "simulating pictures")
    scope = SimulatedScope(_SPEC)
    plan = plan_restore(calibrate(scope.white()), size_px=SIZE_PX)
    drawn = {}
    for number, moment in enumerate(MOMENTS, 1):
        frame = round(moment.seconds * scope.spec.settings.fps)
        picture = restore(scope.frame_at(frame, 0).pixels, plan)
        is_done, png = cv2.imencode(".png", np.ascontiguousarray(picture[..., ::-1]))
        assert is_done
        drawn[moment.name] = DrawnStill(png.tobytes(), round(moment.seconds * 1e9))
        progress(number / len(MOMENTS), "simulating pictures")
    return drawn
