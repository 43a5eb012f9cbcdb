"""An empty journal in SQLite, and in a real PostgreSQL: every test that asks for one runs on both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ductoscope.record.journal import Journal, open_journal
from tests.postgres import empty_url, journal_url, postgres_url  # noqa: F401


@pytest.fixture
def witness(tmp_path: Path) -> Path:
    return tmp_path / "witness.jsonl"


@pytest.fixture
def journal(journal_url: str, witness: Path) -> Iterator[Journal]:  # noqa: F811
    with open_journal(journal_url, witness=witness) as journal:
        yield journal
