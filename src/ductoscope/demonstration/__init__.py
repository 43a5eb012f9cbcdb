"""An invented clinic, ready to click through: what `ductoscope demo` shows. Nobody in it exists or existed."""

from ductoscope.demonstration.make import DEMO_PEOPLE, DEMO_SITE, ensure_demonstration, make_demonstration
from ductoscope.demonstration.schedule import DemoClock

__all__ = ["DEMO_PEOPLE", "DEMO_SITE", "DemoClock", "ensure_demonstration", "make_demonstration"]
