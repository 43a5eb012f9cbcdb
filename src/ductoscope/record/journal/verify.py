"""Read every event and say what was tampered with: the chain, the witness, the lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing

from sqlalchemy import Connection, Table, create_engine, select

from ductoscope.model.errors import DuctoscopeError
from ductoscope.record.journal.chain import START, WrittenEvent, hash_event
from ductoscope.record.journal.database import Database
from ductoscope.record.journal.reading import PAGE, read_all, read_head
from ductoscope.record.journal.rebuild import Replay
from ductoscope.record.journal.rows import Progress, Verification
from ductoscope.record.journal.tables import PROJECTIONS, metadata
from ductoscope.record.journal.witness import Witness

MOST = 100
"""Problems that are said one by one."""


def verify(database: Database, witness: Witness | None, progress: Progress) -> Verification:
    """Check every event, what the witness noted, and that the lists are what the events make.

    Everything is read as it stands at one moment, so that others may go on writing.
    """
    problems: list[str] = []
    # What is noted while this runs is about events that it does not see: the notes are read first.
    noted = _read_witness(witness, problems)
    with database.reading_one_moment() as connection:
        total, _ = read_head(connection)
        chain = Chain(noted, problems)
        with closing(_Lists(connection)) as lists:
            for written in read_all(connection):
                chain.check(written)
                lists.follow(written)
                if chain.events % PAGE == 0:
                    progress(0.95 * written.number / max(total, 1), "checking events")
            chain.end()
            progress(0.95, "checking lists")
            problems.extend(lists.compare())
    progress(1.0, "checked")
    if len(problems) > MOST:
        problems[MOST:] = [f"... and {len(problems) - MOST} more."]
    return Verification(chain.events, tuple(problems))


class Chain:
    """Checks events as they come, oldest first, and notes in `problems` what does not fit.

    noted: hashes by number that were noted elsewhere.
    """

    def __init__(self, noted: Mapping[int, set[str]], problems: list[str]) -> None:
        self._noted = noted
        self._problems = problems
        self._newest = 0
        self._previous_hash = START
        self.events = 0

    def check(self, event: WrittenEvent) -> None:
        """Check one event against itself, the one before, and what was noted of it."""
        number = event.number
        if number != self._newest + 1:
            gone = (
                f"Event {number - 1} is"
                if number == self._newest + 2
                else f"Events {self._newest + 1} to {number - 1} are"
            )
            self._problems.append(f"{gone} missing.")
        elif event.previous_hash != self._previous_hash:
            self._problems.append(
                f"Event {number} does not follow event {number - 1}: one of them was put in or changed."
            )
        if hash_event(event) != event.hash:
            self._problems.append(f"Event {number} ({event.kind}) was changed after it was written.")
        if any(one != event.hash for one in self._noted.get(number, ())):
            self._problems.append(
                f"Event {number} ({event.kind}) is not what the witness noted: it was written anew, with all after it."
            )
        self._newest, self._previous_hash = number, event.hash
        self.events += 1

    def end(self) -> None:
        """Say whether events are missing at the end."""
        last = max(self._noted, default=0)
        if last > self._newest:
            self._problems.append(
                f"The journal ends at event {self._newest}, but the witness noted event {last}: the end was cut off."
            )


class _Lists:
    """Makes the lists of the events once more, in memory, and compares."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._memory = create_engine("sqlite://")
        self._made = self._memory.connect()
        metadata.create_all(self._made, tables=PROJECTIONS)
        self._replay = Replay(self._made, connection)
        self._stop: str | None = None

    def follow(self, written: WrittenEvent) -> None:
        """Take one more event in; after the first that cannot be followed, none."""
        if self._stop is not None:
            return
        try:
            self._replay.follow(written)
        except DuctoscopeError:  # Its words may be about a person.
            self._stop = f"Event {written.number} ({written.kind}) cannot be read, or does not fit what was before it."

    def close(self) -> None:
        """Let go of the memory."""
        self._made.close()
        self._memory.dispose()

    def compare(self) -> Iterator[str]:
        """Say every row that differs."""
        if self._stop is not None:
            yield f"{self._stop} The lists could not be compared with the events."
            return
        self._replay.flush()
        for table in PROJECTIONS:
            expected, found = (_rows_of(one, table) for one in (self._made, self._connection))
            wrong = [key for key in expected.keys() | found.keys() if expected.get(key) != found.get(key)]
            if wrong:
                yield (
                    f'The list "{table.name}" differs from the events in {len(wrong)} '
                    f"{'row' if len(wrong) == 1 else 'rows'}; `ductoscope rebuild` makes it anew."
                )


def _rows_of(connection: Connection, table: Table) -> dict[tuple[object, ...], tuple[object, ...]]:
    keys = [column.name for column in table.primary_key]
    rows = connection.execute(select(table)).all()
    return {tuple(getattr(row, key) for key in keys): tuple(row) for row in rows}


def _read_witness(witness: Witness | None, problems: list[str]) -> Mapping[int, set[str]]:
    noted: dict[int, set[str]] = defaultdict(set)
    if witness is None:
        return noted
    try:
        for number, hash_hex in witness.read():
            noted[number].add(hash_hex)
    except OSError as error:
        problems.append(f"The witness file {witness.path} cannot be read: {error.strerror}.")
    return noted
