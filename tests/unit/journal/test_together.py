"""Several rooms, programs and threads write at once: nothing is lost, and the chain never forks."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from ductoscope.model.clinical import happened as h
from ductoscope.model.errors import BadInputError, ConflictError
from ductoscope.record.journal import Draft, Journal, open_journal
from tests.unit.journal.story import begin, details

PROGRAMS, THREADS, EACH = 2, 2, 8


def _write(url: str, witness: Path, program: int, start: Barrier) -> None:
    with open_journal(url, witness=witness) as journal:
        start.wait(60)
        _together(lambda thread: _write_some(journal, f"{program}.{thread}"), THREADS)


def _write_some(journal: Journal, writer: str) -> None:
    for number in range(EACH):
        if number % 4 == 3:
            notes = [f"{writer} {number}", f"{writer} {number} too"]
            journal.append_all([Draft(h.NoteTaken(note), writer, None, "x-1") for note in notes])
        else:
            journal.append(Draft(h.NoteTaken(f"{writer} {number}"), writer, None, "x-1"))
        journal.procedure("x-1")


def _together(act: Callable[[int], None], count: int) -> None:
    threads = [threading.Thread(target=act, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_several_programs_with_several_threads(journal: Journal, journal_url: str, witness: Path) -> None:
    journal.append_all(begin())
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(PROGRAMS)
    programs = [context.Process(target=_write, args=(journal_url, witness, one, start)) for one in range(PROGRAMS)]
    for program in programs:
        program.start()
    for program in programs:
        program.join(120)
        assert program.exitcode == 0
    events = journal.events()
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    said = [event.what.text for event in events[2:]]
    assert len(said) == len(set(said)) == PROGRAMS * THREADS * (EACH + EACH // 4)
    for writer in {event.by for event in events[2:]}:
        mine = [event.what.text for event in events if event.by == writer]
        assert mine == sorted(mine), "everybody's own events are in the order in which they were written"
    assert [note.text for note in journal.procedure("x-1").notes] == said
    assert journal.verify().problems == ()


def _write_until_killed(url: str, told: Connection) -> None:
    with open_journal(url) as journal:
        for number in range(10_000):
            journal.append(Draft(h.NoteTaken(str(number)), "doctor", None, "x-1"))
            told.send(number)


def test_a_program_that_is_killed_loses_nothing_it_said_was_kept(journal: Journal, journal_url: str) -> None:
    journal.append_all(begin())
    context = multiprocessing.get_context("spawn")
    mine, its = context.Pipe(duplex=False)
    program = context.Process(target=_write_until_killed, args=(journal_url, its))
    program.start()
    its.close()
    told = [mine.recv() for _ in range(7)]
    program.kill()
    program.join()
    with suppress(EOFError):
        while True:
            told.append(mine.recv())
    notes = [int(note.text) for note in journal.procedure("x-1").notes]
    assert notes == list(range(len(notes)))
    assert len(told) <= len(notes) <= len(told) + 1
    journal.append(Draft(h.NoteTaken("after"), "doctor", None, "x-1"))
    assert journal.verify().problems == ()


def test_only_one_of_many_gets_what_there_is_only_once(journal: Journal) -> None:
    journal.append_all(begin())
    outcomes: list[str] = []

    def try_it(number: int) -> None:
        for draft in (
            Draft(h.PatientRegistered(details(9)), "nurse", f"p-new-{number}"),
            Draft(h.PainScored(number), "nurse", None, "x-1", expects=2),
        ):
            try:
                outcomes.append(type(journal.append(draft).what).__name__)
            except (BadInputError, ConflictError) as error:
                outcomes.append(type(error).__name__)

    _together(try_it, 4)
    assert sorted(outcomes) == ["BadInputError"] * 3 + ["ConflictError"] * 3 + ["PainScored", "PatientRegistered"]


def test_reading_sees_whole_appends_only(journal: Journal) -> None:
    journal.append_all(begin())
    wrong: list[object] = []
    stop = threading.Event()

    def look(_: int) -> None:
        while not stop.is_set():
            seen = journal.procedure("x-1")
            (row,) = journal.worklist()
            if len(seen.pains) % 2 or row.number < seen.number:
                wrong.append(seen)

    reader = threading.Thread(target=look, args=(0,))
    reader.start()
    for score in range(10):
        journal.append_all([Draft(h.PainScored(score), "", None, "x-1")] * 2)
    stop.set()
    reader.join()
    assert wrong == []


@pytest.mark.parametrize("count", [40])
def test_more_threads_than_kept_connections(journal: Journal, count: int) -> None:
    journal.append_all(begin())
    numbers: list[int] = []
    _together(lambda _: numbers.append(journal.procedure("x-1").number), count)
    assert numbers == [2] * count
