"""What a picture says by measure: sizes with their uncertainty, or why there is none."""

from ductoscope.detect.measure_outline import (
    METHOD,
    SHORTEST_PX,
    PictureScale,
    measure_outline,
    scale_from_tool,
)

__all__ = ["METHOD", "SHORTEST_PX", "PictureScale", "measure_outline", "scale_from_tool"]
