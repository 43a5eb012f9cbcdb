"""A trainee practises: a real simulated breast, a real server, a real Chromium, from the nipple to the debrief."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from ductoscope.app import build
from ductoscope.config import Config, DataConfig, SourceConfig
from ductoscope.record.attempts import list_attempts
from tests.axe import assert_readable
from tests.browser import SOON_MS, open_page, open_to_visitors

pytestmark = pytest.mark.peer

SPEC = "sim:7?cores=1600&fps=8&height=360&width=640&preset=easy"


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("practised")


@pytest.fixture(scope="module")
def workstation(data_folder: Path) -> Iterator[str]:
    config = dataclasses.replace(
        Config(), source=SourceConfig(spec=SPEC), data=DataConfig(folder=str(data_folder), picture_video=False)
    )
    room, app = build(config)
    with room, open_to_visitors(app) as address:
        yield address


@pytest.fixture
def page(browser: Browser, workstation: str) -> Iterator[Page]:
    with open_page(browser, workstation, viewport={"width": 1280, "height": 800}) as page:
        page.goto("/")
        yield page


def test_from_the_nipple_to_the_debrief(page: Page, data_folder: Path) -> None:
    # From the monitor to practise mode.
    expect(page.locator("#state")).to_have_text("Live", timeout=SOON_MS)
    page.locator("#practise").click()
    expect(page.locator("#begin-dialog")).to_be_visible()
    assert_readable(page)
    page.fill("#trainee", "Ada")
    page.check("input[value='two-lesions']", force=True)
    page.fill("#seed", "7")
    page.locator("#begin").click()

    # Only pressing tells the right opening from the others.
    expect(page.locator("#nipple")).to_be_visible()
    expect(page.locator("[data-discharge]")).to_have_count(0)
    assert page.locator(".orifice").count() >= 5
    page.keyboard.press("p")
    expect(page.locator("[data-discharge]")).to_have_count(1, timeout=SOON_MS)
    assert_readable(page)
    page.locator("[data-discharge]").focus()
    page.keyboard.press("Enter")

    # Flush, then push: the shaft goes in, the syringe empties.
    expect(page.locator("body")).to_have_attribute("data-phase", "duct", timeout=SOON_MS)
    page.locator("body").click(position={"x": 5, "y": 5})
    page.keyboard.down(" ")
    page.wait_for_function("() => Number(document.getElementById('flushed').textContent) > 0.2")
    page.keyboard.down("w")
    page.wait_for_function("() => Number(document.getElementById('inserted').textContent) >= 5")
    page.keyboard.up("w")
    page.keyboard.up(" ")
    expect(page.locator("#state")).to_have_text("Live")

    page.keyboard.press("n")
    expect(page.locator("#note-dialog")).to_be_visible()
    page.check("#note-form input[value='villous']", force=True)
    page.locator("#note-form button[value='note']").click()
    expect(page.locator("#noted")).to_have_text("1")

    page.keyboard.press("End")
    expect(page.locator("#debrief")).to_be_visible()
    expect(page.locator("#debrief .badge")).to_have_text("SIMULATED")
    assert page.locator("#remarks li").count() >= 1
    assert page.evaluate("() => document.getElementById('map-picture').naturalWidth") > 100
    expect(page.locator("#path polyline")).to_have_count(2)
    assert_readable(page)

    # Kept, shown over attempts, and taken along as a table.
    (kept,) = list_attempts(data_folder, "Ada")
    assert kept.task == "two-lesions"
    assert kept.figures["flushed_ml"] > 0.2
    page.locator("#debrief a[href='/practice/progress']").click()
    expect(page.locator("#attempts tbody tr")).to_have_count(1)
    assert_readable(page)
    with page.expect_download() as download:
        page.locator("#csv").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8"))))
    assert [row["trainee"] for row in rows] == ["Ada"]


def test_a_second_trainee_waits_and_is_told_why(page: Page, workstation: str) -> None:
    begin(page, workstation, "Ada")
    expect(page.locator("#nipple")).to_be_visible()
    other = page.context.browser.new_page()
    other.set_default_timeout(SOON_MS)
    begin(other, workstation, "Bo")
    expect(other.locator("#begin-error")).to_contain_text("already")
    other.close()

    page.keyboard.press("End")
    expect(page.locator("#debrief")).to_be_visible()
    page.locator("#again").click()
    expect(page.locator("#begin-dialog")).to_be_visible()


def begin(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}practice")
    page.fill("#trainee", name)
    page.locator("#begin").click()
