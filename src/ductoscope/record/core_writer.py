"""Write a core recording so that a kill at any moment costs nothing that was on disk."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from ductoscope.model import BadFileError, BadInputError, CoreImage, DiskFullError
from ductoscope.record.atomic_file import explain_write_error, sync_folder
from ductoscope.record.core_codec import CodecState, encode_frame
from ductoscope.record.core_format import (
    SIGNATURE,
    CoreMeta,
    KeyPlace,
    Kind,
    pack_block,
    pack_closing,
    pack_meta,
)

SYNC_EVERY_S = 0.5
KEY_EVERY_NS = 1_000_000_000
_MOST_FRAMES_A_KEY = 120
_META_EVERY_KEYS = 10


class CoreRecordingWriter:
    """Appends core images to one file; every frame is handed to the system at once and synced twice a second.

    path: a file that does not exist yet.
    bundle_id, cores, channels, fps, notes: see CoreMeta.
    clock: monotonic seconds; decides only when to sync.

    Used from one thread. While no frames come, call `flush` now and then, so that the last ones are synced too.
    Raises DiskFullError or BadFileError; what was written before stays readable, and later calls raise the same.
    """

    def __init__(
        self,
        path: Path,
        bundle_id: str,
        cores: int,
        channels: int,
        fps: float,
        meta: Mapping[str, Any] | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.path = path
        self.frames = 0
        self.bytes = 0
        self._meta = CoreMeta(bundle_id, cores, channels, float(fps) if math.isfinite(fps) else 0.0, dict(meta or {}))
        self._clock = clock
        self._keys: list[KeyPlace] = []
        self._state: CodecState | None = None
        self._last_t_ns = 0
        self._failure: BadFileError | None = None
        self._is_synced = True
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            self._handle = os.open(path, flags, 0o644)
        except OSError as error:
            raise explain_write_error(error, path) from error
        self._is_open = True
        try:
            self._append(SIGNATURE + pack_block(Kind.META, 0, pack_meta(self._meta)))
            self._sync()
            sync_folder(path.parent)
        except OSError:
            self._let_go()
            raise
        self._next_sync_s = clock() + SYNC_EVERY_S

    def write(self, image: CoreImage) -> None:
        """Append one frame; its light is kept exactly when it lies on the code grid, as what `restore` reads does.

        Raises BadInputError for a table of another shape or with light that is no number.
        """
        if self._failure is not None:
            raise self._failure
        if not self._is_open:
            raise BadInputError(f"The recording {self.path} is closed; start another one.")
        if image.light_lin.shape != (self._meta.cores, self._meta.channels) or len(image.valid) != self._meta.cores:
            raise BadInputError(
                f"The recording {self.path} holds tables of {(self._meta.cores, self._meta.channels)}, "
                f"got {image.light_lin.shape}. Start another recording after a new calibration."
            )
        is_key = self._is_key_due(image)
        payload, state = encode_frame(image, None if is_key else self._state)
        block = pack_block(Kind.KEY if is_key else Kind.NEXT, self.frames, payload)
        if is_key and self._keys and len(self._keys) % _META_EVERY_KEYS == 0:
            block = (meta := pack_block(Kind.META, self.frames, pack_meta(self._meta))) + block
            key_offset = self.bytes + len(meta)
        else:
            key_offset = self.bytes
        self._append(block)
        if is_key:
            self._keys.append(KeyPlace(key_offset, self.frames, image.t_ns))
        self._state = state
        self._last_t_ns = image.t_ns
        self.frames += 1
        if self._clock() >= self._next_sync_s:
            self.flush()

    def flush(self) -> None:
        """Put everything written so far on the disk itself, if it is not there yet."""
        if self._is_open and not self._is_synced:
            self._sync()
            self._next_sync_s = self._clock() + SYNC_EVERY_S

    def close(self) -> None:
        """Add the index and let go of the file. Safe to call twice; a full disk only costs the index.

        Raises BadFileError when the disk fails now for the first time.
        """
        if not self._is_open:
            return
        had_failed = self._failure is not None
        try:
            self._append(pack_closing(self._keys, self.frames, self.bytes))
            self._sync()
        except DiskFullError:
            pass  # The index can be made again by reading the file; the frames are what counts.
        except BadFileError:
            if not had_failed:
                raise
        finally:
            self._let_go()

    def _is_key_due(self, image: CoreImage) -> bool:
        if self._state is None or not self._keys:
            return True
        key = self._keys[-1]
        # Time running backwards means another stream; start afresh there as well.
        return (
            image.t_ns < self._last_t_ns
            or image.t_ns - key.t_ns >= KEY_EVERY_NS
            or self.frames - key.position >= _MOST_FRAMES_A_KEY
        )

    def _append(self, content: bytes) -> None:
        """Write all bytes or, when they do not fit, leave the file as it was."""
        rest = memoryview(content)
        try:
            while rest:
                rest = rest[os.write(self._handle, rest) :]
        except OSError as error:
            with suppress(OSError):  # On a failing disk even this may fail; readers then skip the torn end.
                os.ftruncate(self._handle, self.bytes)
                os.lseek(self._handle, self.bytes, os.SEEK_SET)
            self._fail(error)
        self.bytes += len(content)
        self._is_synced = False

    def _sync(self) -> None:
        try:
            os.fsync(self._handle)
        except OSError as error:
            self._fail(error)
        self._is_synced = True

    def _fail(self, error: OSError) -> NoReturn:
        self._failure = explain_write_error(error, self.path)
        raise self._failure from error

    def _let_go(self) -> None:
        self._is_open = False
        os.close(self._handle)


def pack_core_image(image: CoreImage, bundle_id: str, notes: Mapping[str, Any]) -> bytes:
    """Make a whole core recording of one frame, as a still keeps it."""
    cores, channels = image.light_lin.shape
    start = SIGNATURE + pack_block(Kind.META, 0, pack_meta(CoreMeta(bundle_id, cores, channels, 0.0, dict(notes))))
    payload, _ = encode_frame(image, None)
    content = start + pack_block(Kind.KEY, 0, payload)
    return content + pack_closing([KeyPlace(len(start), 0, image.t_ns)], 1, len(content))
