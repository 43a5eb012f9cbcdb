"""RecordingFrames: restored pictures of any moment of a recording, made from what the fibre saw."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ductoscope.model import BadFileError, DamagedFileError, NotThereError, View
from ductoscope.record import Recording, open_recording
from ductoscope.restore import Denoise, Plan, plan_restore, render, restore_view, start_denoise, step_denoise

SIDE_PX = 1024
WARMING_FRAMES = 6
"""Frames before the wanted one that the denoiser sees, as it would have live."""
OPEN_AT_ONCE = 2


@dataclass(slots=True)
class _Opened:
    """A recording that is open. at: number of the frame that `denoise` saw last."""

    recording: Recording
    plan: Plan
    denoise: Denoise
    at: int = -2


class RecordingFrames:
    """Makes pictures; keeps the last recordings open. Used from any thread, one picture at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: OrderedDict[Path, _Opened] = OrderedDict()

    def make_picture(self, folder: Path, number: int) -> View:
        """Restore frame `number` (from 0) as the live picture would have shown it, (1024, 1024[, 3]).

        Raises NotThereError for a number beyond the recording, DamagedFileError for what cannot be read.
        """
        with self._reading():
            opened = self._open_at(folder, number)
            if number != opened.at + 1:
                opened.denoise, opened.at = start_denoise(opened.plan), max(0, number - WARMING_FRAMES) - 1
            while opened.at < number:
                core_image = opened.recording.cores[opened.at + 1]
                opened.denoise, light_lin = step_denoise(opened.denoise, core_image)
                opened.at += 1
            picture = render(light_lin, opened.plan)
            lineage = ("read", "denoise", opened.plan.method, f"resize {SIDE_PX}")
            return View(core_image.index, core_image.t_ns, picture, opened.plan.seen, lineage)

    def make_glance(self, folder: Path, number: int) -> View:
        """Restore one frame by itself, quicker and noisier: for a thumbnail."""
        with self._reading():
            opened = self._open_at(folder, number)
            return restore_view(opened.recording.cores[number], opened.plan)

    def find_frame(self, folder: Path, t_ns: int) -> int:
        """Return the number of the frame at, or next before, this stream time."""
        with self._reading():
            cores = self._open_at(folder, 0).recording.cores
            key = max(bisect_right([key.t_ns for key in cores.keys], t_ns) - 1, 0)
            low = cores.keys[key].position if key < len(cores.keys) else 0
            number = min(low, len(cores) - 1)
            while number + 1 < len(cores) and cores[number + 1].t_ns <= t_ns:
                number += 1
            return number

    def is_simulated(self, folder: Path) -> bool:
        """Whether no real light was seen."""
        with self._reading():
            return self._open_at(folder, 0).recording.info.source.is_simulated

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except BadFileError as error:
                raise DamagedFileError(str(error)) from error

    def _open_at(self, folder: Path, number: int) -> _Opened:
        opened = self._open.get(folder)
        if opened is None:
            recording = open_recording(folder)
            plan = self._plan_of(recording) or plan_restore(recording.bundle, SIDE_PX)
            opened = _Opened(recording, plan, start_denoise(plan))
            self._open[folder] = opened
            while len(self._open) > OPEN_AT_ONCE:
                self._open.popitem(last=False)[1].recording.close()
        self._open.move_to_end(folder)
        if not 0 <= number < len(opened.recording.cores):
            frames = len(opened.recording.cores)
            raise NotThereError(f"There is no picture {number + 1}; this recording has {frames}. Choose one of them.")
        return opened

    def _plan_of(self, recording: Recording) -> Plan | None:
        bundle_id = recording.bundle.id
        return next((one.plan for one in self._open.values() if one.plan.bundle.id == bundle_id), None)
