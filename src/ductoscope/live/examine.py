"""Examine a recording: look at it frame by frame as the room did, and keep all that was found."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ductoscope.detect import Eye
from ductoscope.live.find import Found, Search, Seen, begin_find, is_due, look, read_found_map, step_seen
from ductoscope.model import BadInputError, CoreImage, DuctMap, Scope, Told
from ductoscope.navigate import Known
from ductoscope.navigate.depth import BY_TOOL
from ductoscope.record import Recording, RecordingInfo, open_recording, read_depth_log

_AHEAD = 4
"""Frames that the eye may be ahead of the way: enough to keep both busy, few enough to stop at once."""

Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True, eq=False)
class Examination:
    """All that was found in one recording.

    folder, info: of the recording; bundle: id of its calibration. eye: what looked. depth_source: "encoder" or
    "graduation" where readings came, "tool" where one of known width gave the scale, "radius" where somebody told the
    duct's, else "". found: of every frame that was looked at. duct_map: at the end. place_of: frame index to its place
    among the recording's frames. frames: of the recording; seconds: from the first to the last that was looked at;
    worked_s: how long it took.
    """

    folder: Path
    info: RecordingInfo
    bundle: str
    eye: str
    depth_source: str
    found: tuple[Found, ...]
    duct_map: DuctMap
    place_of: dict[int, int]
    frames: int
    seconds: float
    worked_s: float


def examine_recording(
    folder: Path,
    eye: Eye,
    *,
    scope: Scope | None = None,
    known: Known | None = None,
    depth_log: Path | None = None,
    progress: Progress = lambda _share, _words: None,
) -> Examination:
    """Look at a recording and find what there is.

    depth_log: readings of a depth sensor; without it those that lie in the recording, if any. known: what somebody
    knows of the duct's width. Raises BadFileError for what cannot be read, BadInputError for a recording without
    frames.
    """
    with closing(open_recording(folder)) as recording:
        if not len(recording.cores):
            raise BadInputError(f"The recording {folder} has no frames; there is nothing to examine.")
        readings = recording.depth_readings() if depth_log is None else read_depth_log(depth_log)
        known = known or Known()
        began_s = time.monotonic()
        search = begin_find(recording.bundle, scope or Scope(), known, eye)
        place_of: dict[int, int] = {}
        found: list[Found] = []
        times_ns, taken = [reading.t_ns for reading in readings], 0
        for seen in _look_ahead(search, _choose(recording, place_of, progress)):
            due = bisect_right(times_ns, seen.core_image.t_ns, lo=taken)
            search, one = step_seen(search, seen, readings[taken:due])
            found.append(one)
            taken = due
        return Examination(
            folder=folder,
            info=recording.info,
            bundle=recording.bundle.id,
            eye=eye.name,
            depth_source=_name_source(readings, found[-1], known),
            found=tuple(found),
            duct_map=read_found_map(search),
            place_of=place_of,
            frames=len(recording.cores),
            seconds=(found[-1].t_ns - found[0].t_ns) / 1e9,
            worked_s=time.monotonic() - began_s,
        )


def _name_source(readings: Sequence[Told], last: Found, known: Known) -> str:
    """What gave the depths; a tool counts only where something was learnt from it."""
    origins = {reading.origin for reading in readings} - {"tool"}
    if origins:
        return min(origins)
    if BY_TOOL in last.depth.scale:
        return "tool"
    return "radius" if known.radius_mm is not None else ""


def _choose(recording: Recording, place_of: dict[int, int], progress: Progress) -> Iterator[CoreImage]:
    """The frames that are looked at, in order."""
    last_t_ns: int | None = None
    for place, core_image in enumerate(recording.core_images()):
        place_of[core_image.index] = place
        if is_due(last_t_ns, core_image.t_ns):
            last_t_ns = core_image.t_ns
            yield core_image
            progress((place + 1) / len(recording.cores), "")


def _look_ahead(search: Search, images: Iterator[CoreImage]) -> Iterator[Seen]:
    """What the eye sees of each frame, a few frames ahead in a thread of its own; the answers are the same."""
    with ThreadPoolExecutor(1, thread_name_prefix="duct-eye") as pool:
        waiting: list[Future[Seen]] = []
        try:
            for image in images:
                waiting.append(pool.submit(look, search, image))
                if len(waiting) > _AHEAD:
                    yield waiting.pop(0).result()
            while waiting:
                yield waiting.pop(0).result()
        finally:
            for future in waiting:
                future.cancel()
