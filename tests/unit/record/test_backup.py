"""A backup: everything comes back, into either database; what is wrong with one is found before it is needed."""

from __future__ import annotations

import json
import resource
import shutil
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from ductoscope.model import BadFileError, DiskFullError, JournalError
from ductoscope.model.clinical import happened as h
from ductoscope.record import backup as backup_module
from ductoscope.record.backup import back_up, check_backup, restore_backup
from ductoscope.record.credentials import Credentials
from ductoscope.record.journal import Draft, Journal, open_journal
from ductoscope.record.journal.tables import PROJECTIONS, events
from ductoscope.record.media import MediaStore
from tests.unit.journal.story import MAP, STILL, begin, tell

NOW = datetime(2026, 3, 2, 12, 34, 56, tzinfo=UTC)


@pytest.fixture
def journal(journal_url: str) -> Iterator[Journal]:
    with open_journal(journal_url) as journal:
        yield journal


@pytest.fixture
def media(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "media")


@pytest.fixture
def saved(tmp_path: Path, media: MediaStore) -> Path:
    """A whole backup of a small clinic in SQLite: four events, one picture, one password."""
    with open_journal(f"sqlite:///{tmp_path / 'saved.db'}") as journal:
        fill(journal, media)
        return back_up(journal, media, tmp_path / "saved.zip", now_utc=lambda: NOW).path


def fill(journal: Journal, media: MediaStore) -> None:
    journal.append_all(begin())
    still = replace(STILL, sha256=media.keep(b"a picture"))
    journal.append(Draft(h.StillKept(still), "doctor", None, "x-1"))
    journal.append(Draft(h.NoteTaken("Ça va \u2028 \U0001f642"), "doctor", None, "x-1"))
    Credentials(journal).set_hash("doctor", "$argon2id$one")


def rows_of(journal: Journal) -> list[list[tuple[object, ...]]]:
    with journal.database.reading() as connection:
        return [sorted(tuple(row) for row in connection.execute(select(one))) for one in (events, *PROJECTIONS)]


@pytest.mark.peer
def test_everything_comes_back_in_the_other_database(
    journal: Journal, media: MediaStore, tmp_path: Path, journal_url: str, postgres_url: str
) -> None:
    journal.append_all(list(islice(tell(21), 150)))
    still = replace(STILL, sha256=media.keep(b"a picture"))
    journal.append(Draft(h.StillKept(still), "doctor", None, journal.worklist()[0].procedure_id))
    media.keep(b"a document that nobody speaks of yet")
    Credentials(journal).set_hash("doctor", "$argon2id$one")
    made = back_up(journal, media, tmp_path, now_utc=lambda: NOW)
    assert made.path == tmp_path / "ductoscope-backup-20260302-123456.zip"
    assert (made.events, made.documents, made.head, made.made_utc) == (151, 2, journal.head()[1], NOW)
    missing = [one for one in made.problems if "not in the media store" in one]
    assert len(missing) == len(made.problems), "the story's other documents were never kept"
    assert check_backup(made.path) == made

    url = postgres_url if journal.database.is_sqlite else f"sqlite:///{tmp_path / 'restored.db'}"
    witness = tmp_path / "witness.jsonl"
    restored = restore_backup(made.path, url, tmp_path / "restored-media", witness=witness)
    assert restored == made
    with open_journal(url, witness=witness) as again:
        assert rows_of(again) == rows_of(journal)
        assert again.verify().is_whole
        assert Credentials(again).hash_of("doctor") == "$argon2id$one"
        again.append(Draft(h.SignedIn(), "doctor"))
        assert again.verify().is_whole
    assert list(MediaStore(tmp_path / "restored-media").names()) == list(media.names())


def test_an_empty_clinic_is_saved_too(tmp_path: Path, media: MediaStore) -> None:
    with open_journal(f"sqlite:///{tmp_path / 'journal.db'}") as journal:
        made = back_up(journal, media, tmp_path / "empty.zip")
    assert (made.events, made.documents, made.problems) == (0, 0, ())
    restore_backup(made.path, f"sqlite:///{tmp_path / 'new.db'}", tmp_path / "new-media")


def test_a_backup_made_while_others_write_is_of_one_moment(journal: Journal, media: MediaStore, tmp_path: Path) -> None:
    fill(journal, media)
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            still = replace(STILL, sha256=media.keep(str(journal.head()[0]).encode()))
            journal.append(Draft(h.StillKept(still), "doctor", None, "x-1"))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [back_up(journal, media, tmp_path / f"{number}.zip") for number in range(4)]
    finally:
        stop.set()
        writer.join()
    for number, one in enumerate(made):
        assert one.problems == ()
        assert check_backup(one.path).problems == ()
        restore_backup(one.path, f"sqlite:///{tmp_path / str(number)}.db", tmp_path / f"media-{number}")


