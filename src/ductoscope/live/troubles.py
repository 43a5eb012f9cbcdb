"""Troubles: what is wrong right now, one sentence for each stage, until it is well again."""

from __future__ import annotations

import logging
import threading

from ductoscope.model import DuctoscopeError

log = logging.getLogger(__name__)


class Troubles:
    """One sentence a stage; each change is logged once, not with every frame. Used from any thread.

    The sentences are for the screen; only the kind of error is logged, because a sentence may name a file and a
    file's name may be a patient's. What nobody foresaw is logged with its traceback.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sentences: dict[str, str] = {}

    def note(self, stage: str, sentence: str | None, error: Exception | None = None) -> None:
        """Set what is wrong at `stage`, or clear it with None."""
        with self._lock:
            if sentence == self._sentences.get(stage):
                return
            if sentence is None:
                del self._sentences[stage]
            else:
                self._sentences[stage] = sentence
        if sentence is None:
            log.info("%s is well again", stage)
        elif error is not None:
            is_foreseen = isinstance(error, DuctoscopeError)
            log.warning("%s: %s", stage, type(error).__name__, exc_info=None if is_foreseen else error)

    def get(self, stage: str) -> str | None:
        """Return what is wrong at `stage`, or None."""
        with self._lock:
            return self._sentences.get(stage)

    def tell(self) -> str | None:
        """Return all sentences together, the oldest trouble first; None when all is well."""
        with self._lock:
            return " ".join(dict.fromkeys(self._sentences.values())) or None
