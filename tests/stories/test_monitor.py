"""The monitor, as a surgeon, a nurse and a trainee see it: a real room, a real server, a real Chromium."""

from __future__ import annotations

import base64
import dataclasses
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from ductoscope.live import Room, calibration, calibrator
from ductoscope.live.calibration import Calibrated
from ductoscope.model import Bundle, DiskFullError, SourceInfo
from ductoscope.record import Still, open_recording
from ductoscope.restore import calibrate
from ductoscope.web import KEYS, MonitorSettings, create_app
from ductoscope.web.keys import FIND_ACTIONS
from tests.axe import assert_readable
from tests.browser import SOON_MS, open_to_visitors
from tests.toy_scope import ToyFibre, ToyScope

pytestmark = pytest.mark.peer


@pytest.fixture(scope="module")
def fibre() -> ToyFibre:
    return ToyFibre()


@pytest.fixture
def scope(fibre: ToyFibre) -> ToyScope:
    return ToyScope(fibre, interval_s=1 / 15)


@pytest.fixture(scope="module")
def bundle(fibre: ToyFibre) -> Bundle:
    return calibrate(fibre.white())


@pytest.fixture(scope="module", autouse=True)
def one_plan() -> Iterator[None]:
    """The rooms of these tests have the same bundle: what is planned for it, half a second's work, they share."""
    made: dict[tuple[str, int], Calibrated] = {}

    def prepare(bundle: Bundle, size_px: int) -> Calibrated:
        return made.get((bundle.id, size_px)) or made.setdefault(
            (bundle.id, size_px), calibration.prepare(bundle, size_px)
        )

    with pytest.MonkeyPatch.context() as patching:
        patching.setattr(calibrator, "prepare", prepare)
        yield


@pytest.fixture
def room(scope: ToyScope, bundle: Bundle, tmp_path: Path) -> Iterator[Room]:
    with Room(lambda _: scope, spec="toy:1", bundle=bundle, data_folder=tmp_path, plan_size_px=512) as room:
        yield room


@contextmanager
def serve_for_a_while(room: Room) -> Iterator[str]:
    with open_to_visitors(create_app(room, monitor=MonitorSettings(width_mm=400, distance_mm=5))) as address:
        yield address


@pytest.fixture
def address(room: Room) -> Iterator[str]:
    with serve_for_a_while(room) as address:
        yield address


OpenMonitor = Callable[..., Page]

SUM_UP = """
window.sumUp = (name) => {
    const canvas = document.getElementById(name);
    const data = canvas.getContext("2d").getImageData(canvas.width / 2, canvas.height / 2, 64, 64).data;
    return data.reduce((sum, value, at) => (sum * 31 + value * (at % 7)) % 1000003, 0);
};
"""


@pytest.fixture
def open_monitor(browser: Browser, address: str) -> Iterator[OpenMonitor]:
    """Open the monitor on one more screen, and wait for its picture; at the end no page may have complained."""
    complaints: list[str] = []
    contexts = []

    def open_page(*, script: str = "", has_touch: bool = False) -> Page:
        context = browser.new_context(viewport={"width": 940, "height": 640}, has_touch=has_touch)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(SOON_MS)
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda asked: complaints.append(asked.url) if not asked.url.startswith(address) else None)
        page.add_init_script(SUM_UP + script)
        page.goto(address)
        expect(page.locator("#state")).to_have_text("Live", timeout=SOON_MS)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [said for said in complaints if "507" not in said] == []  # one story answers with 507 on purpose


@pytest.fixture
def page(open_monitor: OpenMonitor) -> Page:
    return open_monitor()


def read_canvas(page: Page, name: str) -> np.ndarray:
    """The pixels of a canvas on the page, (H, W, 3), as drawn (before any CSS)."""
    address = page.evaluate("(name) => document.getElementById(name).toDataURL()", name)
    png = base64.b64decode(address.partition(",")[2])
    return cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR_RGB)


def measure_roughness(page: Page) -> float:
    """How much the large picture changes from pixel to pixel, on average."""
    return float(np.abs(np.diff(read_canvas(page, "picture").astype(int), axis=1)).mean())


