"""What every story may use."""

from __future__ import annotations

import functools

import pytest

from tests.command import Command, type_command


@pytest.fixture
def ductoscope(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command: `ductoscope("verify", "--data", folder)`."""
    return functools.partial(type_command, capsys)
