"""Match what a trainee notes with what was in view, and judge the words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ductoscope.model import NOTE_TERMS, BadInputError, LesionNote
from ductoscope.simulate.breast.lesion import Lesion

LOOKALIKES = ("fold", "debris", "clot", "fork edge")
"""Types that say "this is no lesion"."""

REMEMBERED_S = 2.0
"""A note counts for what was in view until this long before it was kept (assumed)."""

ENOUGH_CORES = 8
"""A thing is in view from this many cores that see it; a size wants 8 to 10 (IMAGING.md section 2)."""


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A lesion or look-alike that was in view. id: the lesion's. t_s: of the attempt. cores: that saw it."""

    id: str
    t_s: float
    cores: int


@dataclass(frozen=True, slots=True)
class Noted:
    """One note and where it was taken.

    t_s: of the attempt. depth_mm, branch: of the tip; branch -1 in a duct other than the discharging one.
    lesion: id of what was in view, None for nothing.
    """

    t_s: float
    note: LesionNote
    depth_mm: float
    branch: int
    lesion: str | None


def check_note(note: LesionNote) -> None:
    """Raise BadInputError, naming the words there are, for a note that uses another one."""
    for name, words in NOTE_TERMS.items():
        word = getattr(note, name)
        if word not in words:
            raise BadInputError(f'A note\'s {name} is one of {", ".join(words)}, got "{word}".')
    if note.size_mm is not None and not 0.0 < note.size_mm <= 50.0:
        raise BadInputError(f"A size is more than 0 and at most 50 mm, got {note.size_mm:g}.")


def find_noted(glimpses: Iterable[Glimpse], now_s: float) -> str | None:
    """The id of what a note taken at `now_s` is about: of the things just in view, the one that filled most of it."""
    just_seen = [
        glimpse for glimpse in glimpses if glimpse.cores >= ENOUGH_CORES and 0.0 <= now_s - glimpse.t_s <= REMEMBERED_S
    ]
    return max(just_seen, key=lambda glimpse: (glimpse.cores, glimpse.id)).id if just_seen else None


def is_found(lesion: Lesion, noted: Iterable[Noted]) -> bool:
    """Whether a lesion was noted and, in the last note of it, taken for one."""
    last = last_note(lesion, noted)
    return last is not None and last.type not in LOOKALIKES


def last_note(lesion: Lesion, noted: Iterable[Noted]) -> LesionNote | None:
    """The last note about a lesion or look-alike: a later one corrects the one before."""
    return next((each.note for each in sorted(noted, key=lambda each: -each.t_s) if each.lesion == lesion.id), None)


def find_wrong_terms(note: LesionNote, lesion: Lesion) -> tuple[str, ...]:
    """Which of "type", "base", "surface" and "colour" were said wrongly."""
    return tuple(name for name in NOTE_TERMS if getattr(note, name) != getattr(lesion, name))


def share_right(note: LesionNote, lesion: Lesion) -> float:
    """Share of the four terms that were right, 0 to 1."""
    return 1.0 - len(find_wrong_terms(note, lesion)) / len(NOTE_TERMS)


def list_false_notes(noted: Iterable[Noted], lookalikes: Iterable[Lesion]) -> tuple[Noted, ...]:
    """Notes of a lesion where there was none: of nothing in view, or of a look-alike in the last note about it."""
    kept = sorted(noted, key=lambda each: each.t_s)
    last_about = {each.lesion: each for each in kept}
    deceiving = {lesion.id for lesion in lookalikes}
    return tuple(
        each
        for each in kept
        if each.note.type not in LOOKALIKES
        and (each.lesion is None or (each.lesion in deceiving and last_about[each.lesion] is each))
    )
