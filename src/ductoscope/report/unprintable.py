"""Unprintable: signs that no font here has, and words longer than a line."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

LONGEST = 24
"""Letters that a word may have before a line may break inside it."""
MANY = 12
"""So many different signs without letters mean a whole script that is missing here."""
BOX = "□"
_LONG = re.compile(rf"\S{{{LONGEST + 1},}}")
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
_JOINERS = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069"


def break_long_words(content: Any) -> Any:
    """Let a line break inside every very long word of a document; other words stay as they are."""
    return _change_text(content, lambda text: _LONG.sub(_break, text))


def _break(found: re.Match[str]) -> str:
    word = found.group()
    return "\u200b".join(word[first : first + LONGEST // 2] for first in range(0, len(word), LONGEST // 2))


def keep_printable(content: Any, hidden: set[str]) -> Any:
    """Put a box for every sign in `hidden`, and drop control signs; with many hidden ones, for every rare sign.

    hidden: signs for which no font here has letters.
    """
    is_known = (lambda sign: ord(sign) < 0x530 or 0x2010 <= ord(sign) <= 0x22FF) if len(hidden) >= MANY else None

    def clean(sign: str) -> str:
        if sign in hidden and sign in _JOINERS:
            return ""
        if sign == "\n" or sign in _JOINERS:
            return sign
        if unicodedata.category(sign) in _INVISIBLE:
            return " " if sign == "\t" else ""
        if sign in hidden or (is_known is not None and not is_known(sign) and sign != BOX):
            return BOX
        return sign

    return _change_text(
        content, lambda text: text if text.isascii() and text.isprintable() else "".join(map(clean, text))
    )


def _change_text(content: Any, change: Any) -> Any:
    if isinstance(content, str):
        return change(content)
    if isinstance(content, dict):
        return {key: value if key == "file" else _change_text(value, change) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_change_text(one, change) for one in content]
    return content
