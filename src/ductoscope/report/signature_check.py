"""SignatureCheck: what was found of a PDF's signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SignatureCheck:
    """What was found of a PDF's signature.

    intact: every byte is as it was signed; signer: name on the certificate, "" without a signature; signed_utc: as the
    workstation's clock said. words: what was found, for a person.
    """

    intact: bool
    signer: str
    signed_utc: datetime | None
    words: str
