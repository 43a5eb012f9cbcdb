"""From the scope's picture to the painted canvas, in a real Chromium on this machine.

The whole way is run as a surgeon runs it: a live source of 1080p RGB at 30 frames a second, 6,000 cores, the room's
pipeline, the server, the page. The source's pictures are made beforehand, so that the simulator's own work, which no
real camera would cost, is left out. The page notes when each picture's canvas was about to be put on the screen (the
animation frame after it was drawn); the clocks are the same machine's, and their offset is found over the socket.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright

from benchmarks.table import Figure, Table
from ductoscope.detect import open_eye
from ductoscope.live import FindSetup, Room
from ductoscope.model import Bundle, DepthReading, Frame, Pixels, SourceInfo
from ductoscope.simulate import SimulatedScope
from ductoscope.web import address_of, create_app, make_server
from ductoscope.web.serve import open_door

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FPS = 30
LEAST_FPS = 25.0
CORES = 6000
LOOP = 60
OPEN_AT_S = 10
"""By now the simulated hands have flushed the duct open; before, there is little to see."""
WINDOW = {"width": 1600, "height": 1000}
STEPS = (
    ("restored and encoded", "sourceMs", "sentMs"),
    ("on its way to the page", "sentMs", "receivedMs"),
    ("decoded and drawn", "receivedMs", "drawnMs"),
    ("until the next animation frame", "drawnMs", "paintedMs"),
)


class LoopingScope:
    """A live source that gives the same few simulated camera pictures over and over, at true speed.

    depths_mm: how much shaft was inside in each of them.
    """

    def __init__(self, pictures: list[Pixels], white: Pixels, depths_mm: list[float]) -> None:
        self._pictures = pictures
        self._white = white
        self._depths_mm = depths_mm
        self._index = 0
        self._start_ns = 0

    def open(self) -> SourceInfo:
        """Start the clock."""
        self._start_ns, self._index = time.monotonic_ns(), 0
        height, width = self._white.shape[:2]
        return SourceInfo("Looping scope", (height, width), 3, FPS, is_live=True, is_simulated=True)

    def read(self) -> Frame:
        """Wait for the next picture's time; pictures that were not fetched in time are lost, as with a camera."""
        now = (time.monotonic_ns() - self._start_ns) * FPS // 1_000_000_000
        self._index = max(self._index + 1, now)
        due_ns = self._start_ns + self._index * 1_000_000_000 // FPS
        time.sleep(max(0.0, (due_ns - time.monotonic_ns()) / 1e9))
        return Frame(self._index, time.monotonic_ns(), self._pictures[self._index % len(self._pictures)])

    def white(self) -> Pixels:
        """Return the white reference picture."""
        return self._white

    def bundle(self) -> Bundle | None:
        """Return nothing: it is calibrated from the white picture."""
        return None

    def close(self) -> None:
        """Let go of nothing."""

    @property
    def depth_mm(self) -> float:
        """How much shaft is inside in the picture that was given last."""
        return self._depths_mm[self._index % len(self._depths_mm)]


class LoopingSensor:
    """A sensor at the shaft that reads along with the loop, without an error."""

    def __init__(self, scope: LoopingScope, clock_ns: Callable[[], int]) -> None:
        self._scope = scope
        self._clock_ns = clock_ns

    def open(self) -> str:
        """There is nothing to open."""
        return "Looping sensor"

    def read(self) -> DepthReading:
        """Read thirty times a second."""
        time.sleep(1 / FPS)
        return DepthReading(self._clock_ns(), self._scope.depth_mm, 0.05, "encoder")

    def zero(self) -> None:
        """Keep the zero of the simulation."""

    def close(self) -> None:
        """Let go of nothing."""


def make_looping_scope() -> LoopingScope:
    """Render the loop: there and back again, so that it has no jump."""
    scope = SimulatedScope(f"sim:7?cores={CORES}&fps={FPS}&height=1080&paced=0")
    scope.open()
    numbers = range(OPEN_AT_S * FPS, OPEN_AT_S * FPS + LOOP)
    pictures = [scope.frame_at(number, 0).pixels for number in numbers]
    depths_mm = [scope.truth_at(number).depth_mm for number in numbers]
    return LoopingScope(pictures + pictures[-2:0:-1], scope.white(), depths_mm + depths_mm[-2:0:-1])


