"""Doors: which role may open which path. What has no door here is open to nobody."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import get_args
from urllib.parse import unquote

from ductoscope.model.clinical import Role

EVERYONE: frozenset[Role] = frozenset(get_args(Role))
CLINICAL: frozenset[Role] = frozenset({"doctor", "nurse"})
LEARNING: frozenset[Role] = CLINICAL | {"trainee"}
ADMINISTRATION: frozenset[Role] = frozenset({"administrator"})

FREE = ("/sign-in", "/api/sign-in", "/static", "/favicon.ico")
"""Open without a session."""

WHILE_LOCKED = ("/lock", "/api/unlock", "/api/lock", "/api/sign-out")
"""Open to a session whose screen is locked."""

DOORS: Mapping[str, frozenset[Role]] = MappingProxyType(
    {
        "/lock": EVERYONE,
        "/api/lock": EVERYONE,
        "/api/unlock": EVERYONE,
        "/api/sign-out": EVERYONE,
        "/me": EVERYONE,
        "/api/me": EVERYONE,
        "/patients": CLINICAL,
        "/api/patients": CLINICAL,
        "/procedures": CLINICAL,
        "/api/procedures": CLINICAL,
        "/results": CLINICAL,
        "/api/results": CLINICAL,
        "/follow-up": CLINICAL,
        "/api/follow-up": CLINICAL,
        "/documents": CLINICAL,
        "/room": CLINICAL,
        "/api/room": CLINICAL,
        "/api/status": CLINICAL,
        "/api/freeze": CLINICAL,
        "/api/frozen": CLINICAL,
        "/api/still": CLINICAL,
        "/api/stills": CLINICAL,
        "/api/record": CLINICAL,
        "/api/recalibrate": CLINICAL,
        "/api/find": CLINICAL,
        "/ws/live": LEARNING,
        "/ws/room": CLINICAL,
        "/practice": LEARNING,
        "/api/practice": LEARNING,
        "/ws/practice": LEARNING,
        "/admin": ADMINISTRATION,
        "/admin/protocol": ADMINISTRATION | {"doctor"},
        "/api/admin": ADMINISTRATION,
        "/api/admin/protocol": ADMINISTRATION | {"doctor"},
    }
)
"""Path to the roles that may open it and everything below it; the longest that fits decides. A trainee
gets to the live picture only where there is a simulated scope to practise on: see `who_may`."""

HOMES: Mapping[Role, str] = MappingProxyType(
    {"doctor": "/", "nurse": "/", "trainee": "/practice", "administrator": "/admin"}
)
"""Where each role begins."""


def is_free(path: str) -> bool:
    """Whether a path is open without a session."""
    return any(_is_below(path, free) for free in FREE)


def is_open_while_locked(path: str) -> bool:
    """Whether a path is open to a locked session."""
    return any(_is_below(path, free) for free in WHILE_LOCKED)


def who_may(path: str, *, has_practice: bool) -> frozenset[Role]:
    """Return the roles that may open `path`; nobody, where no door fits."""
    if path == "/":
        return CLINICAL
    fitting = [door for door in DOORS if _is_below(path, door)]
    roles = DOORS[max(fitting, key=len)] if fitting else frozenset[Role]()
    return CLINICAL if roles == LEARNING and not has_practice else roles


def home_of(role: Role, *, has_practice: bool) -> str:
    """Return where somebody with this role begins; a trainee without a simulator has the own account only."""
    return "/me" if role == "trainee" and not has_practice else HOMES[role]


def own_path(wanted: str | None) -> str | None:
    r"""Return `wanted` when it is a page of this workstation, else None: "//elsewhere" and "/\\elsewhere" are none."""
    if not wanted or not wanted.startswith("/") or not wanted.isprintable():
        return None
    for spelling in (wanted, unquote(wanted)):
        if spelling.startswith("//") or "\\" in spelling or not spelling.isprintable():
            return None
    return None if wanted.startswith(("/api/", "/ws/", "/sign-in", "/lock", "/static")) else wanted


def _is_below(path: str, door: str) -> bool:
    return path == door or path.startswith(f"{door}/")
