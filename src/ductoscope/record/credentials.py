"""Who may sign in: hashes of passwords, open sessions, and attempts. In the journal's database, but no events."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from ductoscope.record.journal import Journal
from ductoscope.record.journal.database import put_rows
from ductoscope.record.journal.search import fold_letters
from ductoscope.record.journal.tables import passwords, sessions, sign_in_attempts
from ductoscope.record.journal.writing import read_time, write_time

TOUCH_AFTER = timedelta(seconds=15)
"""A session that was seen so lately is not noted again: every page would cost a synced write."""
KEEP_SESSIONS = timedelta(days=30)
"""A session that was never closed is deleted then; it has been of no use for long."""
KEEP_ATTEMPTS = timedelta(days=1)
"""Attempts older than this count for nothing and are deleted; the journal keeps what happened."""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in. seen_utc: when they last did something, to a quarter of a minute."""

    person_id: str
    opened_utc: datetime
    seen_utc: datetime
    is_locked: bool

    def is_to_be_noted(self, now: datetime) -> bool:
        """Whether it was seen so long ago that it is noted again."""
        return now - self.seen_utc > TOUCH_AFTER


class Credentials:
    """The doors of one journal. Every method raises JournalError when the database cannot be used."""

    def __init__(self, journal: Journal) -> None:
        self._database = journal.database

    def set_hash(self, person_id: str, argon2_hash: str) -> None:
        """Keep the hash of a new password. Sessions opened with the old one stay; `close_all` ends them."""
        with self._database.writing() as connection:
            put_rows(connection, passwords, [{"person_id": person_id, "argon2_hash": argon2_hash}])

    def hash_of(self, person_id: str) -> str | None:
        """Return the hash of somebody's password; None when there is none."""
        known = select(passwords.c.argon2_hash).where(passwords.c.person_id == person_id)
        with self._database.reading() as connection:
            found: str | None = connection.execute(known).scalar()
        return found

    def open_session(self, person_id: str, now: datetime) -> str:
        """Open a session and return its token, which nobody can read again: only its hash is kept."""
        token = secrets.token_urlsafe(32)
        session = {
            "token_sha256": _hash(token),
            "person_id": person_id,
            "opened_utc": write_time(now),
            "seen_utc": write_time(now),
            "is_locked": False,
        }
        old = delete(sessions).where(sessions.c.opened_utc < write_time(now - KEEP_SESSIONS))
        with self._database.writing() as connection:
            connection.execute(old)
            connection.execute(insert(sessions), session)
        return token

    def find_session(self, token: str) -> Session | None:
        """Return the session of a token; None when it was closed, or never was."""
        known = select(sessions).where(sessions.c.token_sha256 == _hash(token))
        with self._database.reading() as connection:
            row = connection.execute(known).first()
        if row is None:
            return None
        return Session(row.person_id, read_time(row.opened_utc), read_time(row.seen_utc), row.is_locked)

    def touch(self, token: str, now: datetime) -> None:
        """Note that somebody did something just now."""
        session = self.find_session(token)
        if session is not None and session.is_to_be_noted(now):
            self._change(token, seen_utc=write_time(now))

    def lock(self, token: str) -> None:
        """Lock a session: it stays, but opens nothing until it is unlocked."""
        self._change(token, is_locked=True)

    def unlock(self, token: str, now: datetime) -> None:
        """Unlock a session; the caller has asked for the password."""
        self._change(token, is_locked=False, seen_utc=write_time(now))

    def close(self, token: str) -> None:
        """End a session."""
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.token_sha256 == _hash(token)))

    def close_all(self, person_id: str) -> int:
        """End every session of somebody and return how many there were."""
        with self._database.writing() as connection:
            return connection.execute(delete(sessions).where(sessions.c.person_id == person_id)).rowcount

    def note_attempt(self, name: str, now: datetime, is_good: bool) -> None:
        """Note that somebody tried to sign in under a name, which may be nobody's."""
        attempt = {"name_sha256": _hash_name(name), "at_utc": write_time(now), "is_good": is_good}
        old = delete(sign_in_attempts).where(sign_in_attempts.c.at_utc < write_time(now - KEEP_ATTEMPTS))
        with self._database.writing() as connection:
            connection.execute(old)
            connection.execute(insert(sign_in_attempts), attempt)

    def failures_since(self, name: str | None, since: datetime) -> list[datetime]:
        """Return when sign-in failed since a moment, newest first: under any name (None), or under this one.

        Under one name, only what came after its last good attempt counts.
        """
        tries = sign_in_attempts.c
        lately = select(tries.at_utc, tries.is_good).where(tries.at_utc >= write_time(since))
        if name is not None:
            lately = lately.where(tries.name_sha256 == _hash_name(name))
        failures = []
        with self._database.reading() as connection:
            for at_utc, is_good in connection.execute(lately.order_by(tries.at_utc.desc(), tries.id.desc())):
                if not is_good:
                    failures.append(read_time(at_utc))
                elif name is not None:
                    break
        return failures

    def _change(self, token: str, **values: object) -> None:
        with self._database.writing() as connection:
            connection.execute(update(sessions).where(sessions.c.token_sha256 == _hash(token)).values(**values))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _hash_name(name: str) -> str:
    return _hash(fold_letters(name))
