"""Pages of the file format say what was put in, and refuse what they could not have said."""

from __future__ import annotations

import pytest

from ductoscope.record.core_format import (
    HEADER_BYTES,
    MAX_CORES,
    CoreMeta,
    EndPage,
    KeyPlace,
    Kind,
    pack_block,
    pack_end,
    pack_index,
    pack_meta,
    parse_end,
    parse_header,
    parse_index,
    parse_meta,
)

META = CoreMeta("b1d", 6000, 3, 29.97, {"source": "Scope", "is_simulated": True})


def test_pages_come_back() -> None:
    keys = [KeyPlace(44, 0, -5), KeyPlace(2**40, 30, 10**18)]
    assert parse_meta(pack_meta(META)) == META
    assert parse_index(pack_index(keys)) == keys
    assert parse_end(pack_end(EndPage(7, 8, 9))) == EndPage(7, 8, 9)


def test_header_comes_back() -> None:
    header = parse_header(pack_block(Kind.KEY, 123, b"payload")[:HEADER_BYTES])
    assert header is not None
    assert (header.kind, header.position, header.length) == (Kind.KEY, 123, 7)


def test_every_flipped_header_bit_is_noticed() -> None:
    head = pack_block(Kind.KEY, 123, b"payload")[:HEADER_BYTES]
    for bit in range(8 * HEADER_BYTES):
        flipped = bytearray(head)
        flipped[bit // 8] ^= 1 << bit % 8
        assert parse_header(bytes(flipped)) is None


@pytest.mark.parametrize("changed", [{"cores": 0}, {"cores": MAX_CORES + 1}, {"channels": 2}])
def test_impossible_table_is_refused(changed: dict[str, int]) -> None:
    fields = {"bundle_id": "b", "cores": 10, "channels": 3, "fps": 30.0, "notes": {}} | changed
    assert parse_meta(pack_meta(CoreMeta(**fields))) is None


def test_pages_of_impossible_size_are_refused() -> None:
    assert parse_index(bytes(25)) is None
    assert parse_end(bytes(23)) is None


def test_header_of_a_giant_payload_is_refused() -> None:
    """Nobody writes 9 MB a frame; believing it would let a damaged file ask for that memory again and again."""
    assert parse_header(pack_block(Kind.KEY, 0, bytes(9_000_000))[:HEADER_BYTES]) is None
