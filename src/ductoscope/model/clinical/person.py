"""Person: somebody who works here, and what the role lets them do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ductoscope.model.clinical.words import check_text

Role = Literal["doctor", "nurse", "trainee", "administrator"]


@dataclass(frozen=True, slots=True)
class Person:
    """A local account.

    id: what is typed to sign in, and what events carry; name: as on a report. A trainee has the simulator only.
    """

    id: str
    name: str
    role: Role
    is_active: bool = True

    def __post_init__(self) -> None:
        check_text("Sign-in name", self.id, 40, is_needed=True)
        check_text("Name", self.name, is_needed=True)
