"""Signer: the certificate that stands behind a signed report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any

from ductoscope.model.errors import BadFileError

KEY_NAME, CERTIFICATE_NAME = "report_signing_key.pem", "report_signing_certificate.pem"


class Signer:
    """A key with its certificate, read when it is first needed.

    is_self_made: by this workstation; no authority stands for it.
    """

    def __init__(self, read: Callable[[], Any], *, is_self_made: bool) -> None:
        self.is_self_made = is_self_made
        self._read = read
        self._lock = Lock()
        self._key: Any = None

    @property
    def key(self) -> Any:
        """What pyHanko signs with. Raises BadFileError when it cannot be read or made."""
        with self._lock:
            if self._key is None:
                self._key = self._read()
            return self._key

    @property
    def certificate_name(self) -> str:
        """Whose certificate it is, as on the report. Raises BadFileError when it cannot be read or made."""
        from ductoscope.report import pades

        return pades.name_holder(self.key.signing_cert)


def load_signer(certificate: Path, password: str = "", *, key: Path | None = None) -> Signer:
    """Read a site's own certificate now: PKCS#12 (.p12, .pfx) alone, or PEM with the file of its key.

    Raises BadFileError when a file is missing, the password is wrong, or it cannot sign.
    """
    found = _load(certificate, password, key)
    return Signer(lambda: found, is_self_made=False)


def make_signer(folder: Path, site_name: str) -> Signer:
    """Return the workstation's own signer: made when first used, kept in `folder`, its key for the owner alone.

    Using it raises BadFileError when it cannot be kept or read.
    """

    def read() -> Any:
        key_path, certificate_path = folder / KEY_NAME, folder / CERTIFICATE_NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not (key_path.exists() and certificate_path.exists()):
                from ductoscope.report.make_certificate import make_certificate

                make_certificate(key_path, certificate_path, site_name)
        except OSError as error:
            raise BadFileError(f"The key for signing cannot be kept in {folder}: {error.strerror}.") from error
        return _load(certificate_path, "", key_path)

    return Signer(read, is_self_made=True)


def _load(certificate: Path, password: str, key: Path | None) -> Any:
    from ductoscope.report import pades

    found = pades.load_key(certificate, password, key)
    if found is None:
        raise BadFileError(
            f"The certificate {certificate.name} cannot be used to sign. Check that the file is there, that its key "
            "belongs to it, and that the password is right."
        )
    return found
