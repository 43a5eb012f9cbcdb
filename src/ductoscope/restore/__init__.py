"""From a camera picture of a fibre bundle to what the fibre saw, and to pictures for eyes.

In this room SciPy is imported as a whole and called by full names, `scipy.spatial.cKDTree`: it then loads each part
when that is first used, and the first picture of an ordinary bundle needs none of them.
"""

from ductoscope.restore.calibrate import calibrate
from ductoscope.restore.calibrate_from_frames import calibrate_from_frames
from ductoscope.restore.calibration_picture import draw_calibration
from ductoscope.restore.denoise import Denoise, start_denoise, step_denoise
from ductoscope.restore.find_cores import FoundCores, find_cores
from ductoscope.restore.plan import Method, Plan, plan_restore
from ductoscope.restore.raster import RasterPlan, make_raster, plan_raster
from ductoscope.restore.read import find_dark_cores, read_core_image, read_cores
from ductoscope.restore.restore import render, restore, restore_view
from ductoscope.restore.super_resolve import super_resolve
from ductoscope.restore.watch import Watch, start_watch, step_watch

__all__ = [
    "Denoise",
    "FoundCores",
    "Method",
    "Plan",
    "RasterPlan",
    "Watch",
    "calibrate",
    "calibrate_from_frames",
    "draw_calibration",
    "find_cores",
    "find_dark_cores",
    "make_raster",
    "plan_raster",
    "plan_restore",
    "read_core_image",
    "read_cores",
    "render",
    "restore",
    "restore_view",
    "start_denoise",
    "start_watch",
    "step_denoise",
    "step_watch",
    "super_resolve",
]
