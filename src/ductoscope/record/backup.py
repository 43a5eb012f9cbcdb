"""A backup: everything of the clinic in one file, which goes back into SQLite or PostgreSQL alike.

A ZIP file of plain parts, readable in fifty years: `events.jsonl`, `passwords.jsonl` (hashes), `media/...`, and
`manifest.json` with a hash of each. It holds the whole clinical record, not encrypted.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, select

from ductoscope.model import BadFileError, DuctoscopeError, JournalError, NotThereError
from ductoscope.record.atomic_file import TEMPORARY_SUFFIX, explain_write_error, publish
from ductoscope.record.journal import Journal, Progress
from ductoscope.record.journal.chain import WrittenEvent
from ductoscope.record.journal.database import Database
from ductoscope.record.journal.kinds import WITH_DOCUMENTS, documents_of, names_of
from ductoscope.record.journal.migrate import migrate
from ductoscope.record.journal.put_back import put_back
from ductoscope.record.journal.reading import PAGE, read_all, read_head
from ductoscope.record.journal.rows import keep_quiet
from ductoscope.record.journal.tables import passwords
from ductoscope.record.journal.verify import Chain
from ductoscope.record.journal.witness import Witness
from ductoscope.record.journal.writing import adapter_of, read_event, write_noun
from ductoscope.record.media import MediaStore, hash_stream

FORMAT = 1
_EVENTS, _PASSWORDS, _MANIFEST = "events.jsonl", "passwords.jsonl", "manifest.json"
_BLOCK = 1 << 20
_SPEAKING = frozenset(names_of(WITH_DOCUMENTS))


@dataclass(frozen=True, slots=True)
class Backup:
    """What is in a backup. head: hash of its newest event; problems: plain sentences, empty when all of it is whole."""

    path: Path
    made_utc: datetime
    events: int
    head: str
    documents: int
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Manifest:
    """What the archive says of itself. documents: by their SHA-256, in order; problems: known when it was made."""

    format: int
    made_utc: datetime
    events: int
    head: str
    events_sha256: str
    passwords_sha256: str
    documents: tuple[str, ...]
    problems: tuple[str, ...]


# What the parts of a ZIP file raise when some bytes of it are not what they were.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, OverflowError, struct.error)


def _now() -> datetime:
    return datetime.now(UTC)


def back_up(
    journal: Journal,
    media: MediaStore,
    target: Path,
    progress: Progress = keep_quiet,
    *,
    now_utc: Callable[[], datetime] = _now,
) -> Backup:
    """Write everything into one new file; others may go on writing, and are in it up to the moment it was begun.

    target: the file, or a folder, in which it gets a name with the time. What is damaged or missing in the store is
    said in `problems`, and does not keep the rest from being saved. Raises BadFileError (also when the file is there
    already), DiskFullError and JournalError; nothing is left behind then.
    """
    made_utc = now_utc().astimezone(UTC)
    path = target / f"ductoscope-backup-{made_utc:%Y%m%d-%H%M%S}.zip" if target.is_dir() else target
    if path.exists():
        raise BadFileError(f"{path} is there already, and a backup is never written over. Choose another name.")
    with _new_archive(path) as archive:
        problems: list[str] = []
        packed = _pack_journal(archive, journal.database, problems, progress)
        manifest = _Manifest(
            format=FORMAT,
            made_utc=made_utc,
            events=packed.events,
            head=packed.head,
            events_sha256=packed.events_sha256,
            passwords_sha256=packed.passwords_sha256,
            documents=_pack_media(archive, media, packed.documents, problems, progress),
            problems=tuple(problems),
        )
        archive.writestr(_MANIFEST, write_noun(manifest))
    progress(1.0, "saved")
    return _describe(path, manifest, ())


def check_backup(file: Path, progress: Progress = keep_quiet) -> Backup:
    """Read every byte of a backup and say what is wrong with it. Raises BadFileError when it is no backup at all."""
    with _open_archive(file) as (archive, manifest):
        problems = _find_damage(archive, manifest, progress)
        chain_problems: list[str] = []
        if not problems:
            chain = Chain({}, chain_problems)
            for event in _unpack_events(archive):
                chain.check(event)
    progress(1.0, "checked")
    return _describe(file, manifest, (*problems, *chain_problems))


def restore_backup(
    file: Path, url: str, media_folder: Path, progress: Progress = keep_quiet, *, witness: Path | None = None
) -> Backup:
    """Put a backup into an empty database and an empty folder, after every byte of it was checked.

    Raises BadFileError when the backup is damaged or the folder is not empty, JournalError when the journal is not,
    DiskFullError; the folder and the journal are then as empty as before.
    """
    with _open_archive(file) as (archive, manifest):
        damage = _find_damage(archive, manifest, lambda share, words: progress(share / 2, words))
        if damage:
            raise BadFileError(f"{file} cannot be restored: {damage[0]} Take another backup.")
        if media_folder.exists() and any(media_folder.iterdir()):
            raise BadFileError(f"{media_folder} is not empty. Restore into a new folder; nothing was written.")
        database = Database(url)
        try:
            migrate(database)
            with database.reading() as connection:
                if read_head(connection)[0]:
                    raise JournalError(f"{database.name} is not empty. Restore into a new one; nothing was written.")
            with _kept_whole(MediaStore(media_folder)) as store:
                _unpack_media(archive, manifest, store, progress)
                head = put_back(database, _unpack_events(archive), dict(_unpack_passwords(archive)))
        finally:
            database.close()
    if witness is not None:
        Witness(witness).note(*head)
    progress(1.0, "restored")
    return _describe(file, manifest, ())


# Packing


@contextmanager
def _new_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    temporary = path.with_name(path.name + TEMPORARY_SUFFIX)
    try:
        # The whole record is in it: it is for nobody else's eyes.
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                yield archive
            file.flush()
            os.fsync(file.fileno())
        publish(temporary, path)
    except DuctoscopeError:
        temporary.unlink(missing_ok=True)
        raise
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise explain_write_error(error, path) from error


@dataclass(slots=True)
class _Packed:
    """What of the journal went into the archive. documents: that its events speak of."""

    events: int = 0
    head: str = ""
    events_sha256: str = ""
    passwords_sha256: str = ""
    documents: set[str] = field(default_factory=set)


def _pack_journal(archive: zipfile.ZipFile, database: Database, problems: list[str], progress: Progress) -> _Packed:
    packed = _Packed()
    chain = Chain({}, problems)

    def lines(connection: Connection) -> Iterator[bytes]:
        total, packed.head = read_head(connection)
        for event in read_all(connection):
            chain.check(event)
            if event.kind in _SPEAKING:
                packed.documents.update(_documents_in(event))
            if event.number % PAGE == 0:
                progress(0.5 * event.number / total, "saving events")
            yield _line(event._asdict())

    with database.reading_one_moment() as connection:
        packed.events_sha256 = _pack(archive, _EVENTS, lines(connection))
        rows = connection.execute(select(passwords).order_by(passwords.c.person_id)).mappings()
        packed.passwords_sha256 = _pack(archive, _PASSWORDS, (_line(dict(row)) for row in rows))
    packed.events = chain.events
    return packed


def _documents_in(event: WrittenEvent) -> tuple[str, ...]:
    try:
        return documents_of(read_event(event).what)
    except JournalError:
        return ()  # The event is saved as it is; `verify` says what is wrong with it.


def _pack_media(
    archive: zipfile.ZipFile, media: MediaStore, spoken_of: set[str], problems: list[str], progress: Progress
) -> tuple[str, ...]:
    names = sorted(spoken_of.union(media.names()))
    packed = []
    for done, name in enumerate(names):
        progress(0.5 + 0.5 * done / len(names), "saving pictures and documents")
        try:
            content = media.read(name)
        except (NotThereError, BadFileError) as error:
            problems.append(str(error))
            continue
        # Pictures and documents are compressed already.
        archive.writestr(_member(name), content, zipfile.ZIP_STORED)
        packed.append(name)
    return tuple(packed)


def _pack(archive: zipfile.ZipFile, name: str, lines: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    with archive.open(name, "w", force_zip64=True) as member:
        for line in lines:
            digest.update(line)
            member.write(line)
    return digest.hexdigest()


def _line(row: dict[str, Any]) -> bytes:
    return (json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n").encode("utf-8", "surrogatepass")


def _member(sha256: str) -> str:
    return f"media/{sha256[:2]}/{sha256[2:4]}/{sha256}"


# Unpacking


@contextmanager
def _open_archive(file: Path) -> Iterator[tuple[zipfile.ZipFile, _Manifest]]:
    if not file.is_file():
        raise BadFileError(f"There is no file {file}. Check its name.")
    try:
        archive = zipfile.ZipFile(file)
    except _BROKEN as error:
        raise _no_backup(file, error) from error
    with archive:
        try:
            content = json.loads(archive.read(_MANIFEST))
            if content["format"] > FORMAT:
                raise BadFileError(f"{file} was made by a newer Ductoscope. Update the program.")
            manifest = adapter_of(_Manifest).validate_python(content)
        except BadFileError:
            raise
        except (*_BROKEN, KeyError, ValueError, TypeError) as error:
            raise _no_backup(file, error) from error
        yield archive, manifest


def _no_backup(file: Path, error: Exception) -> BadFileError:
    return BadFileError(f"{file} is no backup, or was cut short ({type(error).__name__}). Take another one.")


def _find_damage(archive: zipfile.ZipFile, manifest: _Manifest, progress: Progress) -> list[str]:
    parts = {_EVENTS: manifest.events_sha256, _PASSWORDS: manifest.passwords_sha256}
    parts.update({_member(name): name for name in manifest.documents})
    there = set(archive.namelist())
    damage = []
    for done, (name, sha256) in enumerate(parts.items()):
        progress(done / len(parts), "checking the backup")
        if name not in there:
            damage.append(f"{name} is missing in it.")
            continue
        try:
            with archive.open(name) as member:
                is_whole = hash_stream(_blocks_of(member)) == sha256
        except _BROKEN:
            is_whole = False
        if not is_whole:
            damage.append(f"{name} is damaged.")
    return damage


def _unpack_events(archive: zipfile.ZipFile) -> Iterator[WrittenEvent]:
    with archive.open(_EVENTS) as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield WrittenEvent(**json.loads(line.decode("utf-8", "surrogatepass")))
            except (ValueError, TypeError) as error:
                raise BadFileError(f"Line {number} of {_EVENTS} is no event. Take another backup.") from error


def _unpack_passwords(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    with archive.open(_PASSWORDS) as lines:
        for line in lines:
            row = json.loads(line)
            yield row["person_id"], row["argon2_hash"]


def _unpack_media(archive: zipfile.ZipFile, manifest: _Manifest, store: MediaStore, progress: Progress) -> None:
    names = manifest.documents
    for done, name in enumerate(names):
        progress(0.5 + 0.5 * done / len(names), "restoring pictures and documents")
        store.keep(archive.read(_member(name)))


@contextmanager
def _kept_whole(store: MediaStore) -> Iterator[MediaStore]:
    """Take everything out of a store again, which was empty, when something fails."""
    try:
        yield store
    except BaseException:
        for name in list(store.names()):
            store.path(name).unlink(missing_ok=True)
        raise


def _blocks_of(member: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: member.read(_BLOCK), b"")


def _describe(path: Path, manifest: _Manifest, found: tuple[str, ...]) -> Backup:
    return Backup(
        path=path,
        made_utc=manifest.made_utc,
        events=manifest.events,
        head=manifest.head,
        documents=len(manifest.documents),
        problems=tuple(dict.fromkeys((*found, *manifest.problems))),
    )
