"""Sign a PDF (PAdES), and find out whether a signed one is still what was signed."""

from __future__ import annotations

from datetime import datetime

from ductoscope.report.signature_check import SignatureCheck
from ductoscope.report.signer import Signer


def sign_pdf(pdf: bytes, signer: Signer, *, reason: str, now: datetime) -> bytes:
    """Return the PDF with an invisible signature that forbids any later change.

    The signature's box lies outside the page: only so the file stays PDF/A and PDF/UA at once. now: aware.
    Raises BadInputError for something that is no PDF.
    """
    from ductoscope.report import pades

    return pades.sign(pdf, signer.key, signer.certificate_name, reason=reason, now=now)


def check_signature(pdf: bytes) -> SignatureCheck:
    """Say whether a PDF is signed, by whom, and whether one byte was changed since. Never raises for a bad file."""
    from ductoscope.report import pades

    return pades.check(pdf)
