"""The finder on the simulated scope, from the settings to the screen: view, depth and map come by themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from ductoscope.app import build
from ductoscope.config import Config, DataConfig, FindConfig, MonitorConfig, SourceConfig
from tests.browser import open_page, open_to_visitors
from tests.waiting import wait_for

pytestmark = pytest.mark.peer


def test_on_a_simulated_scope_the_depth_and_the_map_come_by_themselves(browser: Browser, tmp_path: Path) -> None:
    config = Config(
        source=SourceConfig("sim:31?preset=easy&cores=1200&height=300&width=300&fps=12.5"),
        data=DataConfig(str(tmp_path), picture_video=False),
        monitor=MonitorConfig(size_px=256),
        find=FindConfig(eye="classical", first_look_unassisted=True),
    )
    room, app = build(config)
    tablet = {"viewport": {"width": 820, "height": 1180}, "has_touch": True}
    with room, open_to_visitors(app) as address, open_page(browser, address, **tablet) as page:
        page.goto("/")
        expect(page.locator("#find-view")).not_to_have_attribute("data-state", "")
        expect(page.locator("#find-place")).to_contain_text("mm")
        expect(page.locator("#find-place")).to_contain_text("encoder")
        expect(page.locator("#find-map svg")).to_be_visible()
        first = page.locator("#find-map svg").inner_html()
        wait_for(lambda: page.locator("#find-map svg").inner_html() != first)
        expect(page.locator("#find-none")).to_contain_text("Press U")
        expect(page.locator("#find-simulated")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.screenshot(path=tmp_path / "tablet.png", full_page=True)
