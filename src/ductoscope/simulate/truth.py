"""Truth: everything about a simulated frame that a program under test must not know, and a test must."""

from __future__ import annotations

from dataclasses import dataclass

from ductoscope.model import BoolArray, DoubleArray, FloatArray, freeze
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.state import ExamState
from ductoscope.simulate.lesion_view import LesionInView
from ductoscope.simulate.light.sight import Sight
from ductoscope.simulate.view_state import ViewState


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """The truth behind one frame.

    index: of the frame.
    tree, state: the duct and everything in it when the shutter closed.
    duct_from_tip: (4, 4), p_duct = duct_from_tip @ p_tip; the tip looks along +z, x right, y down.
    depth_mm: of the tip along the duct, from the nipple's surface.
    gain: of the camera's amplifier in that frame; the white picture has 1.
    sight: what every core saw, before the fibre and the camera.
    view_state: what the picture is like, in a word. lesions: those in view.
    is_well: (N,) the cores that see sharply through clear fluid.
    centres_px: (N, 2) true core centres on the camera. dead: (N,) bool.
    """

    index: int
    tree: DuctTree
    state: ExamState
    duct_from_tip: DoubleArray
    depth_mm: float
    gain: float
    sight: Sight
    view_state: ViewState
    lesions: tuple[LesionInView, ...]
    is_well: BoolArray
    centres_px: DoubleArray
    dead: BoolArray

    def __post_init__(self) -> None:
        for name in ("duct_from_tip", "is_well", "centres_px", "dead"):
            object.__setattr__(self, name, freeze(getattr(self, name)))

    @property
    def core_light(self) -> FloatArray:
        """(N, 3) linear light that entered each core; times `gain` it is what a perfect reading would give."""
        return self.sight.light
