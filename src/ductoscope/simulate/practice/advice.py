"""The one thing that an experienced colleague would say just now."""

from __future__ import annotations

from ductoscope.simulate.drive.state import ExamState
from ductoscope.simulate.practice.touches import HARD_FROM

MESSAGES = (
    "press-first",
    "choose",
    "dilating",
    "withdrawing",
    "too-painful",
    "time-over",
    "torn",
    "hard-contact",
    "painful",
    "too-narrow",
    "in-air",
    "collapsed",
    "blood",
    "turbid",
    "twelve-minutes",
    "goal-reached",
)
"""Every message that a state of practice can carry: a key into the texts."""

_PAINFUL = 6.0
_COLLAPSED = 0.4
_CLOUDY_PER_MM = 0.25
_PAIN_GROWS_FROM_S = 12.0 * 60.0
_SAID_S = 20.0


def choose_advice(exam: ExamState, pain: float, seconds: float, *, is_goal_reached: bool) -> str | None:
    """The most pressing message for a scope in a duct, or None when all is well.

    seconds: of the attempt. What harms the patient comes first, then what hides the view.
    """
    contact = exam.contact
    grows = 0.0 <= seconds - _PAIN_GROWS_FROM_S < _SAID_S
    holds = {
        "torn": bool(exam.burst),
        "hard-contact": contact is not None and contact.force >= HARD_FROM,
        "painful": pain >= _PAINFUL,
        "goal-reached": is_goal_reached,
        "twelve-minutes": grows,
        "too-narrow": contact is not None and contact.ahead,
        "in-air": exam.fluid.is_air,
        "collapsed": exam.roundness < _COLLAPSED,
        "blood": exam.fluid.blood_per_mm >= _CLOUDY_PER_MM,
        "turbid": exam.fluid.turbid_per_mm >= _CLOUDY_PER_MM,
    }
    return next((message for message, is_so in holds.items() if is_so), None)
