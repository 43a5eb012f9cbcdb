"""Take the README's picture of the monitor again.

Start `ductoscope monitor --source "sim:7?cores=10000" --port 8466`, then run this with the page's address and how many
seconds to wait before the picture is taken.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PICTURE = Path(__file__).parents[1] / "docs" / "pictures" / "monitor.png"

with sync_playwright() as play:
    browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
    page = browser.new_page(viewport={"width": 1600, "height": 1000})
    page.goto(sys.argv[1])
    page.wait_for_timeout(1000 * float(sys.argv[2]))
    page.screenshot(path=PICTURE)
    browser.close()
