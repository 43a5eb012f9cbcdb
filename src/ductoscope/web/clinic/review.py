"""Review: look through the recordings of an examination, keep stills, mark findings, choose what the report shows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from fastapi.responses import HTMLResponse, Response

from ductoscope.clinic import Desk
from ductoscope.model import BadFileError, BadInputError, DamagedFileError, NotThereError
from ductoscope.model.clinical import FINDING_TERMS, Person, Procedure, Still
from ductoscope.model.clinical import happened as h
from ductoscope.record import read_page
from ductoscope.web.acts import THUMBNAIL_PX, make_thumbnail
from ductoscope.web.clinic.entry import person_of
from ductoscope.web.clinic.in_room import tell_size
from ductoscope.web.clinic.look_once import LookOnce
from ductoscope.web.clinic.marking import FindingWish, MeasureWish, mark_finding
from ductoscope.web.clinic.occupancy import Occupancy
from ductoscope.web.clinic.pages import Pages
from ductoscope.web.clinic.procedure_page import open_procedure
from ductoscope.web.clinic.recording_frames import SIDE_PX, RecordingFrames
from ductoscope.web.clinic.recordings import list_parts, tie_again
from ductoscope.web.clinic.room_state import describe_procedure, write
from ductoscope.web.clinic.room_wishes import Wish
from ductoscope.web.clinic.stills import read_still
from ductoscope.web.encode import decode_png, encode_jpeg, encode_png
from ductoscope.web.settings import MonitorSettings

WORDS = (
    "review", "room", "room_finding", "room_finding_state", "room_size", "room_place", "room_opening", "room_ring",
    "room_colour", "room_still", "finding_word", "finding_name",
)  # fmt: skip
"""Sections of the texts that the page's scripts say."""


class FrameSource(Wish):
    """A picture of a recording: number of the recording as the page lists it, from 1, and of the frame, from 0."""

    recording: int
    frame: int


class ReviewFindingWish(FindingWish):
    """A finding marked in review; source: the picture, None when it has none or keeps its own."""

    source: FrameSource | None = None


@dataclass(frozen=True, slots=True)
class Reel:
    """One recording, or one part of one.

    why: what a person should know when it cannot be looked through; is_damaged: nobody ever can.
    """

    name: str
    folder: Path | None
    part: int
    parts: int
    frames: int
    seconds: float
    lost: int
    why: str = ""
    is_damaged: bool = False


def review_routes(desk: Desk, pages: Pages, occupancy: Occupancy, monitor: MonitorSettings) -> APIRouter:
    """Make the routes of the review page, its pictures, and what can be done on it."""
    routes = APIRouter()
    reviewing = Reviewing(desk, occupancy.room.data_folder)
    looks = LookOnce(desk, "review")

    @routes.get("/procedures/{procedure_id}/review", response_class=HTMLResponse)
    def review_page(request: Request, procedure_id: str) -> HTMLResponse:
        tie_again(desk, occupancy.room.data_folder, desk.journal.procedure(procedure_id))
        context = open_procedure(desk, request, procedure_id, "review")
        looks.remember(request, procedure_id)
        procedure, who = context["procedure"], person_of(request)
        reels = reviewing.list_reels(procedure)
        return pages.show(
            request,
            "clinic/review.html",
            here="today",
            words=WORDS,
            data={
                "api": f"/api/procedures/{procedure_id}",
                "reels": [{"frames": reel.frames, "seconds": reel.seconds, "why": reel.why} for reel in reels],
                "can_mark": desk.can_do(who, h.FindingMarked, procedure),
            },
            reels=reels,
            terms=FINDING_TERMS,
            can_mark=desk.can_do(who, h.FindingMarked, procedure),
            can_choose=desk.can_do(who, h.StillChosen, procedure),
            **context,
        )

    @routes.get("/api/procedures/{procedure_id}/review/state")
    def state(request: Request, procedure_id: str) -> dict[str, Any]:
        looks.look(request, procedure_id)
        return describe_procedure(desk, desk.journal.procedure(procedure_id))

    @routes.get("/api/procedures/{procedure_id}/review/{recording}/frames/{frame}")
    def picture(request: Request, procedure_id: str, recording: int, frame: int, is_small: bool = False) -> Response:
        looks.look(request, procedure_id)
        folder = reviewing.find_folder(desk.journal.procedure(procedure_id), recording)
        make = reviewing.frames.make_glance if is_small else reviewing.frames.make_picture
        view = make(folder, frame)
        jpeg = encode_jpeg(view.pixels, THUMBNAIL_PX if is_small else SIDE_PX)
        return Response(jpeg, media_type="image/jpeg", headers={"X-Frame": str(view.index)})

    @routes.get("/api/procedures/{procedure_id}/review/stills/{sha256}")
    def thumbnail(request: Request, procedure_id: str, sha256: str) -> Response:
        looks.look(request, procedure_id)
        return Response(make_thumbnail(decode_png(read_still(desk, procedure_id, sha256))), media_type="image/jpeg")

    @routes.get("/api/procedures/{procedure_id}/review/where/{sha256}")
    def where(request: Request, procedure_id: str, sha256: str) -> dict[str, int]:
        looks.look(request, procedure_id)
        return reviewing.find_still(desk.journal.procedure(procedure_id), sha256)

    @routes.post("/api/procedures/{procedure_id}/review/still")
    def keep_still(request: Request, procedure_id: str, wish: FrameSource) -> dict[str, Any]:
        still = reviewing.keep_still(person_of(request), procedure_id, wish)
        return {"sha256": still.sha256, "name": still.name}

    @routes.post("/api/procedures/{procedure_id}/review/measure")
    def measure(wish: MeasureWish) -> dict[str, Any]:
        return tell_size(wish, monitor)

    @routes.post("/api/procedures/{procedure_id}/review/finding")
    def mark(
        request: Request, procedure_id: str, finding: Annotated[ReviewFindingWish, Body(embed=True)]
    ) -> dict[str, Any]:
        who = person_of(request)
        still = None if finding.source is None else reviewing.keep_still(who, procedure_id, finding.source)
        return {"finding": write(mark_finding(desk, who, procedure_id, finding, still, monitor.scope))}

    return routes


