from __future__ import annotations

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from ductoscope.model import BadInputError, ConfigError, PortInUseError
from ductoscope.web import address_of, make_server, serve, warn_of_open_door
from ductoscope.web.serve import check_certificate, open_door


def never(_: str) -> None:
    raise AssertionError("The door must not open.")


def test_port_in_use_says_what_to_do(app):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(PortInUseError, match=f"127.0.0.1:{port}.*another port, for example {port + 1}"):
            serve(app, port=port, on_ready=never)


@pytest.mark.parametrize(("host", "port"), [("203.0.113.9", 8080), ("127.0.0.1", 70_000), ("no such host", 8080)])
def test_address_that_is_not_ours_is_refused_in_words(app, host, port):
    with pytest.raises(BadInputError, match="cannot be served on"):
        serve(app, host, port, on_ready=never)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8080/"),
        ("0.0.0.0", "http://127.0.0.1:8080/"),
        ("::1", "http://[::1]:8080/"),
        ("::", "http://127.0.0.1:8080/"),
    ],
)
def test_address_can_be_typed_into_a_browser(host, address):
    assert address_of(host, 8080) == address


def test_open_door_is_warned_of():
    assert warn_of_open_door("127.0.0.1") is None
    assert warn_of_open_door("localhost") is None
    assert "0.0.0.0" in (warn_of_open_door("0.0.0.0") or "")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A certificate for this machine that a test made itself, and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return str(paths[0]), str(paths[1])


def test_page_is_served_by_https_with_a_certificate(app, certificate):
    check_certificate(*certificate)
    with open_door("127.0.0.1", 0) as door:
        server = make_server(app, *certificate)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        try:
            address = address_of("127.0.0.1", door.getsockname()[1], is_safe=True)
            assert address.startswith("https://")
            trusting = ssl.create_default_context(cafile=certificate[0])
            assert httpx.get(f"{address}api/status", verify=trusting, trust_env=False).status_code == 200
        finally:
            server.should_exit = True
            thread.join(10)


@pytest.mark.parametrize(
    ("names", "words"),
    [(("x.pem", ""), "web.key"), (("", "x.pem"), "web.certificate"), (("no.pem", "no.pem"), "no.pem")],
)
def test_certificate_that_cannot_be_used_is_refused_in_words(names, words):
    with pytest.raises(ConfigError, match=words):
        check_certificate(*names)


def test_key_of_another_certificate_is_refused(certificate, tmp_path):
    other = ec.generate_private_key(ec.SECP256R1())
    key = tmp_path / "other.pem"
    key.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    with pytest.raises(ConfigError, match="belong together"):
        check_certificate(certificate[0], str(key))


def test_open_door_with_people_asks_for_a_certificate():
    assert "unencrypted" in (warn_of_open_door("0.0.0.0", has_people=True) or "")
    assert warn_of_open_door("0.0.0.0", has_people=True, certificate="x.pem") is None
    assert warn_of_open_door("127.0.0.1", has_people=True) is None
    assert "can record" in (warn_of_open_door("0.0.0.0") or "")
