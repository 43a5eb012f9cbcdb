"""How well an examination by the program agrees with the truth of a simulated one.

Every figure that comes from here was measured on simulated pictures. None of them is clinical evidence.
"""

from ductoscope.score.examined import Examined, read_examined
from ductoscope.score.figures import AIMS, Figure, summarise
from ductoscope.score.judge import Judged, judge
from ductoscope.score.truth import TrueExamination, read_truth

__all__ = [
    "AIMS",
    "Examined",
    "Figure",
    "Judged",
    "TrueExamination",
    "judge",
    "read_examined",
    "read_truth",
    "summarise",
]