def wait_for_change(page: Page, name: str) -> None:
    page.wait_for_function("([name, before]) => sumUp(name) !== before", arg=[name, read_sum(page, name)])


def read_sum(page: Page, name: str) -> int:
    """A number that changes with the pixels in the middle of a canvas."""
    return int(page.evaluate("(name) => sumUp(name)", name))


def read_png(path: Path) -> np.ndarray:
    return cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)


def test_first_picture_is_live_and_says_what_it_is(page: Page) -> None:
    picture = read_canvas(page, "picture")

    assert picture.std() > 10  # waves, not one colour
    expect(page.locator("#simulated")).to_be_visible()
    expect(page.locator("#source")).to_have_text("Toy scope")
    expect(page.locator("footer")).to_contain_text("Not a medical device")
    expect(page.locator("#calibration")).to_have_text("Good")
    expect(page.locator("#veil")).to_have_css("opacity", "0")


def test_freeze_holds_the_picture_while_the_inset_moves(page: Page) -> None:
    page.keyboard.press("Space")
    expect(page.locator("#frozen-how")).to_be_visible()  # the server's own frozen picture has come

    before = read_sum(page, "picture")
    wait_for_change(page, "inset-picture")
    wait_for_change(page, "inset-picture")

    assert read_sum(page, "picture") == before
    expect(page.locator("#frozen-badge")).to_be_visible()
    expect(page.locator("#state")).to_have_text("Frozen")
    expect(page.locator("#simulated")).to_be_visible()

    page.keyboard.press("Space")
    expect(page.locator("#inset")).to_be_hidden()
    wait_for_change(page, "picture")


def test_zoom_by_keys_wheel_drag_and_back(page: Page) -> None:
    page.keyboard.press("+")
    assert page.evaluate("ductoscope.window().zoom") == pytest.approx(1.3)
    expect(page.locator("#map")).to_be_visible()

    page.keyboard.press("0")
    box = page.locator("#picture").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.wheel(0, -1000)
    page.wait_for_function("() => ductoscope.window().zoom > 4")
    seen = page.evaluate("ductoscope.window()")
    # What lay under the pointer lies there still: window centre + offset / zoom.
    assert seen["x"] + 0.25 / seen["zoom"] == pytest.approx(0.75, abs=0.002)
    assert seen["y"] == pytest.approx(0.5, abs=0.002)

    page.mouse.down()
    page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.up()
    assert page.evaluate("ductoscope.window().x") == pytest.approx(seen["x"] + 0.5 / seen["zoom"], abs=0.002)

    page.mouse.dblclick(box["x"] + 50, box["y"] + 50)
    assert page.evaluate("ductoscope.window()") == {"zoom": 1, "x": 0.5, "y": 0.5}
    expect(page.locator("#map")).to_be_hidden()


def test_zoom_shows_that_part_of_the_picture(page: Page) -> None:
    page.keyboard.press("Space")
    expect(page.locator("#frozen-how")).to_be_visible()
    whole = read_canvas(page, "picture").astype(int)
    for _ in range(3):
        page.keyboard.press("+")

    zoom, side = 1.3**3, len(whole)
    corner = side / 2 - side / zoom / 2
    window = whole[round(corner) : round(side - corner), round(corner) : round(side - corner)]
    expected = cv2.resize(window.astype(np.uint8), (side, side), interpolation=cv2.INTER_CUBIC)
    assert np.abs(read_canvas(page, "picture").astype(int) - expected).mean() < 2


def test_two_fingers_zoom_where_they_are(open_monitor: OpenMonitor) -> None:
    page = open_monitor(has_touch=True)
    box = page.locator("#picture").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = page.context.new_cdp_session(page)

    def put_fingers(kind: str, apart: float) -> None:
        points = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points if apart else []})

    put_fingers("touchStart", 40)
    for apart in range(50, 121, 10):
        put_fingers("touchMove", apart)
    put_fingers("touchEnd", 0)

    assert page.evaluate("ductoscope.window().zoom") == pytest.approx(3, rel=0.05)
    assert page.evaluate("ductoscope.window().x") == pytest.approx(0.5, abs=0.02)


