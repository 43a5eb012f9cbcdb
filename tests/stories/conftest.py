"""What every story may use."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser import CHROMIUM, QUIET_CHROMIUM, SOON_MS
from tests.command import Command, type_command


@pytest.fixture
def ductoscope(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command: `ductoscope("verify", "--data", folder)`."""
    return functools.partial(type_command, capsys)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A quiet real Chromium. It goes with its module: Playwright leaves a loop running that others would stumble on."""
    expect.set_options(timeout=SOON_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET_CHROMIUM)
        yield browser
        browser.close()
