"""Guard: only this workstation's own page may watch and act.

A page from elsewhere, open in the same browser, can send requests here. Two checks stop it: the Host must be a name
that this workstation is known by (a foreign name that resolves to this machine, "DNS rebinding", is refused), and an
Origin, which browsers always send with a WebSocket and with a POST from another page, must be that same Host.
"""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
EVERYWHERE = frozenset({"0.0.0.0", "::", ""})

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
        "font-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), geolocation=(), payment=(), usb=()",
}

CHECK_EACH_TIME = "no-cache"
"""Of files that are the same for everybody: the browser keeps them, and asks whether they have changed."""


class Guard:
    """Refuses strangers, and marks every answer so that the browser holds the page to its own resources."""

    def __init__(self, app: ASGIApp, *, host: str, refusal: str) -> None:
        self._app = app
        self._host = host
        self._refusal = refusal
        self._names = LOOPBACK | {host.lower()}
        if host in EVERYWHERE:
            self._names |= {socket.gethostname().lower(), socket.getfqdn().lower()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on when it comes from our own page, else answer 403 (a WebSocket is closed unopened)."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif not self.is_ours(Headers(scope=scope)):
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008, "reason": self._refusal})
            else:
                await JSONResponse({"error": self._refusal}, 403)(scope, receive, send)
        else:
            await self._app(scope, receive, _marking(send, scope.get("path", "")))

    def is_ours(self, headers: Headers) -> bool:
        """Whether a request with these headers comes from our own page, or from a program that is no browser."""
        host = headers.get("host", "").lower()
        if not self._is_known(urlsplit(f"//{host}").hostname or ""):
            return False
        origin = headers.get("origin")
        return origin is None or urlsplit(origin.lower()).netloc == host

    def _is_known(self, name: str) -> bool:
        if name in self._names:
            return True
        # Rebinding needs a name to rebind, so a bare address is safe where we listen on every address.
        return self._host in EVERYWHERE and _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _marking(send: Send, path: str) -> Send:
    async def send_marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if path.startswith("/static/"):
                headers.setdefault("Cache-Control", CHECK_EACH_TIME)
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_marked
