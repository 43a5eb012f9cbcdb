"""The tables: made when they are missing, as the program knows them, and left alone when a newer program made them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from ductoscope.model.errors import JournalError
from ductoscope.record.journal import open_journal
from ductoscope.record.journal.database import Database
from ductoscope.record.journal.migrate import FOLDER, NEWEST
from ductoscope.record.journal.tables import metadata
from tests.unit.journal.story import begin


def test_the_steps_make_the_tables_that_the_program_knows(empty_url: str) -> None:
    with open_journal(empty_url) as journal, journal.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_the_newest_step_is_the_newest() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    assert ScriptDirectory.from_config(config).get_heads() == [NEWEST]


def test_a_newer_journal_is_refused_and_left_alone(empty_url: str) -> None:
    with open_journal(empty_url) as journal:
        journal.append_all(begin())
        with journal.database.writing() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(JournalError, match=r"newer Ductoscope .* version 9999.* Update the program"):
        open_journal(empty_url)
    database = Database(empty_url)
    with database.reading() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
        assert connection.execute(text("SELECT count(*) FROM events")).scalar() == 2
    database.close()


def test_a_database_of_another_program_is_refused(empty_url: str) -> None:
    database = Database(empty_url)
    with database.writing() as connection:
        connection.execute(text("CREATE TABLE events (party TEXT)"))
    database.close()
    with pytest.raises(JournalError, match=r'has a table "events" that is no journal'):
        open_journal(empty_url)


def test_several_programs_open_a_new_journal_at_once(empty_url: str) -> None:
    errors: list[BaseException] = []

    def open_and_write(number: int) -> None:
        try:
            with open_journal(empty_url) as journal:
                journal.append_all(begin(number))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=open_and_write, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with open_journal(empty_url) as journal:
        assert journal.counts()["patients"] == 4
        assert journal.verify().is_whole


def test_a_first_start_that_is_killed_leaves_nothing(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Database.writing

    @contextmanager
    def write_and_die(self: Database) -> Iterator[Connection]:
        with write(self) as connection:
            yield connection
            raise RuntimeError

    monkeypatch.setattr(Database, "writing", write_and_die)
    with pytest.raises(RuntimeError):
        open_journal(empty_url)
    monkeypatch.undo()
    database = Database(empty_url)
    with database.reading() as connection:
        assert inspect(connection).get_table_names() == []
    database.close()
    open_journal(empty_url).close()


def test_the_steps_are_shipped() -> None:
    assert (FOLDER / "env.py").is_file()
    assert list((FOLDER / "versions").glob("v0001_*.py"))
    assert Path(FOLDER).parent.name == "journal"
