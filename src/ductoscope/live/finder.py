"""Finder: looks for the way and the wall in a thread of its own, beside the picture and never before it.

Which frames it looks at depends on their time stamps alone (`find.is_due`), so `examine` looks at the same ones of a
recording. When the machine is too busy, looks are left out, counted and said; the picture does not wait.
"""

from __future__ import annotations

import logging
import os
import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from ductoscope.detect import Eye
from ductoscope.live.find import Found, Search, begin_find, is_due, read_found_map, step_find
from ductoscope.live.sighting import FinderNow, FindSetup, Judged, Sighting
from ductoscope.live.slot import Slot
from ductoscope.live.tally import Rate
from ductoscope.live.troubles import Troubles
from ductoscope.model import BadInputError, CoreImage, DuctMap, DuctoscopeError, Told
from ductoscope.model.clinical import Depth
from ductoscope.model.view_state import ViewWord
from ductoscope.restore import Plan

log = logging.getLogger(__name__)

QUEUE_LOOKS = 4
"""A look that waits longer than a third of a second would tell of a place where the tip is no more."""
MAP_EVERY_NS = 500_000_000
_WELL_AGAIN_NS = 5_000_000_000
_NICENESS = 5
_READINGS_KEPT = 4000


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """One frame to look at. search: the number of the search that it belongs to."""

    search: int
    core_image: CoreImage
    plan: Plan
    readings: tuple[Told, ...]


