"""Ten thousand examinations in the journal and twenty browsers at once: how long each page takes to come."""

from __future__ import annotations

import multiprocessing
import random
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import httpx
from playwright.sync_api import sync_playwright

from benchmarks.clinic_of_many import Clock, fill
from benchmarks.table import Figure, Table
from ductoscope.clinic import Desk
from ductoscope.live import Room
from ductoscope.live.file import open_file
from ductoscope.model.clinical import Stage
from ductoscope.record.credentials import Credentials
from ductoscope.record.journal import Journal, open_journal
from ductoscope.record.media import MediaStore
from ductoscope.report import Site, make_signer
from ductoscope.web import create_app
from ductoscope.web.serve import make_server, open_door

PROCEDURES = 10_000
BROWSERS = 20
ROUNDS = 5
MINUTES_IN_USE = 1.5
PAUSE_S = 2.0
"""Mean of the pauses in which somebody reads a page before the next one is opened."""
MOST_SECONDS = 0.3
PASSWORD = "a long story, well told"
CHROMIUM = "/usr/bin/chromium"


def measure(quick: bool) -> Table:
    """Measure every page of the path; quick takes a tenth of the examinations, a shorter time and one round."""
    procedures, rounds, minutes = (PROCEDURES // 10, 1, 0.3) if quick else (PROCEDURES, ROUNDS, MINUTES_IN_USE)
    folder = Path(tempfile.mkdtemp())
    try:
        began = time.perf_counter()
        url = f"sqlite:///{folder / 'journal.db'}"
        entries, pages = _make_clinic(url, folder, procedures)
        filled_s = time.perf_counter() - began
        with _serve(url, folder) as address:
            cookies = [_sign_in(address, name) for name in ["doctor", "nurse"] * (BROWSERS // 2)]
            in_use = _use(address, cookies, pages, minutes)
            at_once = {page: _load_at_once(address, cookies, path, rounds) for page, path in pages.items()}
            alone = {page: _load(address, cookies[0], path, 2 * rounds) for page, path in pages.items()}
            painted = _paint(address, cookies[0], pages["today"], rounds)
            acted = _act_at_once(address, cookies, rounds)
    finally:
        shutil.rmtree(folder)
    figures = [
        Figure(
            f"{page}, {BROWSERS} in use, median",
            statistics.median(in_use[page]),
            "s",
            result=statistics.median(in_use[page]),
            result_unit="s",
            demand=MOST_SECONDS,
            at_most=True,
        )
        for page in pages
    ]
    everything = sorted(second for seconds in in_use.values() for second in seconds)
    figures += [Figure("any page, 95 of 100 came within", everything[int(0.95 * len(everything))], "s")]
    figures += [
        Figure(f"{page}, asked for by {BROWSERS} at the very same moment, median", statistics.median(seconds), "s")
        for page, seconds in at_once.items()
    ]
    slowest = max(alone, key=lambda page: statistics.median(alone[page]))
    figures += [
        Figure(f"{slowest} (the slowest), one browser alone, median", statistics.median(alone[slowest]), "s"),
        Figure("today, real Chromium alone, from asking to painted, median", statistics.median(painted), "s"),
        Figure(f"registering a patient, {BROWSERS} at the very same moment, median", statistics.median(acted), "s"),
    ]
    return Table(
        name="many_procedures",
        title="Twenty browsers and ten thousand examinations",
        how=(
            f"{procedures:,} invented examinations of {entries:,} entries in a SQLite journal, one server process, on "
            f"the machine named below. {BROWSERS} HTTP clients with a session each (no real browsers: they fetch the "
            "page itself, not its style sheets and scripts, which browsers keep) open pages in random order, with "
            f"pauses of {PAUSE_S:g} s on average, for {minutes:g} minutes; then all of them ask for the same page at "
            "the very same moment, so that half of them wait for ten others. Clients and server share the cores; the "
            "room's camera is off."
        ),
        figures=tuple(figures),
        notes=(
            f"Writing the {entries:,} entries, chained, with all lists made from them, took {filled_s:.0f} s.",
            "One real Chromium on the same machine is timed too; twenty of them would measure the browsers.",
        ),
    )


def _make_clinic(url: str, folder: Path, procedures: int) -> tuple[int, dict[str, str]]:
    """Fill the journal; returns the number of entries, and the pages to ask for."""
    clock = Clock()
    with open_journal(url, now_utc=clock) as journal:
        desk = _make_desk(journal, folder)
        for name, role in (("doctor", "doctor"), ("nurse", "nurse"), ("admin", "administrator")):
            desk.add_person_by_command(name, f"{name.title()} Invented", role, PASSWORD)
        fill(journal, clock, procedures)
        entries, _ = journal.head()

        def newest(stage: Stage) -> str:
            return journal.worklist(stages=(stage,), limit=1)[0].procedure_id

        waiting, done = newest("reported"), newest("closed")
        pages = {
            "today": "/",
            "patients": "/patients",
            "one patient": f"/patients/{journal.procedure(done).patient_id}",
            "results due": "/results",
            "follow-up": "/follow-up",
            "overview of an examination": f"/procedures/{done}",
            "referral": f"/procedures/{newest('referred')}/referral",
            "preparation": f"/procedures/{newest('planned')}/preparation",
            "time-out": f"/procedures/{newest('planned')}/time-out",
            "review": f"/procedures/{waiting}/review",
            "specimens": f"/procedures/{waiting}/specimens",
            "report": f"/procedures/{waiting}/report",
            "after": f"/procedures/{waiting}/after",
            "the room": "/room",
        }
    return entries, pages


def _make_desk(journal: Journal, folder: Path) -> Desk:
    site = Site("Invented Clinic", "1 Nowhere Street", "+00 1", "112", "en")
    signer = make_signer(folder / "signing", site.name)
    return Desk(journal, Credentials(journal), MediaStore(folder / "media"), site=site, signer=signer)


@contextmanager
def _serve(url: str, folder: Path) -> Iterator[str]:
    """Serve in a process of its own, as the program does."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_run_server, args=(url, folder, theirs), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.kill()
        process.join()


def _run_server(url: str, folder: Path, told: Connection) -> None:
    room = Room(open_file, spec=f"file:{folder / 'none.mp4'}", data_folder=folder)
    with open_door("127.0.0.1", 0) as door:
        app = create_app(room, desk=_make_desk(open_journal(url), folder))
        told.send(f"http://127.0.0.1:{door.getsockname()[1]}")
        make_server(app).run(sockets=[door])


def _sign_in(address: str, name: str) -> httpx.Cookies:
    with httpx.Client(base_url=address, headers={"Origin": address}, timeout=60) as client:
        client.post("/api/sign-in", json={"name": name, "password": PASSWORD}).raise_for_status()
        return client.cookies


def _load_at_once(address: str, cookies: Sequence[httpx.Cookies], path: str, rounds: int) -> list[float]:
    """Seconds of every client in every round."""
    return _at_once(
        [httpx.Client(base_url=address, cookies=one, timeout=60) for one in cookies],
        rounds,
        lambda client, _: client.get(path),
    )


def _use(
    address: str, cookies: Sequence[httpx.Cookies], pages: dict[str, str], minutes: float
) -> dict[str, list[float]]:
    """Let everybody open pages in random order, each with its own pauses; seconds of every page."""
    seconds: dict[str, list[float]] = {page: [] for page in pages}
    failed: list[str] = []
    until = time.monotonic() + 60 * minutes

    def visit(own: httpx.Cookies, number: int) -> None:
        chance = random.Random(number)
        with httpx.Client(base_url=address, cookies=own, timeout=60) as client:
            while time.monotonic() < until:
                time.sleep(chance.expovariate(1 / PAUSE_S))
                page = chance.choice(list(pages))
                began = time.perf_counter()
                answer = client.get(pages[page])
                seconds[page].append(time.perf_counter() - began)
                if answer.status_code != 200:
                    failed.append(f"{answer.url.path}: {answer.status_code}")

    threads = [threading.Thread(target=visit, args=(own, number)) for number, own in enumerate(cookies)]
    _run(threads, failed)
    return seconds


def _act_at_once(address: str, cookies: Sequence[httpx.Cookies], rounds: int) -> list[float]:
    clients = [httpx.Client(base_url=address, headers={"Origin": address}, cookies=one, timeout=60) for one in cookies]

    def register(client: httpx.Client, number: int) -> httpx.Response:
        details = {
            "family": f"Newcomer-{number}",
            "given": "Nobody",
            "birth_date": "1980-01-01",
            "identifiers": [{"system": "hospital", "value": f"N{number}"}],
        }
        return client.post("/api/patients", json={"details": details, "is_sure": True})

    return _at_once(clients, rounds, register)


def _at_once(
    clients: Sequence[httpx.Client], rounds: int, ask: Callable[[httpx.Client, int], httpx.Response]
) -> list[float]:
    """Let every client ask at the same moment, again and again; seconds of all of them."""
    seconds: list[float] = []
    failed: list[str] = []
    start = threading.Barrier(len(clients))

    def visit(client: httpx.Client, number: int) -> None:
        with client:
            client.get("/sign-in", follow_redirects=False)  # the connection stands before the clock starts
            for turn in range(rounds):
                start.wait()
                began = time.perf_counter()
                answer = ask(client, number * rounds + turn)
                seconds.append(time.perf_counter() - began)
                if answer.status_code != 200:
                    failed.append(f"{answer.url.path}: {answer.status_code} {answer.text[:200]}")

    threads = [threading.Thread(target=visit, args=(client, number)) for number, client in enumerate(clients)]
    _run(threads, failed)
    return seconds


def _run(threads: Sequence[threading.Thread], failed: Sequence[str]) -> None:
    """Let all run to their end; raises RuntimeError when one of them noted a page that did not come."""
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise RuntimeError(f"A page did not come: {failed[0]}")


def _load(address: str, cookies: httpx.Cookies, path: str, times: int) -> list[float]:
    seconds = []
    with httpx.Client(base_url=address, cookies=cookies, timeout=60) as client:
        for _ in range(times):
            began = time.perf_counter()
            client.get(path).raise_for_status()
            seconds.append(time.perf_counter() - began)
    return seconds


def _paint(address: str, cookies: httpx.Cookies, path: str, times: int) -> list[float]:
    """Seconds until a real Chromium has painted the page; style sheets and scripts are kept from the first visit."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.add_cookies([{"name": one.name, "value": one.value or "", "url": address} for one in cookies.jar])
        page = context.new_page()
        seconds = []
        for visit in range(times + 1):
            page.goto(address + path)
            painted = page.evaluate(
                "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() =>"
                " done(performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? performance.now()))))"
            )
            if visit:
                seconds.append(painted / 1000)
        browser.close()
    return seconds
