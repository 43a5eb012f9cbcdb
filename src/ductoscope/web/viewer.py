"""Viewer: one browser that watches, served at its own speed.

A viewer is woken by a new picture, by its own acknowledgement, or by a changed wish, and is then sent the newest
picture if no more than IN_FLIGHT are still unpainted. A viewer that is slow, or never answers, therefore only
misses pictures: nothing queues up for it, and nobody else waits for it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocket, WebSocketDisconnect

from ductoscope.live import Shown, Slot
from ductoscope.model import BadInputError
from ductoscope.web.encode import Encoder
from ductoscope.web.find_teller import FindTeller
from ductoscope.web.wire import Ack, Ping, Want, pack_picture, read_message

IN_FLIGHT = 2
"""One being painted and one on its way: more would only be older when painted."""

STATUS_EVERY_S = 0.5
FOUND_EVERY_S = 0.1
"""At least between two messages about what was found."""
MAP_EVERY_S = 0.5
BAD_MESSAGE = 1003


class Viewer:
    """Sends one WebSocket the newest pictures and the room's status until it goes away."""

    def __init__(
        self,
        socket: WebSocket,
        *,
        shown: Slot[Shown],
        encoder: Encoder,
        describe: Callable[[], dict[str, Any]],
        clock_ns: Callable[[], int],
        want: Want,
        find: FindTeller | None = None,
    ) -> None:
        self._socket = socket
        self._shown = shown
        self._encoder = encoder
        self._describe = describe
        self._clock_ns = clock_ns
        self._want = want
        self._find = find
        self._sent_number = 0
        self._clearings = shown.clearings
        self._unpainted: list[int] = []
        self._wake = asyncio.Event()

    async def watch(self) -> None:
        """Serve the viewer until it leaves; returns then."""
        loop = asyncio.get_running_loop()
        await self._socket.accept()

        def ring() -> None:
            loop.call_soon_threadsafe(self._wake.set)

        stop_ringing = self._shown.ring_on_change(ring)
        self._wake.set()
        try:
            async with asyncio.TaskGroup() as tasks:
                senders = [tasks.create_task(self._send_pictures()), tasks.create_task(self._send_status())]
                if self._find is not None:
                    senders.append(tasks.create_task(self._send_found(self._find)))
                await self._listen()
                for sender in senders:
                    sender.cancel()
        except* WebSocketDisconnect:
            pass  # it left while something was on its way to it
        finally:
            stop_ringing()

    async def _listen(self) -> None:
        with suppress(WebSocketDisconnect):
            while True:
                text = await self._socket.receive_text()
                try:
                    await self._obey(read_message(text))
                except BadInputError as error:
                    await self._socket.close(BAD_MESSAGE, str(error)[:120])
                    return

    async def _obey(self, message: Ack | Ping | Want) -> None:
        match message:
            case Ack(sequence):
                self._unpainted = [sent for sent in self._unpainted if sent > sequence]
            case Ping(t_ms):
                await self._send_json({"type": "pong", "t": t_ms, "server_ms": self._clock_ns() / 1e6})
                return
            case Want() if message != self._want:
                self._want = message
                self._sent_number = 0  # the newest once more, as wished: a source that has ended gives no other
        self._wake.set()

    async def _send_pictures(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._tell_of_clearing()
            newest = self._shown.newest()
            if newest is None or newest[0] <= self._sent_number or len(self._unpainted) >= IN_FLIGHT:
                continue
            self._sent_number, shown = newest
            self._unpainted.append(shown.sequence)
            kind, jpeg = self._encoder.encode(shown, self._want.kind, self._want.size_px)
            if self._shown.clearings != self._clearings:
                self._unpainted.remove(shown.sequence)
                self._wake.set()  # it belongs to somebody who has left meanwhile
                continue
            await self._socket.send_bytes(pack_picture(jpeg, kind, shown, self._clock_ns()))

    async def _tell_of_clearing(self) -> None:
        """Say at once that everything was forgotten, and for whom the room is now, before the next picture."""
        clearings = self._shown.clearings
        if clearings != self._clearings:
            self._clearings = clearings
            await self._send_json(await run_in_threadpool(self._describe))

    async def _send_status(self) -> None:
        while True:
            await self._send_json(
                await run_in_threadpool(self._describe)
            )  # it may wait for a recording that is closing
            await asyncio.sleep(STATUS_EVERY_S)

    async def _send_found(self, find: FindTeller) -> None:
        """Tell of every look that is news, and of the map when it was drawn anew; at once when all was forgotten."""
        loop, news = asyncio.get_running_loop(), asyncio.Event()

        def ring() -> None:
            loop.call_soon_threadsafe(news.set)

        stop_ringing = find.finder.found.ring_on_change(ring)
        sent: tuple[object, ...] = ()
        told_clearings, map_due_s = -1, 0.0
        try:
            while True:
                clearings = find.finder.found.clearings
                await self._send_json(find.tell())
                if clearings != told_clearings or loop.time() >= map_due_s:
                    told = await run_in_threadpool(find.tell_map)
                    if clearings != find.finder.found.clearings:
                        continue  # drawn of what was forgotten meanwhile
                    told_clearings, map_due_s = clearings, loop.time() + MAP_EVERY_S
                    if sent != (news_of_map := (told["search"], told["map"], told["hints"], told["judged"])):
                        await self._send_json(told)
                        sent = news_of_map
                await asyncio.sleep(FOUND_EVERY_S)
                # Hints are switched without a new look, and how the finder does is told even when it finds nothing.
                with suppress(TimeoutError):
                    await asyncio.wait_for(news.wait(), STATUS_EVERY_S)
                news.clear()
        finally:
            stop_ringing()

    async def _send_json(self, message: dict[str, Any]) -> None:
        await self._socket.send_text(json.dumps(message))
