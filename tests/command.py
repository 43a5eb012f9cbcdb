"""The program as a person types it at a prompt, without starting another process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from ductoscope.cli import main


@dataclass(frozen=True)
class Answer:
    """How a command ended: its exit status, and what it said on both streams."""

    status: int
    out: str
    err: str


Command = Callable[..., Answer]


def type_command(capsys: pytest.CaptureFixture[str], *words: object) -> Answer:
    """Run the command with these words and say how it went."""
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    told = capsys.readouterr()
    return Answer(int(ended.value.code or 0), told.out, told.err)
