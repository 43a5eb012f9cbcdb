"""The lists are what the events make, whichever way and however often they are made."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from ductoscope.model.clinical import happened as h
from ductoscope.record.journal import Draft, Journal, open_journal
from ductoscope.record.journal import journal as journal_module
from ductoscope.record.journal import rebuild as rebuild_module
from ductoscope.record.journal.rebuild import Replay
from ductoscope.record.journal.tables import PROJECTIONS, procedures
from tests.unit.journal.story import NOON, begin, tell


def rows_of(journal: Journal) -> dict[str, list[tuple[object, ...]]]:
    with journal.database.reading() as connection:
        return {
            table.name: sorted(tuple(row) for row in connection.execute(select(table)))
            for table in PROJECTIONS
        }  # fmt: skip


@pytest.mark.parametrize("seed", [7, 23])
def test_made_anew_they_are_the_very_same(journal: Journal, journal_url: str, seed: int) -> None:
    story = tell(seed)
    journal.append_all(list(islice(story, 200)))
    with open_journal(journal_url) as other:  # It knows none of the procedures yet.
        for draft in islice(story, 8):
            other.append(draft)
    for draft in islice(story, 8):
        journal.append(draft)
    grown = rows_of(journal)
    assert all(grown.values()), "the story fills every list"
    journal.rebuild()
    assert rows_of(journal) == grown
    assert journal.verify().problems == ()
    journal.append_all(list(islice(story, 8)))
    assert journal.verify().problems == ()


def test_one_by_one_they_are_as_all_at_once(tmp_path: Path) -> None:
    drafts = list(islice(tell(23), 150))
    made = []
    for name, piece in (("one", 1), ("all", 150)):
        with open_journal(f"sqlite:///{tmp_path / name}.db", now_utc=lambda: NOON) as journal:
            for begin_at in range(0, 150, piece):
                journal.append_all(drafts[begin_at : begin_at + piece])
            made.append((journal.head(), rows_of(journal)))
    assert made[0] == made[1]


def test_pages_make_no_difference(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    journal.append_all(list(islice(tell(14), 120)))
    grown = rows_of(journal)
    monkeypatch.setattr(rebuild_module, "PAGE", 7)
    journal.rebuild()
    assert rows_of(journal) == grown
    assert journal.verify().problems == ()


def test_pieces_make_no_difference(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "PIECE", 7)
    events = journal.append_all(list(islice(tell(23), 60)))
    assert journal.events() == events
    assert journal.verify().problems == ()


def test_lost_lists_come_back(journal: Journal) -> None:
    journal.append_all(list(islice(tell(15), 60)))
    grown = rows_of(journal)
    with journal.database.writing() as connection:
        for table in reversed(PROJECTIONS):
            connection.execute(delete(table))
    seen: list[tuple[float, str]] = []
    journal.rebuild(lambda share, words: seen.append((share, words)))
    assert rows_of(journal) == grown
    assert seen[-1] == (1.0, "made the lists anew")


def test_a_rebuild_that_fails_leaves_the_lists(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    journal.append_all(begin())
    grown = rows_of(journal)

    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(Replay, "flush", fail)
    with pytest.raises(RuntimeError):
        journal.rebuild()
    assert rows_of(journal) == grown


def test_what_an_old_state_remembers_is_not_trusted(journal: Journal) -> None:
    journal.append_all(begin())
    journal.append(Draft(h.PainScored(1), "", None, "x-1"))
    with journal.database.writing() as connection:  # The lists of an hour ago were put back.
        connection.execute(procedures.update().values(number=2, stage="closed"))
    assert journal.procedure("x-1").number == 2, "it is as its list says, and `verify` tells that the list is wrong"
    assert not journal.verify().is_whole
