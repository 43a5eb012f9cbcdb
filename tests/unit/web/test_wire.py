from __future__ import annotations

import struct
from pathlib import Path

import pytest

from ductoscope.model import BadInputError
from ductoscope.web import app
from ductoscope.web.wire import HEADER, Ack, Ping, Want, pack_picture, read_message


def test_header_says_what_the_page_reads(make_shown):
    message = pack_picture(b"JPEG", "raw", make_shown(3), sent_ns=99)

    # The layout is written out here, as wire.js does, so that neither side can move alone.
    assert struct.unpack_from("<4sBBHqqqqq", message) == (b"DUC1", 1, 1, 48, 3, 8, 3000, 3007, 99)
    assert message[48:] == b"JPEG"


def test_script_reads_the_same_header_size():
    script = (Path(app.__file__).parent / "static" / "js" / "wire.js").read_text()

    assert f"view.byteLength < {HEADER.size}" in script


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"type": "ack", "sequence": 7}', Ack(7)),
        ('{"type": "ping", "t": 1.5}', Ping(1.5)),
        ('{"type": "want", "picture": "raw", "size_px": 512}', Want("raw", 512)),
    ],
)
def test_messages_of_the_page_are_understood(text, message):
    assert read_message(text) == message


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON",
        "[]",
        "{}",
        '{"type": "format", "disk": "c"}',
        '{"type": "ack"}',
        '{"type": "ack", "sequence": "x"}',
        '{"type": "want", "picture": "raw", "size_px": 100000}',
        '{"type": "want", "picture": "x-ray", "size_px": 512}',
        '{"type": "want", "picture": ["raw"], "size_px": 512}',
    ],
)
def test_anything_else_is_refused_in_one_sentence(text):
    with pytest.raises(BadInputError, match=r"\.$"):
        read_message(text)
