"""A real PostgreSQL for tests: one small cluster a session, without a network, and a fresh database a test.

Imported in a conftest, `postgres_url`, `journal_url` and `empty_url` are fixtures; `fresh_database()` is for
what is no test.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest

from ductoscope.record.journal import open_journal

GUARDED = "guarded"
"""Name of a person who may come in with the password "right" only; everybody else needs none."""
_DEBIAN = Path("/usr/lib/postgresql")
_numbers = count(1)


@dataclass(frozen=True)
class Cluster:
    """A running PostgreSQL that is reached through a socket in `folder`."""

    folder: Path
    connection: psycopg.Connection[tuple[object, ...]]

    def url(self, database: str, name: str = "postgres", password: str = "") -> str:
        """Write the address of one of its databases."""
        who = f"{name}:{password}" if password else name
        return f"postgresql://{who}@/{database}?host={self.folder}"

    def run(self, statement: str) -> None:
        """Run a statement outside any transaction."""
        self.connection.execute(statement.encode())


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """The address of an empty database of a real PostgreSQL, gone after the test."""
    with fresh_database() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.peer)])
def journal_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a new journal, in SQLite and in a real PostgreSQL: the test runs once on each."""
    if request.param == "sqlite":
        path = tmp_path / "journal.db"
        path.write_bytes(_new_sqlite())
        yield f"sqlite:///{path}"
    else:
        with fresh_database(_new_postgres()) as url:
            yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.peer)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database in which nothing is yet, not even tables; as `journal_url`, once on each."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'journal.db'}"
    else:
        with fresh_database() as url:
            yield url


@contextmanager
def fresh_database(template: str = "template1") -> Iterator[str]:
    """Make an empty database and take it away again, whoever is still in it. Skips the test without PostgreSQL."""
    cluster = start_postgres()
    name = f"test_{os.getpid()}_{next(_numbers)}"
    cluster.run(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield cluster.url(name)
    finally:
        cluster.run(f"DROP DATABASE {name} WITH (FORCE)")


@cache
def _new_sqlite() -> bytes:
    # Making the tables takes longer than most tests: it is done once, and copied.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        open_journal(f"sqlite:///{path}").close()
        return path.read_bytes()


@cache
def _new_postgres() -> str:
    cluster = start_postgres()
    cluster.run("CREATE DATABASE new_journal")
    open_journal(cluster.url("new_journal")).close()
    return "new_journal"


@cache
def start_postgres() -> Cluster:
    """Start the cluster of this test session; it ends, and its files go, when the session ends."""
    binaries = find_postgres()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed; the tests with a real one were not run.")
    folder = Path(tempfile.mkdtemp(prefix="ductoscope-postgres-"))
    user = None
    if os.geteuid() == 0:  # initdb refuses to be run by root.
        user = "postgres"
        shutil.chown(folder, user, user)
    data = folder / "data"

    def run(*command: str) -> None:
        subprocess.run(command, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)

    def stop() -> None:
        run(str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)

    run(str(binaries / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync")
    rules = data / "pg_hba.conf"
    rules.write_text(f"local all {GUARDED} scram-sha-256\n{rules.read_text()}")
    settings = {"listen_addresses": "", "unix_socket_directories": folder, "fsync": "off", "max_connections": 200}
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    run(str(binaries / "pg_ctl"), "-D", str(data), "-l", str(folder / "log"), "-o", options, "-w", "start")
    atexit.register(stop)
    address = f"host={folder} user=postgres dbname=postgres"
    cluster = Cluster(folder, psycopg.connect(address, autocommit=True))
    atexit.register(cluster.connection.close)  # Before the cluster ends: the last registered is called first.
    cluster.run(f"CREATE ROLE {GUARDED} LOGIN SUPERUSER PASSWORD 'right'")
    return cluster


def find_postgres() -> Path | None:
    """Find the folder of PostgreSQL's programs: on the path, or where Debian has them; the newest."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).parent
    installed = [path.parent for path in _DEBIAN.glob("*/bin/initdb")]
    return max(installed, key=lambda path: int(path.parent.name), default=None)
