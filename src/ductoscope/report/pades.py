"""PAdES with pyHanko: the only place that knows it. Import it late, it takes most of a second."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from ductoscope.model.errors import BadInputError
from ductoscope.report.signature_check import SignatureCheck

FIELD = "Signature"


def load_key(certificate: Path, password: str, key: Path | None) -> Any:
    """Read PKCS#12, or PEM with its key; None when that cannot be done."""
    secret = password.encode() or None
    if key is None:
        return SimpleSigner.load_pkcs12(str(certificate), passphrase=secret)  # type: ignore[no-untyped-call]
    return SimpleSigner.load(str(key), str(certificate), key_passphrase=secret)  # type: ignore[no-untyped-call]


def name_holder(certificate: Any) -> str:
    """Say whose certificate this is: its common name, or all of its subject."""
    subject = certificate.subject
    return str(subject.native.get("common_name") or subject.human_friendly)


class _ClockedSigner(PdfSigner):
    """A signer that states the time it is given, not the computer's."""

    def __init__(self, metadata: PdfSignatureMetadata, key: Any, field: SigFieldSpec, now: datetime) -> None:
        super().__init__(metadata, key, new_field_spec=field)
        self._now = now

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> Any:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._now
        return session


def sign(pdf: bytes, key: Any, holder: str, *, reason: str, now: datetime) -> bytes:
    """Return the PDF with an invisible signature that forbids any later change."""
    metadata = PdfSignatureMetadata(
        field_name=FIELD,
        reason=reason,
        name=holder,
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    field = SigFieldSpec(
        FIELD, invis_sig_settings=InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True)
    )
    try:
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        signed = _ClockedSigner(metadata, key, field, now).sign_pdf(writer)
    except PdfError as error:
        raise BadInputError(f"This is no PDF that can be signed: {error}. Make the document again.") from error
    return bytes(signed.getvalue())


def _is_gap_clean(pdf: bytes, byte_range: Sequence[int]) -> bool:
    """Say whether the one place that a signature cannot cover, its own, holds it and zeros alone."""
    gap = pdf[int(byte_range[1]) : int(byte_range[2])]
    content = bytes.fromhex(gap[1:-1].decode("ascii"))
    # DER (X.690): a tag, then the length; from 128 on, one byte says how many bytes the length has.
    more = content[1] & 0x7F if content[1] >= 0x80 else 0
    length = 2 + more + (int.from_bytes(content[2 : 2 + more]) if more else content[1])
    return gap == b"<" + content.hex().upper().encode() + b">" and not any(content[length:])


def check(pdf: bytes) -> SignatureCheck:
    """Say whether a PDF is signed, by whom, and whether one byte was changed since."""
    try:
        found = PdfFileReader(BytesIO(pdf), strict=False).embedded_signatures
        if not found:
            return SignatureCheck(False, "", None, "The document is not signed.")
        signature = found[-1]
        certificate = signature.signer_cert
        # Whether to trust the certificate is the reader's question; here only: is this what it signed?
        trust = ValidationContext(trust_roots=[certificate], allow_fetching=False)
        status = validate_pdf_signature(signature, trust)
        covers_all = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
        intact = bool(status.intact and status.valid and covers_all and _is_gap_clean(pdf, signature.byte_range))
        words = "The document is as it was signed." if intact else "The document was changed after it was signed."
        return SignatureCheck(intact, name_holder(certificate), signature.self_reported_timestamp, words)
    except (PdfError, SignatureValidationError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        return SignatureCheck(False, "", None, f"The document is damaged: {error}.")
