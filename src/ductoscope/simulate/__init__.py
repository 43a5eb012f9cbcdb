"""A virtual scope: scenes and ducts, seen through a simulated fibre bundle and camera, with the truth beside them."""

from ductoscope.simulate.ideal import ideal_view
from ductoscope.simulate.instrument.camera import (
    CameraSettings,
    camera_picture,
    dark_picture,
    true_centres_px,
    white_picture,
)
from ductoscope.simulate.instrument.fibre import (
    FibreBundle,
    FibreSettings,
    SceneWindow,
    carry_light,
    make_fibre,
    see_scene,
)
from ductoscope.simulate.scene import SCENE_FAMILIES, make_scene
from ductoscope.simulate.scope import SimulatedScope, open_simulated_scope
from ductoscope.simulate.truth import Truth

__all__ = [
    "SCENE_FAMILIES",
    "CameraSettings",
    "FibreBundle",
    "FibreSettings",
    "SceneWindow",
    "SimulatedScope",
    "Truth",
    "camera_picture",
    "carry_light",
    "dark_picture",
    "ideal_view",
    "make_fibre",
    "make_scene",
    "open_simulated_scope",
    "see_scene",
    "true_centres_px",
    "white_picture",
]
