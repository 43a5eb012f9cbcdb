"""Troubles are told once each, and forgotten when they are over."""

from __future__ import annotations

import logging

import pytest

from ductoscope.live.troubles import Troubles
from ductoscope.model import BadFileError


def test_tells_the_oldest_first_and_each_sentence_once() -> None:
    troubles = Troubles()
    assert troubles.tell() is None
    troubles.note("source", "The cable is out.")
    troubles.note("read", "Wrong bundle.")
    troubles.note("restore", "Wrong bundle.")
    assert troubles.tell() == "The cable is out. Wrong bundle."
    troubles.note("source", None)
    assert troubles.get("source") is None
    assert troubles.tell() == "Wrong bundle."


def test_logs_changes_not_every_frame(caplog: pytest.LogCaptureFixture) -> None:
    troubles = Troubles()
    with caplog.at_level(logging.INFO):
        for _ in range(100):
            troubles.note("source", "Mrs Smith.mp4 is damaged.", BadFileError("Mrs Smith.mp4 is damaged."))
        for _ in range(100):
            troubles.note("source", None)
    assert [record.getMessage() for record in caplog.records] == ["source: BadFileError", "source is well again"]
    assert "Smith" not in caplog.text, "a file may be named after a patient; the screen may say so, the log may not"


def test_what_nobody_foresaw_is_logged_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    Troubles().note("read", "Reading failed.", ZeroDivisionError("a bug"))
    assert "ZeroDivisionError: a bug" in caplog.text
