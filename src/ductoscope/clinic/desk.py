"""The desk: where every human act on a record is done, one verb each; it checks, then appends to the journal."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ductoscope.care import limit_anaesthetic, time_plan
from ductoscope.clinic.acts import Acts
from ductoscope.clinic.after import AfterVerbs
from ductoscope.clinic.allowed import ALLOWED
from ductoscope.clinic.before import BeforeVerbs
from ductoscope.clinic.looks import LookVerbs
from ductoscope.clinic.occupancy import Occupancy
from ductoscope.clinic.papers import PaperVerbs
from ductoscope.clinic.passwords import Passwords
from ductoscope.clinic.patients import PatientVerbs
from ductoscope.clinic.people import PeopleVerbs
from ductoscope.clinic.protocol import ProtocolVerbs
from ductoscope.clinic.reports import ReportVerbs
from ductoscope.clinic.results import ResultVerbs
from ductoscope.clinic.room import RoomVerbs
from ductoscope.clinic.specimens import SpecimenVerbs
from ductoscope.clinic.tokens import RandomBytes
from ductoscope.model import NotAllowedError
from ductoscope.model.clinical import Agent, AnaestheticLimit, Event, Happened, Procedure, TimerName
from ductoscope.model.clinical import happened as h
from ductoscope.record.credentials import Credentials
from ductoscope.record.journal import Draft, Journal
from ductoscope.record.media import MediaStore
from ductoscope.report import Signer, Site

PLAIN_ACTS: frozenset[type[Happened]] = frozenset(kind for kind, rule in ALLOWED.items() if rule.is_plain)
"""The kinds of acts that Desk.do takes."""
_BY_PROGRAM = (h.TroubleHappened, h.RecordingMade)


def _now_utc() -> datetime:
    return datetime.now(UTC)


class Desk(
    PatientVerbs,
    BeforeVerbs,
    RoomVerbs,
    SpecimenVerbs,
    ResultVerbs,
    ReportVerbs,
    PaperVerbs,
    AfterVerbs,
    LookVerbs,
    ProtocolVerbs,
    PeopleVerbs,
    Acts,
):
    """One verb for every human act, by subject in the modules beside this one.

    Safe to call from several threads. station: this workstation's name, one a room. idle, end: of a session.
    random_bytes, passwords: where chance comes from, and how passwords are hashed; only tests give their own.
    """

    PLAIN_ACTS = PLAIN_ACTS

    def __init__(
        self,
        journal: Journal,
        credentials: Credentials,
        media: MediaStore,
        *,
        site: Site,
        signer: Signer,
        now_utc: Callable[[], datetime] = _now_utc,
        station: str = "room 1",
        idle: timedelta = timedelta(minutes=15),
        end: timedelta = timedelta(hours=12),
        lock_after: timedelta = timedelta(minutes=10),
        random_bytes: RandomBytes = secrets.token_bytes,
        passwords: Passwords | None = None,
    ) -> None:
        super().__init__(
            journal,
            credentials,
            media,
            site=site,
            signer=signer,
            now_utc=now_utc,
            station=station,
            random_bytes=random_bytes,
            passwords=Passwords() if passwords is None else passwords,
            idle=idle,
            end=end,
        )
        self._occupancy = Occupancy(journal, station)
        self.lock_after_s = min(lock_after, idle).total_seconds()

    def note(self, what: Happened, *, procedure_id: str) -> Event:
        """Keep what the program itself has to say of an examination: a trouble, a recording that was mended."""
        if not isinstance(what, _BY_PROGRAM):
            raise NotAllowedError(f"{type(what).__name__} is a person's act; the program cannot do it.")
        patient_id = self.journal.procedure(procedure_id).patient_id
        return self.journal.append(Draft(what, "", patient_id, procedure_id))

    def limit_anaesthetic(self, procedure: Procedure, agent: Agent) -> AnaestheticLimit:
        """The most of this agent that the patient may be given, and what is left of it."""
        return limit_anaesthetic(procedure.anaesthetics, agent, procedure.weight_kg, self.protocol)

    def time_plan(self) -> dict[TimerName, float]:
        """The planned minutes of every timer."""
        return dict(time_plan(self.protocol))
