"""BodyLimit: nobody fills the memory with one message."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MEGABYTE = 1_000_000
USUAL_BYTES = 1 * MEGABYTE
LARGE_BYTES = 28 * MEGABYTE
"""A PDF of 20 MB as base64, with the words around it."""


class BodyLimit:
    """Refuses a message that is too long with 413, by its announced length or as soon as more than that has come.

    A path with "result" in its last or last but one part may carry a laboratory's PDF, any other only words.
    """

    def __init__(self, app: ASGIApp, *, refusal: str) -> None:
        self._app = app
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, counting what it brings."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = most_bytes(scope["path"])
        sentence = self._refusal.format(most=most // MEGABYTE)
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isdecimal() or int(announced) > most:
            await JSONResponse({"error": sentence}, 413, headers={"Connection": "close"})(scope, receive, send)
            return
        come = 0

        async def receive_counted() -> Message:
            nonlocal come
            message = await receive()
            come += len(message.get("body", b""))
            if come > most:
                raise HTTPException(413, sentence, {"Connection": "close"})
            return message

        await self._app(scope, receive_counted, send)


def most_bytes(path: str) -> int:
    """Return how long a message to `path` may be."""
    return LARGE_BYTES if any("result" in part for part in path.split("/")[-2:]) else USUAL_BYTES
