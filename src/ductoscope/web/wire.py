"""What travels over the WebSocket: pictures as a small header and a JPEG, everything else as JSON.

Picture (binary, little endian, 48 bytes then the JPEG; `static/js/wire.js` reads it):

    4s magic "DUC1" | u8 picture kind | u8 flags | u16 header size | i64 sequence | i64 frame index
    | i64 source time ns | i64 time ns when it came into the room | i64 time ns when it was sent

The last two times (and for a live source the first) are on the server's monotonic clock, whose offset to the viewer's
own the viewer finds by "ping". A picture's age counts from when it came into the room.

From the viewer: {"type": "ack", "sequence"}, {"type": "ping", "t"}, {"type": "want", "picture", "size_px"}.
To the viewer: {"type": "pong", "t": the same, "server_ms"}, {"type": "status", ...}.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import Literal

from ductoscope.live import Shown
from ductoscope.model import BadInputError

PictureKind = Literal["restored", "raw"]
KINDS: tuple[PictureKind, ...] = ("restored", "raw")
SIZES_PX = (512, 768, 1024)
"""Sides in which a picture can be asked for; few, so that viewers share encodings."""

HEADER = struct.Struct("<4sBBHqqqqq")
MAGIC = b"DUC1"
IS_SIMULATED = 1


@dataclass(frozen=True, slots=True)
class Ack:
    """The viewer has painted a picture."""

    sequence: int


@dataclass(frozen=True, slots=True)
class Ping:
    """The viewer asks for the server's clock; t_ms is its own and goes back untouched."""

    t_ms: float


@dataclass(frozen=True, slots=True)
class Want:
    """The viewer chooses the kind and side of its pictures."""

    kind: PictureKind
    size_px: int


def pack_picture(jpeg: bytes, kind: PictureKind, shown: Shown, sent_ns: int) -> bytes:
    """Put the header in front of a JPEG."""
    header = HEADER.pack(
        MAGIC,
        KINDS.index(kind),
        IS_SIMULATED if shown.is_simulated else 0,
        HEADER.size,
        shown.sequence,
        shown.index,
        shown.source_t_ns,
        shown.arrived_ns,
        sent_ns,
    )
    return header + jpeg


def check_kind(kind: object) -> PictureKind:
    """Return a picture kind, or raise BadInputError."""
    if kind not in KINDS:
        raise BadInputError(f'There is no picture "{kind}"; ask for {" or ".join(KINDS)}.')
    return kind


def read_message(text: str) -> Ack | Ping | Want:
    """Read one message of a viewer; BadInputError when it is none of ours."""
    try:
        message = json.loads(text)
        match message["type"]:
            case "ack":
                return Ack(int(message["sequence"]))
            case "ping":
                return Ping(float(message["t"]))
            case "want" if message["size_px"] in SIZES_PX:
                return Want(check_kind(message["picture"]), int(message["size_px"]))
    except (ValueError, TypeError, KeyError) as error:
        raise BadInputError(f"A viewer sent a message that cannot be read: {text[:80]!r}.") from error
    raise BadInputError(f"A viewer sent a message of an unknown kind: {text[:80]!r}.")
