"""In the room: the time-out, the beginning and the end, stills and findings, and who is in this room now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ductoscope.clinic.acts import Acts
from ductoscope.clinic.letters import next_letter
from ductoscope.clinic.occupancy import Occupancy
from ductoscope.model import BadInputError, ConflictError
from ductoscope.model.clinical import (
    Equipment,
    Event,
    Finding,
    Happened,
    MeasuredMap,
    Orifice,
    Person,
    Procedure,
    Still,
    TimeOut,
)
from ductoscope.model.clinical import happened as h

_PNG = b"\x89PNG\r\n\x1a\n"


class RoomVerbs(Acts):
    """What happens while a patient is in the room."""

    _occupancy: Occupancy

    def confirm_time_out(self, who: Person, procedure_id: str, time_out: TimeOut) -> Event:
        """Confirm identity, side and site; only now may a scope be tied to this patient.

        Both identifiers must be in the patient's record, and the side the referral's; see check_in_room.time_out.
        """
        return self._act(who, h.TimeOutConfirmed(time_out), procedure_id=procedure_id)

    def begin_examination(
        self,
        who: Person,
        procedure_id: str,
        equipment: Equipment,
        assistant: str = "",
        trainee: str = "",
        operator: str = "",
    ) -> Event:
        """Tie the scope of this station to the patient; the protocol in force stays with the examination.

        operator: sign-in name, when it is not the one who presses the button.
        Raises ConflictError while another patient is in this room.
        """
        if operator:
            person = self.journal.person(operator)
            if person is None or person.role != "doctor":
                raise BadInputError(f'"{operator}" is no doctor who has an account here. Choose the operator again.')
        with self._room_lock:
            present = self.in_room()
            if present is not None and present != procedure_id:
                raise ConflictError(
                    f"Another patient is still in {self.station}. Let that one leave the room first: "
                    "its pictures and measures are cleared then."
                )
            what = h.ExaminationBegun(
                equipment, self.protocol.id, self.station, assistant=assistant, trainee=trainee, operator=operator
            )
            return self._act(who, what, procedure_id=procedure_id)

    def end_examination(self, who: Person, procedure_id: str) -> Event:
        """The scope is out. The report and the calls are due from now on."""
        return self._act(who, h.ExaminationEnded(), procedure_id=procedure_id)

    def in_room(self) -> str | None:
        """The examination whose patient is in this station's room, from the events; None when nobody is."""
        return self._occupancy.present()

    def leave_room(self, who: Person) -> str | None:
        """The patient has left; what was shown of it must be cleared. Returns whose, None when nobody was there."""
        with self._room_lock:
            present = self.in_room()
            if present is None:
                return None
            if self.journal.procedure(present).stage == "in the room":
                raise BadInputError("The scope is still tied to this patient. End the examination first.")
            self._act(who, h.PatientLeftRoom(), procedure_id=present)
            return present

    def keep_still(
        self,
        who: Person,
        procedure_id: str,
        png: bytes,
        *,
        name: str,
        recording: str | None = None,
        frame: int | None = None,
        t_ns: int | None = None,
        width_px: int = 0,
        height_px: int = 0,
        is_simulated: bool = False,
    ) -> Still:
        """Keep a picture of this examination. The same picture kept again is the still that is there."""
        self._need(who, "doctor", "nurse")
        if not png.startswith(_PNG):
            raise BadInputError("A still must be a PNG picture; nothing was kept.")
        still = Still(
            self.media.keep(png),
            name,
            self.now_utc(),
            recording=recording,
            frame=frame,
            t_ns=t_ns,
            width_px=width_px,
            height_px=height_px,
            is_simulated=is_simulated,
        )
        there = self.journal.procedure(procedure_id).stills.get(still.sha256)
        if there is not None:
            return there
        self._act(who, h.StillKept(still), procedure_id=procedure_id)
        return still

    def keep_map(
        self,
        who: Person,
        procedure_id: str,
        measured: MeasuredMap,
        *,
        svg: bytes,
        walls: Mapping[str, bytes],
        along: Sequence[Happened] = (),
    ) -> MeasuredMap:
        """Keep the measured map of a duct with its pictures. The same map kept again is the one that is there.

        measured: without the hashes, which are put in here. svg: its drawing; walls: branch name to PNG. along: plain
        acts that belong to it and come before it, all or none.
        """
        self._need(who, "doctor", "nurse")
        if not svg.startswith(b"<svg ") or not all(png.startswith(_PNG) for png in walls.values()):
            raise BadInputError("A map must be an SVG drawing, its walls PNG pictures; nothing was kept.")
        kept = {name: self.media.keep(png) for name, png in walls.items()}
        whole = replace(
            measured,
            drawing=self.media.keep(svg),
            branches=tuple(replace(one, wall=kept.get(one.name, "")) for one in measured.branches),
        )
        if self.journal.procedure(procedure_id).maps.get(whole.orifice) == whole:
            self.do_all(who, along, procedure_id=procedure_id)
        else:
            self._act_all(who, [*along, h.DuctMapped(whole)], procedure_id=procedure_id)
        return whole

    def find_entered_opening(self, procedure: Procedure) -> Orifice | None:
        """The opening that the scope is in: of those that are noted as entered, the one noted last; None for none."""
        for event in self.journal.events(procedure_id=procedure.id, kinds=(h.OrificeNoted,), newest_first=True):
            assert isinstance(event.what, h.OrificeNoted)
            noted = procedure.orifices.get(event.what.orifice.number)
            if event.what.orifice.is_cannulated and noted is not None and noted.is_cannulated:
                return noted
        return None

    def mark_finding(self, who: Person, procedure_id: str, finding: Finding, *, expects: int | None = None) -> Event:
        """Mark a finding; under a letter that was given, it replaces the earlier mark."""
        return self._act(who, h.FindingMarked(finding), procedure_id=procedure_id, expects=expects)

    def next_letter(self, procedure: Procedure) -> str:
        """The letter of the next finding."""
        return next_letter(procedure, "findings")
