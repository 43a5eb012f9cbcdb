"""Make the lists anew from the events."""

from __future__ import annotations

from sqlalchemy import Connection, delete

from ductoscope.record.journal.chain import WrittenEvent
from ductoscope.record.journal.database import Database
from ductoscope.record.journal.folded import FoldedProcedures
from ductoscope.record.journal.projector import Projector
from ductoscope.record.journal.reading import PAGE, read_all, read_head
from ductoscope.record.journal.rows import Progress
from ductoscope.record.journal.tables import PROJECTIONS
from ductoscope.record.journal.writing import read_event


class Replay:
    """Follows all events of a journal from the first on, a page at a time.

    connection: where the lists are made, empty at first; source: where the events are, up to the one that is followed.
    """

    def __init__(self, connection: Connection, source: Connection) -> None:
        self._connection = connection
        self._source = source
        self._folded = FoldedProcedures()
        self._projector = Projector(connection, self._folded, source)
        self._waiting = 0

    def follow(self, written: WrittenEvent) -> None:
        """Take one more event into the lists. Raises what `read_event` and `Projector.follow` raise."""
        self._projector.follow(read_event(written))
        self._waiting += 1
        if self._waiting == PAGE:
            self.flush()

    def flush(self) -> None:
        """Write what is not written yet."""
        self._projector.flush()
        self._folded.keep(self._projector.folded.values())
        self._projector = Projector(self._connection, self._folded, self._source)
        self._waiting = 0


def rebuild(database: Database, progress: Progress) -> None:
    """Make every projection anew, in one transaction; nobody appends meanwhile. Raises JournalError."""
    with database.writing() as connection:
        database.lock_chain(connection)
        for table in reversed(PROJECTIONS):
            connection.execute(delete(table))
        total, _ = read_head(connection)
        replay = Replay(connection, connection)
        for written in read_all(connection):
            replay.follow(written)
            if written.number % PAGE == 0:
                progress(written.number / total, "making the lists anew")
        replay.flush()
    progress(1.0, "made the lists anew")
