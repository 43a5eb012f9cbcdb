"""Whoever has the rights of the database and changes the record is found out, in SQLite and PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update

from ductoscope.model.clinical import happened as h
from ductoscope.model.errors import JournalError
from ductoscope.record.journal import Draft, Journal
from ductoscope.record.journal.chain import WrittenEvent, seal
from ductoscope.record.journal.reading import read_all
from ductoscope.record.journal.tables import PROJECTIONS, dues, events, patients, procedures, specimens
from tests.unit.journal.story import DAY, SPECIMEN, begin, details, tell


@pytest.fixture
def told(journal: Journal) -> Journal:
    """A journal with two patients and twenty events; the 10th is a pain score, the 11th too."""
    journal.append_all(begin(1) + begin(2))
    journal.append_all([Draft(h.PainScored(score), "nurse", None, "x-1") for score in (1, 2, 3, 4, 5, 6, 7, 8)])
    journal.append(Draft(h.SpecimenTaken(SPECIMEN, DAY), "doctor", None, "x-1"))
    journal.append_all([Draft(h.NoteTaken(f"note {number}"), "doctor", None, "x-2") for number in range(7)])
    return journal


def attack(journal: Journal, act: Callable[[Connection], object]) -> None:
    """Do something to the tables as an attacker does who may do everything in the database."""
    with journal.database.writing() as connection:
        if journal.database.is_sqlite:
            for name in (
                connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
            ):
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("ALTER TABLE events DISABLE TRIGGER ALL"))
        act(connection)


def problems(journal: Journal) -> str:
    return "\n".join(journal.verify().problems)


def test_a_whole_journal_has_no_problems(told: Journal) -> None:
    seen: list[tuple[float, str]] = []
    found = told.verify(lambda share, words: seen.append((share, words)))
    assert found.is_whole
    assert found.events == 20
    assert seen[-1][0] == 1.0
    assert seen == sorted(seen)


def test_an_empty_journal_is_whole(journal: Journal) -> None:
    assert journal.verify().is_whole


@pytest.mark.parametrize("statement", ["UPDATE events SET hash = ''", "DELETE FROM events", "TRUNCATE events"])
def test_the_database_itself_refuses(told: Journal, statement: str) -> None:
    if told.database.is_sqlite:  # It has no TRUNCATE.
        statement = statement.replace("TRUNCATE", "DELETE FROM")
    with pytest.raises(JournalError, match="never changed"), told.database.writing() as connection:
        connection.execute(text(statement))
    assert told.verify().is_whole


def test_the_chain_cannot_fork(told: Journal) -> None:
    def act() -> None:
        with told.database.writing() as connection:
            tenth = list(read_all(connection))[9]
            put(connection, [seal(tenth._replace(number=21, by="another room"))])

    with pytest.raises(JournalError, match="nothing was written"):
        act()
    assert told.head()[0] == 20


@pytest.mark.parametrize(
    "change",
    [
        {"body": '{"score":9.0}'},
        {"body": '{"score": 6.0}'},
        {"at_utc": "2020-01-01T00:00:00.000000Z"},
        {"by": "somebody"},
        {"kind": "WeightTaken"},
        {"patient_id": "p-2"},
        {"procedure_id": "x-2"},
        {"patient_id": None},
        {"hash": "0" * 63 + "1"},
    ],
    ids=lambda change: "-".join(change),
)
def test_a_changed_event(told: Journal, change: dict[str, str]) -> None:
    attack(told, lambda connection: connection.execute(update(events).where(events.c.number == 10).values(**change)))
    assert "Event 10" in problems(told)
    assert "was changed after it was written" in problems(told)


def test_a_changed_link(told: Journal) -> None:
    attack(
        told,
        lambda connection: connection.execute(update(events).where(events.c.number == 10).values(previous_hash="x")),
    )
    assert "Event 10 does not follow event 9" in problems(told)


def test_a_removed_event(told: Journal) -> None:
    attack(told, lambda connection: connection.execute(delete(events).where(events.c.number == 10)))
    assert "Event 10 is missing." in problems(told)


def test_several_removed_events(told: Journal) -> None:
    attack(told, lambda connection: connection.execute(delete(events).where(events.c.number.between(1, 4))))
    assert "Events 1 to 4 are missing." in problems(told)


def test_a_removed_event_whose_gap_was_closed(told: Journal) -> None:
    def act(connection: Connection) -> None:
        rows = list(read_all(connection))
        connection.execute(delete(events))
        kept = [row for row in rows if row.number != 10]
        put(connection, [row._replace(number=number) for number, row in enumerate(kept, start=1)])

    attack(told, act)
    assert "Event 10 does not follow event 9" in problems(told)


@pytest.mark.parametrize("cut", [1, 7, 20])
def test_a_removed_tail(told: Journal, cut: int) -> None:
    def act(connection: Connection) -> None:
        rows = list(read_all(connection))
        for table in (*reversed(PROJECTIONS), events):
            connection.execute(delete(table))
        put(connection, rows[: 20 - cut])

    attack(told, act)
    told.rebuild()
    assert problems(told) == (
        f"The journal ends at event {20 - cut}, but the witness noted event 20: the end was cut off."
    )


def test_a_removed_tail_is_not_hidden_by_going_on(told: Journal) -> None:
    attack(told, lambda connection: connection.execute(delete(events).where(events.c.number > 15)))
    told.rebuild()
    for number in range(10):
        told.append(Draft(h.NoteTaken(f"new {number}"), "doctor", None, "x-2"))
    assert "Event 20 (NoteTaken) is not what the witness noted" in problems(told)


def test_swapped_events(told: Journal) -> None:
    def act(connection: Connection) -> None:
        rows = list(read_all(connection))
        connection.execute(delete(events))
        rows[9], rows[10] = rows[10]._replace(number=10), rows[9]._replace(number=11)
        put(connection, rows)

    attack(told, act)
    assert "Event 10" in problems(told)
    assert "Event 11" in problems(told)


def test_swapped_words(told: Journal) -> None:
    def act(connection: Connection) -> None:
        bodies = dict(connection.execute(select(events.c.number, events.c.body)).all())
        for number, other in ((10, 11), (11, 10)):
            connection.execute(update(events).where(events.c.number == number).values(body=bodies[other]))

    attack(told, act)
    assert "Event 10 (PainScored) was changed" in problems(told)
    assert "Event 11 (PainScored) was changed" in problems(told)


def test_an_inserted_event(told: Journal) -> None:
    def act(connection: Connection) -> None:
        rows = list(read_all(connection))
        connection.execute(delete(events))
        extra = seal(rows[9]._replace(number=11, previous_hash=rows[9].hash, body='{"score":0.0}'))
        later = [row._replace(number=row.number + 1) for row in rows[10:]]
        later[0] = later[0]._replace(previous_hash=extra.hash)
        put(connection, [*rows[:10], extra, *later])

    attack(told, act)
    assert "Event 12 (PainScored) was changed" in problems(told)
    assert "Event 11 (PainScored) is not what the witness noted" not in problems(told), (
        "it noted the first eight at once"
    )
    assert "Event 14 (SpecimenTaken) was changed" in problems(told)


def test_a_chain_that_was_computed_anew(told: Journal) -> None:
    def act(connection: Connection) -> None:
        rows = list(read_all(connection))
        connection.execute(delete(events))
        rows[9] = rows[9]._replace(body='{"score":0.0}')
        for place in range(9, 20):
            rows[place] = seal(rows[place]._replace(previous_hash=rows[place - 1].hash))
        put(connection, rows)

    attack(told, act)
    told.rebuild()
    found = problems(told)
    assert "Event 12 (PainScored) is not what the witness noted" in found
    assert "Event 20 (NoteTaken) is not what the witness noted" in found
    assert "was changed" not in found, "the chain itself is whole: only the witness tells"


def test_a_journal_without_a_witness_cannot_tell_that(told: Journal, witness: Path) -> None:
    witness.unlink()
    assert f"The witness file {witness} cannot be read" in problems(told)


def test_an_event_of_a_kind_that_nobody_knows(told: Journal) -> None:
    def act(connection: Connection) -> None:
        (last,) = list(read_all(connection))[-1:]
        put(connection, [seal(last._replace(number=21, kind="Whatever", previous_hash=last.hash))])

    attack(told, act)
    assert problems(told).startswith("Event 21 (Whatever) cannot be read, or does not fit")


@dataclass(frozen=True)
class Forgery:
    name: str
    table: str
    act: Callable[[Connection], object]


@pytest.mark.parametrize(
    "forgery",
    [
        Forgery("stage", "procedures", lambda one: one.execute(update(procedures).values(stage="closed"))),
        Forgery("patient", "procedures", lambda one: one.execute(update(procedures).values(patient_id="p-2"))),
        Forgery("name", "patients", lambda one: one.execute(update(patients).values(family="Other"))),
        Forgery("done", "dues", lambda one: one.execute(update(dues).values(done_utc="2026-03-02T12:00:00.000000Z"))),
        Forgery("gone", "dues", lambda one: one.execute(delete(dues))),
        Forgery("extra", "specimens", lambda one: one.execute(
            insert(specimens), [{"code": "new", "procedure_id": "x-2", "letter": "A"}])),
    ],
    ids=lambda forgery: forgery.name,
)  # fmt: skip
def test_a_forged_list(told: Journal, forgery: Forgery) -> None:
    with told.database.writing() as connection:
        forgery.act(connection)
    assert problems(told).startswith(f'The list "{forgery.table}" differs from the events in ')
    told.rebuild()
    assert told.verify().is_whole


def test_a_list_that_was_set_back_is_noticed_when_it_is_used(told: Journal, journal_url: str) -> None:
    with told.database.writing() as connection:
        connection.execute(update(procedures).where(procedures.c.id == "x-1").values(number=999))
    with pytest.raises(JournalError, match="do not fit its events"):
        told.procedure("x-1")
    with pytest.raises(JournalError, match="do not fit its events"):
        told.append(Draft(h.PainScored(1), "nurse", None, "x-1"))
    told.rebuild()
    assert told.procedure("x-1").number == 13


def test_many_problems_are_cut_short(journal: Journal) -> None:
    journal.append_all(list(islice(tell(5), 150)))
    attack(journal, lambda connection: connection.execute(update(events).values(by="nobody")))
    found = journal.verify().problems
    assert len(found) == 101
    assert found[-1] == "... and 51 more."


def test_problems_say_nothing_of_people(journal: Journal) -> None:
    journal.append(Draft(h.PatientRegistered(details(1, "Secretname")), "nurse", "p-1"))
    body = json.dumps({"details": {"family": "Secretname", "given": 5}})
    attack(journal, lambda connection: connection.execute(update(events).values(body=body)))
    with journal.database.writing() as connection:
        connection.execute(update(patients).values(given="Othername"))
    found = problems(journal)
    assert "Event 1 (PatientRegistered) was changed" in found
    assert "name" not in found.replace("Event 1 (PatientRegistered)", "")


def put(connection: Connection, rows: list[WrittenEvent]) -> None:
    if rows:
        connection.execute(insert(events), [row._asdict() for row in rows])
