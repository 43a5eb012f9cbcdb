"""The commands that keep the journal safe: verify, back up, check a backup, restore it, rebuild the lists."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ductoscope.cli.telling import JsonFlag, progress, report
from ductoscope.cli.workstation import ConfigOption, DataOption

if TYPE_CHECKING:
    from ductoscope.config import Config
    from ductoscope.record.backup import Backup


def verify(data: DataOption = None, config: ConfigOption = None, is_json: JsonFlag = False) -> None:
    """Check the whole journal and every kept document: nothing changed, nothing missing, nothing added."""
    from ductoscope.app import open_journal_of, open_media_of

    settings = _settings(data, config)
    with open_journal_of(settings) as journal, progress("Checking", is_json) as tell_share:
        checked = journal.verify(tell_share)
        problems = [*checked.problems, *open_media_of(settings).verify(tell_share)]
    facts = {"events": checked.events, "problems": problems}
    sentences = problems or [f"{checked.events} events, each as it was written."]
    report(facts, sentences, is_json)
    if problems:
        raise typer.Exit(1)


def backup(
    output: Annotated[Path, typer.Argument(help="Backup file to write.")],
    data: DataOption = None,
    config: ConfigOption = None,
    is_json: JsonFlag = False,
) -> None:
    """Write the journal, accounts and documents into one file; people may go on working meanwhile."""
    from ductoscope.app import open_journal_of, open_media_of
    from ductoscope.record.backup import back_up

    settings = _settings(data, config)
    with open_journal_of(settings) as journal, progress("Backing up", is_json) as tell_share:
        made = back_up(journal, open_media_of(settings), output, tell_share)
    _tell_of_backup(made, f"{made.events} events and {made.documents} documents in {output}.", is_json)


def check_backup(
    file: Annotated[Path, typer.Argument(help="Backup file.")],
    is_json: JsonFlag = False,
) -> None:
    """Read every byte of a backup and check it, as a restore would."""
    from ductoscope.record.backup import check_backup as check

    with progress("Checking", is_json) as tell_share:
        made = check(file, tell_share)
    _tell_of_backup(made, f"{file} is sound: {made.events} events, {made.documents} documents.", is_json)


def restore_backup(
    file: Annotated[Path, typer.Argument(help="Backup file.")],
    data: DataOption = None,
    config: ConfigOption = None,
    is_json: JsonFlag = False,
) -> None:
    """Put a backup into an empty data folder (and an empty database, where the settings name one)."""
    from ductoscope.app import journal_url, media_folder, witness_file
    from ductoscope.record.backup import restore_backup as restore

    settings = _settings(data, config)
    with progress("Restoring", is_json) as tell_share:
        made = restore(file, journal_url(settings), media_folder(settings), tell_share, witness=witness_file(settings))
    _tell_of_backup(made, f"{made.events} events and {made.documents} documents restored.", is_json)


def rebuild(data: DataOption = None, config: ConfigOption = None) -> None:
    """Make every list (patients, worklist, what is due) anew from the events."""
    from ductoscope.app import open_journal_of

    with open_journal_of(_settings(data, config)) as journal, progress("Rebuilding", is_quiet=False) as tell_share:
        journal.rebuild(tell_share)


def _tell_of_backup(made: Backup, sentence: str, is_json: bool) -> None:
    problems = list(made.problems)
    facts = {"backup": str(made.path), "events": made.events, "documents": made.documents, "problems": problems}
    report(facts, [f"{made.path.name}: {problem}" for problem in problems] or [sentence], is_json)
    if problems:
        raise typer.Exit(1)


def _settings(data: Path | None, config: Path | None) -> Config:
    from ductoscope.config import load_config, replace_settings

    return replace_settings(load_config(config), data__folder=None if data is None else str(data))
