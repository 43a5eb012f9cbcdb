"""People: accounts, signing in and out, the lock screen, and how long somebody must wait who guesses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, get_args

from ductoscope.clinic.acts import Acts
from ductoscope.clinic.passwords import check_password
from ductoscope.model import BadInputError, ConflictError, NotAllowedError, NotThereError
from ductoscope.model.clinical import Person, Role
from ductoscope.model.clinical import happened as h
from ductoscope.record.journal import Draft

_WRONG = "The name or the password is wrong."
_WINDOW = timedelta(minutes=15)
_FREE_TRIES = 3
_FREE_TRIES_OF_ALL = 30
_LONGEST_WAIT_S = 300
_NAME_SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789.-_"


@dataclass(frozen=True, slots=True)
class Visit:
    """A session that still counts.

    is_locked: it needs the password before anything is shown; ends_utc: at the latest.
    """

    person: Person
    is_locked: bool
    ends_utc: datetime


class PeopleVerbs(Acts):
    """Accounts and sessions. Passwords are never in the journal; wrong names are not either."""

    def sign_in(self, name: str, password: str) -> str:
        """Open a session and return its token.

        Raises NotAllowedError: the same words and the same time for an unknown name and a wrong password; with the
        seconds to wait after several wrong ones.
        """
        now = self.now_utc()
        typed = _read_name(name)
        self._refuse_haste(typed, now)
        person = self.journal.person(typed)
        is_right = self._passwords.is_right(password, self.credentials.hash_of(typed) if person is not None else None)
        if person is None or not is_right or not person.is_active:
            self.credentials.note_attempt(typed, now, False)
            why: Literal["wrong", "inactive"] = "inactive" if is_right else "wrong"
            # What was typed may be a password in the wrong field: the journal keeps known names only.
            self.journal.append(Draft(h.SignInRefused(person.id if person is not None else "", why), ""))
            raise NotAllowedError(_WRONG)
        self.credentials.note_attempt(typed, now, True)
        self._renew_hash(person.id, password)
        token = self.credentials.open_session(person.id, now)
        self.journal.append(Draft(h.SignedIn(), person.id))
        return token

    def visit(self, token: str) -> Visit | None:
        """The session of this token, kept awake by asking; None when there is none, or it has ended."""
        session = self.credentials.find_session(token)
        if session is None:
            return None
        now = self.now_utc()
        person = self.journal.person(session.person_id)
        ends = session.opened_utc + self.end
        if person is None or not person.is_active:
            self.credentials.close(token)
            return None
        if now >= ends or now - session.seen_utc >= self.idle:
            self.credentials.close(token)
            self.journal.append(Draft(h.SignedOut("end" if now >= ends else "idle"), person.id))
            return None
        if not session.is_locked and session.is_to_be_noted(now):
            self.credentials.touch(token, now)
        return Visit(person, session.is_locked, ends)

    def visitor(self, token: str) -> Person | None:
        """Whose session this is; None when there is none or it has ended.

        A locked one still has its person: ask is_locked before anything is shown.
        """
        found = self.visit(token)
        return None if found is None else found.person

    def is_locked(self, token: str) -> bool:
        """Whether the session must be unlocked before anything is shown; True also when there is none."""
        session = self.credentials.find_session(token)
        return session is None or session.is_locked

    def lock(self, token: str) -> None:
        """Lock the screen: the session stays, but shows nothing until the password is given."""
        self.credentials.lock(token)

    def unlock(self, token: str, password: str) -> Person:
        """Unlock the screen. Raises NotAllowedError for a wrong password, throttled like signing in."""
        found = self.visit(token)
        if found is None:
            raise NotAllowedError("This session has ended. Sign in again.")
        self._prove(found.person, password)
        self.credentials.unlock(token, self.now_utc())
        return found.person

    def sign_out(self, token: str) -> None:
        """End a session; one that has ended already stays ended."""
        session = self.credentials.find_session(token)
        if session is not None:
            self.credentials.close(token)
            self.journal.append(Draft(h.SignedOut("asked"), session.person_id))

    def add_person(self, who: Person, person: Person, password: str) -> None:
        """Make an account. Raises ConflictError when the name is taken, BadInputError for a weak password."""
        self._need(who, "administrator")
        self._add(who.id, person, password)

    def add_person_by_command(self, person_id: str, name: str, role: str, password: str) -> None:
        """Make an account from the command line of the machine itself, as the first administrator's must be."""
        self._add("", Person(person_id, name, role), password)  # type: ignore[arg-type]

    def change_person(self, who: Person, person: Person) -> None:
        """Change a name or a role, close an account, or open it again. Its sessions end where the rights change."""
        self._need(who, "administrator")
        _check_role(person.role)
        before = self._find_person(person.id)
        if before == person:
            return
        loses = before.role == "administrator" and (person.role != "administrator" or not person.is_active)
        others = [
            one
            for one in self.journal.people()
            if one.role == "administrator" and one.is_active and one.id != person.id
        ]
        if loses and not others:
            raise BadInputError("This is the last administrator. Make another one first.")
        self.journal.append(Draft(h.PersonAdded(person), who.id))
        if before.role != person.role or not person.is_active:
            self.credentials.close_all(person.id)
            self.journal.append(Draft(h.SignedOut("by administrator"), person.id))

    def deactivate(self, who: Person, person_id: str) -> None:
        """Close an account; its sessions end at once. What the person wrote stays."""
        self.change_person(who, replace(self._find_person(person_id), is_active=False))

    def set_password(self, who: Person, person_id: str, password: str, *, old: str | None = None) -> None:
        """Set one's own password, with the old one, or somebody else's as administrator. The other sessions end."""
        person = self._find_person(person_id)
        if person.id == who.id:
            self._prove(who, old or "")
        else:
            self._need(who, "administrator")
        check_password(password, person)
        self.credentials.set_hash(person.id, self._passwords.make_hash(password))
        self.credentials.close_all(person.id)
        self.journal.append(Draft(h.PasswordSet(person.id), who.id))

    def _add(self, by: str, person: Person, password: str) -> None:
        if not person.id or any(sign not in _NAME_SIGNS for sign in person.id):
            raise BadInputError(
                f'"{person.id}" cannot be a sign-in name: use small letters, digits, point, dash and underscore.'
            )
        _check_role(person.role)
        if self.journal.person(person.id) is not None:
            raise ConflictError(f'"{person.id}" has an account already. Choose another sign-in name.')
        check_password(password, person)
        # The hash first: whoever has an account can also enter it, whenever the power goes.
        self.credentials.set_hash(person.id, self._passwords.make_hash(password))
        self.journal.append_all([Draft(h.PersonAdded(person), by), Draft(h.PasswordSet(person.id), by)])

    def _prove(self, person: Person, password: str) -> None:
        """Ask for the password of somebody who is signed in. Raises NotAllowedError; counted like signing in."""
        now = self.now_utc()
        self._refuse_haste(person.id, now)
        is_right = self._passwords.is_right(password, self.credentials.hash_of(person.id))
        self.credentials.note_attempt(person.id, now, is_right)
        if not is_right:
            self.journal.append(Draft(h.SignInRefused(person.id, "wrong"), ""))
            raise NotAllowedError("The password is wrong.")

    def _refuse_haste(self, typed: str, now: datetime) -> None:
        for name, free in ((typed, _FREE_TRIES), (None, _FREE_TRIES_OF_ALL)):
            failed = self.credentials.failures_since(name, now - _WINDOW)
            if len(failed) < free:
                continue
            wait_s = min(2 ** min(len(failed) - free + 1, 20), _LONGEST_WAIT_S if name is not None else 30)
            left_s = (max(failed) + timedelta(seconds=wait_s) - now).total_seconds()
            if left_s > 0:
                self._note_haste(typed, now)
                seconds = max(1, round(left_s + 0.5))
                raise NotAllowedError(f"Too many wrong attempts. Wait {seconds} seconds, then try again.")

    def _note_haste(self, typed: str, now: datetime) -> None:
        """Journal it once a minute: an attack must not fill the disk."""
        newest = self.journal.events(kinds=(h.SignInRefused,), newest_first=True, limit=1)
        last = newest[0].what if newest and now - newest[0].at_utc < timedelta(minutes=1) else None
        if isinstance(last, h.SignInRefused) and last.why == "throttled":
            return
        known = typed if self.journal.person(typed) is not None else ""
        self.journal.append(Draft(h.SignInRefused(known, "throttled"), ""))

    def _renew_hash(self, person_id: str, password: str) -> None:
        kept = self.credentials.hash_of(person_id)
        if kept is not None and self._passwords.is_outdated(kept):
            self.credentials.set_hash(person_id, self._passwords.make_hash(password))

    def _find_person(self, person_id: str) -> Person:
        person = self.journal.person(person_id)
        if person is None:
            raise NotThereError(f'Nobody has the sign-in name "{person_id}".')
        return person


def _check_role(role: str) -> None:
    if role not in get_args(Role):
        raise BadInputError(f'"{role}" is no role; choose {", ".join(get_args(Role))}.')


def _read_name(name: str) -> str:
    return name.encode("utf-8", "replace").decode().strip().casefold()[:40]
