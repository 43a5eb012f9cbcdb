"""Branches of one duct: which were entered, which were not, and of which nothing was noted."""

from __future__ import annotations

from collections.abc import Iterable

from ductoscope.model.clinical import Finding, Orifice


def entered_branches(orifice: Orifice, findings: Iterable[Finding]) -> frozenset[str]:
    """Return every path that the scope was on: those noted, those with a finding, and the way to them."""
    ends = [*orifice.branches_entered, *(one.place.branch for one in findings if one.place.orifice == orifice.number)]
    return frozenset({"", *(path[:end] for path in ends for end in range(1, len(path) + 1))})


def unnoted_branches(orifice: Orifice, findings: Iterable[Finding]) -> tuple[str, ...]:
    """Return the other side of every fork that is known, where nobody noted anything of it.

    Whoever went left at a fork has not been right; that the record is silent on it must show.
    """
    known = entered_branches(orifice, findings) | set(orifice.branches_not_entered)
    known |= {path[:end] for path in known for end in range(1, len(path) + 1)}
    forks = [path for path in known if path and path[-1] in "LR"]
    others = {path[:-1] + ("R" if path[-1] == "L" else "L") for path in forks}
    return tuple(sorted(others - known))
