"""recording.json comes back as it was, and is believed only when every field is right."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ductoscope.model import BadFileError, SourceInfo
from ductoscope.record.recording_page import PAGE_NAME, RecordingInfo, read_page, write_page


@pytest.fixture
def info(source: SourceInfo) -> RecordingInfo:
    return RecordingInfo(
        state="complete",
        message="Größe: alles gut.",
        started_utc=datetime(2026, 5, 4, 12, 30, 5, 123456, tzinfo=UTC),
        program_version="0.1.0",
        bundle_id="b1d",
        cores=40,
        channels=3,
        source=replace(source, length=900),
        frames=899,
        seconds=29.97,
        dropped_frames=1,
        picture_codec="libx264",
    )


def test_page_comes_back(tmp_path: Path, info: RecordingInfo) -> None:
    write_page(info, tmp_path)
    assert read_page(tmp_path) == info


def test_missing_page_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match="is not a recording"):
        read_page(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"format": "something"}', b"\xff\xfe", b"[" * 9000])
def test_foreign_or_torn_page_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / PAGE_NAME).write_bytes(content)
    with pytest.raises(BadFileError, match=r"does not belong|damaged"):
        read_page(tmp_path)


def test_newer_page_is_said(tmp_path: Path, info: RecordingInfo) -> None:
    write_page(info, tmp_path)
    page = json.loads((tmp_path / PAGE_NAME).read_bytes())
    (tmp_path / PAGE_NAME).write_text(json.dumps(page | {"version": 2}))
    with pytest.raises(BadFileError, match="another Ductoscope"):
        read_page(tmp_path)


@pytest.mark.parametrize("field", [*RecordingInfo.__dataclass_fields__])
@pytest.mark.parametrize("wrong", [[1], "3 or so", None, 1e400])
def test_no_field_is_taken_on_trust(tmp_path: Path, info: RecordingInfo, field: str, wrong: object) -> None:
    write_page(info, tmp_path)
    page = json.loads((tmp_path / PAGE_NAME).read_bytes())
    (tmp_path / PAGE_NAME).write_text(json.dumps(page | {field: wrong}))
    try:
        read = asdict(read_page(tmp_path))
    except BadFileError:
        return
    # Where the wrong value is of a right kind (a text, or none), it is what the page says.
    assert read[field] == wrong
    assert type(wrong) in (str, type(None)) or (field == "seconds" and wrong == 1e400)


def test_time_without_zone_is_refused(tmp_path: Path, info: RecordingInfo) -> None:
    write_page(replace(info, started_utc=datetime(2026, 5, 4)), tmp_path)
    with pytest.raises(BadFileError, match="damaged"):
        read_page(tmp_path)
