"""The recordings of one examination: their parts, what they came to, and those that a crash cut off."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ductoscope.clinic import Desk
from ductoscope.model import BadFileError, NotThereError
from ductoscope.model.clinical import Procedure
from ductoscope.model.clinical import happened as h
from ductoscope.record import is_recording, read_page


def list_parts(data_folder: Path, name: str) -> list[Path]:
    """The folders of one recording, in order: it goes on in another part after each recalibration.

    Raises NotThereError for a name that is no recording's.
    """
    first = data_folder / name
    if first.parent != data_folder or not is_recording(first):
        raise NotThereError(f"The recording {name} is not in the data folder any more.")
    parts = [first]
    while is_recording(part := data_folder / f"{name}-part{len(parts) + 1}"):
        parts.append(part)
    return parts


def sum_up(data_folder: Path, name: str) -> h.RecordingMade | None:
    """Say what a recording came to, all its parts together; None while it is written, or when it cannot be read."""
    try:
        pages = [read_page(part) for part in list_parts(data_folder, name)]
    except (BadFileError, NotThereError):
        return None
    if any(page.state == "recording" for page in pages):
        return None
    return h.RecordingMade(
        name,
        frames=sum(page.frames for page in pages),
        seconds=sum(page.seconds for page in pages),
        lost=sum(page.dropped_frames + page.lost_frames for page in pages),
    )


def tie_again(desk: Desk, data_folder: Path, procedure: Procedure) -> Procedure:
    """Note what became of the recordings that were cut off while they ran, now that they are mended.

    Returns the procedure as it stands then. A recording that still runs, or is lost, is left as it was said to begin.
    """
    cut_off = [made.name for made in procedure.recordings.values() if not made.frames]
    mended = [made for name in cut_off if (made := sum_up(data_folder, name)) is not None and made.frames]
    for made in mended:
        desk.note(made, procedure_id=procedure.id)
    return desk.journal.procedure(procedure.id) if mended else procedure


def tie_cut_off_recordings(desk: Desk, data_folder: Path) -> None:
    """Tie the recordings of the patient in the room again, after a start; called once the data folder is mended."""
    procedure_id = desk.in_room()
    if procedure_id is not None:
        with suppress(NotThereError):
            tie_again(desk, data_folder, desk.journal.procedure(procedure_id))
