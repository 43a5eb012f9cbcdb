"""A virtual breast and scope: ducts and scenes through a simulated fibre and camera, with the truth beside them."""

from ductoscope.simulate.depth_sensor import (
    EncoderFaults,
    EncoderState,
    SimulatedEncoder,
    begin_encoder,
    draw_faults,
    step_encoder,
)
from ductoscope.simulate.driven import Driver
from ductoscope.simulate.examination import Examination, ExaminationTruth
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
from ductoscope.simulate.scope_spec import ScopeSpec, make_scope_spec
from ductoscope.simulate.settings import PRESETS, WorldSettings, list_parameters
from ductoscope.simulate.truth import Truth
from ductoscope.simulate.write_truth import write_truth

__all__ = [
    "PRESETS",
    "SCENE_FAMILIES",
    "CameraSettings",
    "Driver",
    "EncoderFaults",
    "EncoderState",
    "Examination",
    "ExaminationTruth",
    "FibreBundle",
    "FibreSettings",
    "SceneWindow",
    "ScopeSpec",
    "SimulatedEncoder",
    "SimulatedScope",
    "Truth",
    "WorldSettings",
    "begin_encoder",
    "camera_picture",
    "carry_light",
    "dark_picture",
    "draw_faults",
    "ideal_view",
    "list_parameters",
    "make_fibre",
    "make_scene",
    "make_scope_spec",
    "open_simulated_scope",
    "see_scene",
    "step_encoder",
    "true_centres_px",
    "white_picture",
    "write_truth",
]
