"""Recordings: a few seconds of the simulated examination, so that review has something to look through."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ductoscope.live import record_source
from ductoscope.record import name_recording, read_page
from ductoscope.record.recording_page import write_page
from ductoscope.simulate import SimulatedScope

FPS = 10
SECONDS = 8
_SPEC = f"sim:7?preset=typical&cores=1600&lesions=2&paced=0&seconds={SECONDS}&fps={FPS}&width=640&height=480"
"""The same breast as the stills'; a small camera and few cores, so that it is made in seconds."""
_PICTURE_PX = 512


@dataclass
class Tape:
    """Lays the same simulated seconds into the data folder, once for every examination that they belong to.

    folder: data folder; None: there is none, and nothing is recorded.
    """

    folder: Path | None
    first: Path | None = None

    def lay(self, started_utc: datetime) -> str | None:
        """Put a recording that began at this time into the data folder, and return its name."""
        if self.folder is None:
            return None
        folder = name_recording(started_utc, self.folder)
        if self.first is None:
            scope = SimulatedScope(_SPEC)
            # It lay before the workstation as a live scope does: a page that shows it treats it like any other.
            info = replace(scope.open(), name="Simulated scope", is_live=True, length=None)
            record_source(scope, folder, info=info, started_utc=started_utc, size_px=_PICTURE_PX)
            self.first = folder
        else:
            shutil.copytree(self.first, folder)
            write_page(replace(read_page(self.first), started_utc=started_utc), folder)
        return folder.name
