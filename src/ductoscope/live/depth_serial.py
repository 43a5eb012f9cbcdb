"""A sensor at the shaft on a serial line: an encoder or caliper that sends a number in every line of text."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ductoscope.live.settings_in_name import split_settings
from ductoscope.model import BadInputError, DepthReading, SourceError

_WAIT_S = 0.5
_POLL_S = 0.1
_LONGEST_LINE = 512
_CHUNK = 4096
_NO_NUMBER_S = 3.0
_A_NUMBER = r"[-+]?\d+(?:\.\d+)?"
_DEFAULTS = {
    "baud": "9600",
    "pattern": _A_NUMBER,
    "mm_per_count": "1",
    "offset_mm": "0",
    "reverse": "0",
    "sigma_mm": "0.15",
}


@dataclass(frozen=True, slots=True)
class SerialSettings:
    """How a device speaks.

    port: "/dev/ttyUSB0", "COM3", or an address that pyserial knows, such as "socket://10.0.0.5:4000". baud: its speed.
    pattern: finds the number in a line; its first group when it has one. mm_per_count: what the number is worth.
    offset_mm: added. is_reversed: the number falls as the shaft goes in. sigma_mm: of one reading.
    """

    port: str
    baud: int = 9600
    pattern: re.Pattern[str] = re.compile(_A_NUMBER)
    mm_per_count: float = 1.0
    offset_mm: float = 0.0
    is_reversed: bool = False
    sigma_mm: float = 0.15


class SerialDepthSensor:
    """Reads numbers from a serial line. A slow reader gets the newest number, never an old one.

    clock_ns: of the pictures' stream, for the time on a reading. clock: monotonic seconds.
    """

    def __init__(
        self,
        settings: SerialSettings,
        clock_ns: Callable[[], int],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._clock_ns = clock_ns
        self._clock = clock
        self._port: Any = None
        self._line = b""
        self._is_too_long = False
        self._no_number_since_s: float | None = None
        self._last_mm: float | None = None
        self._zero_mm = 0.0
        self._is_zero_wanted = False

    def open(self) -> str:
        """Open the port. Raises SourceError when it is not there, or another program holds it."""
        self.close()
        import serial  # only who has such a device needs it

        port = self._settings.port
        own = {} if "://" in port else {"exclusive": True}
        try:
            self._port = serial.serial_for_url(port, baudrate=self._settings.baud, timeout=_POLL_S, **own)
            self._port.reset_input_buffer()  # what came before is old
        except (OSError, ValueError) as error:
            self.close()
            raise SourceError(
                f"The depth sensor at {port} cannot be opened ({_explain(error)}). Check its cable and its name, and "
                "that no other program uses it."
            ) from error
        # What comes first may be the second half of a line, and a number in it a wrong one.
        self._line, self._is_too_long, self._no_number_since_s = b"", True, None
        return f"Depth sensor at {port}"

    def read(self) -> DepthReading | None:
        """Return the newest reading, waiting for it at most half a second; None when none came.

        Raises SourceError when the device is gone, or sends lines without a number for seconds.
        """
        if self._port is None:
            raise SourceError("The depth sensor is not open: open it before reading.")
        until_s = self._clock() + _WAIT_S
        while True:
            value_mm = self._take(self._receive())
            if value_mm is not None:
                return self._make_reading(value_mm)
            if self._clock() >= until_s:
                return None

    def zero(self) -> None:
        """Call this place 0 mm; before the first reading, the place of the first one."""
        if self._last_mm is None:
            self._is_zero_wanted = True
        else:
            self._zero_mm = self._last_mm

    def close(self) -> None:
        """Let go of the port; what was zeroed stays zeroed. Safe to call twice."""
        port, self._port = self._port, None
        if port is not None:
            try:
                port.close()
            except OSError:
                return  # it is gone already

    def _receive(self) -> bytes:
        try:
            waiting = int(self._port.in_waiting)
            return bytes(self._port.read(min(max(waiting, 1), _CHUNK)))
        except (OSError, TypeError) as error:
            self.close()
            raise SourceError(
                f"The depth sensor at {self._settings.port} is gone ({_explain(error)}). Plug it in again."
            ) from error

    def _take(self, received: bytes) -> float | None:
        """The value of the newest whole line in what was received; half a line waits for its rest."""
        *lines, rest = re.split(rb"[\r\n]", self._line + received)
        value_mm: float | None = None
        for line in lines:
            is_usable, self._is_too_long = not self._is_too_long, False
            found = self._find_number(line) if is_usable and len(line) <= _LONGEST_LINE else None
            value_mm = value_mm if found is None else found
            if found is None and line.strip():
                self._note_no_number(line)
        if len(rest) > _LONGEST_LINE:
            rest, self._is_too_long = b"", True
            self._note_no_number(b"a line without an end")
        self._line = rest
        if value_mm is not None:
            self._no_number_since_s = None
        return value_mm

    def _find_number(self, line: bytes) -> float | None:
        found = self._settings.pattern.search(line.decode("ascii", "replace"))
        if found is None:
            return None
        try:
            count = float(found[1] if found.re.groups else found[0])
        except (TypeError, ValueError):
            return None
        settings = self._settings
        value_mm = count * settings.mm_per_count * (-1.0 if settings.is_reversed else 1.0) + settings.offset_mm
        return value_mm if math.isfinite(value_mm) else None

    def _note_no_number(self, line: bytes) -> None:
        now_s = self._clock()
        if self._no_number_since_s is None:
            self._no_number_since_s = now_s
        if now_s - self._no_number_since_s > _NO_NUMBER_S:
            self._no_number_since_s = None
            told = line[:40].decode("ascii", "replace")
            raise SourceError(
                f'The depth sensor at {self._settings.port} sends no number: "{told}". Check its baud rate '
                f"({self._settings.baud}) and the pattern that finds the number."
            )

    def _make_reading(self, value_mm: float) -> DepthReading:
        self._last_mm = value_mm
        if self._is_zero_wanted:
            self._is_zero_wanted, self._zero_mm = False, value_mm
        return DepthReading(self._clock_ns(), value_mm - self._zero_mm, self._settings.sigma_mm, "encoder")


def parse_serial_spec(spec: str) -> SerialSettings:
    """Read "serial:/dev/ttyUSB0?baud=9600&mm_per_count=0.01". Raises BadInputError, saying what is allowed."""
    port, settings = split_settings(spec.removeprefix("serial:"), _DEFAULTS)
    if not port:
        raise BadInputError('"serial:" needs a port behind it, for example serial:/dev/ttyUSB0.')
    try:
        pattern = re.compile(settings["pattern"])
    except re.error as error:
        raise BadInputError(f'The pattern of "{spec}" is no regular expression: {error}.') from error
    if settings["reverse"] not in ("0", "1"):
        raise BadInputError(f'The reverse of "{spec}" must be 0 or 1, not {settings["reverse"]}.')
    mm_per_count = _read_number(spec, settings, "mm_per_count", -1000.0, 1000.0)
    if mm_per_count == 0.0:
        raise BadInputError(f'The mm_per_count of "{spec}" must not be 0.')
    return SerialSettings(
        port,
        int(_read_number(spec, settings, "baud", 50, 4_000_000)),
        pattern,
        mm_per_count,
        _read_number(spec, settings, "offset_mm", -1000.0, 1000.0),
        settings["reverse"] == "1",
        _read_number(spec, settings, "sigma_mm", 0.001, 10.0),
    )


def open_serial_sensor(spec: str, clock_ns: Callable[[], int]) -> SerialDepthSensor:
    """Make a sensor from "serial:PORT?..."; it is opened when its `open` is called. Raises BadInputError."""
    return SerialDepthSensor(parse_serial_spec(spec), clock_ns)


def _read_number(spec: str, settings: dict[str, str], name: str, low: float, high: float) -> float:
    try:
        value = float(settings[name])
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise BadInputError(f'The {name} of "{spec}" must be a number from {low:g} to {high:g}, not {settings[name]}.')
    return value


def _explain(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error or type(error).__name__)