def test_sessions_and_attempts_are_not_saved(saved: Path) -> None:
    with zipfile.ZipFile(saved) as archive:
        names = archive.namelist()
    assert [name for name in names if not name.startswith("media/")] == [
        "events.jsonl",
        "passwords.jsonl",
        "manifest.json",
    ]
    assert saved.stat().st_mode & 0o077 == 0, "it is for nobody else's eyes"


def test_a_backup_is_never_written_over(saved: Path, tmp_path: Path, media: MediaStore) -> None:
    content = saved.read_bytes()
    with (
        open_journal(f"sqlite:///{tmp_path / 'saved.db'}") as journal,
        pytest.raises(BadFileError, match="never written over"),
    ):
        back_up(journal, media, saved)
    assert saved.read_bytes() == content


def test_what_is_damaged_or_missing_is_said_and_the_rest_is_saved(tmp_path: Path, media: MediaStore) -> None:
    with open_journal(f"sqlite:///{tmp_path / 'journal.db'}") as journal:
        fill(journal, media)
        journal.append(Draft(h.StillKept(replace(STILL, sha256="0" * 64)), "doctor", None, "x-1"))
        damaged = media.keep(b"a document")
        media.path(damaged).write_bytes(b"")
        made = back_up(journal, media, tmp_path / "backup.zip")
    assert made.documents == 1
    assert len(made.problems) == 2
    assert "0" * 64 in made.problems[0]
    assert damaged in made.problems[1]
    assert check_backup(made.path).problems == made.problems
    assert (
        restore_backup(made.path, f"sqlite:///{tmp_path / 'new.db'}", tmp_path / "new-media").problems == made.problems
    )


def test_a_measured_map_is_saved_with_its_drawing_and_walls(tmp_path: Path, media: MediaStore) -> None:
    wall = replace(MAP.branches[0], wall=media.keep(b"a wall"))
    measured = replace(MAP, drawing=media.keep(b"a drawing"), branches=(wall, *MAP.branches[1:]))
    with open_journal(f"sqlite:///{tmp_path / 'journal.db'}") as journal:
        journal.append_all(begin())
        journal.append(Draft(h.DuctMapped(measured), "doctor", None, "x-1"))
        made = back_up(journal, media, tmp_path / "whole.zip")
        assert (made.documents, made.problems) == (2, ())
        media.path(wall.wall).unlink()
        missing = back_up(journal, media, tmp_path / "lacking.zip")
    assert missing.documents == 1
    assert [wall.wall in one for one in missing.problems] == [True]
    restored = tmp_path / "new-media"
    restore_backup(made.path, f"sqlite:///{tmp_path / 'new.db'}", restored)
    with open_journal(f"sqlite:///{tmp_path / 'new.db'}") as again:
        assert again.procedure("x-1").maps == {1: measured}
    assert [MediaStore(restored).read(one) for one in measured.pictures] == [b"a drawing", b"a wall"]


def test_a_tampered_journal_is_saved_as_it_is_and_said(tmp_path: Path, media: MediaStore) -> None:
    with open_journal(f"sqlite:///{tmp_path / 'journal.db'}") as journal:
        fill(journal, media)
        with journal.database.writing() as connection:
            connection.execute(text("DROP TRIGGER events_refuse_update"))
            connection.execute(update(events).where(events.c.number == 3).values(by="somebody"))
        made = back_up(journal, media, tmp_path / "backup.zip")
    assert made.problems == ("Event 3 (StillKept) was changed after it was written.",)
    url = f"sqlite:///{tmp_path / 'new.db'}"
    restore_backup(made.path, url, tmp_path / "new-media")
    with open_journal(url) as again:
        assert again.verify().problems == made.problems


