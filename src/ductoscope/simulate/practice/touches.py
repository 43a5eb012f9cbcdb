"""The wall's touches: how often the tip came to lie on it, how hard, and where."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ductoscope.simulate.drive.state import Contact

TOUCHES_FROM = 0.1
"""Share of the force that makes a wall bleed from which on a contact counts (assumed)."""
HARD_FROM = 0.6
"""From here on it is hard (assumed)."""
_FREE_S = 0.3


@dataclass(frozen=True, slots=True)
class Touch:
    """The tip lay on the wall for a while.

    t_s: when it began. force: the hardest, 0..1 of what makes it bleed, and where that was: depth_mm and branch.
    """

    t_s: float
    force: float
    depth_mm: float
    branch: int

    @property
    def is_hard(self) -> bool:
        """Hard enough to be felt."""
        return self.force >= HARD_FROM


class Touches:
    """Tells one touch from the next: the tip must have been free for a moment in between."""

    def __init__(self) -> None:
        self._made: list[Touch] = []
        self._free_s = _FREE_S

    @property
    def made(self) -> tuple[Touch, ...]:
        """All touches so far, in order."""
        return tuple(self._made)

    def let_go(self) -> None:
        """The scope is out."""
        self._free_s = _FREE_S

    def note(self, contact: Contact | None, t_s: float, dt_s: float, depth_mm: float, branch: int) -> None:
        """Add one moment of `dt_s` seconds."""
        if contact is None or contact.force < TOUCHES_FROM:
            self._free_s += dt_s
            return
        if self._free_s >= _FREE_S:
            self._made.append(Touch(t_s, contact.force, depth_mm, branch))
        elif contact.force > self._made[-1].force:
            self._made[-1] = replace(self._made[-1], force=contact.force, depth_mm=depth_mm, branch=branch)
        self._free_s = 0.0
