"""Memory: the last eight seconds, small enough to keep whole because cores are small."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

from ductoscope.live.shown import Shown, draw_restored
from ductoscope.model import CoreImage, FloatArray
from ductoscope.restore import Plan

MEMORY_NS = 8_000_000_000
# A file read as fast as it goes gives thousands of frames in eight seconds; a camera at 60 gives 480.
MOST_FRAMES = 480
MOST_FROZEN = 4


@dataclass(frozen=True, slots=True, eq=False)
class _Past:
    """A shown picture without its pixels: all that it needs to be made again, exactly."""

    sequence: int
    arrived_ns: int
    core_image: CoreImage
    light_lin: FloatArray
    plan: Plan
    is_simulated: bool


class Memory:
    """What the fibre saw lately, and what was shown of it. Used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: deque[tuple[int, CoreImage, Plan]] = deque(maxlen=MOST_FRAMES)
        self._past: deque[_Past] = deque(maxlen=MOST_FRAMES)
        self._frozen: deque[Shown] = deque(maxlen=MOST_FROZEN)

    def keep_seen(self, core_image: CoreImage, plan: Plan, now_ns: int) -> None:
        """Keep one core image; those older than eight seconds are forgotten."""
        with self._lock:
            self._seen.append((now_ns, core_image, plan))
            while now_ns - self._seen[0][0] > MEMORY_NS:
                self._seen.popleft()

    def keep_shown(self, shown: Shown) -> None:
        """Keep how a restored picture was made, not its pixels."""
        if shown.core_image is None or shown.light_lin is None or shown.plan is None:
            return
        past = _Past(
            shown.sequence, shown.arrived_ns, shown.core_image, shown.light_lin, shown.plan, shown.is_simulated
        )
        with self._lock:
            self._past.append(past)
            while shown.arrived_ns - self._past[0].arrived_ns > MEMORY_NS:
                self._past.popleft()

    def keep_frozen(self, shown: Shown) -> None:
        """Keep a frozen picture whole; the last four are kept."""
        with self._lock:
            self._frozen.append(shown)

    def seen_until(self, last: CoreImage, most: int) -> list[CoreImage]:
        """Return up to `most` core images that were read with one plan, in the order they came; `last` is the last."""
        with self._lock:
            seen = list(self._seen)
        places = [place for place, (_, core_image, _) in enumerate(seen) if core_image is last]
        if not places:
            return [last]
        plan = seen[places[-1]][2]
        return [core_image for _, core_image, by in seen[: places[-1] + 1] if by is plan][-most:]

    def find(self, sequence: int) -> Shown | None:
        """Return the picture that was shown (or frozen) as number `sequence`, made again; None when it is forgotten."""
        with self._lock:
            frozen = next((shown for shown in self._frozen if shown.sequence == sequence), None)
            past = next((past for past in self._past if past.sequence == sequence), None)
        if frozen is not None or past is None:
            return frozen
        core_image = past.core_image
        return Shown(
            sequence=past.sequence,
            source_t_ns=core_image.t_ns,
            index=core_image.index,
            arrived_ns=past.arrived_ns,
            view=draw_restored(core_image, past.light_lin, past.plan),
            size_px=past.plan.size_px,
            core_image=core_image,
            light_lin=past.light_lin,
            plan=past.plan,
            is_simulated=past.is_simulated,
        )

    def forget(self) -> None:
        """Let go of everything: it belongs to somebody who has left."""
        with self._lock:
            self._seen.clear()
            self._past.clear()
            self._frozen.clear()
