"""Occupancy: whose pictures the room holds. When the patient changes, everything of the last one is let go of."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ductoscope.clinic import Desk
from ductoscope.live import Room, Shown
from ductoscope.model import ConflictError, DuctoscopeError
from ductoscope.model.clinical import Equipment, Person
from ductoscope.model.clinical import happened as h
from ductoscope.web.acts import ShelvedStill
from ductoscope.web.clinic.recordings import sum_up
from ductoscope.web.encode import Encoder
from ductoscope.web.shelf import Shelf


class Occupancy:
    """Ties the live room to the patient who is in it, by the journal's word, and to nobody else.

    Every act of a page goes through `holding`: while one act runs nobody comes or goes, and a page of somebody who has
    left can do nothing. stills, frozen: the pictures that pages fetch by number. make_way: whether nobody practises on
    the scope. Used from any thread.
    """

    def __init__(
        self,
        room: Room,
        desk: Desk,
        *,
        stills: Shelf[ShelvedStill],
        frozen: Shelf[Shown],
        encoder: Encoder,
        make_way: Callable[[], bool] = lambda: True,
    ) -> None:
        self.room = room
        self._make_way = make_way
        self.desk = desk
        self.frozen = frozen
        self._stills = stills
        self._encoder = encoder
        self._lock = threading.RLock()
        self._procedure_id = desk.in_room()
        self._recorded_after: tuple[str, int] | None = None  # the recording begun here, and the last picture before it

    def look(self) -> str | None:
        """Say whose examination the room is in, None when nobody's; clears what is held when that has changed."""
        with self._lock:
            now = self.desk.in_room()
            if now != self._procedure_id:
                self._procedure_id = now
                self._clear()
            return now

    @contextmanager
    def holding(self, procedure_id: str | None) -> Iterator[None]:
        """Hold the room for one act of a page that shows this procedure; None: a page that shows nobody's.

        Raises ConflictError when somebody else, or nobody, is in the room now.
        """
        with self._lock:
            if self.look() != procedure_id:
                raise ConflictError(
                    "This page belongs to another patient than the one who is in the room now. Nothing was written. "
                    "Open the room again."
                )
            yield

    def begin(
        self,
        who: Person,
        procedure_id: str,
        equipment: Equipment,
        *,
        operator: str = "",
        assistant: str = "",
        trainee: str = "",
    ) -> None:
        """Tie the scope to this patient; all that was seen before is let go of.

        Raises ConflictError while somebody else is in the room, and what the desk raises.
        """
        with self._lock:
            other = self.look()
            if other is not None and other != procedure_id:
                raise ConflictError(
                    "Another patient is in this room still. End that examination and let the patient leave, then begin."
                )
            if not self._make_way():
                raise ConflictError("Somebody practises on this scope just now. Let them finish, then begin.")
            self.desk.begin_examination(
                who, procedure_id, equipment, assistant=assistant, trainee=trainee, operator=operator
            )
            self.look()

    def leave(self, who: Person, procedure_id: str) -> None:
        """Let the patient leave: the recording ends, every picture, measure and overlay goes."""
        with self.holding(procedure_id):
            self.desk.leave_room(who)
            self.stop_recording(who, procedure_id)
            self.look()

    def start_recording(self, who: Person, procedure_id: str) -> str:
        """Begin to record for this patient; the journal knows of it from the first moment."""
        before = self.room.shown.newest()
        name = self.room.start_recording()
        self._recorded_after = (name, -1 if before is None else before[1].source_t_ns)
        self.desk.do(who, h.RecordingMade(name), procedure_id=procedure_id)
        return name

    def name_recording(self, t_ns: int) -> str | None:
        """Name the recording that runs, if a picture of this stream time lies in it; None for an older picture."""
        running = self.room.status().recording
        if running is None or self._recorded_after is None:
            return None
        name, before_ns = self._recorded_after
        return name if name == running.name and t_ns > before_ns else None

    def stop_recording(self, who: Person, procedure_id: str) -> h.RecordingMade | None:
        """End the recording and note what it came to; None when none runs.

        One that ended by itself (a full disk) is noted with what was kept, and with why.
        """
        running = self.room.status().recording
        if running is None:
            return None
        try:
            self.room.stop_recording()
        except DuctoscopeError as error:
            self.desk.do(who, h.TroubleHappened("recording", str(error)), procedure_id=procedure_id)
        made = sum_up(self.room.data_folder, running.name) or h.RecordingMade(running.name)
        self.desk.do(who, made, procedure_id=procedure_id)
        return made

    def describe(self) -> dict[str, Any]:
        """Say to every open page who is in the room, the newest entry of the examination, and what to forget.

        Pages of another procedure, and pictures up to `forgotten_to`, must go from the screen at once.
        """
        # An act may take a moment and holds the lock; until it is done the last word stands.
        if self._lock.acquire(blocking=False):
            try:
                self.look()
            finally:
                self._lock.release()
        procedure_id = self._procedure_id
        number = 0 if procedure_id is None else self.desk.journal.procedure(procedure_id).number
        return {"procedure": procedure_id, "number": number, "forgotten_to": self.room.forgotten_to}

    def _clear(self) -> None:
        try:
            self.room.forget()
        finally:
            self._stills.clear()
            self.frozen.clear()
            self._encoder.forget()
