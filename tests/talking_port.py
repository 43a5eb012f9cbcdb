"""A device on a pseudo-terminal: the other end of a serial line, in a test's hands."""

from __future__ import annotations

import os
import threading
import tty
from types import TracebackType


class TalkingPort:
    """Opens a pseudo-terminal; `port` is what a program opens, `say` what the device sends, `unplug` its end."""

    def __init__(self) -> None:
        self._ours, self._theirs = os.openpty()
        tty.setraw(self._theirs)
        self.port = os.ttyname(self._theirs)
        self._stopping = threading.Event()
        self._talker: threading.Thread | None = None

    def __enter__(self) -> TalkingPort:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.unplug()

    def say(self, content: bytes) -> None:
        """Send bytes."""
        os.write(self._ours, content)

    def keep_saying(self, line: bytes, every_s: float = 0.02) -> None:
        """Send a line again and again until unplugged."""

        def talk() -> None:
            while not self._stopping.wait(every_s):
                try:
                    os.write(self._ours, line)
                except (BlockingIOError, OSError):
                    return

        os.set_blocking(self._ours, False)
        self._talker = threading.Thread(target=talk, name="talker", daemon=True)
        self._talker.start()

    def unplug(self) -> None:
        """Pull the plug; safe to call twice."""
        self._stopping.set()
        if self._talker is not None:
            self._talker.join(5)
        for handle in (self._ours, self._theirs):
            if handle >= 0:
                os.close(handle)
        self._ours = self._theirs = -1
