"""Turn a suggestion into a finding by a person's word: confirmed as it is, corrected, or dismissed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from ductoscope.model import Suggestion
from ductoscope.model.clinical import Finding, Measurement, Place, Unmeasurable

BY_HAND = "person"
CHANGED_OUTLINE = Unmeasurable("the outline was changed by hand; measure it again")
_SAME = 1e-9


def to_finding(
    suggestion: Suggestion,
    letter: str,
    still: str | None,
    algorithm: str,
    *,
    orifice: int | None = None,
    state: Literal["confirmed", "dismissed"] = "confirmed",
    outline: Sequence[tuple[float, float]] | None = None,
    terms: Mapping[str, str | None] | None = None,
    size: Measurement | Unmeasurable | None = None,
    words: str = "",
    place: Place | None = None,
    count: int = 1,
    obstruction_percent: float | None = None,
    discharge_behind: bool | None = None,
) -> Finding:
    """Make the finding that a person stands for; the suggestion itself is not changed.

    letter: of the record; still: sha256 of the picture that `outline` is drawn on.
    algorithm: name and version of what suggested it. It stays the author of what nobody changed; who confirmed it is
        told by the event.
    outline: as dragged by the person, x, y as shares of the still's side. terms: words that the person set, None takes
        one away. size: measured anew on the changed outline.
    place: where the person says that it is, None for where the suggestion lies, behind `orifice`. count,
        obstruction_percent, discharge_behind: what only a person tells.
    What the person left alone is the suggestion's. A dragged outline without a new size has no size any more: the old
    one belonged to another outline.
    Raises BadInputError as Finding does, for a word, letter or outline that cannot be.
    """
    kept = {name: term.word for name, term in suggestion.terms.items()}
    for name, word in (terms or {}).items():
        if word:
            kept[name] = word
        else:
            kept.pop(name, None)
    drawn = tuple((float(x), float(y)) for x, y in outline) if outline is not None else suggestion.outline_xy
    is_redrawn = outline is not None and not _is_same(drawn, suggestion.outline_xy)
    suggested_place = Place(orifice, suggestion.branch, suggestion.depth, None)
    is_changed = (
        is_redrawn
        or kept != {name: term.word for name, term in suggestion.terms.items()}
        or place not in (None, suggested_place)
        or (count, obstruction_percent, discharge_behind) != (1, None, None)
    )
    if size is None:
        size = CHANGED_OUTLINE if is_redrawn else suggestion.size
    return Finding(
        letter,
        suggested_place if place is None else place,
        size,
        kept,
        count=count,
        obstruction_percent=obstruction_percent,
        discharge_behind=discharge_behind,
        words=words,
        still=still,
        outline=drawn,
        author=BY_HAND if is_changed else algorithm,
        state=state,
    )


def _is_same(one: Sequence[tuple[float, float]], other: Sequence[tuple[float, float]]) -> bool:
    return len(one) == len(other) and all(
        abs(a - c) <= _SAME and abs(b - d) <= _SAME for (a, b), (c, d) in zip(one, other, strict=True)
    )
