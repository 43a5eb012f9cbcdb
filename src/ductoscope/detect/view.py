"""View: from the chances of single pictures to one steady word, how clear it is, and what would help."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import get_args

from ductoscope.model import CalibrationFit, Outlook, Raster, ViewHelp, ViewJudgement, ViewWord

_WORDS: tuple[ViewWord, ...] = get_args(ViewWord)
_LOST: ViewWord = "calibration lost"

_USUAL: Mapping[ViewWord, float] = {"turbid": 0.7, "blood": 0.8, "red-out": 0.25, "collapsed": 0.2, "defocused": 0.4}
"""How much of its chance a word keeps in an examination: eyes learn from pictures in which rare views are common
(fitted on tuning seeds; simulation)."""
_LAG_S = 0.085
"""How slowly the chances follow single pictures; with the margin below, a word changes within half a second."""
_MARGIN = 0.25
"""By so much a new word must be likelier than the one that stands."""
_GAP_S = 1.0
"""After a longer gap, or a jump back, nothing of before is kept."""
_STAYS_S = 5.0
"""A picture that stays unsharp for so long wherever the tip goes has something on the lens."""
_BRIGHT_S = 2.0
"""An automatic gain comes down sooner than this; if it does not, the tip is too near."""

_HELPS: Mapping[ViewWord, ViewHelp] = {
    "clear": "",
    "turbid": "flush",
    "blood": "flush",
    "red-out": "pull back",
    "white-out": "wait",
    "bubble": "flush",
    "collapsed": "flush",
    "defocused": "",
    "calibration lost": "recalibrate",
}


@dataclass(frozen=True, slots=True)
class ViewState:
    """What `step_view` remembers: when, the smoothed chances and clearness, the word that stands and since when."""

    t_ns: int | None = None
    chances: tuple[float, ...] = ()
    clear: float = 0.0
    word: ViewWord = "clear"
    since_ns: int = 0
    period_s: float = 1.0 / 25.0


def begin_view(fps_hint: float | None = None) -> ViewState:
    """The state before the first picture. fps_hint: pictures a second, for streams whose times do not go on."""
    return replace(ViewState(), period_s=1.0 / fps_hint) if fps_hint else ViewState()


def step_view(
    state: ViewState, outlook: Outlook, raster: Raster, fit: CalibrationFit
) -> tuple[ViewState, ViewJudgement]:
    """Judge one picture in the light of the last ones.

    A calibration that is lost is told by `fit` alone, at once: then nothing in the picture can be trusted.
    """
    chances = dict(outlook.chances)
    if fit.is_shifted:
        chances = dict.fromkeys(_WORDS, 0.0) | {_LOST: 1.0}
    now = _weigh(chances)
    clear = 0.0 if fit.is_shifted else _share_clear(outlook, raster)
    gone_s = None if state.t_ns is None else (outlook.t_ns - state.t_ns) * 1e-9
    if gone_s is None or not 0.0 <= gone_s <= _GAP_S or fit.is_shifted or state.word == _LOST:
        steady, word, since_ns = now, _likeliest(now), outlook.t_ns
        if word == state.word and gone_s is not None and gone_s >= 0.0:
            since_ns = state.since_ns
    else:
        share = 1.0 - math.exp(-(gone_s or state.period_s) / _LAG_S)
        steady = tuple(was + share * (is_now - was) for was, is_now in zip(state.chances, now, strict=True))
        clear = state.clear + share * (clear - state.clear)
        word, since_ns = state.word, state.since_ns
        likeliest = _likeliest(steady)
        if steady[_WORDS.index(likeliest)] > steady[_WORDS.index(word)] + _MARGIN:
            word, since_ns = likeliest, outlook.t_ns
    after = ViewState(outlook.t_ns, steady, clear, word, since_ns, state.period_s)
    stands_s = (outlook.t_ns - since_ns) * 1e-9
    return after, ViewJudgement(outlook.t_ns, clear, word, _advise(word, stands_s, fit), chances)


def _weigh(chances: Mapping[ViewWord, float]) -> tuple[float, ...]:
    """The chances of every word as they are in examinations, summing to 1."""
    weighed = [_USUAL.get(word, 1.0) * chances.get(word, 0.0) for word in _WORDS]
    total = sum(weighed)
    return tuple(each / total for each in weighed) if total > 0.0 else tuple(weighed)


def _share_clear(outlook: Outlook, raster: Raster) -> float:
    """Share of the picture in which the wall is seen well."""
    seen = raster.seen
    return float(outlook.clear[seen].mean()) if seen.any() else 0.0


def _likeliest(chances: tuple[float, ...]) -> ViewWord:
    return _WORDS[max(range(len(_WORDS)), key=chances.__getitem__)]


def _advise(word: ViewWord, stands_s: float, fit: CalibrationFit) -> ViewHelp:
    if word == "defocused" and stands_s >= _STAYS_S:
        return "clean"
    if word == "white-out" and stands_s >= _BRIGHT_S:
        return "pull back"
    if word == "clear" and fit.advice is not None:
        return "recalibrate"
    return _HELPS[word]
