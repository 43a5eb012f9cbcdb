"""A visitor of the pages without a server between: keeps cookies as a browser does, and names the host it means."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from fastapi import FastAPI

OWN = "http://127.0.0.1:8400"


class Visitor:
    """Asks an application as one browser would; `sign_in` first where a page needs somebody."""

    def __init__(self, app: FastAPI, address: str = OWN) -> None:
        self.app = app
        self.address = address
        self.cookies = httpx.Cookies()

    def request(self, method: str, path: str, **settings: Any) -> httpx.Response:
        return asyncio.run(self._ask(method, path, settings))

    def get(self, path: str, **settings: Any) -> httpx.Response:
        return self.request("GET", path, **settings)

    def post(self, path: str, message: object = None, **settings: Any) -> httpx.Response:
        return self.request("POST", path, json={} if message is None else message, **settings)

    def sign_in(self, name: str, password: str, **more: object) -> httpx.Response:
        return self.post("/api/sign-in", {"name": name, "password": password, **more})

    async def _ask(self, method: str, path: str, settings: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=self.address, cookies=self.cookies) as client:
            answer = await client.request(method, path, **settings)
            self.cookies = client.cookies
            return answer
