from __future__ import annotations

import socket

import pytest

from ductoscope.model import BadInputError, PortInUseError
from ductoscope.web import address_of, serve, warn_of_open_door


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
