"""ExamState: everything that changes while a scope is in a duct, at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ductoscope.model import DoubleArray, freeze

ParticleKind = Literal[0, 1, 2]
"""0: flake (flocculent debris), 1: fibrin thread, 2: air bubble."""

SpotKind = Literal[0, 1]
"""0: petechia that the scope made, 1: blood running from a lesion."""


@dataclass(frozen=True, slots=True)
class TipState:
    """Where the tip is, in its branch's own terms.

    branch: id. arc_mm: along the branch from its first row; may run a little over its end inside a fork.
    offset_xy_mm: off the centreline, to the right and down. tilt_xy_deg: how far the tip looks right and down of the
    centreline's direction. roll_deg: of the scope about its own axis.
    """

    branch: int
    arc_mm: float
    offset_xy_mm: tuple[float, float] = (0.0, 0.0)
    tilt_xy_deg: tuple[float, float] = (0.0, 0.0)
    roll_deg: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class FluidState:
    """What fills the duct before the tip.

    is_air: before the first flush, or after all saline has leaked out, the scope looks through air.
    flow_ml_min: in through the scope now (negative: sucked out). turbid_per_mm: extinction of milky fluid, 0 to 0.8.
    blood_per_mm: extinction by blood in green light, 0 to 5. flushed_ml, suctioned_ml: so far.
    particles: (P, 8): x, y, z in the tree's frame in mm, radius_mm, kind (see ParticleKind), R, G, B albedo.
    """

    is_air: bool
    pressure_mmhg: float
    flow_ml_min: float
    turbid_per_mm: float
    blood_per_mm: float
    flushed_ml: float
    suctioned_ml: float
    particles: DoubleArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "particles", freeze(self.particles))


@dataclass(frozen=True, slots=True)
class Contact:
    """The tip touches the wall.

    force: 0..1 of what makes it bleed. angle_deg: where, in the branch's frame. ahead: True when the lumen is
    too narrow to go on.
    """

    force: float
    angle_deg: float
    ahead: bool


@dataclass(frozen=True, slots=True)
class Happening:
    """Something worth writing into the truth's events.

    kind: "contact", "bleeding", "extravasation", "enter branch", "blocked", "flush", "petechia" or "loosened".
    what: its details, in units by name.
    """

    t_s: float
    kind: str
    what: tuple[tuple[str, float | int | str], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ExamState:
    """One moment. `step_exam` makes the next one of it.

    roundness, fold_share, stretch_pressure_mmhg: of the lumen now (they follow the pressure with a lag).
    bleeding: by lesion id, how strongly (0..1). gone: ids of debris and clots that were flushed away.
    spots: (S, 6) coloured spots on walls: branch, arc_mm, angle_deg, radius_mm, strength 0..1, kind.
    opened_mm: (B,) how far along each branch its lumen is held open by the shaft (0: not entered).
    burst: ids of branches that extravasated. pain: 0..10. happenings: of this step only.
    """

    t_s: float
    tip: TipState
    fluid: FluidState
    contact: Contact | None
    roundness: float
    fold_share: float
    stretch_pressure_mmhg: float
    bleeding: tuple[tuple[str, float], ...]
    gone: frozenset[str]
    spots: DoubleArray
    opened_mm: DoubleArray
    burst: frozenset[int]
    pain: float
    happenings: tuple[Happening, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "spots", freeze(self.spots))
        object.__setattr__(self, "opened_mm", freeze(self.opened_mm))


NO_SPOTS = freeze(np.zeros((0, 6)))
