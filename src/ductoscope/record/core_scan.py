"""Walk through the blocks of a core recording, whatever has happened to the file."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from ductoscope.record.core_format import HEADER_BYTES, SYNC, BlockHeader, parse_header

_FIRST_CHUNK_BYTES = 1 << 12
_MOST_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Block:
    """One whole block: where it starts, its header, its payload (checked)."""

    offset: int
    header: BlockHeader
    payload: bytes

    @property
    def end(self) -> int:
        """Offset of the first byte after the block."""
        return self.offset + HEADER_BYTES + self.header.length


def read_block(file: BinaryIO, offset: int, size: int) -> Block | None:
    """Read the block at `offset` of a file of `size` bytes; None when there is no whole, undamaged one."""
    file.seek(offset)
    header = parse_header(file.read(HEADER_BYTES))
    if header is None or offset + HEADER_BYTES + header.length > size:
        return None
    payload = file.read(header.length)
    if len(payload) != header.length or zlib.crc32(payload) != header.payload_crc:
        return None
    return Block(offset, header, payload)


def scan_blocks(file: BinaryIO, start: int, size: int) -> Iterator[Block]:
    """Every whole block from `start` on, jumping over damage to the next sync marker.

    Takes time in proportion to the file and the memory of one block, even for a file made to be slow.
    """
    offset = start
    while offset < size:
        block = read_block(file, offset, size)
        if block is not None:
            yield block
            offset = block.end
            continue
        offset = _find_next(file, offset, size)


def _find_next(file: BinaryIO, offset: int, size: int) -> int:
    """Offset at which to try again after damage at `offset`; `size` when nothing is left."""
    file.seek(offset)
    header = parse_header(file.read(HEADER_BYTES))
    if header is not None and offset + HEADER_BYTES + header.length <= size:
        # The header is whole, so its length is true and only the payload is damaged: the next block follows it.
        return offset + HEADER_BYTES + header.length
    at = offset + 1
    # The next marker is mostly near; looking far at once would make a file full of false markers slow.
    chunk_bytes = _FIRST_CHUNK_BYTES
    while at < size:
        file.seek(at)
        chunk = file.read(chunk_bytes)
        chunk_bytes = min(2 * chunk_bytes, _MOST_CHUNK_BYTES)
        found = chunk.find(SYNC)
        if found >= 0:
            return at + found
        # A marker may lie across two chunks.
        at += max(len(chunk) - len(SYNC) + 1, 1)
    return size
