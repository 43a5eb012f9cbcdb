"""Pages: every page of the patient's path is shown through here, with its frame, its words and who is signed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.templating import Jinja2Templates

from ductoscope.web.environment import make_environment
from ductoscope.web.texts import Texts

SAID_BY_SCRIPTS = ("frame", "form", "field_errors", "banner")
"""Sections of the texts that the scripts of every page need."""

DAYS_A_MONTH = 30.44
MONTHS_TOLD_BELOW_YEARS = 2


class Pages:
    """Renders templates. Filters: `day`, `long_day`, `moment`, `clock` and `age`; times are the clinic's.

    texts: words of one language. now_utc: the clock, for ages and for today. zone: of the clinic. lock_after_s: idle
    time until pages lock. has_practice: the frame shows the way to practise mode.
    """

    def __init__(
        self,
        texts: Texts,
        *,
        now_utc: Callable[[], datetime],
        zone: tzinfo,
        lock_after_s: float,
        has_practice: bool = False,
    ) -> None:
        self.texts = texts
        self._words = {section: dict(entries) for section, entries in texts.items()}
        self._now_utc = now_utc
        self.zone = zone
        self._lock_after_s = lock_after_s
        self._has_practice = has_practice
        self._templates = Jinja2Templates(env=make_environment())
        self._templates.env.filters.update(
            day=self.day, long_day=self.long_day, moment=self.moment, clock=self.clock, age=self.age
        )

    def show(
        self,
        request: Request,
        template: str,
        *,
        words: Sequence[str] = (),
        data: Mapping[str, Any] | None = None,
        status: int = 200,
        **context: Any,
    ) -> HTMLResponse:
        """Render a template under `templates/`, e.g. "clinic/today.html".

        It knows `t` (the texts), `person`, `here` (pass the name of its tab), `today`, `now`. words: further sections
        of the texts that its scripts say. data: what its scripts must know; in them it is `setup.page`.
        """
        known = {
            "t": self._words,
            "person": getattr(request.state, "person", None),
            "here": "",
            "today": self.today(),
            "now": self._now_utc(),
            "has_practice": self._has_practice,
            "setup": {
                "texts": {section: self._words[section] for section in (*SAID_BY_SCRIPTS, *words)},
                "lock_after_s": self._lock_after_s,
                "time_zone": str(self.zone),
                "page": dict(data or {}),
            },
        }
        return self._templates.TemplateResponse(request, template, known | context, status_code=status)

    def show_error(self, request: Request, title: str, sentence: str, status: int) -> HTMLResponse:
        """Show what went wrong, in words, and the way back."""
        return self.show(request, "clinic/error.html", status=status, title=title, sentence=sentence)

    def refuse(self, sentence: str, fields: Mapping[str, str], status: int = 422) -> JSONResponse:
        """Answer an act that cannot be done: a sentence, and dotted field path to a note at that field."""
        return JSONResponse({"error": sentence, "fields": dict(fields)}, status)

    def word(self, section: str, name: str, **places: object) -> str:
        """Return words for people; `name` itself where the texts have none."""
        return self._words[section].get(name, name).format(**places)

    def today(self) -> date:
        """Return the day it is here."""
        return self._now_utc().astimezone(self.zone).date()

    def day(self, when: date | datetime | None) -> str:
        """Say a day, "23 Nov 2026"."""
        return self._say("day", when)

    def long_day(self, when: date | datetime | None) -> str:
        """Say a day with its weekday, "Monday, 23 Nov 2026"."""
        return self._say("long_day", when)

    def moment(self, when: datetime | None) -> str:
        """Say a moment in the clinic's time, "23 Nov 2026, 14:05"."""
        return self._say("moment", when)

    def clock(self, when: datetime | None) -> str:
        """Say the time of day in the clinic, "14:05"; "" for none."""
        return "" if when is None else when.astimezone(self.zone).strftime("%H:%M")

    def age(self, born: date | None) -> str:
        """Say how old somebody is today: years, and months below two years; "" when nobody knows."""
        if born is None:
            return ""
        today = self.today()
        years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        if years < MONTHS_TOLD_BELOW_YEARS:
            months = max(0, int((today - born).days / DAYS_A_MONTH))
            return self.word("banner", "age_months", months=months)
        return self.word("banner", "age", years=years)

    def _say(self, how: str, when: date | datetime | None) -> str:
        words = self._words["calendar"]
        if when is None:
            return words["unknown"]
        local = when.astimezone(self.zone) if isinstance(when, datetime) else when
        return words[how].format(
            day=local.day,
            month=words["months"].split()[local.month - 1],
            year=local.year,
            weekday=words["days"].split()[local.weekday()],
            time=self.clock(local) if isinstance(local, datetime) else "",
        )
