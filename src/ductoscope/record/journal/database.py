"""The database under the journal: how it is reached, how one writes and reads in it, and what went wrong in words."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, exc, make_url, text
from sqlalchemy.dialects import postgresql, sqlite

from ductoscope.model.errors import BadInputError, DiskFullError, JournalError

WAIT_S = 30
"""How long one waits while somebody else writes."""
CHAIN_LOCK = 0x44756374_6F73636F
"""Key of PostgreSQL's advisory lock: whoever holds it may append ("Ductosco")."""
POOL = 8
"""Connections that are kept; more are opened while more are needed, up to MOST."""
MOST = 64


class Database:
    """One SQLite file or PostgreSQL database. Raises JournalError when the address cannot be used."""

    def __init__(self, url: str) -> None:
        address = _read_address(url)
        self.is_sqlite = address.get_backend_name() == "sqlite"
        self.name = _name_of(address)
        self._write_lock = threading.Lock()
        self._engine = _open_sqlite(address) if self.is_sqlite else _open_postgres(address)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read; nothing is locked."""
        with self._explained(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def reading_one_moment(self) -> Iterator[Connection]:
        """Read everything as it stands at one moment, however long that takes and whatever others write."""
        with self._explained(), self._engine.connect() as connection:
            if not self.is_sqlite:  # SQLite's readers always see one moment.
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Write, all or nothing; kept for good when the block ends without an error.

        In SQLite only one writes at a time; in PostgreSQL whoever appends to the chain also calls `lock_chain`.
        """
        with self._explained(), self._write_lock, self._engine.connect() as connection:
            connection = connection.execution_options(is_writing=True)
            with connection.begin():
                yield connection

    def lock_chain(self, connection: Connection) -> None:
        """Wait until nobody else, in any room, appends; until the end of this transaction nobody else can."""
        if not self.is_sqlite:
            connection.execute(_LOCK, {"key": CHAIN_LOCK})

    def close(self) -> None:
        """Give every connection back."""
        self._engine.dispose()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except exc.SQLAlchemyError as error:
            # The cause quotes rows, and rows are about people: no log that writes down a traceback shall have it.
            raise explain_database_error(error, self.name) from None
        except (UnicodeEncodeError, OverflowError):
            raise BadInputError(_UNKEEPABLE) from None


_UNKEEPABLE = "Something has signs, or is a number, that no database can keep. Type it again."
_LOCK = text("SELECT pg_advisory_xact_lock(:key)")


def put_rows(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Write rows into a table; a row with the same key is replaced."""
    if rows:
        connection.execute(_put_statement(table, connection.dialect.name), rows)


@cache
def _put_statement(table: Table, dialect: str) -> Any:
    statement: Any = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    keys = [column.name for column in table.primary_key]
    others = {column.name: statement.excluded[column.name] for column in table.columns if column.name not in keys}
    if not others:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(index_elements=keys, set_=others)


def explain_database_error(error: exc.SQLAlchemyError, name: str) -> JournalError | DiskFullError | BadInputError:
    """Say in plain sentences what the database answered, and what to do; never a value, which may be personal."""
    cause = error.orig if isinstance(error, exc.DBAPIError) else None
    words = _first_line(cause or error)
    state = getattr(cause, "sqlstate", None)
    if state == "53100" or "disk is full" in words:
        return DiskFullError(f"The disk is full: {name} could not be written. Free some space and try again.")
    if state == "53300" or isinstance(error, exc.TimeoutError):
        return JournalError(f"{name} is asked too much at once: it has no connection left. Try again.")
    if state in ("55P03", "57014") or "is locked" in words:
        return JournalError(f"{name} is busy: somebody else has been writing for {WAIT_S} seconds. Try again.")
    if state == "28P01" or "password authentication failed" in words:
        return JournalError(f"{name} does not accept this name and password. Check the address of the journal.")
    if state == "3D000" or ("database" in words and "does not exist" in words):
        return JournalError(f"{name} does not exist. Make the database first, or check the address of the journal.")
    if "readonly" in words or state == "42501":
        return JournalError(f"{name} may not be written by this program. Check who may write there.")
    if "unable to open" in words:
        return JournalError(f"{name} cannot be opened. Check that its folder exists and may be written.")
    if "not a database" in words or "malformed" in words:
        return JournalError(f"{name} is damaged, or no journal at all ({words}). Restore the last backup.")
    if "never changed" in words:
        return JournalError(f"{name} refused to change an event: events are never changed.")
    if "disk I/O" in words or state == "58030":
        return JournalError(f"{name} could not be written or read: the disk failed ({words}). Check the disk.")
    if isinstance(error, exc.DataError):
        return BadInputError(_UNKEEPABLE)
    if isinstance(error, exc.IntegrityError):
        return JournalError(f"{name} refused what does not fit what it holds; nothing was written. Try again.")
    if state is None and ("connect" in words or "server" in words):
        return JournalError(
            f"{name} cannot be reached ({words}). Check that the database runs and the network is there."
        )
    return JournalError(f"{name} cannot be used: {words}")


def _first_line(error: BaseException) -> str:
    # What follows the first line may quote the row, and a row is about a person.
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def _read_address(url: str) -> URL:
    try:
        address = make_url(url)
    except exc.ArgumentError as error:
        raise JournalError(
            "The address of the journal is none; give sqlite:///PATH or postgresql://NAME@HOST/DATABASE."
        ) from error
    kind = address.get_backend_name()
    if kind == "sqlite":
        if not address.database or address.database == ":memory:":
            raise JournalError("A journal needs a file, since it must outlive the program; give sqlite:///PATH.")
        return address.set(drivername="sqlite+pysqlite")
    if kind in ("postgresql", "postgres"):
        return address.set(drivername="postgresql+psycopg")
    raise JournalError(f'A journal cannot be kept in "{kind}"; give sqlite:///PATH or postgresql://NAME@HOST/DATABASE.')


def _name_of(address: URL) -> str:
    if address.get_backend_name() == "sqlite":
        return f"The journal {address.database}"
    return f"The journal's database {address.database} at {address.host or 'this machine'}"


def _open_sqlite(address: URL) -> Engine:
    path = Path(address.database or "")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # The record is for nobody else's eyes; SQLite gives its side files the same rights.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise JournalError(
            f"The journal {path} cannot be opened: {error.strerror}. Check that its folder exists and may be written."
        ) from error
    engine = create_engine(
        address,
        pool_size=POOL,
        max_overflow=MOST - POOL,
        hide_parameters=True,
        connect_args={"timeout": WAIT_S, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # The driver shall begin nothing by itself; see below.
        _write_ahead(connection)
        for pragma in ("synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer says so at once: two who read first and write later could not both go on.
        is_writing = connection.get_execution_options().get("is_writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")

    return engine


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let readers and a writer work at once. Of several programs that open a new journal SQLite lets none wait here."""
    until = time.monotonic() + WAIT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY  # the bits above tell why
            if not is_busy or time.monotonic() > until:
                raise
            time.sleep(0.01)


def _open_postgres(address: URL) -> Engine:
    # Whoever waits for a lock gives up as in SQLite; times never depend on the server's settings.
    settings = f"-c lock_timeout={WAIT_S * 1000} -c synchronous_commit=on -c timezone=UTC"
    try:
        return create_engine(
            address,
            pool_size=POOL,
            max_overflow=MOST - POOL,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"connect_timeout": 10, "options": settings},
        )
    except (ImportError, exc.NoSuchModuleError) as error:
        raise JournalError(
            "A journal in PostgreSQL needs the program psycopg. Install it with: pip install ductoscope[postgres]"
        ) from error
