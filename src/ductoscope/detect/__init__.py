"""What one picture shows, and what stands on the wall: the eye, the view's state, suggestions with their size."""

from ductoscope.detect.correct import to_finding
from ductoscope.detect.eye import Eye, open_eye
from ductoscope.detect.measure_outline import (
    METHOD,
    SHORTEST_PX,
    PictureScale,
    measure_outline,
    scale_from_tool,
)
from ductoscope.detect.suggest import Spots, begin_suggest, step_suggest
from ductoscope.detect.view import ViewState, begin_view, step_view

__all__ = [
    "METHOD",
    "SHORTEST_PX",
    "Eye",
    "PictureScale",
    "Spots",
    "ViewState",
    "begin_suggest",
    "begin_view",
    "measure_outline",
    "open_eye",
    "scale_from_tool",
    "step_suggest",
    "step_view",
    "to_finding",
]
