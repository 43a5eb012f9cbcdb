"""A clinic with its desk, as the stories need one: journal, media, signer, and one person of every role."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from argon2 import PasswordHasher

from ductoscope.clinic import Desk, Passwords
from ductoscope.record.credentials import Credentials
from ductoscope.record.journal import open_journal
from ductoscope.record.media import MediaStore
from ductoscope.report import Site, make_signer

PASSWORD = "a long story, well told"
PEOPLE: tuple[tuple[str, str, Literal["doctor", "nurse", "trainee", "administrator"]], ...] = (
    ("doctor", "Dr. Invented Example", "doctor"),
    ("nurse", "Nurse Invented Example", "nurse"),
    ("trainee", "Trainee Invented Example", "trainee"),
    ("admin", "Administrator Invented Example", "administrator"),
)
"""Sign-in name, name and role; all with PASSWORD."""
QUICK_PASSWORDS = Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
"""Real hashes, but weak ones: what a story proves is not how long a thief needs."""
SITE = Site(
    name="Invented Clinic of the Tests",
    address="1 Nowhere Street",
    phone="+00 000 0000",
    emergency_phone="112",
    language="en",
)


def open_desk(url: str, folder: Path) -> Desk:
    """Open the clinic in `folder`, with its journal at `url`; one person of every role is there from the first time."""
    journal = open_journal(url, witness=folder / "journal.witness")
    desk = Desk(
        journal,
        Credentials(journal),
        MediaStore(folder / "media"),
        site=SITE,
        signer=make_signer(folder / "signing", SITE.name),
        now_utc=lambda: datetime.now(UTC),
        passwords=QUICK_PASSWORDS,
    )
    if not journal.people():
        for sign_in, name, role in PEOPLE:
            desk.add_person_by_command(sign_in, name, role, PASSWORD)
    return desk
