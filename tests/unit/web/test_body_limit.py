from __future__ import annotations

import asyncio

import httpx
import pytest
from fastapi import FastAPI, Request

from ductoscope.web.body_limit import LARGE_BYTES, USUAL_BYTES, BodyLimit, most_bytes


@pytest.fixture
def small() -> FastAPI:
    app = FastAPI()

    @app.post("/{path:path}")
    async def count(path: str, request: Request) -> int:
        return len(await request.body())

    app.add_middleware(BodyLimit, refusal="At most {most} MB.")
    return app


def post(app: FastAPI, path: str, **settings: object) -> httpx.Response:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
            return await client.post(path, **settings)  # type: ignore[arg-type]

    return asyncio.run(ask())


def test_just_enough_is_read(small):
    assert post(small, "/api/x", content=b"." * USUAL_BYTES).json() == USUAL_BYTES


def test_too_much_is_refused_by_its_announced_length(small):
    answer = post(small, "/api/x", content=b"." * (USUAL_BYTES + 1))

    assert answer.status_code == 413
    assert answer.json() == {"error": "At most 1 MB."}


def test_too_much_is_refused_when_it_comes_without_a_length(small):
    async def drip():
        for _ in range(12):
            yield b"." * 100_000

    assert post(small, "/api/x", content=drip()).status_code == 413


@pytest.mark.parametrize("length", ["-1", "x", "1e9"])
def test_length_that_is_none_is_refused(small, length):
    assert post(small, "/api/x", content=b".", headers={"Content-Length": length}).status_code == 413


def test_only_results_may_bring_a_document():
    assert most_bytes("/api/results") == LARGE_BYTES
    assert most_bytes("/api/procedures/x/result") == LARGE_BYTES
    assert most_bytes("/api/procedures/x/acts/NoteTaken") == USUAL_BYTES
    assert most_bytes("/api/sign-in") == USUAL_BYTES


def test_workstation_refuses_in_words(client):
    answer = client.post("/api/still", content=b"." * (USUAL_BYTES + 1))

    assert answer.status_code == 413
    assert answer.json()["error"] == "That is more than can be sent at once: at most 1 MB."
