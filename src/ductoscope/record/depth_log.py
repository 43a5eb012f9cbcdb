"""The depth log: every reading of how much shaft is inside, and tools of known width, one line each."""

from __future__ import annotations

import math
import os
import re
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

from ductoscope.model import BadFileError, BadInputError, DepthReading, Told, ToolSeen
from ductoscope.record.atomic_file import explain_write_error

DEPTH_LOG_NAME = "depth.csv"
HEADER = "t_ns,depth_mm,sigma_mm,origin"
_ORIGINS: dict[str, Literal["encoder", "graduation"]] = {"encoder": "encoder", "graduation": "graduation"}
_TOOL = re.compile(r"tool\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
"""A tool's picture, two ends and width. The bracket at its end tells a whole line from a torn one."""
_SYNC_S = 1.0
_MOST_BYTES = 500_000_000
"""More than a day at 100 readings a second."""
_LONGEST_LINE = 4096


class DepthLogWriter:
    """Appends readings to a log; what is a second old survives a kill or a power cut.

    path: made when it is not there; a log that is there goes on. clock: monotonic seconds.
    One line is written at once, so a kill costs at most the last one. Raises DiskFullError or BadFileError.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._clock = clock
        self._synced_s = clock()
        self._is_synced = True
        try:
            _mend_end(path)
            # Without a buffer, so that nothing waits in this process for a kill, and a full disk is told at once.
            self._file = path.open("ab", buffering=0)
        except OSError as error:
            raise explain_write_error(error, path) from error
        try:
            if self._file.tell() == 0:
                self._write(HEADER + "\n")
        except OSError as error:
            self._file.close()
            raise explain_write_error(error, path) from error

    def write(self, readings: Iterable[Told]) -> None:
        """Append readings; they are given to the operating system at once and synced within a second.

        Raises BadInputError for what is no number, DiskFullError or BadFileError when it cannot be written.
        """
        lines = "".join(_format_line(reading) for reading in readings)
        try:
            if lines:
                self._write(lines)
                self._is_synced = False
            if self._clock() - self._synced_s >= _SYNC_S:
                self._sync()
        except (OSError, ValueError) as error:
            raise self._explain(error) from error

    def flush(self) -> None:
        """Sync what was written; call it now and then while no readings come."""
        try:
            self._sync()
        except (OSError, ValueError) as error:
            raise self._explain(error) from error

    def close(self) -> None:
        """Sync and close; safe to call twice."""
        if self._file.closed:
            return
        try:
            self._sync()
        except OSError as error:
            raise self._explain(error) from error
        finally:
            self._file.close()

    def _write(self, text: str) -> None:
        rest = text.encode("ascii")
        while rest:
            rest = rest[self._file.write(rest) :]

    def _sync(self) -> None:
        if not self._is_synced:
            os.fsync(self._file.fileno())
            self._is_synced = True
        self._synced_s = self._clock()

    def _explain(self, error: Exception) -> BadFileError:
        if isinstance(error, OSError):
            return explain_write_error(error, self._path)
        return BadFileError(f"{self._path} is closed; nothing more can be written.")


def read_depth_log(path: Path) -> tuple[Told, ...]:
    """Every reading of a log, by time. A last line that a kill has torn is left out.

    Raises BadFileError, naming the line, for anything else that is wrong.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise BadFileError(f"{path} is larger than {_MOST_BYTES // 1_000_000} MB; that is no depth log.")
        content = path.read_bytes()
    except BadFileError:
        raise
    except OSError as error:
        raise BadFileError(f"The depth log {path} cannot be read: {error.strerror or error}.") from error
    lines = content.split(b"\n")
    if len(lines) == 1 and HEADER.encode().startswith(lines[0]):
        return ()  # cut off while it was begun
    if lines[0].strip() != HEADER.encode():
        raise BadFileError(f"{path} is no depth log: its first line must be {HEADER}.")
    readings: list[Told] = []
    for number, line in enumerate(lines[1:], 2):
        reading = _parse_line(line) if line.strip() else None
        if reading is not None:
            readings.append(reading)
        elif line.strip() and number < len(lines):
            told = line[:60].decode("ascii", "replace")
            raise BadFileError(
                f'{path}, line {number}: "{told}" is no reading. A line is {HEADER}: whole nanoseconds, two numbers in '
                f"mm (the second above 0), and {' or '.join(_ORIGINS)}; for a tool the first number in mm is left out, "
                "and its origin is tool(frame_t_ns x0 y0 x1 y1 width_mm)."
            )
    return tuple(sorted(readings, key=lambda reading: reading.t_ns))


def _format_line(reading: Told) -> str:
    if isinstance(reading, ToolSeen):
        if not _is_possible(reading):
            raise BadInputError(f"A tool of {reading.width_mm} mm ± {reading.sigma_mm} mm is none.")
        # In full, so that a replay learns from it to the last digit what was learnt live.
        (x0, y0), (x1, y1) = reading.ends_xy
        figures = f"{reading.frame_t_ns:d} {x0} {y0} {x1} {y1} {reading.width_mm}"
        return f"{reading.t_ns:d},,{reading.sigma_mm},tool({figures})\n"
    if not _is_possible(reading):
        raise BadInputError(f"A depth of {reading.depth_mm} mm ± {reading.sigma_mm} mm is no reading.")
    return f"{reading.t_ns:d},{reading.depth_mm:.4f},{max(reading.sigma_mm, 1e-4):.4f},{reading.origin}\n"


def _parse_line(line: bytes) -> Told | None:
    reading: Told
    try:
        t_ns, depth_mm, sigma_mm, origin = line.decode("ascii").strip().split(",")
        if depth_mm == "" and (tool := _TOOL.fullmatch(origin)):
            frame_t_ns, x0, y0, x1, y1, width_mm = tool.groups()
            ends_xy = (float(x0), float(y0)), (float(x1), float(y1))
            reading = ToolSeen(int(t_ns), int(frame_t_ns), ends_xy, float(width_mm), float(sigma_mm))
            return reading if _is_possible(reading) else None
        reading = DepthReading(int(t_ns), float(depth_mm), float(sigma_mm), _ORIGINS[origin])
    except (ValueError, KeyError):
        return None
    return reading if _is_possible(reading) else None


def _is_possible(reading: Told) -> bool:
    if isinstance(reading, ToolSeen):
        figures = (*reading.ends_xy[0], *reading.ends_xy[1], reading.width_mm, reading.sigma_mm)
        return all(map(math.isfinite, figures)) and reading.width_mm > 0 and reading.sigma_mm > 0
    return math.isfinite(reading.depth_mm) and math.isfinite(reading.sigma_mm) and reading.sigma_mm > 0


def _mend_end(path: Path) -> None:
    """Cut off a line that a kill has torn, so that the next one does not grow onto it."""
    if not path.is_file():
        return
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - _LONGEST_LINE, 0))
        tail = file.read()
        if tail and not tail.endswith(b"\n"):
            file.truncate(size - len(tail) + tail.rfind(b"\n") + 1)
