"""Opening a sensor at the shaft by its name: "serial:/dev/ttyUSB0?baud=9600", "file:depth.csv", "sim"."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ductoscope.live.depth_file import open_log_sensor
from ductoscope.live.depth_serial import open_serial_sensor
from ductoscope.model import BadInputError, DepthSensor

SensorFactory = Callable[[str, Callable[[], int]], DepthSensor]
"""Makes a sensor, not yet opened, from its whole name and the clock of the pictures' stream (nanoseconds)."""

OUR_SENSORS: Mapping[str, SensorFactory] = {"serial": open_serial_sensor, "file": open_log_sensor}


def open_depth_sensor(
    spec: str, clock_ns: Callable[[], int], factories: Mapping[str, SensorFactory] | None = None
) -> DepthSensor:
    """Make the sensor that `spec` names; it starts when its own `open` is called.

    `factories` adds schemes to "serial" and "file" (the simulator's, for one). Raises BadInputError for an unknown
    scheme or setting.
    """
    known = {**OUR_SENSORS, **(factories or {})}
    scheme = spec.partition(":")[0]
    if scheme not in known:
        raise BadInputError(
            f'There is no depth sensor "{spec}". It is written as one of {", ".join(sorted(known))}, for example '
            "serial:/dev/ttyUSB0?baud=9600&mm_per_count=0.01."
        )
    return known[scheme](spec, clock_ns)
