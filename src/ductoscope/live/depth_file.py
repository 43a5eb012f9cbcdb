"""A depth log that plays again as a sensor, and the readings that belong to a recording's pictures."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol, runtime_checkable

from ductoscope.model import BadFileError, BadInputError, DepthReading, SourceError, Told
from ductoscope.record import read_depth_log

_WAIT_S = 0.5


@runtime_checkable
class BringsReadings(Protocol):
    """A source of pictures that knows how deep the scope was, as a recording with its depth log does."""

    def take_readings(self, t_ns: int) -> Sequence[Told]:
        """The readings up to a picture's time that were not taken yet."""


class LogDepthSensor:
    """Gives the readings of a log at their own times, by the stream's clock.

    clock_ns: of the pictures' stream. sleep: waits so many seconds.
    """

    def __init__(
        self, path: Path, clock_ns: Callable[[], int], *, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        self._path = path
        self._clock_ns = clock_ns
        self._sleep = sleep
        self._waiting: list[DepthReading] | None = None
        self._last_mm = 0.0
        self._zero_mm = 0.0

    def open(self) -> str:
        """Read the log. Raises SourceError when it cannot be read."""
        try:
            readings = read_depth_log(self._path)
        except BadFileError as error:
            raise SourceError(str(error)) from error
        now_ns = self._clock_ns()
        depths = [reading for reading in readings if isinstance(reading, DepthReading)]
        self._waiting = [reading for reading in depths if reading.t_ns >= now_ns][::-1]
        return f"Depth log {self._path.name}"

    def read(self) -> DepthReading | None:
        """Return the next reading at its time, waiting at most half a second; None when none is due."""
        if self._waiting is None:
            raise SourceError("The depth log is not open: open it before reading.")
        due_ns = self._waiting[-1].t_ns if self._waiting else None
        wait_s = _WAIT_S if due_ns is None else min(max((due_ns - self._clock_ns()) / 1e9, 0.0), _WAIT_S)
        if wait_s > 0:
            self._sleep(wait_s)
        if due_ns is None or due_ns > self._clock_ns():
            return None
        reading = self._waiting.pop()
        self._last_mm = reading.depth_mm
        return replace(reading, depth_mm=reading.depth_mm - self._zero_mm)

    def zero(self) -> None:
        """Call the place of the last reading 0 mm."""
        self._zero_mm = self._last_mm

    def close(self) -> None:
        """Stop; safe to call twice."""
        self._waiting = None


def open_log_sensor(spec: str, clock_ns: Callable[[], int]) -> LogDepthSensor:
    """Make a sensor from "file:depth.csv". Raises BadInputError without a name."""
    name = spec.removeprefix("file:")
    if not name:
        raise BadInputError('"file:" needs a name behind it, for example file:depth.csv.')
    return LogDepthSensor(Path(name).expanduser(), clock_ns)
