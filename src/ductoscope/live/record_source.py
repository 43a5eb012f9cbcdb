"""Record a source from its first picture to its last, every one of them, as the room would record it live.

    source -> watch -> read -> cores of the recording, denoise -> render -> picture video of the recording

Nothing runs beside anything else and no clock is looked at, so the same pictures give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from ductoscope.live.shown import draw_restored
from ductoscope.model import BadInputError, CalibrationError, Frame, Source, SourceInfo
from ductoscope.record import RecordingSummary, RecordingWriter
from ductoscope.restore import (
    calibrate,
    plan_restore,
    read_core_image,
    start_denoise,
    start_watch,
    step_denoise,
    step_watch,
)

OnFrame = Callable[[Frame], object]
"""Told of every frame after it was recorded."""


def record_source(
    source: Source,
    folder: Path,
    *,
    info: SourceInfo,
    started_utc: datetime,
    size_px: int,
    on_frame: OnFrame = lambda _frame: None,
) -> RecordingSummary:
    """Record an open source with a camera into `folder`, which must not exist yet, until the source ends.

    It is calibrated from the source's own white picture. info: what the recording says of the source. started_utc:
    aware. size_px: side of the picture video.
    Raises CalibrationError when the source gives no white picture, BadInputError when it gives no camera pictures,
    DiskFullError and BadFileError when it cannot be written.
    """
    white = source.white()
    if white is None:
        raise CalibrationError(f"{info.name} gives no white picture, so its cores cannot be found; record it live.")
    plan = plan_restore(calibrate(white), size_px)
    watch, denoise = start_watch(plan), start_denoise(plan)
    writer = RecordingWriter(folder, plan.bundle, info, started_utc=started_utc)
    try:
        while (frame := source.read()) is not None:
            if not isinstance(frame, Frame):
                raise BadInputError(f"{info.name} is a core recording; it need not be recorded again.")
            watch, fit = step_watch(watch, frame.pixels, plan)
            core_image = read_core_image(frame, plan, fit)
            writer.write(core_image)
            denoise, light_lin = step_denoise(denoise, core_image)
            writer.write_picture(draw_restored(core_image, light_lin, plan).pixels, core_image.t_ns)
            on_frame(frame)
    finally:
        summary = writer.close()
    return summary
