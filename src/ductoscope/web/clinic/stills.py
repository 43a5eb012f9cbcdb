"""Stills of the patient in the room: kept in the record with where they were taken, and read back from it."""

from __future__ import annotations

import json

from ductoscope.clinic import Desk
from ductoscope.model import BadFileError, BadInputError
from ductoscope.model.clinical import Person, Still
from ductoscope.web.clinic.occupancy import Occupancy
from ductoscope.web.encode import read_png


def keep_picture(occupancy: Occupancy, who: Person, procedure_id: str, sequence: int | None) -> Still:
    """Keep one of the room's pictures in the record, and where in the recording that runs it was taken.

    A picture from before that recording, as a suggestion's best one may be, belongs to none.
    """
    taken = occupancy.room.take_still(sequence)
    try:
        png, page = taken.picture.read_bytes(), json.loads(taken.page.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadFileError(f"The still {taken.name} cannot be read back; check the disk.") from error
    height, width = read_png(taken.picture).shape[:2]
    return occupancy.desk.keep_still(
        who,
        procedure_id,
        png,
        name=taken.name,
        recording=occupancy.name_recording(page["t_ns"]),
        frame=page["frame_index"],
        t_ns=page["t_ns"],
        width_px=width,
        height_px=height,
        is_simulated=page["is_simulated"],
    )


def read_still(desk: Desk, procedure_id: str, sha256: str) -> bytes:
    """Read a still of this examination from the media store. Raises BadInputError for one of another."""
    if sha256 not in desk.journal.procedure(procedure_id).stills:
        raise BadInputError("This picture was not kept in this examination.")
    return desk.media.read(sha256)
