"""Put events back into an empty journal, exactly as they were written, with the lists that follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from sqlalchemy import insert, select

from ductoscope.model.errors import JournalError
from ductoscope.record.journal import tables as t
from ductoscope.record.journal.chain import WrittenEvent
from ductoscope.record.journal.database import Database
from ductoscope.record.journal.reading import PAGE, read_head
from ductoscope.record.journal.rebuild import Replay


def put_back(database: Database, events: Iterable[WrittenEvent], passwords: Mapping[str, str]) -> tuple[int, str]:
    """Write events and hashes of passwords by person, all or nothing; return number and hash of the newest event.

    Raises JournalError when the journal is not empty, or an event cannot be read.
    """
    rest = iter(events)
    with database.writing() as connection:
        database.lock_chain(connection)
        if read_head(connection)[0] or connection.execute(select(t.passwords).limit(1)).first():
            raise JournalError(f"{database.name} is not empty. Restore into a new one; nothing was written.")
        replay = Replay(connection, connection)
        while page := list(islice(rest, PAGE)):
            connection.execute(insert(t.events), [event._asdict() for event in page])
            for event in page:
                replay.follow(event)
        replay.flush()
        if passwords:
            rows = [{"person_id": person, "argon2_hash": hashed} for person, hashed in passwords.items()]
            connection.execute(insert(t.passwords), rows)
        return read_head(connection)
