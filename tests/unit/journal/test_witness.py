"""The witness: a small file that never stops the journal and never cries wolf."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from ductoscope.model.errors import JournalError
from ductoscope.record.journal import open_journal
from ductoscope.record.journal.witness import Witness
from tests.unit.journal.story import begin


def test_every_commit_is_noted(tmp_path: Path) -> None:
    witness = tmp_path / "elsewhere" / "witness.jsonl"
    with open_journal(f"sqlite:///{tmp_path / 'journal.db'}", witness=witness) as journal:
        first = journal.append(begin()[0])
        both = journal.append_all(begin(2))
    assert list(Witness(witness).read())[-2:] == [(1, first.hash), (3, both[-1].hash)]
    assert witness.stat().st_mode & 0o077 == 0, "it is for nobody else's eyes"


def test_nothing_personal_is_noted(tmp_path: Path) -> None:
    witness = tmp_path / "witness.jsonl"
    with open_journal(f"sqlite:///{tmp_path / 'journal.db'}", witness=witness) as journal:
        journal.append_all(begin())
    lines = [json.loads(line) for line in witness.read_text().splitlines() if line]
    assert all(set(line) == {"number", "hash"} for line in lines)


def test_a_line_cut_short_spoils_nothing_but_itself(tmp_path: Path) -> None:
    witness = Witness(tmp_path / "witness.jsonl")
    witness.note(1, "a")
    with witness.path.open("ab") as file:
        file.write(b'{"number":2,"ha')
    witness.note(3, "c")
    with witness.path.open("ab") as file:
        file.write(b"\0\0\0\xff" * 30)
    witness.note(4, "d")
    assert list(witness.read()) == [(1, "a"), (3, "c"), (4, "d")]


def test_a_power_cut_that_loses_the_last_notes_is_no_tampering(tmp_path: Path) -> None:
    witness = tmp_path / "witness.jsonl"
    with open_journal(f"sqlite:///{tmp_path / 'journal.db'}", witness=witness) as journal:
        journal.append(begin()[0])
        noted = witness.read_bytes()
        journal.append_all(begin(2))
        witness.write_bytes(noted[:-20])
        assert journal.verify().is_whole


def test_a_witness_that_comes_late_vouches_from_then_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    url, witness = f"sqlite:///{tmp_path / 'journal.db'}", tmp_path / "witness.jsonl"
    with open_journal(url) as journal:
        journal.append_all(begin())
        head = journal.head()
    with caplog.at_level(logging.WARNING), open_journal(url, witness=witness) as journal:
        assert journal.verify().is_whole
    assert list(Witness(witness).read()) == [head]
    assert "it vouches from event 2 on" in caplog.text


def test_an_event_is_kept_though_its_witness_cannot_be_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    witness = tmp_path / "witness.jsonl"
    with open_journal(f"sqlite:///{tmp_path / 'journal.db'}", witness=witness) as journal:
        witness.unlink()
        witness.mkdir()
        with caplog.at_level(logging.WARNING):
            journal.append_all(begin())
        assert journal.head()[0] == 2
        assert "cannot be written" in caplog.text
        assert "cannot be read" in journal.verify().problems[0]


def test_a_witness_that_cannot_be_begun_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "file" / "witness.jsonl"):
        with pytest.raises(JournalError, match=r"witness file .* cannot be written"):
            open_journal(f"sqlite:///{tmp_path / 'journal.db'}", witness=path)


def test_the_witness_of_another_journal_fits_nothing(tmp_path: Path) -> None:
    witness = tmp_path / "witness.jsonl"
    for name in ("one", "other"):
        with open_journal(f"sqlite:///{tmp_path / name}.db", witness=witness) as journal:
            journal.append_all(begin())
            problems = journal.verify().problems
    assert problems == (
        "Event 2 (ReferralReceived) is not what the witness noted: it was written anew, with all after it.",
    )
