"""The nouns that the rooms exchange: frozen, numpy only, no input or output."""

from ductoscope.model.arrays import BoolArray, DoubleArray, FloatArray, PictureArray, Pixels, freeze
from ductoscope.model.bundle import Bundle, BundleQuality, Rim
from ductoscope.model.core_image import CalibrationFit, CoreImage
from ductoscope.model.errors import (
    BadFileError,
    BadInputError,
    CalibrationError,
    ConfigError,
    ConflictError,
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
from ductoscope.model.scope import Scope
from ductoscope.model.source import Source, SourceInfo
from ductoscope.model.view import View

__all__ = [
    "NOTE_TERMS",
    "REST",
    "Act",
    "BadFileError",
    "BadInputError",
    "BoolArray",
    "Bundle",
    "BundleQuality",
    "CalibrationError",
    "CalibrationFit",
    "ConfigError",
    "ConflictError",
    "Controls",
    "CoreImage",
    "Debrief",
    "DiskFullError",
    "DoubleArray",
    "DuctoscopeError",
    "EnterOrifice",
    "FloatArray",
    "Frame",
    "JournalError",
    "LeaveDuct",
    "LesionNote",
    "NotAllowedError",
    "NotThereError",
    "OrificeSeen",
    "PictureArray",
    "Pixels",
    "PortInUseError",
    "Practice",
    "PracticeState",
    "PressNipple",
    "Rim",
    "Scenario",
    "Scope",
    "Source",
    "SourceError",
    "SourceInfo",
    "Task",
    "View",
    "decode_light",
    "encode_light",
    "freeze",
    "round_light",
]