class Finder:
    """Runs `step_find` on the frames that are due.

    found: the newest sighting; cleared when all is forgotten. Every method may be called from any thread. A look that
    fails is told by `troubles`, and a new map is begun.
    """

    def __init__(self, setup: FindSetup, troubles: Troubles, clock_ns: Callable[[], int]) -> None:
        self.found: Slot[Sighting] = Slot()
        self._setup = setup
        self._troubles = troubles
        self._clock_ns = clock_ns
        self._changed = threading.Condition()
        self._queue: deque[_Look] = deque()
        self._readings: deque[Told] = deque(maxlen=_READINGS_KEPT)
        self._search = 1
        self._era = 0
        self._plan: Plan | None = None
        self._due_ns: int | None = None
        self._is_stopping = False
        self._skipped = 0
        self._rate = Rate()
        self._are_hints_on = self._hints_at_first
        self._judged: dict[int, Judged] = {}
        self._best: dict[int, tuple[CoreImage, Plan]] = {}
        self._words: Counter[ViewWord] = Counter()
        self._deepest: Depth | None = None
        self._map_number = 0
        self._eye: Eye | None = None
        self._thread = threading.Thread(target=self._run, name="duct-finder", daemon=True)

    def start(self) -> None:
        """Begin to look; once."""
        self._thread.start()

    def stop(self) -> None:
        """Stop looking, and wait for the look that runs."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join()
        self.found.close()

    def offer(
        self,
        core_image: CoreImage | None,
        plan: Plan | None,
        readings: Sequence[Told],
        *,
        era: int = 0,
        may_wait: bool = False,
    ) -> None:
        """Hand over a frame, None when it could not be read, and the depth readings that came with it.

        era: as of `forget`; what comes from an earlier one is not looked at. may_wait: the source can wait.
        """
        with self._changed:
            if era != self._era:
                return
            self._readings.extend(readings)
            if core_image is None or plan is None:
                return
            is_another = self._plan is not None and self._plan.bundle.id != plan.bundle.id
            if is_another or (self._due_ns is not None and core_image.t_ns < self._due_ns):
                self._begin_anew()  # recalibrated, or a file that began again: nothing fits together any more
                self._readings.extend(readings)
            if not is_due(self._due_ns, core_image.t_ns):
                return
            self._plan, self._due_ns, search = plan, core_image.t_ns, self._search
            if may_wait and self._setup.looks_at_all:
                self._changed.wait_for(lambda: len(self._queue) < QUEUE_LOOKS or self._is_over(search))
            if self._is_over(search):
                return
            if len(self._queue) >= QUEUE_LOOKS:  # the oldest goes: what is seen now matters more
                self._skipped += 1
                log.log(logging.INFO if self._skipped % 100 == 1 else logging.DEBUG, "looks skipped=%d", self._skipped)
                oldest, following = self._queue.popleft(), self._queue.popleft()
                self._queue.appendleft(replace(following, readings=(*oldest.readings, *following.readings)))
            self._queue.append(_Look(search, core_image, plan, tuple(self._readings)))
            self._readings.clear()
            self._changed.notify_all()

    def forget(self, era: int) -> None:
        """Let go of everything: it belongs to somebody who has left. Only frames of `era` are looked at from now on."""
        with self._changed:
            self._era = era
            self._begin_anew()
            self._words, self._skipped = Counter(), 0
            self._are_hints_on = self._hints_at_first

    def begin_map(self) -> None:
        """Begin a new map, as for the next duct of the same patient; suggestions and what was said to them go, too."""
        with self._changed:
            self._begin_anew()

    def show_hints(self, are_on: bool) -> None:
        """Show suggestions, or keep them back; they are looked for in any case."""
        with self._changed:
            self._are_hints_on = are_on

    def judge(self, suggestion: int, judged: Judged) -> None:
        """Keep what a person said to a suggestion. Raises BadInputError for one that is not there."""
        with self._changed:
            self._check(suggestion)
            self._judged[suggestion] = judged
            newest = self.found.newest()
            if newest is not None:  # at once: who asks before the next look must not judge it a second time
                self.found.put(replace(newest[1], judged=dict(self._judged)))

    def best_of(self, suggestion: int) -> tuple[CoreImage, Plan]:
        """The frame that shows a suggestion best, and how to draw it. Raises BadInputError where there is none."""
        with self._changed:
            self._check(suggestion)
            return self._best[suggestion]

    def now(self) -> FinderNow:
        """How the finder does."""
        name = "" if self._eye is None else self._eye.name
        with self._changed:
            return FinderNow(name, self._rate.per_second(self._clock_ns()), self._skipped, self._are_hints_on)

    @property
    def _hints_at_first(self) -> bool:
        return self._setup.has_hints and not self._setup.is_first_look_unassisted

    def _is_over(self, search: int) -> bool:
        return self._is_stopping or search != self._search

    def _check(self, suggestion: int) -> None:
        if suggestion not in self._best:
            raise BadInputError("This suggestion is not there any more; a new map was begun meanwhile.")

    def _begin_anew(self) -> None:
        self._search += 1
        self._queue.clear()
        self._readings.clear()
        self._plan = self._due_ns = None
        self._judged, self._best, self._deepest = {}, {}, None
        self.found.clear()
        self._changed.notify_all()

    def _run(self) -> None:
        with suppress(OSError, AttributeError):  # where threads have no niceness of their own
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
        number, search, failed_ns = 0, None, None
        duct_map: DuctMap | None = None
        mapped_ns = 0
        while (look := self._next()) is not None:
            t_ns = look.core_image.t_ns
            try:
                if search is None or number != look.search:
                    search, number, duct_map, mapped_ns = self._begin(look), look.search, None, t_ns
                search, found = step_find(search, look.core_image, look.readings)
                if duct_map is None or t_ns - mapped_ns >= MAP_EVERY_NS:
                    duct_map, mapped_ns = read_found_map(search), t_ns
                    self._map_number += 1
            except Exception as error:
                search, failed_ns = None, t_ns
                self._fail(look, error)
                continue
            if failed_ns is not None and not 0 <= t_ns - failed_ns < _WELL_AGAIN_NS:
                failed_ns = None
                self._troubles.note("finder", None)
            self._tell(look, found, duct_map)

    def _next(self) -> _Look | None:
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._is_stopping)
            if self._is_stopping:
                return None
            look = self._queue.popleft()
            self._changed.notify_all()
            return look

    def _begin(self, look: _Look) -> Search:
        if self._eye is None:
            self._eye = self._setup.open_eye()
        return begin_find(look.plan.bundle, self._setup.scope, self._setup.known, self._eye)

    def _fail(self, look: _Look, error: Exception) -> None:
        words = str(error) if isinstance(error, DuctoscopeError) else f"({type(error).__name__}: {error})"
        sentence = f"The map and the suggestions failed and are begun anew; the picture goes on. {words}"
        self._troubles.note("finder", sentence, error)
        with self._changed:
            if look.search == self._search:
                due_ns = self._due_ns
                self._begin_anew()
                self._due_ns = due_ns  # what fails with every frame must not fail more often than it looks

    def _tell(self, look: _Look, found: Found, duct_map: DuctMap | None) -> None:
        """Put what was found where everybody sees it, unless it was forgotten meanwhile."""
        with self._changed:
            if look.search != self._search:
                return
            self._words[found.view.word] += 1
            for each in found.suggestions:
                if each.frame == found.index or each.id not in self._best:
                    self._best[each.id] = (look.core_image, look.plan)
            depth = found.where.depth
            if depth is not None and (self._deepest is None or depth.mm > self._deepest.mm):
                self._deepest = depth
            self._rate.note(self._clock_ns())
            self.found.put(
                Sighting(
                    search=look.search,
                    found=found,
                    map_number=self._map_number,
                    duct_map=duct_map,
                    judged=dict(self._judged),
                    clear_share=self._words["clear"] / self._words.total(),
                    looks=self._words.total(),
                    hidden={word: count for word, count in self._words.items() if word != "clear"},
                    deepest=self._deepest,
                )
            )
