"""Serving the monitor on this machine, to this machine alone unless told otherwise."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from ductoscope.model import BadInputError, PortInUseError
from ductoscope.web.guard import EVERYWHERE, LOOPBACK


def serve(app: FastAPI, host: str = "127.0.0.1", port: int = 8080, *, on_ready: Callable[[str], None]) -> None:
    """Serve until interrupted (Ctrl+C or SIGTERM).

    `on_ready` is told the address, e.g. "http://127.0.0.1:8080/", once the door is open; port 0 takes any free one.
    Raises PortInUseError when another program listens there, BadInputError when `host` is not this machine's.
    """
    with open_door(host, port) as door:
        server = make_server(app)
        on_ready(address_of(host, door.getsockname()[1]))
        server.run(sockets=[door])


def make_server(app: FastAPI) -> uvicorn.Server:
    """Make the server as the live picture needs it: no compression of JPEGs, no log line a request."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
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


def address_of(host: str, port: int) -> str:
    """Return the address to type into a browser on this machine."""
    name = "127.0.0.1" if host in EVERYWHERE else host
    return f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"


def warn_of_open_door(host: str) -> str | None:
    """Return the sentence to show when others than this machine can reach the monitor, else None."""
    if host in LOOPBACK:
        return None
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
