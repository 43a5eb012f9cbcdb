"""The server is killed a hundred times in the middle of the patient's path; what it had acknowledged is all there.

Real processes, a real SIGKILL, real sockets, a real database file. After every death the journal is judged before the
server is started again, and the story goes on from what the journal says.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import httpx
import numpy as np
import pytest
from sqlalchemy import MetaData, text
from sqlalchemy import select as select_rows

from ductoscope.model.clinical import Event
from ductoscope.record.journal import Journal, open_journal
from tests.clinic_desk import PASSWORD
from tests.postgres import postgres_url as postgres_url  # a fixture
from tests.stories.patient_story import STORY, Step, Told

NURSERY = Path(__file__).with_name("serve_and_die.py")
KILLS = 100
KILLS_ON_POSTGRESQL = 15
BUSY = text(
    "select count(*) from pg_stat_activity where datname = current_database() and pid != pg_backend_pid()"
    " and state is distinct from 'idle'"
)
"""Connections of this database in which something is under way, our own not counted."""
ANSWER_S = 60.0


class Workstation:
    """A server that can be killed and started again, with a doctor and a nurse who stay signed in."""

    def __init__(self, url: str, folder: Path, log: Path) -> None:
        self.port = _find_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._log_file = log
        self._log = log.open("wb")
        words = [sys.executable, str(NURSERY), url, str(folder), str(self.port)]
        self._nursery = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log)
        self._process = 0
        self.clients = {
            name: httpx.Client(base_url=self.address, headers={"Origin": self.address}, timeout=ANSWER_S)
            for name in ("doctor", "nurse")
        }

    def __enter__(self) -> Self:
        assert self._read_line() == "ready", self._log_file.read_text()[-3000:]
        self.start()
        for name, client in self.clients.items():
            assert client.post("/api/sign-in", json={"name": name, "password": PASSWORD}).status_code == 200
        return self

    def __exit__(self, *_: object) -> None:
        if self._process:
            self.kill()
        for client in self.clients.values():
            client.close()
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.close()
        self._nursery.wait(10)
        self._nursery.stdout.close()
        self._log.close()

    def start(self, *, anew: bool = False) -> None:
        """Start the server; it listens when this returns. anew: with everything opened and joined again, too."""
        assert self._nursery.stdin is not None
        self._nursery.stdin.write(b"serve anew\n" if anew else b"serve\n")
        self._nursery.stdin.flush()
        said = self._read_line()
        assert said.startswith("{"), f"the server did not start: {self._log_file.read_text()[-3000:]}"
        self._process = int(json.loads(said)["process"])

    def kill(self) -> None:
        """Kill the server as a power cut does, and wait until nothing of it runs."""
        watched = os.pidfd_open(self._process)
        os.kill(self._process, signal.SIGKILL)
        assert select.select([watched], [], [], 10)[0], "the server outlived its SIGKILL"
        os.close(watched)
        self._process = 0

    def wait_for_picture(self) -> None:
        """Wait until the room shows a live picture, which a started server needs a moment for."""
        until = time.monotonic() + ANSWER_S
        while not self.clients["nurse"].get("/api/status").json().get("frames_in"):
            assert time.monotonic() < until, "no picture came"
            time.sleep(0.02)

    def _read_line(self) -> str:
        assert self._nursery.stdout is not None
        return self._nursery.stdout.readline().decode().strip()


def _find_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@dataclass
class Witnessed:
    """What the journal held when it was looked at last; none of it may ever change."""

    journal: Journal
    newest: Event | None = None

    def look(self, *, thoroughly: bool = False) -> list[Event]:
        """Return the people's new events, after making sure that those known are there as they were.

        thoroughly: the whole chain is checked, which says that none before the newest known one has changed.
        """
        known = 0 if self.newest is None else self.newest.number
        events = self.journal.events(after=max(known - 1, 0))
        assert [event.number for event in events] == list(range(max(known, 1), max(known, 1) + len(events)))
        if self.newest is not None:
            assert events.pop(0).hash == self.newest.hash, "an acknowledged event was lost or changed"
        if thoroughly:
            assert self.journal.verify().problems == ()
        if events:
            self.newest = events[-1]
        return [event for event in events if event.by]

    def recall(self, told: Told) -> Told:
        """Say how the examination stands."""
        patient_id = self.journal.patient_by_identifier("hospital", told.hospital_number)
        if patient_id is None:
            return told
        rows = self.journal.procedures_of(patient_id)
        procedure = self.journal.procedure(rows[0].procedure_id) if rows else None
        return replace(told, patient_id=patient_id, procedure=procedure)


def _assert_projections_are_those_of_a_rebuild(journal: Journal) -> None:
    before = _read_tables(journal)
    journal.rebuild()
    after = _read_tables(journal)
    for name in before:
        assert before[name] == after[name], f"the table {name} is not what its events say"


def _read_tables(journal: Journal) -> Mapping[str, list[tuple[Any, ...]]]:
    """Every row of every table, each table in an order that does not depend on how it was written."""
    tables = MetaData()
    with journal.database.reading() as connection:
        tables.reflect(connection)
        return {
            name: sorted((tuple(row) for row in connection.execute(select_rows(table))), key=repr)
            for name, table in tables.tables.items()
        }


def _send(workstation: Workstation, step: Step, told: Told) -> httpx.Response:
    path, body = step.post(told)
    return workstation.clients[step.by].post(path, json=body)


def _kinds(events: list[Event]) -> tuple[str, ...]:
    return tuple(type(event.what).__name__ for event in events)


@dataclass
class Learnt:
    """What one step writes and how long it takes, learnt from a story that nobody disturbed."""

    kinds: tuple[str, ...]
    seconds: float


def _tell_undisturbed(workstation: Workstation, witnessed: Witnessed) -> dict[str, Learnt]:
    learnt: dict[str, Learnt] = {}
    told = Told("H-0")
    for step in STORY:
        if step.needs_picture:
            workstation.wait_for_picture()
        begun = time.monotonic()
        answer = _send(workstation, step, told)
        seconds = time.monotonic() - begun
        assert answer.status_code == 200, f"{step.name}: {answer.status_code} {answer.text}"
        kinds = _kinds(witnessed.look())
        learnt[step.name] = Learnt(kinds, seconds)
        told = witnessed.recall(told)
    return learnt


def _kill_in_the_middle(
    workstation: Workstation, step: Step, told: Told, wait_s: float, pool: ThreadPoolExecutor
) -> httpx.Response | None:
    """Send a step and kill the server while it works on it; the answer, None when none came."""
    sent: Future[httpx.Response] = pool.submit(_send, workstation, step, told)
    time.sleep(wait_s)
    workstation.kill()
    try:
        return sent.result(ANSWER_S)
    except httpx.TransportError:
        return None


def _survive(url: str, folder: Path, kills: int) -> tuple[int, int]:
    """Tell the story with this many kills; how many of the killed requests were acknowledged, and how many kept."""
    rng = np.random.default_rng(20261123)
    acknowledged = kept = killed = story = 0
    folder.mkdir()
    with (
        Workstation(url, folder, folder / "log") as workstation,
        ThreadPoolExecutor(1) as pool,
        open_journal(url) as journal,
    ):
        witnessed = Witnessed(journal)
        witnessed.look()
        learnt = _tell_undisturbed(workstation, witnessed)
        until_next = 0
        while killed < kills:
            story += 1
            told = Told(f"H-{story}")
            step_number = 0
            while step_number < len(STORY) and killed < kills:
                step = STORY[step_number]
                expected = learnt[step.name].kinds
                if step.needs_picture:
                    workstation.wait_for_picture()
                if until_next:
                    until_next -= 1
                    answer = _send(workstation, step, told)
                    assert answer.status_code == 200, f"{step.name}: {answer.status_code} {answer.text}"
                    told = witnessed.recall(told)
                    step_number += 1
                    continue
                until_next = int(rng.integers(0, 4))
                witnessed.look()
                wait_s = float(rng.uniform(0, 1.3)) * learnt[step.name].seconds
                answer = _kill_in_the_middle(workstation, step, told, wait_s, pool)
                killed += 1
                _wait_until_nobody_writes(journal)
                found = _kinds(witnessed.look(thoroughly=True))
                if answer is not None:
                    assert answer.status_code == 200, f"{step.name}: {answer.status_code} {answer.text}"
                    acknowledged += 1
                    assert found == expected, f"{step.name} was acknowledged, and the journal has only {found}"
                assert found in ((), expected, *step.parts), f"{step.name} is half there: {found} of {expected}"
                is_done = found == expected or step.parts.get(found, False)
                kept += is_done
                if killed % 20 == 0:
                    _assert_projections_are_those_of_a_rebuild(journal)
                workstation.start(anew=killed % 10 == 0)
                told = witnessed.recall(told)
                step_number += is_done
        workstation.kill()
        witnessed.look(thoroughly=True)
        _assert_projections_are_those_of_a_rebuild(journal)
    return acknowledged, kept


def _wait_until_nobody_writes(journal: Journal) -> None:
    """Wait until a database server has noticed that its client is dead; what it still commits counts as kept."""
    if journal.database.is_sqlite:
        return
    until = time.monotonic() + 10
    while True:
        with journal.database.reading() as connection:
            if connection.execute(BUSY).scalar_one() == 0:
                return
        assert time.monotonic() < until, "the database still serves a dead client"
        time.sleep(0.01)


@pytest.mark.timeout(900)  # a minute on two idle cores; a busy machine shall not fail it
def test_no_acknowledged_event_is_lost_when_the_server_is_killed_at_any_moment(tmp_path: Path) -> None:
    acknowledged, kept = _survive(f"sqlite:///{tmp_path / 'journal.db'}", tmp_path / "clinic", KILLS)
    assert 10 <= acknowledged <= KILLS - 10, "the kills must fall before, within and after the acts"
    assert acknowledged <= kept < KILLS


@pytest.mark.peer
@pytest.mark.timeout(900)
def test_the_same_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    acknowledged, kept = _survive(postgres_url, tmp_path / "clinic", KILLS_ON_POSTGRESQL)
    assert 0 < acknowledged <= kept < KILLS_ON_POSTGRESQL
