"""Follower: keeps a source open, however often it is unplugged."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from ductoscope.live.status import RoomState
from ductoscope.live.troubles import Troubles
from ductoscope.model import CoreImage, DuctoscopeError, Frame, Source, SourceError, SourceInfo

log = logging.getLogger(__name__)


class Follower:
    """Opens a source, hands on every picture, and opens it again after it was lost. `run` lasts until `stop`.

    on_open: called after each opening, before the first picture. on_picture: called with every picture.
    Both run in the thread of `run`; SourceError from either counts as a lost source.
    """

    def __init__(
        self,
        source: Source,
        on_open: Callable[[SourceInfo], None],
        on_picture: Callable[[Frame | CoreImage], None],
        troubles: Troubles,
        retry_s: float,
    ) -> None:
        self.state: RoomState = "waiting"
        self.info: SourceInfo | None = None
        self._source = source
        self._on_open = on_open
        self._on_picture = on_picture
        self._troubles = troubles
        self._retry_s = retry_s
        self._stopping = threading.Event()

    @property
    def is_stopping(self) -> bool:
        """Whether `stop` was called."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """Make `run` return soon, also when it waits for a picture."""
        self._stopping.set()
        self._source.close()

    def run(self) -> None:
        """Follow the source to its end, or until `stop`."""
        while not self._stopping.is_set():
            try:
                self._follow()
            except SourceError as error:
                self._lose(str(error), error)
            except DuctoscopeError as error:  # a bad file or setting does not mend itself
                self._fail(str(error), error)
            except Exception as error:
                self._lose(f"The source failed ({type(error).__name__}: {error}) and is tried again.", error)
            finally:
                self._source.close()
            if self.state in ("ended", "failed"):
                return
            self._stopping.wait(self._retry_s)

    def _follow(self) -> None:
        self.info = self._source.open()
        log.info("source open shape=%s fps=%.3g live=%s", self.info.frame_shape, self.info.fps, self.info.is_live)
        self._on_open(self.info)
        while not self._stopping.is_set():
            picture = self._source.read()
            if self._stopping.is_set():
                return
            if picture is None:
                self.state = "ended"
                log.info("source ended")
                return
            self.state = "live"
            self._troubles.note("source", None)
            self._on_picture(picture)

    def _lose(self, sentence: str, error: Exception) -> None:
        if not self._stopping.is_set():  # closing under a waiting read is no loss
            self.state = "waiting" if self.state == "waiting" else "lost"
            self._troubles.note("source", sentence, error)

    def _fail(self, sentence: str, error: Exception) -> None:
        if not self._stopping.is_set():
            self.state = "failed"
            self._troubles.note("source", sentence, error)
