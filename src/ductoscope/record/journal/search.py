"""Make names comparable, so that "Muller", "müller" and "MÜLLER" find the same person."""

from __future__ import annotations

import unicodedata

# Letters that are no letter with a mark, so that taking marks off does not reach them.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})


def fold_letters(text: str) -> str:
    """Write a text without case, accents and doubled spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign)).translate(_PLAIN)
    return " ".join(plain.split())


def fold_number(text: str) -> str:
    """Write a number without case and spaces: "AB 12 34" and "ab1234" are one number, written by two people."""
    return "".join(text.casefold().split())


def escape_like(word: str) -> str:
    """Write a word so that SQL's LIKE, with the escape sign "!", takes every sign of it as itself."""
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")
