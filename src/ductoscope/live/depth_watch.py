"""Depth watch: keeps a sensor at the shaft open, and hands its readings on with the pictures they belong to."""

from __future__ import annotations

import logging
import math
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from ductoscope.live.depth_file import BringsReadings
from ductoscope.live.troubles import Troubles
from ductoscope.model import BadInputError, DepthReading, DepthSensor, DuctoscopeError, SourceError, Told, ToolSeen

log = logging.getLogger(__name__)

GRADUATION_SIGMA_MM = 0.7
"""Of a mark on the shaft, read at the nipple by eye: 0.5 to 1 mm (IMAGING facts, section 4)."""
ZERO_SIGMA_MM = 0.4
_DEEPEST_MM = 200.0
_WIDEST_MM = 20.0
_WAITING = 4000
_SILENT_S = 3.0
_BEFORE_ALL_NS = -(2**62)


@dataclass(frozen=True, slots=True)
class DepthSensorNow:
    """How the sensor at the shaft does: its name, its newest reading, and how old that is; None before the first."""

    name: str
    depth_mm: float | None
    age_s: float | None


class DepthWatch:
    """Follows one sensor, or none; people's entries and a recording's own readings come the same way.

    make_sensor: makes the sensor from the stream's clock; None without one. source: of the pictures; when it brings
    readings, as a recording does, those count and not the sensor's. stream_ns: the time that a picture taken now would
    carry. All methods may be called from any thread.
    """

    def __init__(
        self,
        make_sensor: Callable[[Callable[[], int]], DepthSensor] | None,
        source: object,
        stream_ns: Callable[[], int],
        troubles: Troubles,
        retry_s: float,
    ) -> None:
        self._sensor = None if make_sensor is None else make_sensor(stream_ns)
        self._source = source if isinstance(source, BringsReadings) else None
        self._stream_ns = stream_ns
        self._troubles = troubles
        self._retry_s = retry_s
        self._stopping = threading.Event()
        self._zero_wanted = threading.Event()
        self._lock = threading.Lock()
        self._waiting: deque[Told] = deque(maxlen=_WAITING)
        self._taken_ns = _BEFORE_ALL_NS
        self._newest: DepthReading | None = None
        self._name = ""
        self._is_open = False
        self._thread = (
            None if self._sensor is None else threading.Thread(target=self._run, name="duct-depth", daemon=True)
        )

    def start(self) -> None:
        """Begin to read the sensor; once."""
        if self._thread is not None:
            self._thread.start()

    def stop(self) -> None:
        """Stop reading and wait for it."""
        self._stopping.set()
        if self._thread is not None and self._thread.ident is not None:
            self._thread.join()

    def take(self, t_ns: int) -> tuple[Told, ...]:
        """The readings up to a picture's time that were not taken yet, in order.

        One that comes after its picture was taken gets a time just behind that picture's: a replay, which goes by
        times alone, then gives every picture the same readings.
        """
        brought = self._source.take_readings(t_ns) if self._source is not None else ()
        with self._lock:
            if t_ns < self._taken_ns:
                self._taken_ns = _BEFORE_ALL_NS  # the stream began again
            due = [reading for reading in self._waiting if reading.t_ns <= t_ns]
            self._waiting = deque((each for each in self._waiting if each.t_ns > t_ns), maxlen=_WAITING)
            after_ns, self._taken_ns = self._taken_ns + 1, t_ns
        if brought:
            due = [reading for reading in due if reading.origin != "encoder"]
        timed = [replace(reading, t_ns=max(reading.t_ns, after_ns)) for reading in (*brought, *due)]
        return tuple(sorted(timed, key=lambda reading: reading.t_ns))

    def key(self, depth_mm: float) -> None:
        """Note a graduation that a person read at the nipple. Raises BadInputError for what no shaft has."""
        if not (math.isfinite(depth_mm) and 0.0 <= depth_mm <= _DEEPEST_MM):
            raise BadInputError(f"A graduation is a number from 0 to {_DEEPEST_MM:g} mm, not {depth_mm}.")
        self._put(DepthReading(self._stream_ns(), depth_mm, GRADUATION_SIGMA_MM, "graduation"))

    def see_tool(
        self,
        frame_t_ns: int,
        ends_xy: tuple[tuple[float, float], tuple[float, float]],
        width_mm: float,
        sigma_mm: float,
    ) -> None:
        """Note a tool that a person marked in a picture; as in ToolSeen. Raises BadInputError for what no tool has."""
        figures = (*ends_xy[0], *ends_xy[1], width_mm, sigma_mm)
        if not (all(map(math.isfinite, figures)) and 0.0 < width_mm <= _WIDEST_MM and sigma_mm > 0.0):
            raise BadInputError(
                f"A tool in a duct is up to {_WIDEST_MM:g} mm wide, with a sigma, not {width_mm} ± {sigma_mm} mm."
            )
        self._put(ToolSeen(self._stream_ns(), frame_t_ns, ends_xy, width_mm, sigma_mm))

    def zero(self) -> None:
        """Call this place 0 mm: the tip is at the nipple's surface."""
        if self._is_open:
            self._zero_wanted.set()  # the sensor belongs to its thread, which also puts the reading
        else:
            self._zero()

    def forget(self) -> None:
        """Let go of all readings that wait."""
        with self._lock:
            self._waiting.clear()

    def now(self) -> DepthSensorNow | None:
        """How the sensor does; None without one."""
        if self._sensor is None:
            return None
        with self._lock:
            newest = self._newest
        if newest is None:
            return DepthSensorNow(self._name, None, None)
        return DepthSensorNow(self._name, newest.depth_mm, max((self._stream_ns() - newest.t_ns) / 1e9, 0.0))

    def _put(self, reading: Told) -> None:
        with self._lock:
            self._waiting.append(reading)
            if isinstance(reading, DepthReading) and reading.origin == "encoder":
                self._newest = reading

    def _zero(self) -> None:
        if self._sensor is not None:
            self._sensor.zero()
        self._put(DepthReading(self._stream_ns(), 0.0, ZERO_SIGMA_MM, "graduation"))

    def _zero_if_wanted(self) -> None:
        if self._zero_wanted.is_set():
            self._zero_wanted.clear()
            self._zero()

    def _run(self) -> None:
        assert self._sensor is not None
        while not self._stopping.is_set():
            try:
                self._follow(self._sensor)
            except SourceError as error:
                self._troubles.note("depth", str(error), error)
            except DuctoscopeError as error:  # a bad setting does not mend itself, but the picture goes on
                self._troubles.note("depth", str(error), error)
                return
            except Exception as error:
                sentence = f"The depth sensor failed ({type(error).__name__}: {error}) and is tried again."
                self._troubles.note("depth", sentence, error)
            finally:
                self._is_open = False
                self._zero_if_wanted()
                self._sensor.close()
            self._stopping.wait(self._retry_s)

    def _follow(self, sensor: DepthSensor) -> None:
        self._name = sensor.open()
        self._is_open = True
        log.info("depth sensor open")
        silent_s = 0.0
        while not self._stopping.is_set():
            self._zero_if_wanted()
            began_ns = self._stream_ns()
            reading = sensor.read()
            if reading is not None:
                silent_s = 0.0
                self._troubles.note("depth", None)
                self._put(reading)
                continue
            silent_s += max((self._stream_ns() - began_ns) / 1e9, 0.0)
            if silent_s > _SILENT_S:
                self._troubles.note("depth", f"{self._name} says nothing. Check that it is switched on.")
