"""Blocks are found again after any damage, in one pass."""

from __future__ import annotations

import io

import pytest

from ductoscope.record.core_format import HEADER_BYTES, SYNC, Kind, pack_block
from ductoscope.record.core_scan import read_block, scan_blocks


def _positions(content: bytes) -> list[int]:
    return [block.header.position for block in scan_blocks(io.BytesIO(content), 0, len(content))]


def _make(position: int, size: int = 50) -> bytes:
    return pack_block(Kind.NEXT, position, bytes([position]) * size)


def test_blocks_are_read_in_order() -> None:
    assert _positions(b"".join(map(_make, range(5)))) == [0, 1, 2, 3, 4]


def test_block_knows_its_place_and_payload() -> None:
    content = _make(0) + _make(1)
    block = read_block(io.BytesIO(content), HEADER_BYTES + 50, len(content))
    assert block is not None
    assert (block.offset, block.end, block.payload) == (HEADER_BYTES + 50, len(content), bytes([1]) * 50)


@pytest.mark.parametrize("at", [0, 9, 16, 31, HEADER_BYTES, HEADER_BYTES + 49])
def test_one_flipped_bit_costs_one_block(at: int) -> None:
    content = bytearray(b"".join(map(_make, range(4))))
    content[HEADER_BYTES + 50 + at] ^= 0x10
    assert _positions(bytes(content)) == [0, 2, 3]


def test_junk_between_is_jumped_even_when_it_looks_like_a_block() -> None:
    junk = bytes(70) + SYNC + bytes(100) + SYNC[:5]
    assert _positions(_make(0) + junk + _make(1) + junk + _make(2)) == [0, 1, 2]


@pytest.mark.parametrize("gap", [4_095, 4_096, 4_090, 12_284, 3_000_000])
def test_marker_across_two_looks_is_found(gap: int) -> None:
    """The search reads on in growing pieces; a marker may begin in one and end in the next."""
    assert _positions(_make(0) + bytes(gap) + _make(1)) == [0, 1]


def test_cut_block_is_not_read() -> None:
    content = _make(0) + _make(1)
    for end in range(HEADER_BYTES + 50, len(content)):
        assert _positions(content[:end]) == [0]


class _CountingFile(io.BytesIO):
    """Counts the bytes that are read."""

    bytes_read = 0

    def read(self, size: int | None = -1, /) -> bytes:
        content = super().read(size)
        self.bytes_read += len(content)
        return content


def test_a_file_of_nothing_but_headers_is_read_in_one_pass() -> None:
    """Every header says "1 MB follows"; a reader that checked each of them would read 60 GB."""
    head = pack_block(Kind.NEXT, 0, bytes(1_000_000))[:HEADER_BYTES]
    content = head * 60_000
    file = _CountingFile(content)
    assert list(scan_blocks(file, 0, len(content))) == []
    assert file.bytes_read < 200 * len(content)
