"""Serving the monitor on this machine, to this machine alone unless told otherwise."""

from __future__ import annotations

import errno
import os
import socket
import ssl
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from ductoscope.model import BadInputError, ConfigError, PortInUseError
from ductoscope.web.guard import EVERYWHERE, LOOPBACK


def serve(
    app: FastAPI,
    host: str = "127.0.0.1",
    port: int = 8080,
    *,
    certificate: str = "",
    key: str = "",
    on_ready: Callable[[str], None],
) -> None:
    """Serve until interrupted (Ctrl+C or SIGTERM).

    certificate, key: PEM files; with them the page is served by https, without them by http. `on_ready` is told the
    address, e.g. "http://127.0.0.1:8080/", once the door is open; port 0 takes any free one.
    Raises PortInUseError when another program listens there, BadInputError when `host` is not this machine's,
    ConfigError when the certificate or its key cannot be used.
    """
    check_certificate(certificate, key)
    with open_door(host, port) as door:
        server = make_server(app, certificate, key)
        on_ready(address_of(host, door.getsockname()[1], is_safe=bool(certificate)))
        server.run(sockets=[door])


def check_certificate(certificate: str, key: str) -> None:
    """Refuse a certificate that cannot be served with, before anybody waits for the page. Raises ConfigError."""
    if not certificate and not key:
        return
    if not certificate or not key:
        missing = "key" if certificate else "certificate"
        raise ConfigError(f"For https both files are needed; web.{missing} is not set. Set both, or neither.")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            f"https cannot be served with the certificate {certificate} and the key {key}: {error.strerror or error}. "
            "Both must be PEM files that belong together, the key without a password."
        ) from error


def make_server(app: FastAPI, certificate: str = "", key: str = "") -> uvicorn.Server:
    """Make the server as the live picture needs it: no compression of JPEGs, no log line a request."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            ssl_certfile=certificate or None,
            ssl_keyfile=key or None,
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            ws_max_size=65_536,
            ws_ping_interval=5.0,
            ws_ping_timeout=20.0,
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
    )


def address_of(host: str, port: int, *, is_safe: bool = False) -> str:
    """Return the address to type into a browser on this machine; is_safe: it is served by https."""
    name = "127.0.0.1" if host in EVERYWHERE else host
    scheme = "https" if is_safe else "http"
    return f"{scheme}://[{name}]:{port}/" if ":" in name else f"{scheme}://{name}:{port}/"


def warn_of_open_door(host: str, *, has_people: bool = False, certificate: str = "") -> str | None:
    """Return the sentence to show when others can reach the pages in a way that is not safe, else None.

    has_people: everybody has to sign in. certificate: as in `serve`.
    """
    if host in LOOPBACK or (has_people and certificate):
        return None
    if has_people:
        return (
            f"The pages are open to everyone who can reach {host}, and passwords travel unencrypted. "
            "Set web.certificate and web.key, or serve on 127.0.0.1."
        )
    return (
        f"The monitor is open to everyone who can reach {host}: they see the picture and can record. "
        "Serve on 127.0.0.1, or let only trusted people onto this network."
    )


def open_door(host: str, port: int) -> socket.socket:
    """Take the port, before anything is promised. Raises as `serve` does."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    if os.name == "posix":  # elsewhere this option would let two programs share one port
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
        door.listen(128)
    except (OSError, OverflowError) as error:
        door.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise PortInUseError(
                f"Another program already listens on {host}:{port}. Is Ductoscope open already? "
                f"Close it, or choose another port, for example {port + 1}."
            ) from error
        raise BadInputError(
            f"The monitor cannot be served on {host}:{port} ({error}). Use 127.0.0.1 and a port from 1024 to 65535."
        ) from error
    return door
