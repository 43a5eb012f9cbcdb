"""The layout of a core recording: one kind of block, again and again, each findable and checkable by itself.

    file  = SIGNATURE, block, block, ...
    block = header (32 bytes, little endian), payload

    header: sync marker (8 bytes), format version (u16), kind (u8), zero (u8), payload length (u32),
            position (u64), crc32 of the payload (u32), crc32 of the header before this field (u32)

Kinds: META (a JSON page; first block of the file, repeated at every tenth keyframe so that no single damaged
sector can orphan a recording), KEY (a frame that needs no other), NEXT (a frame predicted from the one before),
INDEX (where the keyframes are; then the file was closed properly), END (where the index is; always the last
block). `position` counts the frames of the file from 0; META carries that of the frame that follows it.
"""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

SIGNATURE = b"\x89DUCT\r\n\x1a"
VERSION = 1
SYNC = b"\xd7\x1dCORE\xa5\x0a"
MAX_PAYLOAD_BYTES = 8_000_000
MAX_CORES = 200_000

_HEADER = struct.Struct("<8sHBxIQI")
_CRC = struct.Struct("<I")
HEADER_BYTES = _HEADER.size + _CRC.size
_INDEX_ENTRY = struct.Struct("<QQq")
_END = struct.Struct("<QQQ")
END_BYTES = HEADER_BYTES + _END.size


class Kind(IntEnum):
    """What a block holds."""

    META = 1
    KEY = 2
    NEXT = 3
    INDEX = 4
    END = 5


@dataclass(frozen=True, slots=True)
class BlockHeader:
    """A block's header, proven whole by its own checksum."""

    version: int
    kind: int
    length: int
    position: int
    payload_crc: int


@dataclass(frozen=True, slots=True)
class CoreMeta:
    """What a core recording says of itself.

    bundle_id: the calibration that made it.
    cores, channels: shape of every frame's table.
    fps: nominal frames a second, 0 when unknown.
    notes: whatever the writer wanted kept (start time, source name, whether simulated, program version).
    """

    bundle_id: str
    cores: int
    channels: int
    fps: float
    notes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """Where one keyframe lies: byte offset in the file, frame position, stream time."""

    offset: int
    position: int
    t_ns: int


@dataclass(frozen=True, slots=True)
class EndPage:
    """What the last block of a properly closed file says."""

    index_offset: int
    frames: int
    keys: int


def pack_block(kind: Kind, position: int, payload: bytes) -> bytes:
    """Make one block, header and payload."""
    head = _HEADER.pack(SYNC, VERSION, kind, len(payload), position, zlib.crc32(payload))
    return head + _CRC.pack(zlib.crc32(head)) + payload


def parse_header(head: bytes) -> BlockHeader | None:
    """Read a block header; None when these bytes are not one."""
    if len(head) != HEADER_BYTES or not head.startswith(SYNC):
        return None
    if _CRC.unpack_from(head, _HEADER.size)[0] != zlib.crc32(head[: _HEADER.size]):
        return None
    _, version, kind, length, position, payload_crc = _HEADER.unpack_from(head)
    if length > MAX_PAYLOAD_BYTES:
        return None
    return BlockHeader(version, kind, length, position, payload_crc)


def pack_meta(meta: CoreMeta) -> bytes:
    """Make the META payload."""
    page = {
        "bundle_id": meta.bundle_id,
        "cores": meta.cores,
        "channels": meta.channels,
        "fps": meta.fps,
        "notes": meta.notes,
    }
    return json.dumps(page, allow_nan=False).encode()


def parse_meta(payload: bytes) -> CoreMeta | None:
    """Read a META payload; None when it is not one that this program could have written."""
    try:
        page = json.loads(payload)
        meta = CoreMeta(
            bundle_id=str(page["bundle_id"]),
            cores=int(page["cores"]),
            channels=int(page["channels"]),
            fps=float(page["fps"]),
            notes=dict(page["notes"]),
        )
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
    if not 1 <= meta.cores <= MAX_CORES or meta.channels not in (1, 3):
        return None
    return meta


def pack_index(keys: list[KeyPlace]) -> bytes:
    """Make the INDEX payload."""
    return b"".join(_INDEX_ENTRY.pack(key.offset, key.position, key.t_ns) for key in keys)


def parse_index(payload: bytes) -> list[KeyPlace] | None:
    """Read an INDEX payload; None when its size cannot be right."""
    if len(payload) % _INDEX_ENTRY.size:
        return None
    return [KeyPlace(*entry) for entry in _INDEX_ENTRY.iter_unpack(payload)]


def pack_end(end: EndPage) -> bytes:
    """Make the END payload."""
    return _END.pack(end.index_offset, end.frames, end.keys)


def pack_closing(keys: list[KeyPlace], frames: int, offset: int) -> bytes:
    """Make the INDEX and END blocks that close a file of `offset` bytes."""
    index = pack_block(Kind.INDEX, frames, pack_index(keys))
    return index + pack_block(Kind.END, frames, pack_end(EndPage(offset, frames, len(keys))))


def parse_end(payload: bytes) -> EndPage | None:
    """Read an END payload; None when its size cannot be right."""
    return EndPage(*_END.unpack(payload)) if len(payload) == _END.size else None
