"""ViewJudgement: how clear one picture is, what hides the wall, and what would help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ViewWord = Literal[
    "clear", "turbid", "blood", "red-out", "white-out", "bubble", "collapsed", "defocused", "calibration lost"
]
"""What a picture is like, in the words of docs/reference/truth.md, and one more for a fibre that was moved."""

ViewHelp = Literal["", "flush", "pull back", "wait", "clean", "recalibrate"]
"""What helps: flush (turbid, blood, collapsed, a bubble), pull back (the tip on the wall), wait (too bright: the gain
comes down), clean (what stays unsharp wherever one looks), recalibrate."""

HIDES_WALL: frozenset[ViewWord] = frozenset(
    ("turbid", "blood", "red-out", "white-out", "bubble", "collapsed", "calibration lost")
)
"""States in which the wall cannot be followed."""


@dataclass(frozen=True, slots=True)
class ViewJudgement:
    """What one frame is like, steadied over the last half second.

    clear: 0 (nothing can be told) to 1. chances: of every word, summing to 1, of this frame by itself.
    word: the steady state; advice: what would help now.
    """

    t_ns: int
    clear: float
    word: ViewWord
    advice: ViewHelp
    chances: Mapping[ViewWord, float]
