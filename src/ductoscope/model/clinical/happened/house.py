"""What can have happened to the house: people, their looks at records, the care protocol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ductoscope.model.clinical.person import Person


@dataclass(frozen=True, slots=True)
class PersonAdded:
    """Somebody got an account, or it was changed; the whole of it, as it is now."""

    person: Person


@dataclass(frozen=True, slots=True)
class PasswordSet:
    """A password was set; the journal never holds it."""

    person: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody signed in."""


@dataclass(frozen=True, slots=True)
class SignInRefused:
    """Somebody gave a wrong name or password. typed: cut to what a sign-in name may be."""

    typed: str
    why: Literal["wrong", "throttled", "inactive"]


@dataclass(frozen=True, slots=True)
class SignedOut:
    """Somebody signed out, or was: by the idle or the absolute end of the session."""

    why: Literal["asked", "idle", "end", "by administrator"] = "asked"


@dataclass(frozen=True, slots=True)
class RecordLooked:
    """Somebody looked at a record. page: which part; reason: given where the role does not usually look."""

    page: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LookRefused:
    """Somebody tried to look at, or to do, what the role does not allow."""

    page: str


@dataclass(frozen=True, slots=True)
class ProtocolSigned:
    """A rule, or the whole of the care protocol, was signed off by the clinic. rules: names; empty: all of them."""

    protocol: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProtocolChanged:
    """The clinic put another care protocol in force.

    protocol: its id; document: sha256 of the TOML in the media store.
    """

    protocol: str
    document: str


@dataclass(frozen=True, slots=True)
class PatientLeftRoom:
    """Another patient, or none, is in the room now: pictures, measures and overlays of this one were cleared."""


@dataclass(frozen=True, slots=True)
class TroubleHappened:
    """A part of the workstation failed during an examination. part: which; words: what a person was told."""

    part: str
    words: str
