"""Make the demonstration: in an empty data folder only, and never where anybody real is recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from ductoscope.clinic import Desk
from ductoscope.config import Config, SiteConfig
from ductoscope.demonstration.complete import tell_anna
from ductoscope.demonstration.others import OTHERS
from ductoscope.demonstration.recordings import Tape
from ductoscope.demonstration.schedule import DemoClock, tell
from ductoscope.demonstration.stills import DrawnStill, draw_stills
from ductoscope.demonstration.walk import ADMINISTRATOR, EVERYBODY, PASSWORD, Walk
from ductoscope.model import BadInputError
from ductoscope.model.clinical import Role
from ductoscope.model.clinical.happened import RecordLooked
from ductoscope.record.credentials import Credentials
from ductoscope.record.journal import open_journal
from ductoscope.record.media import MediaStore
from ductoscope.report import Site, make_signer

DEMO_SITE = SiteConfig(
    name="Demonstration clinic (invented)",
    address="1 Nowhere Street",
    phone="000 0000",
    emergency_phone="112",
    laboratory="Demo laboratory (invented)",
    room="Room 1",
)
DEMO_PEOPLE = tuple((person.id, PASSWORD, person.role) for person in EVERYBODY)
"""Sign-in name, password and role of everybody in it; shown on its sign-in page."""


def _keep_quiet(_share: float, _words: str) -> None:
    """Tell nobody how far it is."""


def _now_utc() -> datetime:
    return datetime.now(UTC)


def ensure_demonstration(
    settings: Config,
    progress: Callable[[float, str], None] = _keep_quiet,
    *,
    now_utc: Callable[[], datetime] = _now_utc,
) -> tuple[tuple[str, str, Role], ...]:
    """Make the invented clinic in the data folder of `settings` where its journal is empty; see DEMO_PEOPLE.

    progress: told the share that is done, 0 to 1, and a word or two. Raises BadInputError when there is a journal of
    another clinic, or half a demonstration.
    """
    folder = Path(settings.data.folder).expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    clock = DemoClock(now_utc())
    url = settings.journal.url or f"sqlite:///{folder / 'journal.db'}"
    with open_journal(url, witness=folder / "journal.witness", now_utc=clock) as journal:
        if journal.head()[0]:
            if journal.person(EVERYBODY[0].id) is None:
                raise BadInputError(
                    f"The journal in {folder} is of a real clinic. Choose another data folder for the demonstration."
                )
            if not journal.events(kinds=(RecordLooked,), by=ADMINISTRATOR.id, limit=1):
                raise BadInputError(
                    f"The demonstration in {folder} was cut off while it was made. Delete that folder and start again."
                )
            return DEMO_PEOPLE
        site = settings.site
        desk = Desk(
            journal,
            Credentials(journal),
            MediaStore(folder / "media"),
            site=Site(**site.on_documents),
            signer=make_signer(folder / "signing", site.name),
            now_utc=clock,
            station=site.room,
        )
        make_demonstration(desk, clock=clock, progress=progress, data_folder=folder)
    return DEMO_PEOPLE


def make_demonstration(
    desk: Desk,
    *,
    clock: DemoClock,
    progress: Callable[[float, str], None] = _keep_quiet,
    stills: Mapping[str, DrawnStill] | None = None,
    data_folder: Path | None = None,
) -> None:
    """Tell the past of the invented clinic, event by event, each at its time.

    clock: that of the desk and of its journal alike. Its journal must be empty. stills: by the names of `MOMENTS`; None
    draws them from the simulated scope. data_folder: where its recordings go; None makes none.
    """
    if stills is None:
        stills = draw_stills(lambda share, words: progress(0.6 * share, words))
    clock.move(clock.day(-200))
    for person in EVERYBODY:
        desk.add_person_by_command(person.id, person.name, person.role, PASSWORD)
    walk = Walk(desk, clock, stills, Tape(data_folder))
    stories = [tell_anna(walk), *(story(walk) for story in OTHERS)]
    tell(stories, clock, lambda share, words: progress(0.6 + 0.4 * share, words))
    # The last event: without it, the demonstration was cut off.
    desk.look(ADMINISTRATOR, "demonstration")
