"""Tokens: ids that tell nothing, and codes for labels that a person can read out and type without a slip."""

from __future__ import annotations

from collections.abc import Callable

RandomBytes = Callable[[int], bytes]
"""Where chance comes from: as many random bytes as asked for."""

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: without I, L, O and U, which are misread (https://www.crockford.com/base32.html)."""
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "-": "", " ": ""})
_PRIME = 31
_DRAWN = 7


def make_id(random_bytes: RandomBytes) -> str:
    """An opaque id of 80 random bits, safe in addresses; it says nothing about anybody."""
    return _draw(random_bytes, 16).lower()


def make_code(random_bytes: RandomBytes) -> str:
    """A code for a specimen's label, as "K7Q2-M4XA": 35 random bits and a last sign that shows typing errors."""
    drawn = _draw(random_bytes, _DRAWN)
    code = drawn + _check_sign(drawn)
    return f"{code[:4]}-{code[4:]}"


def make_wristband(random_bytes: RandomBytes) -> str:
    """A number for the wristband of somebody whom nobody knows yet, as "E-7K2MQ4"."""
    return f"E-{_draw(random_bytes, 6)}"


def read_code(typed: str) -> str:
    """Bring a typed or scanned code into the form of make_code; what is no such code comes back in capitals."""
    plain = typed.strip().upper().translate(_READ_AS)
    return f"{plain[:4]}-{plain[4:]}" if len(plain) == _DRAWN + 1 else typed.strip().upper()


def is_mistyped(typed: str) -> bool:
    """Whether it looks like one of our codes, but its last sign does not fit."""
    plain = read_code(typed).replace("-", "")
    return len(plain) == _DRAWN + 1 and all(sign in _LETTERS for sign in plain) and _check_sign(plain[:-1]) != plain[-1]


def _draw(random_bytes: RandomBytes, signs: int) -> str:
    return "".join(_LETTERS[byte & 31] for byte in random_bytes(signs))


def _check_sign(signs: str) -> str:
    # Weights 1, 2, ... modulo a prime: any one wrong sign shows but a few (values 0 and 31 alike), and any swap.
    return _LETTERS[sum(weight * _LETTERS.index(sign) for weight, sign in enumerate(signs, 1)) % _PRIME]
