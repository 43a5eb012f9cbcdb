"""Know a drug again by the name on its packet, also when it was noted as "other" or misspelt by a letter."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

SHORTEST_STEM = 5
"""Listed names of at least this many letters also match longer words, as "warfarin" does "Warfarine"."""


def find_known_name(name: str, known: Sequence[str]) -> str | None:
    """Return which of the known names (small letters) a drug's name holds, or None.

    Accents and case do not count; one letter more, less, other or changed with its neighbour is forgiven in a longer
    name. It asks rather once too often than once too rarely.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = "".join(sign if sign.isalpha() else " " for sign in plain).split()
    for word in words:
        for one in known:
            if word == one or (len(one) >= SHORTEST_STEM and word.startswith(one)):
                return one
    long_names = [one for one in known if len(one) > SHORTEST_STEM]
    return next((one for word in words for one in long_names if _is_misspelt(word, one)), None)


def _is_misspelt(word: str, name: str) -> bool:
    if abs(len(word) - len(name)) > 1:
        return False
    same = next((at for at, (one, other) in enumerate(zip(word, name, strict=False)) if one != other), len(name))
    left, right = word[same:], name[same:]
    is_swapped = left[:2] == right[:2][::-1] and left[2:] == right[2:]
    return is_swapped or left[1:] in (right[1:], right) or left == right[1:]
