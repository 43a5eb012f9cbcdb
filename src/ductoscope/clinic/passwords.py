"""Passwords: kept as argon2id hashes, of a decent length, and never faster to refuse for a name that nobody has."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ductoscope.model import BadInputError
from ductoscope.model.clinical import Person

SHORTEST = 12
LONGEST = 200
_COMMON = (
    "password", "passwort", "123456", "qwerty", "qwertz", "letmein", "welcome", "iloveyou", "abcdef", "dragon",
    "monkey", "football", "princess", "sunshine", "hospital", "ductoscope", "admin", "secret", "changeme", "111111",
    "000000",
)  # fmt: skip
"""Beginnings of lists of the most used passwords; one of them with a few signs around it is still one of them."""
_ADDED = 5


class Passwords:
    """Hashes and checks passwords. hasher: argon2id with the parameters of RFC 9106's second choice, if not given."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = PasswordHasher() if hasher is None else hasher
        self._lock = threading.Lock()
        self._nobodys: str | None = None

    def make_hash(self, password: str) -> str:
        """The hash to keep; it holds its own salt and parameters."""
        return self._hasher.hash(_encode(password))

    def is_right(self, password: str, kept: str | None) -> bool:
        """Whether it is the password of this hash; without a hash (nobody's) it takes as long, and is not."""
        given = _encode(password if len(password) <= LONGEST else "")
        try:
            is_same = self._hasher.verify(kept if kept is not None else self._hash_of_nobody(), given)
        except (VerificationError, InvalidHashError):
            return False
        return is_same and kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Whether a hash was made with weaker parameters than are used now."""
        return self._hasher.check_needs_rehash(kept)

    def _hash_of_nobody(self) -> str:
        with self._lock:
            if self._nobodys is None:
                self._nobodys = self._hasher.hash("the password of nobody at all")
            return self._nobodys


def _encode(password: str) -> bytes:
    # Whatever a browser sends is some password: half a sign is kept as it is instead of failing.
    return password.encode("utf-8", "surrogatepass")


def check_password(password: str, person: Person) -> None:
    """Refuse a password that somebody guesses. Raises BadInputError in words; the length matters, odd signs do not.

    The rules are those of NIST SP 800-63B, section 3.1.1.2: a length, a list of common ones, and nothing else.
    """
    if len(password) < SHORTEST:
        raise BadInputError(
            f"The password has {len(password)} signs; it needs at least {SHORTEST}. Four unrelated words are good."
        )
    if len(password) > LONGEST:
        raise BadInputError(f"The password is longer than {LONGEST} signs. Choose a shorter one.")
    plain = "".join(sign for sign in password.casefold() if sign.isalnum())
    for part in (person.id, *person.name.split()):
        name = "".join(sign for sign in part.casefold() if sign.isalnum())
        if len(name) >= 3 and len(plain.replace(name, "")) < SHORTEST - _ADDED:
            raise BadInputError("The password is little more than the name. Choose another one.")
    if len(set(plain)) < 5 or any(len(plain.replace(common, "")) <= _ADDED for common in _COMMON if common in plain):
        raise BadInputError("Everybody tries this password first. Choose another one; four unrelated words are good.")
