"""Bring a database to the tables that this program knows, by the Alembic steps shipped in `migrations`."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from ductoscope.model.errors import JournalError
from ductoscope.record.journal.database import Database

FOLDER = Path(__file__).with_name("migrations")
NEWEST = "0001"
"""The newest step; a database that has it is opened without looking further."""


def migrate(database: Database) -> None:
    """Make the tables, or bring older ones up to date. Raises JournalError when a newer program made them."""
    with database.reading() as connection:
        if _version_of(connection) == NEWEST:
            return
    with database.writing() as connection:
        database.lock_chain(connection)
        version = _version_of(connection)  # Another program may have done it while this one waited.
        if version == NEWEST:
            return
        # Loaded only now: nearly every start finds the tables as they should be, and need not wait for it.
        from alembic import command
        from alembic.config import Config
        from alembic.script import ScriptDirectory

        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(FOLDER))
        known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
        if version is not None and version not in known:
            raise JournalError(
                f"{database.name} was written by a newer Ductoscope (its tables are of version {version}, this program "
                f"knows up to {NEWEST}). Update the program; nothing was changed."
            )
        if version is None and inspect(connection).has_table("events"):
            raise JournalError(f'{database.name} has a table "events" that is no journal. Use a database of its own.')
        command.upgrade(config, NEWEST)


def _version_of(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
