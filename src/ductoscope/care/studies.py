"""Read what published studies found for findings, strictly: a number that is misread is worse than none."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any, get_args

from ductoscope.care.study import SiteModel, Studies, Study, find_wilson
from ductoscope.model import WhatShows
from ductoscope.model.clinical import FINDING_TERMS
from ductoscope.model.errors import ConfigError

_LONGEST_FILE = 200_000
_LONGEST_SENTENCE = 600
_MOST_PATIENTS = 1_000_000
_WORDS = ("says", "source", "population")
_NUMBERS = ("count", "of", "share", "low", "high")
_KEYS = ("id", *_WORDS, "caveat", *_NUMBERS, "terms", "shows", "any")
_MODEL_KEYS = ("name", "version", "file", "validation", "population")


def what_studies_found(terms: Mapping[str, str], shows: str = "", studies: Studies | None = None) -> tuple[Study, ...]:
    """What is published about findings described like this; the most particular first, those about any last.

    terms: name in FINDING_TERMS to word; shows: as in Suggestion. studies: those of a site, without it those that come
    with Ductoscope. It is never said of the finding itself.
    """
    read = studies if studies is not None else load_studies()
    fitting = [one for one in read.studies if one.fits(terms, shows)]
    return tuple(sorted(fitting, key=lambda one: one.is_any))


def load_studies(text: str | None = None) -> Studies:
    """The studies that `text` (TOML) lists, or without it those that come with Ductoscope. Raises ConfigError."""
    return _load_shipped() if text is None else read_studies(text)


@lru_cache(maxsize=1)
def _load_shipped() -> Studies:
    return read_studies((resources.files("ductoscope.care") / "studies.toml").read_text(encoding="utf-8"))


def read_studies(text: str) -> Studies:
    """Read a list of studies from TOML.

    Raises ConfigError that names the study and says what is allowed: for anything unknown, missing or impossible.
    """
    if len(text) > _LONGEST_FILE:
        raise ConfigError(f"The list of studies is {len(text)} letters long; at most {_LONGEST_FILE} can be read.")
    try:
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"The list of studies is not valid TOML: {error}. Mend that line.") from error
    unknown = sorted(set(content) - {"version", "no_model_says", "study", "own_model"})
    if unknown:
        raise ConfigError(f'"{unknown[0]}" is no part of a list of studies; it has version, study and own_model.')
    version = _read_words("The list of studies", content, "version")
    entries = content.get("study", [])
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise ConfigError("Each study of the list is a table of its own, headed [[study]].")
    studies = tuple(_read_study(number, one) for number, one in enumerate(entries, 1))
    ids = [one.id for one in studies]
    twice = sorted({one for one in ids if ids.count(one) > 1})
    if twice:
        raise ConfigError(f'Two studies have the id "{twice[0]}"; give each its own.')
    model = _read_model(content["own_model"]) if "own_model" in content else None
    if model is None:
        says = _read_words("The list of studies", content, "no_model_says")
    else:
        says = f"{model.name} {model.version}, validated by the site: {model.validation}"
    return Studies(version, studies, model, says)


def _read_study(number: int, table: Mapping[str, Any]) -> Study:
    begin = f'Study "{table["id"]}"' if isinstance(table.get("id"), str) else f"Study {number}"
    _refuse_unknown(begin, table, _KEYS)
    id_ = _read_words(begin, table, "id")
    says, source, population = (_read_words(begin, table, key) for key in _WORDS)
    caveat = table.get("caveat")
    if caveat != "":
        caveat = _read_words(begin, table, "caveat")
    share, low, high, interval = _read_numbers(begin, table)
    if ("{count}" in says or "{of}" in says) and "count" not in table:
        raise ConfigError(f"{begin} says a count that it does not give; add count and of, or leave the places out.")
    says = says.replace("{count}", str(table.get("count"))).replace("{of}", str(table.get("of")))
    terms, shows = _read_terms(begin, table.get("terms", {})), _read_shows(begin, table.get("shows", []))
    is_any = table.get("any", False)
    if not isinstance(is_any, bool):
        raise ConfigError(f"{begin}: any is {is_any!r}; it must be true or false.")
    if sum((bool(terms), bool(shows), is_any)) != 1:
        raise ConfigError(f"{begin} must say which findings it is about: terms, shows, or any = true, one of them.")
    return Study(
        id_, says, source, population, caveat, share, low, high, interval, MappingProxyType(terms), shows, is_any
    )


def _read_numbers(begin: str, table: Mapping[str, Any]) -> tuple[float | None, float | None, float | None, str]:
    given = tuple(key for key in _NUMBERS if key in table)
    if not given:
        return None, None, None, "no number could be reached"
    if given == ("count", "of"):
        count, of = table["count"], table["of"]
        if type(count) is not int or type(of) is not int or not (0 <= count <= of and 0 < of <= _MOST_PATIENTS):
            raise ConfigError(f"{begin}: {count!r} of {of!r} cannot be; both are whole numbers, the first not larger.")
        low, high = find_wilson(count, of)
        return count / of, low, high, f"95 % interval computed here from {count} of {of} (Wilson)"
    if given == ("share", "low", "high"):
        share, low, high = (table[key] for key in given)
        if any(type(one) not in (int, float) for one in (share, low, high)) or not 0 <= low <= share <= high <= 1:
            raise ConfigError(f"{begin}: share, low and high are numbers from 0 to 1, share between the others.")
        return float(share), float(low), float(high), "95 % interval as published"
    raise ConfigError(f"{begin} gives {', '.join(given)}; it must give count and of, or share, low and high, or none.")


def _read_terms(begin: str, found: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(found, dict):
        raise ConfigError(f'{begin}: terms names a term and its words, such as terms.type = ["superficial"].')
    terms: dict[str, tuple[str, ...]] = {}
    for name, words in found.items():
        if name not in FINDING_TERMS:
            raise ConfigError(f'{begin}: "{name}" is no term of findings; there are {", ".join(FINDING_TERMS)}.')
        if not isinstance(words, list) or not words or any(word not in FINDING_TERMS[name] for word in words):
            raise ConfigError(f"{begin}: the words of {name} are a list out of {', '.join(FINDING_TERMS[name])}.")
        terms[name] = tuple(words)
    return terms


def _read_shows(begin: str, found: object) -> tuple[str, ...]:
    allowed = get_args(WhatShows)
    if not isinstance(found, list) or any(one not in allowed for one in found):
        raise ConfigError(f"{begin}: shows is a list out of {', '.join(allowed)}.")
    return tuple(found)


def _read_model(table: object) -> SiteModel:
    begin = "The site's own model"
    if not isinstance(table, dict):
        raise ConfigError(f"{begin} is a table headed [own_model] with {', '.join(_MODEL_KEYS)}.")
    _refuse_unknown(begin, table, _MODEL_KEYS)
    return SiteModel(*(_read_words(begin, table, key) for key in _MODEL_KEYS))


def _refuse_unknown(begin: str, table: Mapping[str, Any], allowed: tuple[str, ...]) -> None:
    unknown = sorted(set(table) - set(allowed))
    if unknown:
        raise ConfigError(f'{begin} has the unknown entry "{unknown[0]}"; it may have {", ".join(allowed)}.')


def _read_words(begin: str, table: Mapping[str, Any], key: str) -> str:
    found = table.get(key)
    if not isinstance(found, str) or not found.strip() or not found.isprintable() or len(found) > _LONGEST_SENTENCE:
        shown = "missing" if found is None else f"{str(found)[:60]!r}"
        raise ConfigError(
            f"{begin}: {key} is {shown}; it must be words on one line, in quotes, at most {_LONGEST_SENTENCE} letters."
        )
    return found
