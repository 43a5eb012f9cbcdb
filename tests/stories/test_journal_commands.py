"""The journal's commands as an administrator types them: let somebody in, verify, back up, restore, rebuild."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from pathlib import Path

import pytest

from ductoscope.app import open_desk, open_journal_of
from ductoscope.config import Config, DataConfig
from tests.command import Command

PASSWORD = "a long enough sentence"


@pytest.fixture
def data(tmp_path: Path, ductoscope: Command, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder where one administrator has been let in."""
    monkeypatch.setattr("typer.prompt", lambda *_, **__: PASSWORD)
    folder = tmp_path / "data"
    answer = ductoscope("add-person", "ada", "--name", "Ada Example", "--role", "administrator", "--data", folder)
    assert answer.status == 0, answer.err
    return folder


def settings(folder: Path) -> Config:
    return Config(data=DataConfig(folder=str(folder)))


def test_whoever_was_let_in_can_sign_in_and_nobody_else(data: Path) -> None:
    with open_desk(settings(data)) as desk:
        person = desk.visitor(desk.sign_in("ada", PASSWORD))
        assert person is not None
        assert (person.name, person.role) == ("Ada Example", "administrator")


def test_a_password_that_is_too_short_is_refused(
    tmp_path: Path, ductoscope: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "short")
    answer = ductoscope("add-person", "bo", "--name", "Bo", "--role", "nurse", "--data", tmp_path / "data")
    assert answer.status == 1
    assert "12" in answer.err


def test_verify_finds_what_somebody_changed_behind_the_programs_back(data: Path, ductoscope: Command) -> None:
    sound = ductoscope("verify", "--data", data, "--json")
    assert sound.status == 0
    assert json.loads(sound.out)["events"] >= 2

    with sqlite3.connect(data / "journal.db") as database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{trigger}"')
        database.execute("UPDATE events SET body = replace(body, 'Ada', 'Eve')")
    database.close()
    broken = ductoscope("verify", "--data", data)
    assert broken.status == 1
    assert "1" in broken.out


def test_a_backup_comes_back_whole_and_only_into_an_empty_place(
    data: Path, tmp_path: Path, ductoscope: Command
) -> None:
    file = tmp_path / "monday.backup"
    assert ductoscope("backup", file, "--data", data).status == 0
    assert ductoscope("check-backup", file).status == 0

    again = tmp_path / "again"
    restored = ductoscope("restore-backup", file, "--data", again, "--json")
    assert restored.status == 0, restored.err
    with open_journal_of(settings(data)) as old, open_journal_of(settings(again)) as new:
        assert new.head() == old.head()
    with open_desk(settings(again)) as desk:
        assert desk.visitor(desk.sign_in("ada", PASSWORD)) is not None

    refused = ductoscope("restore-backup", file, "--data", again)
    assert refused.status == 1
    assert "empty" in refused.err


def test_a_damaged_backup_is_named_and_restores_nothing(data: Path, tmp_path: Path, ductoscope: Command) -> None:
    file = tmp_path / "monday.backup"
    ductoscope("backup", file, "--data", data)
    content = file.read_bytes()
    with zipfile.ZipFile(file) as whole:
        largest = max(whole.infolist(), key=lambda entry: entry.compress_size)
    middle = content.index(largest.filename.encode()) + len(largest.filename) + largest.compress_size // 2
    flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]

    for damaged in (flipped, content[:-100]):
        file.write_bytes(damaged)
        checked = ductoscope("check-backup", file)
        assert checked.status == 1
        assert file.name in checked.out + checked.err
        assert ductoscope("restore-backup", file, "--data", tmp_path / "again").status == 1


def test_rebuilding_the_lists_changes_nothing_that_is_sound(data: Path, ductoscope: Command) -> None:
    with open_journal_of(settings(data)) as journal:
        people = journal.people()
    assert ductoscope("rebuild", "--data", data).status == 0
    with open_journal_of(settings(data)) as journal:
        assert journal.people() == people
