"""axe, which finds what somebody could not read or not reach on a page."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def assert_readable(page: Page, words: str = "", inside: str | None = None) -> None:
    """Nobody is shut out of the page as it is now.

    words: what of it, where the address does not say. inside: selector of the part to look at, when no other changed.
    """
    is_there = page.evaluate("() => 'axe' in window")  # from a look before; bringing it takes a quarter of the time
    found = (Axe("null") if is_there else Axe()).run(page, inside)
    assert found.violations_count == 0, f"{page.url} {words}\n{found.generate_report()}"
