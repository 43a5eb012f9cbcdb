"""Where the tip is: motion in the tube, depth, the map of ducts and its unrolled wall."""

from ductoscope.navigate.depth import DepthNow, DepthState, Known, begin_depth, note_tool, step_depth
from ductoscope.navigate.draw_map import draw_map
from ductoscope.navigate.draw_wall import draw_wall
from ductoscope.navigate.lumens import Lumen
from ductoscope.navigate.map_sheet import PAPER, WIDE, lay_out
from ductoscope.navigate.motion import (
    Motion,
    MotionPlan,
    MotionState,
    NoMotion,
    begin_motion,
    plan_motion,
    step_motion,
)
from ductoscope.navigate.read_map import read_map
from ductoscope.navigate.tube import Tube
from ductoscope.navigate.wall import share_seen, spread_wall
from ductoscope.navigate.way import Step, Way, begin_way, step_way

__all__ = [
    "PAPER",
    "WIDE",
    "DepthNow",
    "DepthState",
    "Known",
    "Lumen",
    "Motion",
    "MotionPlan",
    "MotionState",
    "NoMotion",
    "Step",
    "Tube",
    "Way",
    "begin_depth",
    "begin_motion",
    "begin_way",
    "draw_map",
    "draw_wall",
    "lay_out",
    "note_tool",
    "plan_motion",
    "read_map",
    "share_seen",
    "spread_wall",
    "step_depth",
    "step_motion",
    "step_way",
]
