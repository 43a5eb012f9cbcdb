"""A signed report stays what was signed: one changed byte shows, and the file stays archival and accessible."""

from __future__ import annotations

import stat
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509 import load_pem_x509_certificate

from ductoscope.model import BadFileError, BadInputError
from ductoscope.report import Signer, check_signature, compose_leaflet, load_signer, make_signer, render_pdf, sign_pdf
from ductoscope.report.signer import CERTIFICATE_NAME, KEY_NAME
from tests.unit.report.example import NOW, SITE, read_example


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def signer(folder: Path) -> Signer:
    return make_signer(folder, "Breast Centre Demo")


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render_pdf(compose_leaflet(SITE, now_utc=NOW), read_example)


@pytest.fixture(scope="module")
def signed(pdf: bytes, signer: Signer) -> bytes:
    return sign_pdf(pdf, signer, reason="final report", now=NOW)


def test_a_signed_report_is_intact_and_names_signer_and_time(signed: bytes) -> None:
    check = check_signature(signed)
    assert check.intact
    assert check.signer == "Breast Centre Demo (workstation)"
    assert check.signed_utc == NOW
    assert check.words == "The document is as it was signed."


def test_one_flipped_bit_anywhere_is_found(signed: bytes) -> None:
    # The signature's own bytes have a test of their own, below.
    start = signed.index(b"/Contents <") + 11
    end = signed.index(b">", start)
    places = [*range(50, len(signed), len(signed) // 40), start - 1, end, len(signed) - 30]
    for place in (one for one in places if not start <= one < end):
        changed = bytearray(signed)
        changed[place] ^= 1
        assert not check_signature(bytes(changed)).intact, place


def test_a_flipped_bit_in_the_signature_value_or_behind_it_is_found(signed: bytes) -> None:
    start = signed.index(b"/Contents <") + 11
    end = signed.index(b">", start)
    value_end = start + len(signed[start:end].rstrip(b"0"))
    for place in (*range(value_end - 60, value_end, 4), *range(value_end + 2, end, 60), end - 1):
        changed = bytearray(signed)
        changed[place] ^= 1
        assert not check_signature(bytes(changed)).intact, place - start


def test_anything_added_is_found(signed: bytes) -> None:
    assert not check_signature(signed + b"\n% more").intact
    with pikepdf.open(BytesIO(signed)) as opened:
        opened.docinfo["/Title"] = "Another"
        changed = BytesIO()
        opened.save(changed)
    assert not check_signature(changed.getvalue()).intact


@pytest.mark.parametrize("damaged", [b"", b"%PDF-1.7", b"no pdf", bytes(2000)])
def test_what_is_no_signed_pdf_is_said_without_an_error(damaged: bytes) -> None:
    assert not check_signature(damaged).intact


def test_an_unsigned_pdf_is_not_intact(pdf: bytes) -> None:
    assert check_signature(pdf).words == "The document is not signed."


def test_the_signed_file_stays_archival_and_accessible(pdf: bytes, signed: bytes) -> None:
    assert signed.startswith(pdf)
    with pikepdf.open(BytesIO(signed)) as opened:
        assert opened.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in opened.Root
        assert "/OutputIntents" in opened.Root
        assert str(opened.Root.Lang) == "en"
        with opened.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
            assert metadata["pdfuaid:part"] == "1"
        field = opened.Root.AcroForm.Fields[0]
        # PDF/A wants every field printable and none hidden; PDF/UA lets one be untagged only outside the page.
        assert int(field.F) & 4
        assert not int(field.F) & 2
        assert float(field.Rect[2]) < 0
        assert str(field.V.SubFilter) == "/ETSI.CAdES.detached"
        assert int(opened.Root.Perms.DocMDP.Reference[0].TransformParams.P) == 1


def test_the_key_is_for_the_owner_alone_and_kept(folder: Path, signer: Signer) -> None:
    assert signer.is_self_made
    assert signer.certificate_name == "Breast Centre Demo (workstation)"
    assert stat.S_IMODE((folder / KEY_NAME).stat().st_mode) == 0o600
    before = (folder / CERTIFICATE_NAME).read_bytes()
    assert make_signer(folder, "Another name").certificate_name == signer.certificate_name
    assert (folder / CERTIFICATE_NAME).read_bytes() == before


def test_nothing_is_made_before_it_is_needed(tmp_path: Path) -> None:
    made = make_signer(tmp_path / "data", "S" * 300)
    assert not (tmp_path / "data").exists()
    assert len(made.certificate_name) <= 64


def test_half_a_pair_is_made_again(tmp_path: Path) -> None:
    (tmp_path / KEY_NAME).write_text("a key whose certificate was never written")
    assert make_signer(tmp_path, "Demo").certificate_name == "Demo (workstation)"


def test_a_damaged_key_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / KEY_NAME).write_text("no key")
    (tmp_path / CERTIFICATE_NAME).write_text("no certificate")
    with pytest.raises(BadFileError, match="cannot be used to sign"):
        _ = make_signer(tmp_path, "Demo").key


def test_a_sites_own_certificate_signs(folder: Path, signer: Signer, pdf: bytes, tmp_path: Path) -> None:
    assert signer.key
    key = load_pem_private_key((folder / KEY_NAME).read_bytes(), None)
    certificate = load_pem_x509_certificate((folder / CERTIFICATE_NAME).read_bytes())
    own = tmp_path / "own.p12"
    own.write_bytes(
        pkcs12.serialize_key_and_certificates(b"own", key, certificate, None, BestAvailableEncryption(b"secret"))
    )
    site = load_signer(own, "secret")
    assert not site.is_self_made
    assert check_signature(sign_pdf(pdf, site, reason="r", now=NOW + timedelta(days=1))).intact
    assert load_signer(folder / CERTIFICATE_NAME, key=folder / KEY_NAME).certificate_name == site.certificate_name
    with pytest.raises(BadFileError, match="password is right"):
        load_signer(own, "wrong")
    with pytest.raises(BadFileError, match=r"missing\.p12 cannot be used"):
        load_signer(tmp_path / "missing.p12", "secret")


def test_something_else_than_a_pdf_cannot_be_signed(signer: Signer) -> None:
    with pytest.raises(BadInputError, match="no PDF that can be signed"):
        sign_pdf(b"hello", signer, reason="r", now=NOW)
