from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from starlette.datastructures import Headers
from websockets.exceptions import InvalidStatus

from ductoscope.web.guard import Guard

FOREIGN = ["http://evil.example", "http://127.0.0.1:9999", "null", "http://127.0.0.1.evil.example:8080"]


@pytest.mark.parametrize("origin", FOREIGN)
def test_hostile_page_cannot_start_a_recording(client, room, origin):
    answer = client.post("/api/record/start", headers={"Origin": origin})

    assert answer.status_code == 403
    assert "was refused" in answer.json()["error"]
    assert room.asked == []


@pytest.mark.parametrize("origin", FOREIGN)
def test_hostile_page_cannot_watch(watch, room, origin):
    room.put(1)

    with pytest.raises(InvalidStatus, match="403"), watch(origin=origin):
        pass


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "169.254.1.1"])
def test_foreign_name_for_this_machine_is_refused(client, room, host):
    # DNS rebinding: the page's own name resolves to 127.0.0.1, so its Origin and Host agree.
    headers = {"Host": host, "Origin": f"http://{host}"}

    assert client.post("/api/record/start", headers=headers).status_code == 403
    assert client.get("/", headers=headers).status_code == 403
    assert room.asked == []


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:8080", "LOCALHOST", "[::1]:8080"])
def test_our_own_page_may(client, host):
    assert client.post("/api/record/start", headers={"Host": host, "Origin": f"http://{host}"}).status_code == 200


@pytest.mark.parametrize(("name", "is_ours"), [("192.168.7.7", True), ("[fe80::1]", True), ("evil.example", False)])
def test_open_to_the_network_takes_addresses_but_no_strange_names(name, is_ours):
    guard = Guard(None, host="0.0.0.0", refusal="")

    assert guard.is_ours(Headers({"host": f"{name}:8080"})) is is_ours


def test_request_without_a_host_is_refused():
    assert not Guard(None, host="0.0.0.0", refusal="").is_ours(Headers({}))


def test_page_brings_nothing_from_outside_and_no_inline_script(client):
    answer = client.get("/")
    policy = answer.headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    for address in re.findall(r'(?:src|href)="([^"]+)"', answer.text):
        assert not urlsplit(address).netloc, address
    assert not re.search(r"<script(?![^>]*(src=|application/json))", answer.text)
    assert not re.search(r'\s(style|on\w+)="', answer.text)


def test_every_answer_carries_the_headers(client):
    for path in ("/", "/static/monitor.css", "/api/status", "/nowhere"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin", path
