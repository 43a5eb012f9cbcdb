"""Read a core recording: whole, torn or damaged."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from ductoscope.model import BadFileError, CoreImage
from ductoscope.record.core_codec import CodecState, decode_frame, read_times
from ductoscope.record.core_format import (
    END_BYTES,
    SIGNATURE,
    VERSION,
    CoreMeta,
    KeyPlace,
    Kind,
    parse_end,
    parse_index,
    parse_meta,
)
from ductoscope.record.core_scan import read_block, scan_blocks

_META_SEARCH_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong with a core recording.

    lost_frames: frames that were once written and cannot be read, as far as their neighbours tell.
    torn_bytes: bytes after the last whole block (a write that was cut short).
    is_closed: the file was closed properly, index and all.
    whole_bytes: length of the file up to the end of its last whole block.
    """

    lost_frames: int
    torn_bytes: int
    is_closed: bool
    whole_bytes: int


@dataclass(frozen=True, slots=True)
class _Group:
    """A keyframe and the frames that can be reached from it."""

    key: KeyPlace
    first: int
    count: int


class CoreRecording:
    """The frames of one file: `len`, iterate, or ask for any one by number (0-based, among those readable).

    Iterating never raises for damage inside the file: it goes on at the next keyframe and counts in
    `lost_frames`. Asking for one damaged frame raises BadFileError. One reader is used by one thread.
    """

    def __init__(
        self, path: Path, file: BinaryIO, size: int, meta: CoreMeta, groups: list[_Group], damage: Damage
    ) -> None:
        self.path = path
        self.meta = meta
        self.damage = damage
        self.lost_frames = damage.lost_frames
        self._file = file
        self._size = size
        self._groups = groups
        self._firsts = [group.first for group in groups]
        self._cursor: tuple[int, int, CodecState] | None = None

    @property
    def bundle_id(self) -> str:
        """The bundle that made this recording."""
        return self.meta.bundle_id

    @property
    def keys(self) -> list[KeyPlace]:
        """Where the keyframes lie."""
        return [group.key for group in self._groups]

    @property
    def first_t_ns(self) -> int:
        """Stream time of the first frame; 0 in an empty recording."""
        return self._groups[0].key.t_ns if self._groups else 0

    def __len__(self) -> int:
        return self._groups[-1].first + self._groups[-1].count if self._groups else 0

    def __getitem__(self, number: int) -> CoreImage:
        if not 0 <= number < len(self):
            raise IndexError(f"The recording {self.path} has {len(self)} frames, not one with number {number}.")
        group = self._groups[bisect_right(self._firsts, number) - 1]
        image = next(self._decode_group(group, start=number), None)
        if image is None:
            raise BadFileError(f"Frame {number} of {self.path} is damaged and cannot be shown.")
        return image

    def __iter__(self) -> Iterator[CoreImage]:
        self.lost_frames = self.damage.lost_frames
        for group in self._groups:
            read = 0
            for image in self._decode_group(group, start=group.first):
                read += 1
                yield image
            self.lost_frames += group.count - read

    def __enter__(self) -> CoreRecording:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file. Safe to call twice."""
        self._file.close()

    def _decode_group(self, group: _Group, start: int) -> Iterator[CoreImage]:
        """Frames of one group from number `start` on, ending early where damage begins."""
        number, offset, state = group.first, group.key.offset, None
        if self._cursor is not None and group.first < self._cursor[0] <= start:
            # The frame wanted lies ahead of the one just read: go on from there instead of from the keyframe.
            number, offset, state = self._cursor
        while number < group.first + group.count:
            block = read_block(self._file, offset, self._size)
            if block is None:
                return
            offset = block.end
            is_key = number == group.first
            expected = Kind.KEY if is_key else Kind.NEXT
            if block.header.kind != expected or block.header.position != group.key.position + number - group.first:
                return
            try:
                image, state = decode_frame(block.payload, state, self.meta.cores, self.meta.channels)
            except BadFileError:
                return
            number += 1
            self._cursor = (number, offset, state)
            if number > start:
                yield image


def open_core_recording(path: Path) -> CoreRecording:
    """Open a core recording, by its index when it was closed properly, else by reading through it.

    Raises BadFileError when the file is missing, is no core recording, holds nothing to tell its shape, or was
    made by a newer program. Damage further on is not an error: see CoreRecording.
    """
    return _open_with(path, lambda file, size: _read_index(file, size) or _scan_groups(file, size))


def scan_core_recording(path: Path) -> CoreRecording:
    """Open a core recording by reading and checking every block, index or not; raises like `open_core_recording`."""
    return _open_with(path, _scan_groups)


def _open_with(path: Path, find_groups: Callable[[BinaryIO, int], tuple[list[_Group], Damage]]) -> CoreRecording:
    file, size = _open(path)
    try:
        meta = _find_meta(path, file, size)
        groups, damage = find_groups(file, size)
        return CoreRecording(path, file, size, meta, groups, damage)
    except BaseException as error:
        file.close()
        if isinstance(error, OSError) and not isinstance(error, BadFileError):
            raise BadFileError(f"The recording {path} cannot be read: {error.strerror}.") from error
        raise


def _open(path: Path) -> tuple[BinaryIO, int]:
    try:
        file = path.open("rb")
        return file, path.stat().st_size
    except OSError as error:
        raise BadFileError(f"The recording {path} cannot be opened: {error.strerror}.") from error


def _find_meta(path: Path, file: BinaryIO, size: int) -> CoreMeta:
    """The first META page; normally the first block, else searched for in case that one is damaged."""
    file.seek(0)
    is_signed = file.read(len(SIGNATURE)) == SIGNATURE
    for block in scan_blocks(file, len(SIGNATURE), size if is_signed else min(size, _META_SEARCH_BYTES)):
        if block.header.version > VERSION:
            raise BadFileError(
                f"The recording {path} was made by a newer Ductoscope (version {block.header.version}, this one "
                f"reads {VERSION}). Update Ductoscope."
            )
        meta = parse_meta(block.payload) if block.header.kind == Kind.META else None
        if meta is not None:
            return meta
    if is_signed:
        raise BadFileError(f"The recording {path} is damaged from its beginning; nothing in it can be read.")
    raise BadFileError(f"{path} is not a core recording.")


def _read_index(file: BinaryIO, size: int) -> tuple[list[_Group], Damage] | None:
    """The index of a properly closed file; None when there is none, or it does not fit the file."""
    end_block = read_block(file, size - END_BYTES, size) if size >= END_BYTES else None
    end = parse_end(end_block.payload) if end_block is not None and end_block.header.kind == Kind.END else None
    if end is None or end.index_offset >= size:
        return None
    index_block = read_block(file, end.index_offset, size)
    if index_block is None or index_block.header.kind != Kind.INDEX:
        return None
    keys = parse_index(index_block.payload)
    if keys is None or len(keys) != end.keys:
        return None
    bounds = [key.position for key in keys] + [end.frames]
    rising = all(a < b for a, b in pairwise(bounds))
    if (keys and bounds[0] != 0) or not rising or any(key.offset >= end.index_offset for key in keys):
        return None
    groups = [_Group(key, key.position, after - key.position) for key, after in zip(keys, bounds[1:], strict=True)]
    return groups, Damage(lost_frames=0, torn_bytes=0, is_closed=True, whole_bytes=size)


def _scan_groups(file: BinaryIO, size: int) -> tuple[list[_Group], Damage]:
    """Find every frame that can be reached from a keyframe, reading the whole file."""
    groups: list[_Group] = []
    readable = expected = whole = 0
    is_closed = is_linked = False
    for block in scan_blocks(file, len(SIGNATURE), size):
        whole = block.end
        header = block.header
        is_closed = header.kind == Kind.END and block.end == size
        if header.kind not in (Kind.KEY, Kind.NEXT) or header.position < expected:
            expected = max(expected, header.position)  # META, INDEX and END tell how many frames came before them.
            continue
        is_next = header.position == expected
        expected = header.position + 1
        if header.kind == Kind.KEY:
            try:
                _, t_ns = read_times(block.payload)
            except struct.error:
                is_linked = False
                continue
            groups.append(_Group(KeyPlace(block.offset, header.position, t_ns), readable, 1))
            readable += 1
            is_linked = True
        elif is_linked and is_next:
            last = groups[-1]
            groups[-1] = _Group(last.key, last.first, last.count + 1)
            readable += 1
        else:
            is_linked = False
    damage = Damage(lost_frames=expected - readable, torn_bytes=size - whole, is_closed=is_closed, whole_bytes=whole)
    return groups, damage
