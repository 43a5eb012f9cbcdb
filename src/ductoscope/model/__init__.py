"""The nouns that the rooms exchange: frozen, numpy only, no input or output."""

from ductoscope.model.arrays import BoolArray, DoubleArray, FloatArray, PictureArray, Pixels, freeze
from ductoscope.model.bundle import Bundle, BundleQuality, Rim
from ductoscope.model.core_image import CalibrationFit, CoreImage
from ductoscope.model.errors import (
    BadFileError,
    BadInputError,
    CalibrationError,
    ConfigError,
    DiskFullError,
    DuctoscopeError,
    PortInUseError,
    SourceError,
)
from ductoscope.model.frame import Frame
from ductoscope.model.light_code import decode_light, encode_light, round_light
from ductoscope.model.scope import Scope
from ductoscope.model.source import Source, SourceInfo
from ductoscope.model.view import View

__all__ = [
    "BadFileError",
    "BadInputError",
    "BoolArray",
    "Bundle",
    "BundleQuality",
    "CalibrationError",
    "CalibrationFit",
    "ConfigError",
    "CoreImage",
    "DiskFullError",
    "DoubleArray",
    "DuctoscopeError",
    "FloatArray",
    "Frame",
    "PictureArray",
    "Pixels",
    "PortInUseError",
    "Rim",
    "Scope",
    "Source",
    "SourceError",
    "SourceInfo",
    "View",
    "decode_light",
    "encode_light",
    "freeze",
    "round_light",
]