class Reviewing:
    """Finds the recordings of an examination, and only those, and makes their pictures."""

    def __init__(self, desk: Desk, data_folder: Path) -> None:
        self.frames = RecordingFrames()
        self._desk = desk
        self._data_folder = data_folder

    def list_reels(self, procedure: Procedure) -> list[Reel]:
        """Every recording of the examination, part by part, in the order in which they were made."""
        return [reel for made in procedure.recordings.values() for reel in self._list_parts(made)]

    def find_folder(self, procedure: Procedure, number: int) -> Path:
        """The folder of the recording that the page lists as `number`, from 1.

        Raises NotThereError for a number that this examination does not have, and for one that cannot be looked
        through, DamagedFileError for one that is damaged, saying why.
        """
        reels = self.list_reels(procedure)
        if not 1 <= number <= len(reels):
            raise NotThereError(f"There is no recording {number}; this examination has {len(reels)}.")
        reel = reels[number - 1]
        if reel.folder is None:
            raise DamagedFileError(reel.why) if reel.is_damaged else NotThereError(reel.why)
        return reel.folder

    def keep_still(self, who: Person, procedure_id: str, source: FrameSource) -> Still:
        """Keep a picture of a recording, with where it comes from."""
        procedure = self._desk.journal.procedure(procedure_id)
        folder = self.find_folder(procedure, source.recording)
        view = self.frames.make_picture(folder, source.frame)
        return self._desk.keep_still(
            who,
            procedure_id,
            encode_png(view.pixels),
            name=f"{folder.name}, picture {source.frame + 1}",
            recording=folder.name,
            frame=view.index,
            t_ns=view.t_ns,
            width_px=view.pixels.shape[1],
            height_px=view.pixels.shape[0],
            is_simulated=self.frames.is_simulated(folder),
        )

    def find_still(self, procedure: Procedure, sha256: str) -> dict[str, int]:
        """Say where in which recording a still was taken. Raises BadInputError when it was in none."""
        still = procedure.stills.get(sha256)
        if still is None or still.recording is None or still.t_ns is None:
            raise BadInputError("This still was taken outside a recording.")
        for number, reel in enumerate(self.list_reels(procedure), 1):
            if reel.folder is not None and reel.name == still.recording:
                frame = self.frames.find_frame(reel.folder, still.t_ns)
                return {"recording": number, "frame": frame}
        raise NotThereError(f"The recording {still.recording} of this still is not there any more.")

    def _list_parts(self, made: h.RecordingMade) -> list[Reel]:
        try:
            folders = list_parts(self._data_folder, made.name)
        except NotThereError as error:
            return [Reel(made.name, None, 1, 1, 0, 0.0, made.lost, str(error))]
        return [self._describe(folder, part, len(folders)) for part, folder in enumerate(folders, 1)]

    def _describe(self, folder: Path, part: int, parts: int) -> Reel:
        try:
            info = read_page(folder)
        except BadFileError as error:
            return Reel(folder.name, None, part, parts, 0, 0.0, 0, str(error), is_damaged=True)
        if info.state == "recording" or not info.frames:
            why = "This recording still runs, or nothing of it could be read."
            return Reel(folder.name, None, part, parts, info.frames, info.seconds, info.dropped_frames, why)
        lost = info.dropped_frames + info.lost_frames
        return Reel(folder.name, folder, part, parts, info.frames, info.seconds, lost)