def test_sixty_is_true_on_this_monitor_and_needs_a_distance(page: Page) -> None:
    page.keyboard.press("6")
    expect(page.locator("#magnification")).to_contain_text("60× on this monitor · at 5 mm")
    bar = page.locator("#bar i").bounding_box()
    length = page.locator("#bar span").inner_text()
    assert bar is not None
    # The bar is as long on the monitor as it says, 60 times over: 400 mm over the screen's width in pixels.
    mm_per_px = 400 / page.evaluate("screen.width")
    assert bar["width"] * mm_per_px == pytest.approx(60 * float(length.split()[0]), rel=0.01)

    page.keyboard.press("d")
    page.get_by_label("Unknown").check()
    page.keyboard.press("Escape")
    expect(page.locator("#bar")).to_be_hidden()
    expect(page.locator("#magnification")).not_to_contain_text("on this monitor")


def test_raw_is_one_viewers_own_choice(page: Page, open_monitor: OpenMonitor) -> None:
    other = open_monitor()

    page.keyboard.press("t")

    expect(page.locator("#raw-badge")).to_have_text("RAW")
    expect(page.locator("#raw")).to_have_attribute("aria-pressed", "true")
    expect(other.locator("#raw-badge")).to_be_hidden()
    # Cores on a dark ground: the camera's picture changes far more from pixel to pixel.
    restored = measure_roughness(other)
    for _ in range(50):  # The badge comes at once, the first raw picture a little later.
        if (raw := measure_roughness(page)) > 2 * restored:
            break
        page.wait_for_timeout(100)
    assert raw > 2 * restored

    page.keyboard.press("t")
    expect(page.locator("#raw-badge")).to_be_hidden()


class TestStandingStill:
    """What is kept can be compared when nothing moves."""

    @pytest.fixture
    def scope(self, fibre: ToyFibre) -> ToyScope:
        return ToyScope(fibre, interval_s=1 / 15, is_moving=False)

    def test_brightness_never_touches_what_is_kept(self, page: Page, tmp_path: Path) -> None:
        page.keyboard.press("s")
        expect(page.locator("#stills li:not(.pending)")).to_have_count(1)
        for _ in range(8):
            page.keyboard.press("]")
        expect(page.locator("#brightness-badge")).to_have_text("Brightness 180 %")
        expect(page.locator("#picture")).to_have_css("filter", "brightness(1.8)")
        page.keyboard.press("s")
        expect(page.locator("#stills li:not(.pending)")).to_have_count(2)
        neutral, bright = (read_png(path).astype(int) for path in sorted((tmp_path / "stills").glob("*.png")))

        assert np.abs(neutral - bright).max() <= 2

        page.keyboard.press("b")
        expect(page.locator("#brightness-badge")).to_be_hidden()
        expect(page.locator("#picture")).to_have_css("filter", "none")

    def test_still_of_a_frozen_picture_is_that_picture(self, page: Page, tmp_path: Path) -> None:
        page.keyboard.press("Space")
        expect(page.locator("#frozen-how")).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.locator("#stills li:not(.pending)")).to_have_count(1)
        kept = read_png(next((tmp_path / "stills").glob("*.png")))

        assert np.array_equal(kept, read_canvas(page, "picture"))


