"""Acts: how every verb of the desk writes to the journal, after looking once more whether it may."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ductoscope.care import CareProtocol
from ductoscope.clinic.allowed import ALLOWED, find_rule
from ductoscope.clinic.passwords import Passwords
from ductoscope.clinic.protocol_in_force import ProtocolInForce
from ductoscope.clinic.situation import Situation
from ductoscope.clinic.tokens import RandomBytes
from ductoscope.model import BadInputError, ConflictError, NotAllowedError
from ductoscope.model.clinical import Event, Happened, Patient, Person, Procedure, follow
from ductoscope.record.credentials import Credentials
from ductoscope.record.journal import Draft, Journal
from ductoscope.record.media import MediaStore
from ductoscope.report import Signer, Site

_TRIES = 8


class Acts:
    """What all verbs share: the journal, the clock, and one way to write.

    journal may be read by anybody; it is written here only. now_utc: aware wall clock.
    """

    def __init__(
        self,
        journal: Journal,
        credentials: Credentials,
        media: MediaStore,
        *,
        site: Site,
        signer: Signer,
        now_utc: Callable[[], datetime],
        station: str,
        random_bytes: RandomBytes,
        passwords: Passwords,
        idle: timedelta,
        end: timedelta,
    ) -> None:
        self.journal = journal
        self.credentials = credentials
        self.media = media
        self.site = site
        self.signer = signer
        self.now_utc = now_utc
        self.station = station
        self.idle = idle
        self.end = end
        self._random_bytes = random_bytes
        self._passwords = passwords
        self._protocols = ProtocolInForce(journal, media)
        self._room_lock = threading.Lock()

    @property
    def protocol(self) -> CareProtocol:
        """The care protocol in force, with the rules that the clinic signed."""
        return self._protocols.read()

    @property
    def zone(self) -> ZoneInfo:
        """The clinic's time zone."""
        return ZoneInfo(self.site.time_zone)

    @property
    def today(self) -> date:
        """The date on the clinic's wall."""
        return self.now_utc().astimezone(self.zone).date()

    def people(self) -> dict[str, str]:
        """Sign-in name to name, of everybody who ever had an account."""
        return {person.id: person.name for person in self.journal.people()}

    def do(
        self,
        who: Person,
        what: Happened,
        *,
        procedure_id: str | None = None,
        patient_id: str | None = None,
        expects: int | None = None,
    ) -> Event:
        """Do a plain act: one that says all of it in its own noun.

        expects: number of the newest event of the procedure that the person saw; ConflictError when it moved on.
        Raises NotAllowedError when the role or the stage does not allow it, BadInputError when it cannot be true.
        """
        _need_plain(what)
        return self._act(who, what, procedure_id=procedure_id, patient_id=patient_id, expects=expects)

    def _act(
        self,
        who: Person,
        what: Happened | Callable[[Situation], Happened],
        *,
        procedure_id: str | None = None,
        patient_id: str | None = None,
        expects: int | None = None,
        before: Sequence[Happened] = (),
        then: Callable[[Situation], Sequence[Happened]] | None = None,
    ) -> Event:
        """Check an act and append it with what follows from it, all or none; see do.

        what: itself, or what makes it of the situation, when it depends on what is there, as the next letter does.
        before: events of the same transaction that come first, and for which the caller answers; the act is checked as
        if they had happened. then: what follows, instead of what the table says.
        """
        for _ in range(_TRIES):
            situation = self._look_at(who, procedure_id, patient_id, before)
            made = what(situation) if callable(what) else what
            followed = self._check(situation, made)
            if then is not None:
                followed = tuple(then(situation))
            if situation.procedure is not None:
                patient_id = situation.procedure.patient_id
            # The checks looked at the procedure as it stood; whoever wrote meanwhile makes them look again.
            seen = situation.procedure.number if situation.procedure is not None else None
            happened = [*before, made, *followed]
            first = Draft(happened[0], who.id, patient_id, procedure_id, seen if expects is None else expects)
            drafts = [first, *(Draft(one, who.id, patient_id, procedure_id) for one in happened[1:])]
            try:
                return self.journal.append_all(drafts)[len(before)]
            except ConflictError:
                if expects is not None:
                    raise
        raise ConflictError("Several people are writing into this examination at the same moment. Please try again.")

    def do_all(self, who: Person, happened: Sequence[Happened], *, procedure_id: str) -> None:
        """Do several plain acts, all or none; each is checked as if those before it had happened. See do."""
        for what in happened:
            _need_plain(what)
        if happened:
            self._act_all(who, happened, procedure_id=procedure_id)

    def _act_all(self, who: Person, happened: Sequence[Happened], *, procedure_id: str) -> Event:
        """Append several acts with what follows from each, all or none; returns the last one's event. See _act."""
        done: list[Happened] = []
        for what in happened[:-1]:
            done += [what, *self._check(self._look_at(who, procedure_id, before=done), what)]
        return self._act(who, happened[-1], procedure_id=procedure_id, before=done)

    def _check(self, situation: Situation, what: Happened) -> tuple[Happened, ...]:
        """Refuse what may not be, in words; otherwise give what follows from it."""
        rule = find_rule(what)
        rule.allow(situation)
        rule.check(situation, what)
        return rule.then(situation, what)

    def _look_at(
        self,
        who: Person,
        procedure_id: str | None,
        patient_id: str | None = None,
        before: Sequence[Happened] = (),
    ) -> Situation:
        now = self.now_utc()
        procedure: Procedure | None = self.journal.procedure(procedure_id) if procedure_id is not None else None
        whom = procedure.patient_id if procedure is not None else patient_id
        patient: Patient | None = self.journal.patient(whom) if whom is not None else None
        if procedure is not None:
            for one in before:
                event = Event(procedure.number, now, who.id, one, procedure.patient_id, procedure.id)
                procedure = follow(procedure, event)
        return Situation(who, procedure, patient, self.protocol, now, self.zone)

    def _need(self, who: Person, *roles: str) -> None:
        """Refuse a person whose role is none of these."""
        if not who.is_active:
            raise NotAllowedError(f"The account of {who.name} is closed.")
        if who.role not in roles:
            raise NotAllowedError(f"This needs the role {' or '.join(roles)}; {who.name} is a {who.role}.")

    def _keep_pdf(self, pdf: bytes) -> str:
        if not pdf.startswith(b"%PDF-"):
            raise BadInputError("The attached file is no PDF. Attach the laboratory's report as a PDF.")
        return self.media.keep(pdf)

    def can_do(self, who: Person, kind: type[Happened], procedure: Procedure | None) -> bool:
        """Whether the role and the stage allow this kind of act now; what it says is checked when it is done."""
        rule = ALLOWED.get(kind)
        return rule is not None and rule.is_for(who) and rule.is_in_time(procedure)


def _need_plain(what: Happened) -> None:
    if not find_rule(what).is_plain:
        raise BadInputError(f"{type(what).__name__} has a verb of its own and cannot be written as a plain act.")
