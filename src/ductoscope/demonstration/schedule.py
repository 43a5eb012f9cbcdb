"""Schedule: the past of an invented clinic, told in the order in which it would have happened."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Generator, Sequence
from datetime import UTC, datetime, time, timedelta

Story = Generator[datetime, None, None]
"""One patient's path: gives the time at which it goes on, does what happens then, gives the next time."""

_BETWEEN = timedelta(seconds=2)
_SATURDAY = 5


class DemoClock:
    """A clock that stories move; it never goes back, and everything takes two seconds.

    now_utc: the true time, which ends the past.
    """

    def __init__(self, now_utc: datetime) -> None:
        self.end = now_utc
        self._at = datetime(1970, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """What time it is in the story; never later than the true time."""
        self._at = min(self._at + _BETWEEN, self.end)
        return self._at

    def move(self, at: datetime) -> None:
        """It is later now."""
        self._at = max(self._at, at)

    def day(self, days: float, hour: float = 9.0) -> datetime:
        """An hour of a day, so many days from today; a weekend's is the Friday before, or the Monday after today."""
        day = (self.end + timedelta(days=days)).date()
        while day.weekday() >= _SATURDAY:
            day += timedelta(days=1 if days > 0 else -1)
        return datetime.combine(day, time(), UTC) + timedelta(hours=hour)

    def ago(self, hours: float) -> datetime:
        """So many hours before now."""
        return self.end - timedelta(hours=hours)


def tell(stories: Sequence[Story], clock: DemoClock, progress: Callable[[float, str], None]) -> None:
    """Let every story happen, whichever comes next in time first, until all have ended."""
    waiting = [(at, number, story) for number, story in enumerate(stories) if (at := next(story, None)) is not None]
    heapq.heapify(waiting)
    begun = len(waiting)
    while waiting:
        at, number, story = heapq.heappop(waiting)
        clock.move(min(at, clock.end))
        following = next(story, None)
        if following is not None:
            heapq.heappush(waiting, (max(at, following), number, story))
        else:
            progress((begun - len(waiting)) / begun, "patients")