@contextmanager
def open_room(source: LoopingScope, folder: Path, *, is_finding: bool) -> Iterator[tuple[Room, str]]:
    """Start a room on the source and serve it."""
    find = FindSetup(partial(open_eye, "learned")) if is_finding else None
    make_sensor = partial(LoopingSensor, source) if is_finding else None
    with (
        Room(lambda _: source, spec="loop:", data_folder=folder, find=find, make_sensor=make_sensor) as room,
        open_door("127.0.0.1", 0) as door,
    ):
        server = make_server(create_app(room))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        try:
            yield room, address_of("127.0.0.1", door.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join()


@dataclass(frozen=True, slots=True)
class Watched:
    """What the page noted of every picture that it painted, and what the room did meanwhile.

    looks, skipped: of the finder; lost: frames that neither the pipeline nor the recorder took.
    """

    rows: list[dict[str, float]]
    looks: int
    skipped: int
    lost: int


def watch(room: Room, address: str, seconds: float, *, is_recording: bool) -> Watched:
    """Look at the page for a while."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport=WINDOW)
        page.goto(address)
        page.wait_for_function("() => document.getElementById('state').dataset.state === 'live'", timeout=120_000)
        if is_recording:
            room.start_recording()
        time.sleep(3)  # the browser's own compiler warms up
        page.evaluate("ductoscope.latencies()")
        before = _count(room)
        time.sleep(seconds)
        rows: list[dict[str, float]] = page.evaluate("ductoscope.latencies()")
        after = _count(room)
        if is_recording:
            room.stop_recording()
        browser.close()
    looks, skipped, lost = (late - early for early, late in zip(before, after, strict=True))
    return Watched(rows, looks, skipped, lost)


def _count(room: Room) -> tuple[int, int, int]:
    """Looks, looks left out, frames lost; so far."""
    status, finder = room.status(), room.finder
    lost = status.frames_lost + status.recorder_lost
    if finder is None:
        return 0, 0, lost
    newest = finder.found.newest()
    return 0 if newest is None else newest[1].looks, finder.now().skipped, lost


def measure(quick: bool) -> Table:
    """Measure the picture alone, then recorded, then with the finder beside it too, in one run."""
    seconds = 8 if quick else 40
    source = make_looping_scope()
    figures: list[Figure] = []
    for how, is_recording, is_finding in (
        ("not recording", False, False),
        ("recording", True, False),
        ("recording and finding", True, True),
    ):
        with (
            tempfile.TemporaryDirectory() as folder,
            open_room(source, Path(folder), is_finding=is_finding) as (room, address),
        ):
            watched = watch(room, address, seconds, is_recording=is_recording)
        figures += _tell(watched, seconds, how, is_finding=is_finding)
    return Table(
        name="glass_to_glass",
        title="From the scope's picture to the painted canvas",
        how=(
            f"1080p RGB at {FPS} frames a second, {CORES} cores, restored at 1024, shown in Chromium without a "
            f"graphics processor in a window of {WINDOW['width']} x {WINDOW['height']}; source, room, server and "
            f"browser share this machine; {seconds} s each. The time ends at the animation frame after the picture was "
            "drawn. Finding: the learned eye, a depth sensor, map, wall and suggestions, drawn on the same page."
        ),
        figures=tuple(figures),
    )


def _tell(watched: Watched, seconds: float, how: str, *, is_finding: bool) -> list[Figure]:
    rows = watched.rows
    waits = _waits(rows, "sourceMs", "paintedMs")
    median, late = np.percentile(waits, [50, 99])
    figures = [
        Figure(
            f"source to paint, median, {how}", median, "ms", result=median, result_unit="ms", demand=50, at_most=True
        ),
        Figure(f"source to paint, p99, {how}", late, "ms", result=late, result_unit="ms", demand=100, at_most=True),
        Figure(
            f"pictures painted a second, {how}",
            len(rows) / seconds,
            "1/s",
            result=len(rows) / seconds,
            result_unit="1/s",
            demand=LEAST_FPS,
        ),
        Figure(f"frames lost, {how}", float(watched.lost), "frames"),
    ]
    if is_finding:
        figures += [
            Figure("looks of the finder a second", watched.looks / seconds, "1/s"),
            Figure("looks left out because the machine was busy", float(watched.skipped), "looks"),
        ]
    figures += [
        Figure(f"of it {step}, median, {how}", float(np.median(_waits(rows, start, end))), "ms")
        for step, start, end in STEPS
    ]
    return figures


def _waits(rows: list[dict[str, Any]], start: str, end: str) -> list[float]:
    return [row[end] - row[start] for row in rows]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    for figure in measure(parser.parse_args().quick).figures:
        print(f"{figure.what:70} {figure.ours:8.1f} {figure.unit}")


if __name__ == "__main__":
    main()
