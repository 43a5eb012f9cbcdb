"""Who may come in: hashes, sessions and attempts, and nothing that could be used by who reads the database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from ductoscope.record.credentials import TOUCH_AFTER, Credentials, Session
from ductoscope.record.journal import Journal, open_journal
from ductoscope.record.journal.tables import sessions, sign_in_attempts

NOON = datetime(2026, 3, 2, 12, 0, 0, 5, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def journal(journal_url: str) -> Iterator[Journal]:
    with open_journal(journal_url) as journal:
        yield journal


@pytest.fixture
def credentials(journal: Journal) -> Credentials:
    return Credentials(journal)


def test_the_newest_hash_counts(credentials: Credentials) -> None:
    assert credentials.hash_of("doctor") is None
    credentials.set_hash("doctor", "$argon2id$one")
    credentials.set_hash("nurse", "$argon2id$other")
    credentials.set_hash("doctor", "$argon2id$two")
    assert credentials.hash_of("doctor") == "$argon2id$two"
    assert credentials.hash_of("nurse") == "$argon2id$other"


def test_a_session_from_beginning_to_end(credentials: Credentials) -> None:
    token = credentials.open_session("doctor", NOON)
    assert credentials.find_session(token) == Session("doctor", NOON, NOON, is_locked=False)
    credentials.lock(token)
    assert credentials.find_session(token).is_locked
    credentials.unlock(token, NOON + 60 * SECOND)
    assert credentials.find_session(token) == Session("doctor", NOON, NOON + 60 * SECOND, is_locked=False)
    credentials.close(token)
    assert credentials.find_session(token) is None


def test_a_touch_is_noted_now_and_then(credentials: Credentials) -> None:
    token = credentials.open_session("doctor", NOON)
    credentials.touch(token, NOON + TOUCH_AFTER)
    assert credentials.find_session(token).seen_utc == NOON
    later = NOON + TOUCH_AFTER + SECOND
    credentials.touch(token, later)
    assert credentials.find_session(token).seen_utc == later
    credentials.touch("nobody's", later)


def test_tokens_are_long_and_never_kept(credentials: Credentials, journal: Journal) -> None:
    tokens = {credentials.open_session("doctor", NOON) for _ in range(5)}
    assert len(tokens) == 5
    assert all(len(token) >= 43 for token in tokens)
    with journal.database.reading() as connection:
        kept = str(connection.execute(select(sessions)).all())
    assert not any(token in kept for token in tokens)
    (row, *_) = tokens
    assert credentials.find_session(row.swapcase()) is None
    assert credentials.find_session("") is None


def test_all_sessions_of_one_person_end(credentials: Credentials) -> None:
    mine = [credentials.open_session("doctor", NOON) for _ in range(2)]
    other = credentials.open_session("nurse", NOON)
    assert credentials.close_all("doctor") == 2
    assert [credentials.find_session(token) for token in mine] == [None, None]
    assert credentials.find_session(other) is not None


def test_sessions_that_nobody_closed_go_in_time(credentials: Credentials) -> None:
    old = credentials.open_session("doctor", NOON)
    new = credentials.open_session("doctor", NOON + timedelta(days=29))
    assert credentials.find_session(old) is not None
    credentials.open_session("nurse", NOON + timedelta(days=31))
    assert credentials.find_session(old) is None
    assert credentials.find_session(new) is not None


def test_failures_under_a_name_count_since_its_last_good_attempt(credentials: Credentials) -> None:
    for second, name, is_good in [
        (0, "doctor", False),
        (1, "doctor", True),
        (2, "doctor", False),
        (3, "nurse", False),
        (4, " DOCTOR ", False),
    ]:
        credentials.note_attempt(name, NOON + second * SECOND, is_good)
    at = [NOON + second * SECOND for second in range(5)]
    assert credentials.failures_since("doctor", NOON) == [at[4], at[2]]
    assert credentials.failures_since("doctor", at[3]) == [at[4]]
    assert credentials.failures_since("Nurse", NOON) == [at[3]]
    assert credentials.failures_since("nobody", NOON) == []
    assert credentials.failures_since(None, NOON) == [at[4], at[3], at[2], at[0]]


def test_what_was_typed_is_not_kept(credentials: Credentials, journal: Journal) -> None:
    credentials.note_attempt("my password, by mistake", NOON, is_good=False)
    with journal.database.reading() as connection:
        kept = str(connection.execute(select(sign_in_attempts)).all())
    assert "password" not in kept


def test_old_attempts_go(credentials: Credentials) -> None:
    credentials.note_attempt("doctor", NOON, is_good=False)
    credentials.note_attempt("nurse", NOON + timedelta(days=2), is_good=False)
    assert credentials.failures_since("doctor", NOON) == []


def test_nothing_of_it_is_in_the_journal(credentials: Credentials, journal: Journal) -> None:
    credentials.set_hash("doctor", "$argon2id$one")
    credentials.close(credentials.open_session("doctor", NOON))
    credentials.note_attempt("doctor", NOON, is_good=True)
    assert journal.events() == []
    journal.rebuild()
    assert credentials.hash_of("doctor") == "$argon2id$one"


def test_two_programs_share_them(credentials: Credentials, journal_url: str) -> None:
    token = credentials.open_session("doctor", NOON)
    with open_journal(journal_url) as other:
        assert Credentials(other).find_session(token) == credentials.find_session(token)
