"""What one part of a referral comes to: met, not met, or cannot be told, with what was said and what is missing."""

from __future__ import annotations

from dataclasses import dataclass

from ductoscope.model.clinical import Reason


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer with its reasons. is_met: None when too little is known; missing: what to ask or do first."""

    is_met: bool | None
    reasons: tuple[Reason, ...] = ()
    missing: tuple[Reason, ...] = ()


def both(one: bool | None, other: bool | None) -> bool | None:
    """Say whether both hold: one "no" is enough for no, and nothing unknown ever becomes a yes."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True
