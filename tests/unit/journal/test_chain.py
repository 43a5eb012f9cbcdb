"""The chain: no column of an event can change, and nothing can be moved from one column to another, unseen."""

from __future__ import annotations

import pytest

from ductoscope.record.journal.chain import START, WrittenEvent, hash_event, seal

EVENT = WrittenEvent(2, "2026-03-02T12:00:00.000000Z", "doctor", "PainScored", "p-1", "x-1", '{"score":3.0}', START, "")


@pytest.mark.parametrize("column", WrittenEvent._fields[:-1])
def test_every_column_counts(column: str) -> None:
    other = EVENT._replace(**{column: 3 if column == "number" else "other"})
    assert hash_event(other) != hash_event(EVENT)


def test_the_hash_does_not_count_itself() -> None:
    assert hash_event(EVENT._replace(hash="f" * 64)) == hash_event(EVENT)


def test_no_two_events_have_the_same_bytes() -> None:
    assert hash_event(EVENT._replace(patient_id=None)) != hash_event(EVENT._replace(patient_id=""))
    assert hash_event(EVENT._replace(by='a","b', kind="c")) != hash_event(EVENT._replace(by="a", kind='b","c'))
    assert hash_event(EVENT._replace(patient_id="p-1x", procedure_id="-1")) != hash_event(EVENT)


def test_the_hash_is_the_same_for_ever() -> None:
    # Written down once: a program that hashes otherwise would call every journal tampered with.
    assert seal(EVENT).hash == "421d07715f62637182eeb3aa9931394767e1d401686c7d3ab506e09e295d7f1a"
