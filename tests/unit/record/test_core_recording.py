"""A core recording gives back its frames, and after any damage as many as can be had."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ductoscope.model import BadFileError, CoreImage
from ductoscope.record import CoreRecordingWriter, open_core_recording, scan_core_recording
from ductoscope.record.core_format import (
    HEADER_BYTES,
    SIGNATURE,
    KeyPlace,
    Kind,
    pack_block,
    pack_closing,
)
from ductoscope.record.core_scan import scan_blocks

MakeImages = Callable[..., list[CoreImage]]
AssertSame = Callable[[CoreImage, CoreImage], None]
FRAMES = 100


def _write(path: Path, images: list[CoreImage], *, is_closed: bool = True) -> bytes:
    """Write a recording; unclosed as a kill would leave it."""
    writer = CoreRecordingWriter(path, "b1d", 40, images[0].light_lin.shape[1], 30.0, {"source": "test"})
    for image in images:
        writer.write(image)
    if is_closed:
        writer.close()
    else:
        writer._let_go()
    return path.read_bytes()


def _blocks(path: Path) -> list[tuple[Kind, int, int]]:
    """Kind, first byte and last byte + 1 of every block."""
    with path.open("rb") as file:
        return [
            (Kind(block.header.kind), block.offset, block.end)
            for block in scan_blocks(file, len(SIGNATURE), path.stat().st_size)
        ]


@pytest.fixture
def images(make_images: MakeImages) -> list[CoreImage]:
    return make_images(FRAMES)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cores.duct"


@pytest.mark.parametrize("is_closed", [True, False])
@pytest.mark.parametrize("channels", [1, 3])
def test_round_trip_is_exact(
    path: Path, make_images: MakeImages, assert_same: AssertSame, is_closed: bool, channels: int
) -> None:
    images = make_images(FRAMES, channels=channels)
    _write(path, images, is_closed=is_closed)
    with open_core_recording(path) as recording:
        assert recording.damage.is_closed == is_closed
        assert (recording.bundle_id, recording.meta.fps, recording.meta.notes) == ("b1d", 30.0, {"source": "test"})
        assert len(recording) == FRAMES
        for written, read in zip(images, recording, strict=True):
            assert_same(written, read)


@pytest.mark.parametrize("is_closed", [True, False])
def test_any_frame_can_be_asked_for(
    path: Path, images: list[CoreImage], assert_same: AssertSame, is_closed: bool
) -> None:
    _write(path, images, is_closed=is_closed)
    numbers = [*range(FRAMES), *reversed(range(FRAMES))]
    random.Random(3).shuffle(numbers)
    with open_core_recording(path) as recording:
        for number in numbers:
            assert_same(recording[number], images[number])
        for outside in (-1, FRAMES):
            with pytest.raises(IndexError, match="100 frames"):
                recording[outside]


def test_iterating_and_asking_do_not_disturb_each_other(
    path: Path, images: list[CoreImage], assert_same: AssertSame
) -> None:
    _write(path, images)
    with open_core_recording(path) as recording:
        for written, read in zip(images, recording, strict=True):
            assert_same(written, read)
            assert_same(recording[FRAMES - 1 - written.index], images[FRAMES - 1 - written.index])


def test_empty_recording_opens(path: Path) -> None:
    CoreRecordingWriter(path, "b1d", 40, 3, 30.0).close()
    with open_core_recording(path) as recording:
        assert (len(recording), list(recording), recording.first_t_ns) == (0, [], 0)


def test_a_recording_is_readable_while_it_is_written(
    path: Path, images: list[CoreImage], assert_same: AssertSame
) -> None:
    writer = CoreRecordingWriter(path, "b1d", 40, 3, 30.0)
    for image in images[:7]:
        writer.write(image)
    with open_core_recording(path) as recording:
        assert len(recording) == 7
        assert_same(recording[6], images[6])
    writer.close()


def test_torn_tail_costs_one_frame(path: Path, images: list[CoreImage], assert_same: AssertSame) -> None:
    content = _write(path, images, is_closed=False)
    last_start = _blocks(path)[-1][1]
    for end in range(last_start, len(content), 13):
        path.write_bytes(content[:end])
        with open_core_recording(path) as recording:
            assert len(recording) == FRAMES - 1
            assert recording.damage.torn_bytes == end - last_start
            assert_same(recording[FRAMES - 2], images[FRAMES - 2])


@pytest.mark.parametrize("is_scanned", [True, False])
@pytest.mark.parametrize("in_header", [True, False])
def test_damage_in_the_middle_costs_at_most_its_second(
    path: Path, images: list[CoreImage], assert_same: AssertSame, is_scanned: bool, in_header: bool
) -> None:
    content = bytearray(_write(path, images))
    frames = [block for block in _blocks(path) if block[0] in (Kind.KEY, Kind.NEXT)]
    content[frames[40][1] + (9 if in_header else HEADER_BYTES + 20)] ^= 1
    path.write_bytes(content)
    with (scan_core_recording if is_scanned else open_core_recording)(path) as recording:
        read = list(recording)
        keys = [number for number, block in enumerate(frames) if block[0] == Kind.KEY]
        next_key = min(key for key in keys if key > 40)
        assert [image.index for image in read] == [*range(40), *range(next_key, FRAMES)]
        assert recording.lost_frames == next_key - 40 <= 30
        assert recording.damage.lost_frames == (recording.lost_frames if is_scanned else 0)
        for image in read:
            assert_same(image, images[image.index])


def test_asking_for_a_damaged_frame_says_so(path: Path, images: list[CoreImage]) -> None:
    content = bytearray(_write(path, images))
    frames = [block for block in _blocks(path) if block[0] in (Kind.KEY, Kind.NEXT)]
    content[frames[40][1] + HEADER_BYTES + 20] ^= 1
    path.write_bytes(content)
    with open_core_recording(path) as recording:
        with pytest.raises(BadFileError, match="Frame 41 of"):
            recording[41]
        assert recording[39].index == 39
        assert recording[FRAMES - 1].index == FRAMES - 1


def test_lost_end_before_a_proper_close_is_counted(path: Path, images: list[CoreImage]) -> None:
    content = bytearray(_write(path, images))
    frames = [block for block in _blocks(path) if block[0] in (Kind.KEY, Kind.NEXT)]
    content[frames[-1][1] + HEADER_BYTES] ^= 1
    path.write_bytes(content)
    with scan_core_recording(path) as recording:
        assert (len(recording), recording.damage.lost_frames, recording.damage.is_closed) == (FRAMES - 1, 1, True)


def test_missing_stretch_is_jumped(path: Path, images: list[CoreImage], assert_same: AssertSame) -> None:
    """A whole disk block is gone from the middle, bytes before and after joined."""
    content = _write(path, images, is_closed=False)
    path.write_bytes(content[:7000] + content[8500:])
    with open_core_recording(path) as recording:
        read = list(recording)
        assert recording.lost_frames == FRAMES - len(read) <= 60
        assert read[-1].index == FRAMES - 1
        for image in read:
            assert_same(image, images[image.index])


def test_damaged_beginning_is_bridged_by_a_later_page(
    path: Path, make_images: MakeImages, assert_same: AssertSame
) -> None:
    images = make_images(400)
    content = bytearray(_write(path, images))
    content[: len(SIGNATURE) + 40] = bytes(len(SIGNATURE) + 40)
    path.write_bytes(content)
    with open_core_recording(path) as recording:
        assert recording.bundle_id == "b1d"
        for written, read in zip(images, recording, strict=True):
            assert_same(written, read)


def test_newer_version_is_said(path: Path, images: list[CoreImage]) -> None:
    content = bytearray(_write(path, images))
    head = content[len(SIGNATURE) :][:HEADER_BYTES]
    head[8:10] = (2).to_bytes(2, "little")
    head[-4:] = zlib.crc32(head[:-4]).to_bytes(4, "little")
    content[len(SIGNATURE) : len(SIGNATURE) + HEADER_BYTES] = head
    path.write_bytes(content)
    with pytest.raises(BadFileError, match="newer Ductoscope"):
        open_core_recording(path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "not a core recording"),
        (b"RIFF....AVI ", "not a core recording"),
        (SIGNATURE, "nothing in it can be read"),
        (SIGNATURE + bytes(5000), "nothing in it can be read"),
    ],
)
def test_foreign_or_empty_files_are_said(path: Path, content: bytes, sentence: str) -> None:
    path.write_bytes(content)
    with pytest.raises(BadFileError, match=sentence):
        open_core_recording(path)


def test_missing_file_is_said(path: Path) -> None:
    with pytest.raises(BadFileError, match="cannot be opened"):
        open_core_recording(path)


@pytest.mark.parametrize("page", [b"{}", b"[1]", b'{"cores": 1e300}', b"\xff", b"[" * 5000, b"0" * 5000])
def test_hostile_page_is_no_page(path: Path, page: bytes) -> None:
    path.write_bytes(SIGNATURE + pack_block(Kind.META, 0, page))
    with pytest.raises(BadFileError, match="nothing in it can be read"):
        open_core_recording(path)


def test_hostile_index_is_not_believed(path: Path, images: list[CoreImage], assert_same: AssertSame) -> None:
    """An index with a true checksum but false places: the frames are found all the same, or said to be lost."""
    content = _write(path, images, is_closed=False)
    for keys in ([KeyPlace(10**18, 0, 0)], [KeyPlace(77, 0, 0)], [KeyPlace(90, 5, 0)], []):
        path.write_bytes(content + pack_closing(keys, FRAMES, len(content)))
        with open_core_recording(path) as recording:
            for image in recording:
                assert_same(image, images[image.index])


def test_index_that_names_another_frame_is_not_believed(path: Path, images: list[CoreImage]) -> None:
    """Frame 0 is asked for and the index leads to frame 31: better an error than the wrong picture."""
    content = _write(path, images, is_closed=False)
    with open_core_recording(path) as recording:
        second = recording.keys[1]
    path.write_bytes(content + pack_closing([KeyPlace(second.offset, 0, 0)], FRAMES, len(content)))
    with open_core_recording(path) as recording:
        assert list(recording) == []
        with pytest.raises(BadFileError, match="damaged"):
            recording[0]


def _page() -> bytes:
    return b'{"bundle_id": "b1d", "cores": 40, "channels": 3, "fps": 30, "notes": {}}'


@pytest.fixture
def contents(tmp_path: Path, images: list[CoreImage]) -> dict[bool, bytes]:
    """A recording of 45 frames as written, by whether it was closed."""
    return {closed: _write(tmp_path / f"{closed}.duct", images[:45], is_closed=closed) for closed in (True, False)}


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_damage_gives_true_frames_or_a_plain_error(
    path: Path,
    images: list[CoreImage],
    contents: dict[bool, bytes],
    assert_same: AssertSame,
    data: st.DataObject,
) -> None:
    content = bytearray(contents[data.draw(st.booleans())])
    for _ in range(data.draw(st.integers(1, 4))):
        if not content:
            break
        at = data.draw(st.integers(0, len(content) - 1))
        match data.draw(st.sampled_from(["flip", "cut", "remove", "insert", "overwrite", "repeat"])):
            case "flip":
                content[at] ^= data.draw(st.integers(1, 255))
            case "cut":
                del content[at:]
            case "remove":
                del content[at : at + data.draw(st.integers(1, 2000))]
            case "insert":
                content[at:at] = data.draw(st.binary(min_size=1, max_size=100))
            case "overwrite":
                size = data.draw(st.integers(1, 600))
                content[at : at + size] = bytes(len(content[at : at + size]))
            case "repeat":
                content[at:at] = content[at : at + data.draw(st.integers(1, 2000))]
    path.write_bytes(content)
    for open_it in (open_core_recording, scan_core_recording):
        try:
            recording = open_it(path)
        except BadFileError:
            continue
        with recording:
            for image in recording:
                assert_same(image, images[image.index])
            for number in range(0, len(recording), 7):
                try:
                    assert_same(recording[number], images[recording[number].index])
                except BadFileError:
                    continue


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(junk=st.binary(max_size=3000), is_signed=st.booleans())
def test_any_bytes_are_opened_or_refused(path: Path, junk: bytes, is_signed: bool) -> None:
    path.write_bytes((SIGNATURE + pack_block(Kind.META, 0, _page()) if is_signed else b"") + junk)
    try:
        with open_core_recording(path) as recording:
            assert np.sum([1 for _ in recording]) == 0
    except BadFileError:
        assert not is_signed
