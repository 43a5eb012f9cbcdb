"""The nouns that the rooms exchange: frozen, numpy only, no input or output."""

from ductoscope.model.arrays import BoolArray, DoubleArray, FloatArray, PictureArray, Pixels, freeze
from ductoscope.model.bundle import Bundle, BundleQuality, Rim
from ductoscope.model.core_image import CalibrationFit, CoreImage
from ductoscope.model.duct_map import BADLY, NEVER, WALL_COLUMNS, WELL, Branch, DuctMap, Wall
from ductoscope.model.errors import (
    BadFileError,
    BadInputError,
    CalibrationError,
    ConfigError,
    ConflictError,
    DamagedFileError,
    DiskFullError,
    DuctoscopeError,
    JournalError,
    NotAllowedError,
    NotThereError,
    PortInUseError,
    SourceError,
)
from ductoscope.model.frame import Frame
from ductoscope.model.light_code import decode_light, encode_light, round_light
from ductoscope.model.outlook import Outlook
from ductoscope.model.pose import DepthReading, DepthSensor, Lost, LostReason, Pose, Told, ToolSeen
from ductoscope.model.practice import (
    NOTE_TERMS,
    REST,
    Act,
    Controls,
    Debrief,
    EnterOrifice,
    LeaveDuct,
    LesionNote,
    OrificeSeen,
    Practice,
    PracticeState,
    PressNipple,
    Scenario,
    Task,
)
from ductoscope.model.raster import RASTER_SIZE, Raster, place_pixels
from ductoscope.model.scope import Scope
from ductoscope.model.source import Source, SourceInfo
from ductoscope.model.suggestion import Suggestion, Term, WhatShows
from ductoscope.model.view import View
from ductoscope.model.view_state import HIDES_WALL, ViewHelp, ViewJudgement, ViewWord
from ductoscope.model.wall_sight import WallSight

__all__ = [
    "BADLY",
    "HIDES_WALL",
    "NEVER",
    "NOTE_TERMS",
    "RASTER_SIZE",
    "REST",
    "WALL_COLUMNS",
    "WELL",
    "Act",
    "BadFileError",
    "BadInputError",
    "BoolArray",
    "Branch",
    "Bundle",
    "BundleQuality",
    "CalibrationError",
    "CalibrationFit",
    "ConfigError",
    "ConflictError",
    "Controls",
    "CoreImage",
    "DamagedFileError",
    "Debrief",
    "DepthReading",
    "DepthSensor",
    "DiskFullError",
    "DoubleArray",
    "DuctMap",
    "DuctoscopeError",
    "EnterOrifice",
    "FloatArray",
    "Frame",
    "JournalError",
    "LeaveDuct",
    "LesionNote",
    "Lost",
    "LostReason",
    "NotAllowedError",
    "NotThereError",
    "OrificeSeen",
    "Outlook",
    "PictureArray",
    "Pixels",
    "PortInUseError",
    "Pose",
    "Practice",
    "PracticeState",
    "PressNipple",
    "Raster",
    "Rim",
    "Scenario",
    "Scope",
    "Source",
    "SourceError",
    "SourceInfo",
    "Suggestion",
    "Task",
    "Term",
    "Told",
    "ToolSeen",
    "View",
    "ViewHelp",
    "ViewJudgement",
    "ViewWord",
    "Wall",
    "WallSight",
    "WhatShows",
    "decode_light",
    "encode_light",
    "freeze",
    "place_pixels",
    "round_light",
]
