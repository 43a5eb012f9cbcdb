"""PracticeDesk: one person at a time has the controls of the simulated scope."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path

from ductoscope.model import Act, BadInputError, Controls, Debrief, Practice, PracticeState, Task
from ductoscope.record.attempts import save_attempt

ABANDONED_AFTER_S = 60.0
"""An attempt whose page has said nothing for so long is given up, so that the next trainee can begin."""


class PracticeDesk:
    """Hands out the controls, and keeps every attempt that was finished.

    practice: the scope to drive. data_folder: finished attempts are kept there. clock_s: monotonic.
    Every act but `begin` needs the key that `begin` gave, so that a second page cannot steer by accident.
    """

    def __init__(self, practice: Practice, data_folder: Path, *, clock_s: Callable[[], float] = time.monotonic) -> None:
        self.practice = practice
        self.data_folder = data_folder
        self._clock_s = clock_s
        self._lock = threading.Lock()
        self._key: str | None = None
        self._heard_s = 0.0

    def begin(self, task: Task, trainee: str, *, seed: int, preset: str) -> tuple[str, PracticeState]:
        """Take the controls for a new attempt; returns the key to them.

        Raises BadInputError when somebody else is practising, or the scope refuses.
        """
        key = secrets.token_urlsafe(12)
        with self._lock:
            if self._key is not None:
                if self._clock_s() - self._heard_s < ABANDONED_AFTER_S:
                    raise BadInputError("Somebody is practising on this scope already; wait until they have finished.")
                self._end()
            self._key, self._heard_s = key, self._clock_s()
        try:
            # Not under the lock: a breast takes seconds to draw, and every other page's word would wait for it.
            return key, self.practice.begin(task, trainee, seed=seed, preset=preset)
        except BaseException:
            with self._lock:
                self._key = None
            raise

    def make_way(self) -> bool:
        """Say whether the scope is free for a patient; an attempt that was abandoned is ended, and kept."""
        with self._lock:
            if self._key is not None and self._clock_s() - self._heard_s >= ABANDONED_AFTER_S:
                self._end()
            return self._key is None

    def act(self, key: str, act: Act) -> PracticeState:
        """Do one thing; raises BadInputError when the key is not the one in force, or it cannot be done now."""
        with self._lock:
            self._check(key)
            return self.practice.act(act)

    def steer(self, key: str, controls: Controls) -> None:
        """Move the scope; raises BadInputError when the key is not the one in force."""
        with self._lock:
            self._check(key)
            self.practice.steer(controls)

    def finish(self, key: str) -> Debrief:
        """End the attempt and keep it.

        Raises DiskFullError or BadFileError when it cannot be kept; the attempt is over all the same.
        """
        with self._lock:
            self._check(key)
            return self._end()

    def _end(self) -> Debrief:
        self._key = None
        debrief = self.practice.finish()
        save_attempt(self.data_folder, debrief)
        return debrief

    def _check(self, key: str) -> None:
        if self._key is None or not secrets.compare_digest(self._key, key):
            raise BadInputError("This attempt is over, or somebody else has begun one. Begin a new one.")
        self._heard_s = self._clock_s()
