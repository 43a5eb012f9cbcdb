"""Words: everything that a document says, in one language, from one text file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from ductoscope.model.errors import BadInputError

_FOLDER = files("ductoscope.report") / "texts"


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one language: section to key to words, with {places} for values."""

    language: str
    texts: Mapping[str, Mapping[str, str]]

    def say(self, name: str, /, **values: object) -> str:
        """Return the words called "section.key", its places filled in."""
        section, key = name.split(".", 1)
        return self.texts[section][key].format(**values)

    def term(self, section: str, word: str) -> str:
        """Return a word of the model (as "red" of the section "look_colour") as this language says it."""
        return self.texts[section][word]

    def answer(self, value: bool | None) -> str:
        """Return yes, no, or that nobody noted it."""
        return self.say({True: "answer.yes", False: "answer.no", None: "answer.unknown"}[value])

    def number(self, value: float, digits: int = 0) -> str:
        """Write a number with at most `digits` decimals, none that say nothing, with this language's decimal sign."""
        text = f"{value:.{digits}f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        return text.replace(".", self.say("language.decimal"))

    def date(self, value: date | None) -> str:
        """Write a day so that nobody takes the month for the day: 3 Feb 1970."""
        if value is None:
            return self.say("answer.unknown")
        month = self.say("language.months").split()[value.month - 1]
        return self.say("language.date", day=value.day, month=month, year=value.year)

    def time(self, value: datetime | None, zone: str) -> str:
        """Write a moment in the clinic's time zone, which it names."""
        if value is None:
            return self.say("answer.unknown")
        local = value.astimezone(ZoneInfo(zone))
        return self.say("language.time", date=self.date(local.date()), clock=f"{local:%H:%M}", zone=local.tzname())

    def clock(self, value: datetime, zone: str) -> str:
        """Write the time of the day alone."""
        return f"{value.astimezone(ZoneInfo(zone)):%H:%M}"


def languages() -> tuple[str, ...]:
    """Return the languages that a text file is there for."""
    return tuple(sorted(one.name.removesuffix(".toml") for one in _FOLDER.iterdir() if one.name.endswith(".toml")))


@cache
def load_words(language: str) -> Words:
    """Read the texts of a language, as "en". Raises BadInputError when there is no text file for it."""
    if language not in languages():
        raise BadInputError(
            f'There are no texts for the language "{language}". Choose one of these: {", ".join(languages())}.'
        )
    return Words(language, tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8")))