def test_still_answers_the_hand_before_the_server_does(
    page: Page, room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, take = threading.Event(), room.take_still

    def take_late(sequence: int | None = None) -> Still:
        assert go_on.wait(SOON_MS / 1000)
        return take(sequence)

    monkeypatch.setattr(room, "take_still", take_late)
    page.keyboard.press("Enter")

    expect(page.locator("#stills li.pending")).to_have_count(1)
    expect(page.locator("#still-count")).to_have_text("1")
    assert not (tmp_path / "stills").exists()
    go_on.set()
    expect(page.locator("#stills li:not(.pending)")).to_have_count(1)
    assert len(list((tmp_path / "stills").glob("*.png"))) == 1

    page.get_by_role("button", name="Still 1").click()
    expect(page.locator("#still-picture")).to_be_visible()
    page.wait_for_function("() => document.getElementById('still-picture').naturalWidth === 512")


def test_still_that_fails_is_taken_back_and_told(page: Page, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int | None = None) -> Still:
        raise DiskFullError("The disk is full. Make room.")

    monkeypatch.setattr(room, "take_still", fail)
    page.keyboard.press("Enter")

    expect(page.locator("#toast")).to_contain_text("The still was not taken. The disk is full. Make room.")
    expect(page.locator("#still-count")).to_have_text("0")


def test_recording_starts_is_timed_and_is_kept(page: Page, tmp_path: Path) -> None:
    page.keyboard.press("r")
    expect(page.locator("#recording-badge")).to_be_visible()
    expect(page.locator("#recording-time")).to_have_text("0:01", timeout=SOON_MS)
    expect(page.locator("#record-size")).to_contain_text("MB")
    page.keyboard.press("r")
    expect(page.locator("#recording-badge")).to_be_hidden()

    folder = next(path.parent for path in tmp_path.glob("*/recording.json"))
    expect(page.locator("#toast")).to_have_text(f"Recording kept: {folder.name}")
    with closing(open_recording(folder)) as recording:
        assert sum(1 for _ in recording.core_images()) > 10


NOTE_STALENESS = """
addEventListener("DOMContentLoaded", () => {
    window.waits = [];
    let painted = 0;
    const draw = CanvasRenderingContext2D.prototype.drawImage;
    CanvasRenderingContext2D.prototype.drawImage = function (...all) {
        painted = performance.now();
        draw.apply(this, all);
    };
    new MutationObserver(() => {
        if (document.body.classList.contains("is-stale")) window.waits.push(performance.now() - painted);
    }).observe(document.body, { attributeFilter: ["class"] });
});
"""


NEVER_ASK_THE_CLOCK = """
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (text) { if (!text.includes("ping")) send.call(this, text); };
"""


def test_unplugged_is_not_live_at_once_and_comes_back(open_monitor: OpenMonitor, scope: ToyScope) -> None:
    page = open_monitor(script=NOTE_STALENESS)
    page.evaluate("window.waits.length = 0")

    scope.unplug()

    expect(page.locator("#veil")).to_have_css("opacity", "1")
    expect(page.locator("#veil")).to_contain_text("NOT LIVE")
    expect(page.locator("#veil .old")).to_contain_text("s old")
    expect(page.locator("#veil .why")).to_contain_text("plug")
    expect(page.locator("#picture")).to_have_css("filter", "grayscale(1) brightness(0.55)")
    assert page.evaluate("window.waits[0]") < 700
    page.keyboard.press("Space")  # even a frozen picture's live inset says so
    expect(page.locator("#inset-veil")).to_have_css("opacity", "1")
    page.keyboard.press("Space")

    scope.plug_in()
    expect(page.locator("#state")).to_have_text("Live", timeout=SOON_MS)
    expect(page.locator("#veil")).to_have_css("opacity", "0")


def test_old_picture_does_not_look_live_for_a_moment_when_a_page_opens(
    browser: Browser, open_monitor: OpenMonitor, scope: ToyScope, address: str
) -> None:
    page = open_monitor()
    scope.unplug()
    expect(page.locator("#veil")).to_have_css("opacity", "1")

    late = browser.new_page()
    late.add_init_script(NOTE_STALENESS + NEVER_ASK_THE_CLOCK)
    late.goto(address)
    expect(late.locator("#age")).not_to_have_text("–")  # the last picture has come
    late.wait_for_timeout(300)

    expect(late.locator("#veil")).to_have_css("opacity", "1")
    assert late.evaluate("window.waits") == []  # it never went from live to not live, so it never was live
    late.close()


def test_veil_comes_down_even_when_the_script_hangs(open_monitor: OpenMonitor, scope: ToyScope) -> None:
    # The watchdog's own timer never runs here, so only the browser's animation is left to light the veil.
    page = open_monitor(
        script="const every = setInterval; window.setInterval = (act, ms) => (ms === 50 ? 0 : every(act, ms));"
    )

    scope.unplug()

    expect(page.locator("#veil")).to_have_css("opacity", "1")


def test_server_gone_is_not_live_and_says_why(browser: Browser, room: Room) -> None:
    page = browser.new_page()
    with serve_for_a_while(room) as address:
        page.goto(address)
        expect(page.locator("#state")).to_have_text("Live", timeout=SOON_MS)

    expect(page.locator("#state")).to_have_text("No connection")
    expect(page.locator("#veil")).to_have_css("opacity", "1")
    expect(page.locator("#veil .why")).to_contain_text("lost its connection")
    page.close()


def test_two_viewers_watch_each_in_their_own_way(page: Page, open_monitor: OpenMonitor) -> None:
    trainee = open_monitor()

    page.keyboard.press("Space")
    expect(page.locator("#frozen-badge")).to_be_visible()
    wait_for_change(trainee, "picture")
    expect(trainee.locator("#frozen-badge")).to_be_hidden()

    page.keyboard.press("Enter")
    expect(trainee.locator("#stills img")).to_have_count(1)
    page.keyboard.press("r")
    expect(trainee.locator("#recording-badge")).to_be_visible()
    trainee.keyboard.press("r")
    expect(page.locator("#recording-badge")).to_be_hidden()


def test_help_lists_every_key_and_lets_go_by_escape(page: Page) -> None:
    page.keyboard.press("?")

    dialog = page.get_by_role("dialog", name="Keys and foot pedals")
    expect(dialog).to_be_visible()
    expect(dialog.locator("tbody tr")).to_have_count(len(set(KEYS) - FIND_ACTIONS))  # nobody looks for anything here
    expect(dialog).to_contain_text("foot pedal")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_pedal_freezes_whatever_was_clicked_before(page: Page) -> None:
    page.locator("[data-action=zoom_in]").click()

    page.keyboard.press("Space")

    expect(page.locator("#frozen-badge")).to_be_visible()
    assert page.evaluate("ductoscope.window().zoom") == pytest.approx(1.3)


def test_foot_that_rests_on_the_pedal_acts_once(page: Page) -> None:
    page.keyboard.down("Space")
    page.keyboard.down("Space")  # the keyboard repeats

    expect(page.locator("#frozen-badge")).to_be_visible()
    page.keyboard.up("Space")


def test_tab_goes_through_the_tools_from_top_to_bottom(page: Page) -> None:
    visited = []
    for _ in range(14):
        page.keyboard.press("Tab")
        visited.append(page.evaluate("document.activeElement.id || document.activeElement.dataset.action || 'nowhere'"))

    assert visited == [
        "freeze",
        "still",
        "record",
        "zoom_out",
        "fit",
        "zoom_in",
        "sixty",
        "restored",
        "raw",
        "brightness",
        "scale",
        "recalibrate",
        "full-screen",
        "help",
    ]
    page.locator("#record").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # chosen with Tab, so Space is the button's, not the pedal's
    expect(page.locator("#recording-badge")).to_be_visible()
    expect(page.locator("#frozen-badge")).to_be_hidden()


@pytest.mark.parametrize("keys", [[], ["Space", "+", "]", "s", "r"], ["?"], ["d"], ["c"]])
def test_everyone_can_read_and_reach_it(page: Page, keys: list[str]) -> None:
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_timeout(300)

    assert_readable(page)


def test_not_live_can_be_read_too(page: Page, scope: ToyScope) -> None:
    scope.unplug()
    expect(page.locator("#veil")).to_have_css("opacity", "1")

    assert_readable(page)


class TestReplay:
    """An old recording looks live, so it must say that it is not."""

    @pytest.fixture
    def scope(self, fibre: ToyFibre) -> ToyScope:
        class FileOfAToy(ToyScope):
            def open(self) -> SourceInfo:
                return dataclasses.replace(super().open(), is_live=False, is_simulated=False)

            def read(self):
                time.sleep(1 / 30)
                return super().read()

        return FileOfAToy(fibre)

    @pytest.fixture
    def open_monitor(self, browser: Browser, address: str) -> Iterator[OpenMonitor]:
        page = browser.new_page()
        page.goto(address)
        yield lambda: page
        page.close()

    def test_replay_says_so(self, page: Page) -> None:
        expect(page.locator("#state")).to_have_text("Replay", timeout=SOON_MS)
        expect(page.locator("#replay")).to_be_visible()
        expect(page.locator("#simulated")).to_be_hidden()
