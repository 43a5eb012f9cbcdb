"""The media store: pictures and documents, each under the SHA-256 of its content, so that no byte changes unseen."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

from ductoscope.model import BadFileError, DamagedFileError, NotThereError
from ductoscope.record.atomic_file import TEMPORARY_SUFFIX, explain_write_error, publish, write_atomically
from ductoscope.record.journal import Progress
from ductoscope.record.journal.rows import keep_quiet

_SHA256 = re.compile(r"[0-9a-f]{64}")
_BLOCK = 1 << 20


class MediaStore:
    """Files in two levels of folders, as `ab/cd/abcd...`. Nothing is changed or deleted; no name says who it is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, content: bytes) -> str:
        """Keep content and return its SHA-256 in hex, its name from now on. What is there already is not written again.

        Raises DiskFullError and BadFileError.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.path(sha256)
        if self._is_whole(path, sha256):
            return sha256
        # Two who keep the same picture at once must not write into one temporary file.
        staged = path.with_name(f"{sha256}.{secrets.token_hex(4)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explain_write_error(error, path) from error
        write_atomically(staged, content)
        try:
            publish(staged, path)
        except OSError as error:
            staged.unlink(missing_ok=True)
            raise explain_write_error(error, path) from error
        return sha256

    def read(self, sha256: str) -> bytes:
        """Read content. Raises NotThereError when there is none of this name, DamagedFileError when it is damaged.

        BadFileError when it cannot be read.
        """
        path = self.path(sha256)
        try:
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise NotThereError(f"The file {sha256} is not in the media store. Restore it from a backup.") from error
        except OSError as error:
            raise BadFileError(f"{path} cannot be read: {error.strerror}. Check the folder and disk.") from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise DamagedFileError(f"{path} is damaged: it is not what was kept. Restore it from a backup.")
        return content

    def has(self, sha256: str) -> bool:
        """Whether there is a file of this name, whole or not."""
        return self.path(sha256).is_file()

    def path(self, sha256: str) -> Path:
        """Say where content lies. Raises NotThereError for what is no name of a file in the store."""
        if not _SHA256.fullmatch(sha256):
            raise NotThereError("There is no such file in the media store.")
        return self.folder / sha256[:2] / sha256[2:4] / sha256

    def names(self) -> Iterator[str]:
        """Name everything that is kept, in order."""
        for path in self._files():
            if _SHA256.fullmatch(path.name):
                yield path.name

    def verify(self, progress: Progress = keep_quiet) -> tuple[str, ...]:
        """Read every byte and say what is damaged or does not belong there, in plain sentences."""
        files = list(self._files())
        problems = []
        for done, path in enumerate(files):
            progress(done / len(files), "checking pictures and documents")
            if not _SHA256.fullmatch(path.name) or path != self.path(path.name):
                if not _is_leftover(path):
                    problems.append(f"{path} does not belong into the media store.")
            elif not self._is_whole(path, path.name):
                problems.append(f"{path} is damaged: it is not what was kept. Restore it from a backup.")
        progress(1.0, "checking pictures and documents")
        return tuple(problems)

    def _files(self) -> Iterator[Path]:
        yield from sorted(path for path in self.folder.rglob("*") if path.is_file())

    def _is_whole(self, path: Path, sha256: str) -> bool:
        try:
            with path.open("rb") as file:
                return hash_stream(iter(lambda: file.read(_BLOCK), b"")) == sha256
        except OSError:
            return False


def hash_stream(blocks: Iterator[bytes]) -> str:
    """SHA-256, in hex, of content that comes in blocks."""
    digest = hashlib.sha256()
    for block in blocks:
        digest.update(block)
    return digest.hexdigest()


def _is_leftover(path: Path) -> bool:
    # A write that was cut short by a power cut; it was never told to anybody as kept.
    return bool(_SHA256.fullmatch(path.name.partition(".")[0])) and (
        path.suffix == TEMPORARY_SUFFIX or path.name.count(".") == 1
    )
