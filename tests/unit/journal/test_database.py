"""What goes wrong with a database is told in words that a person can act on, and that name no patient."""

from __future__ import annotations

import logging
import sqlite3
import traceback
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from ductoscope.model.clinical import happened as h
from ductoscope.model.errors import DiskFullError, JournalError
from ductoscope.record.journal import Draft, Journal, database, open_journal
from ductoscope.record.journal.database import explain_database_error
from tests.postgres import GUARDED, start_postgres
from tests.unit.journal.story import begin, details


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("journal.db", "address of the journal is none"),
        ("", "address of the journal is none"),
        ("mysql://somewhere/journal", 'cannot be kept in "mysql"'),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
    ],
)
def test_an_address_that_is_none(url: str, words: str) -> None:
    with pytest.raises(JournalError, match=words):
        open_journal(url)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError, match=r"cannot be opened"):
        open_journal(f"sqlite:///{tmp_path / 'file' / 'journal.db'}")


def test_a_folder_is_made(tmp_path: Path) -> None:
    path = tmp_path / "new" / "deep" / "journal.db"
    open_journal(f"sqlite:///{path}").close()
    assert path.stat().st_mode & 0o077 == 0, "the record is for nobody else's eyes"


def test_every_commit_is_on_the_disk(journal: Journal) -> None:
    settings = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    ask = "PRAGMA {}"
    if not journal.database.is_sqlite:
        settings, ask = {"synchronous_commit": "on"}, "SHOW {}"
    with journal.database.reading() as connection:
        assert {name: connection.execute(text(ask.format(name))).scalar() for name in settings} == settings


def test_a_file_that_is_no_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(b"Dear diary, today I was " * 100)
    with pytest.raises(JournalError, match="damaged, or no journal at all"):
        open_journal(f"sqlite:///{path}")


def test_a_damaged_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with open_journal(f"sqlite:///{path}") as journal:
        journal.append_all(begin())
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(JournalError, match="damaged"), open_journal(f"sqlite:///{path}") as journal:
        journal.events()


def test_a_journal_that_may_not_be_written(journal: Journal) -> None:
    forbid = ["PRAGMA query_only = ON"] if journal.database.is_sqlite else ["CREATE ROLE reader", "SET ROLE reader"]

    def write() -> None:
        with journal.database.writing() as connection:
            for statement in (*forbid, "DELETE FROM people"):
                connection.execute(text(statement))

    with pytest.raises(JournalError, match="may not be written"):
        write()


def test_a_full_disk(tmp_path: Path) -> None:
    with open_journal(f"sqlite:///{tmp_path / 'journal.db'}") as journal:
        journal.append_all(begin())
        with journal.database.reading() as connection:
            connection.execute(
                text(f"PRAGMA max_page_count = {connection.execute(text('PRAGMA page_count')).scalar()}")
            )
        note = Draft(h.NoteTaken("long " * 900), "doctor", None, "x-1")
        with pytest.raises(DiskFullError, match="The disk is full"):
            journal.append_all([note] * 20)
        with journal.database.reading() as connection:
            connection.execute(text("PRAGMA max_page_count = 100000"))
        journal.append(note)
        assert journal.verify().problems == (), "what was refused left nothing behind"


def test_somebody_who_writes_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "WAIT_S", 0.05)
    path = tmp_path / "journal.db"
    with open_journal(f"sqlite:///{path}") as journal:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalError, match="is busy"):
            journal.append_all(begin())
        other.execute("ROLLBACK")
        other.close()
        journal.append_all(begin())


@pytest.mark.peer
def test_somebody_who_appends_for_ever_in_postgres(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    open_journal(postgres_url).close()
    monkeypatch.setattr(database, "WAIT_S", 1)
    with open_journal(postgres_url) as journal, open_journal(postgres_url) as other:
        with other.database.writing() as connection:
            other.database.lock_chain(connection)
            with pytest.raises(JournalError, match="is busy"):
                journal.append_all(begin())
        journal.append_all(begin())


@pytest.mark.peer
def test_a_wrong_password(postgres_url: str) -> None:
    cluster = start_postgres()
    name = postgres_url.partition("@/")[2].partition("?")[0]
    with pytest.raises(JournalError, match="does not accept this name and password") as caught:
        open_journal(cluster.url(name, GUARDED, "secret"))
    assert "secret" not in str(caught.value)
    open_journal(cluster.url(name, GUARDED, "right")).close()


@pytest.mark.peer
def test_a_database_that_is_not_there() -> None:
    with pytest.raises(JournalError, match=r"no_such_journal .*does not exist\. Make the database first"):
        open_journal(start_postgres().url("no_such_journal"))


def test_a_server_that_does_not_answer(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="cannot be reached") as caught:
        open_journal(f"postgresql://doctor:secret@/journal?host={tmp_path}")
    assert "secret" not in str(caught.value)


@pytest.mark.peer
def test_a_server_that_comes_back(postgres_url: str) -> None:
    cluster = start_postgres()
    with open_journal(postgres_url) as journal:
        journal.append_all(begin())
        name = postgres_url.partition("@/")[2].partition("?")[0]
        cluster.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        assert journal.head()[0] == 2, "a broken connection is replaced before it is used"
        journal.append(Draft(h.PainScored(1), "", None, "x-1"))


def test_a_full_disk_in_postgres_is_told_too() -> None:
    error = OperationalError("INSERT", {}, psycopg.errors.DiskFull("could not extend file"))
    assert isinstance(explain_database_error(error, "The journal"), DiskFullError)


def test_no_message_and_no_log_names_a_patient(journal: Journal, caplog: pytest.LogCaptureFixture) -> None:
    statement = text("INSERT INTO people (id, name, role) VALUES ('x', 'Secretname', NULL)")

    def write() -> None:
        with journal.database.writing() as connection:
            connection.execute(statement)

    with caplog.at_level(logging.DEBUG):
        journal.append(Draft(h.PatientRegistered(details(1, "Secretname")), "nurse", "p-1"))
        with pytest.raises(JournalError) as caught:
            write()
    assert "Secretname" not in "".join(traceback.format_exception(caught.value))
    assert "Secretname" not in caplog.text