def test_any_flipped_byte_is_found(saved: Path, tmp_path: Path) -> None:
    whole = saved.read_bytes()
    for offset in range(0, len(whole), len(whole) // 90):
        content = bytearray(whole)
        content[offset] ^= 0xFF
        saved.write_bytes(content)
        try:
            problems = check_backup(saved).problems
        except BadFileError:
            continue
        if not problems:  # Fields that nobody reads, such as the time of a part; then all that counts is whole.
            restore_backup(saved, f"sqlite:///{tmp_path}/{offset}.db", tmp_path / f"media-{offset}")
            with open_journal(f"sqlite:///{tmp_path}/{offset}.db") as again:
                assert again.verify().problems == ()
                assert again.head()[0] == 4


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_backup_that_was_cut_short(saved: Path, share: float, tmp_path: Path) -> None:
    content = saved.read_bytes()
    saved.write_bytes(content[: int(share * len(content))])
    with pytest.raises(BadFileError, match="is no backup, or was cut short"):
        check_backup(saved)
    with pytest.raises(BadFileError):
        restore_backup(saved, f"sqlite:///{tmp_path / 'new.db'}", tmp_path / "new-media")
    assert not (tmp_path / "new.db").exists()
    assert not (tmp_path / "new-media").exists()


def repack(path: Path, change: dict[str, bytes | None]) -> None:
    """Write a backup anew with other parts, as an attacker does who knows what a ZIP file is."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts.update({name: content for name, content in change.items() if content is not None})
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            if change.get(name, b"") is not None:
                archive.writestr(name, content)


@pytest.mark.parametrize("part", ["events.jsonl", "passwords.jsonl", "media"])
@pytest.mark.parametrize("content", [None, b"{}\n"])
def test_a_changed_or_missing_part(saved: Path, part: str, content: bytes | None, tmp_path: Path) -> None:
    with zipfile.ZipFile(saved) as archive:
        name = next(one for one in archive.namelist() if one.startswith(part))
    repack(saved, {name: content})
    assert name in check_backup(saved).problems[0]
    with pytest.raises(BadFileError, match="cannot be restored"):
        restore_backup(saved, f"sqlite:///{tmp_path / 'new.db'}", tmp_path / "new-media")


def test_events_changed_with_their_manifest_break_the_chain(saved: Path) -> None:
    with zipfile.ZipFile(saved) as archive:
        manifest, lines = json.loads(archive.read("manifest.json")), archive.read("events.jsonl")
    changed = lines.replace(b'"by":"doctor"', b'"by":"nobody"')
    manifest["events_sha256"] = backup_module.hash_stream(iter([changed]))
    repack(saved, {"events.jsonl": changed, "manifest.json": json.dumps(manifest).encode()})
    assert "Event 3 (StillKept) was changed after it was written." in check_backup(saved).problems


def test_a_backup_of_a_newer_program(saved: Path) -> None:
    with zipfile.ZipFile(saved) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    repack(saved, {"manifest.json": json.dumps({**manifest, "format": 2}).encode()})
    with pytest.raises(BadFileError, match="newer Ductoscope"):
        check_backup(saved)


@pytest.mark.parametrize("content", [b"[]", b"null", b"{}", b'{"format": "one"}', b'{"format": 1}'])
def test_a_manifest_that_says_nothing(saved: Path, content: bytes) -> None:
    repack(saved, {"manifest.json": content})
    with pytest.raises(BadFileError, match="is no backup"):
        check_backup(saved)


def test_what_is_no_file_at_all(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match="There is no file"):
        check_backup(tmp_path / "nothing.zip")
    with pytest.raises(BadFileError):
        check_backup(tmp_path)


def test_only_into_an_empty_place(saved: Path, tmp_path: Path, media: MediaStore, journal_url: str) -> None:
    with pytest.raises(BadFileError, match="is not empty"):
        restore_backup(saved, f"sqlite:///{tmp_path / 'new.db'}", media.folder)
    assert not (tmp_path / "new.db").exists()
    with open_journal(journal_url) as journal:
        journal.append(Draft(h.SignedIn(), "doctor"))
    with pytest.raises(JournalError, match="is not empty"):
        restore_backup(saved, journal_url, tmp_path / "new-media")
    with open_journal(journal_url) as journal:
        assert journal.head()[0] == 1
    assert not list(MediaStore(tmp_path / "new-media").names())


def test_a_restore_that_fails_leaves_nothing(saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise JournalError("The journal is gone.")

    monkeypatch.setattr(backup_module, "put_back", fail)
    with pytest.raises(JournalError, match="gone"):
        restore_backup(saved, f"sqlite:///{tmp_path / 'new.db'}", tmp_path / "new-media")
    assert not list(MediaStore(tmp_path / "new-media").names())
    monkeypatch.undo()
    shutil.rmtree(tmp_path / "new-media")
    restore_backup(saved, f"sqlite:///{tmp_path / 'new.db'}", tmp_path / "new-media")


def test_a_full_disk(tmp_path: Path, media: MediaStore) -> None:
    with open_journal(f"sqlite:///{tmp_path / 'journal.db'}") as journal:
        fill(journal, media)
        for number in range(5):
            media.keep(bytes([number]) * 5_000)
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
        try:
            with pytest.raises(DiskFullError, match="The disk is full"):
                back_up(journal, media, tmp_path / "backup.zip")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not list(tmp_path.glob("backup.zip*"))


def test_a_folder_that_is_not_there(tmp_path: Path, media: MediaStore) -> None:
    with (
        open_journal(f"sqlite:///{tmp_path / 'journal.db'}") as journal,
        pytest.raises(BadFileError, match="could not be"),
    ):
        back_up(journal, media, tmp_path / "nowhere" / "backup.zip")


def test_progress_goes_to_one(saved: Path, tmp_path: Path) -> None:
    for work in (
        lambda progress: check_backup(saved, progress),
        lambda progress: restore_backup(saved, f"sqlite:///{tmp_path / 'new.db'}", tmp_path / "new-media", progress),
    ):
        seen: list[float] = []
        work(lambda share, words, seen=seen: seen.append(share))
        assert seen == sorted(seen)
        assert seen[-1] == 1.0
