"""Somebody at a browser: opens pages, fills forms by the names of their fields, and notices every complaint."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, Response

from tests.axe import assert_readable
from tests.browser import SOON_MS

KINDS = """(place, named) => Object.fromEntries(Object.entries(named).map(([name, selector]) => {
  const field = place.querySelector(selector);
  return [name, field.type ?? field.localName];
}))"""
"""What kinds of field lie under these selectors; asked for a whole form at once, which is quicker."""


def _named(name: str) -> str:
    return f':is([name="{name}"], [data-name="{name}"])'  # a field in a row remembers its name within the row


def _is_post(answer: Response) -> bool:
    is_only_a_look = answer.url.endswith(("/check", "/measure"))  # the page asks what the rules say while one types
    return answer.request.method == "POST" and not is_only_a_look


def sends(ending: str) -> str:
    """The selector of what posts to an address with this ending, whatever its query."""
    return f':is([data-post$="{ending}"], [data-post*="{ending}?"])'


class Visitor:
    """One person's browser window.

    complaints: what its console said as an error, and every request that left the workstation. judges_pages: whether
    axe looks at each new page for what somebody could not read or reach.
    """

    def __init__(self, context: BrowserContext, address: str, *, judges_pages: bool) -> None:
        self.page: Page = context.new_page()
        self.address = address.rstrip("/")
        self.complaints: list[str] = []
        self.judged: set[str] = set()
        self._judges_pages = judges_pages
        self.page.set_default_timeout(SOON_MS)
        self.page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda asked: self._note_stranger(asked.url))

    def open(self, path: str) -> None:
        """Go to a page; it must come, and be readable for everyone."""
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        self.judge()

    def judge(self) -> None:
        """Let axe look at the page as it is now, once for each kind of page."""
        if not self._judges_pages:
            return
        heading = self.page.evaluate("() => `${document.title} ${document.querySelector('h1').innerText}`")
        if heading in self.judged:
            return
        self.judged.add(heading)
        assert_readable(self.page)

    def form(self, ending: str) -> Locator:
        """The form that posts to an address with this ending."""
        return self.page.locator(f"form{sends(ending)}").first

    def fill(self, place: Locator, answers: Mapping[str, Any]) -> None:
        """Answer fields by name: text, numbers, dates, choices, boxes; a list of mappings fills rows of a listing."""
        rows = {name for name, one in answers.items() if isinstance(one, list) and one and isinstance(one[0], Mapping)}
        kinds = place.evaluate(KINDS, {name: _named(name) for name in answers if name not in rows})
        for name, answer in answers.items():
            if name in rows:
                self._fill_rows(place.locator(f'fieldset[data-list="{name}"]'), answer)
            else:
                self._answer(place, name, kinds[name], answer)

    def send(self, place: Locator, answers: Mapping[str, Any] | None = None) -> Response:
        """Fill a form and press its button; what was sent must be accepted."""
        self.fill(place, answers or {})
        return self.press(place.locator("button[type=submit]").last)

    def press(self, button: Locator, *, leads_on: bool | None = None) -> Response:
        """Press a button that sends something, and wait until the page that follows stands.

        leads_on: whether another page, or the same one anew, comes then; by default what the button's form says.
        """
        if leads_on is None:
            leads_on = button.evaluate(
                "(one) => { const sender = one.dataset.post ? one : one.closest('form[data-post]');"
                " return sender !== null && sender.dataset.then !== 'stay'; }"
            )
        with self.page.expect_event("load") if leads_on else nullcontext(), self.page.expect_response(_is_post) as got:
            button.click()
            assert got.value.status == 200, f"{got.value.url}: {got.value.status} {got.value.text()}"
        return got.value

    def _fill_rows(self, listing: Locator, rows: list[Mapping[str, Any]]) -> None:
        for number, row in enumerate(rows):
            if listing.locator("[data-row]").count() <= number:
                listing.locator("[data-add]").click()
            self.fill(listing.locator("[data-row]").nth(number), row)

    def _answer(self, place: Locator, name: str, kind: str, answer: Any) -> None:
        named = _named(name)
        field = place.locator(named).first
        if kind in ("radio", "checkbox") and not isinstance(answer, bool):
            for one in answer if isinstance(answer, list) else [answer]:
                place.locator(f'label:has({named}[value="{one}"])').first.click()
        elif kind == "checkbox":
            if field.is_checked() != answer:
                place.locator(f"label:has({named})").first.click()
        elif kind == "select-one":
            field.select_option(str(answer))
        else:
            field.fill(str(answer))

    def _note_stranger(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.complaints.append(f"asked elsewhere: {url}")
