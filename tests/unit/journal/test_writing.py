"""How what happened is written: everything comes back as it was, and what cannot come back is refused at once."""

from __future__ import annotations

import json
import traceback
from dataclasses import MISSING, fields
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ductoscope.model.clinical import KINDS, Discharge, Finding, Happened, Referral, Unmeasurable
from ductoscope.model.clinical import happened as h
from ductoscope.model.errors import BadInputError, JournalError
from ductoscope.record.journal.chain import START, WrittenEvent, hash_event
from ductoscope.record.journal.kinds import WITH_DOCUMENTS, documents_of
from ductoscope.record.journal.writing import read_body, read_event, read_time, write_body, write_time
from tests.unit.journal.story import ADVICE, DAY, SAMPLES

ZONES = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
OLD_EVENTS = Path(__file__).with_name("events_of_2026.jsonl")


def _name(one: object) -> str:
    return type(one).__name__


def test_there_is_a_sample_of_every_kind() -> None:
    assert [_name(one) for one in SAMPLES] == list(KINDS)


@pytest.mark.parametrize("what", SAMPLES, ids=_name)
def test_what_happened_comes_back_as_it_was(what: Happened) -> None:
    text, again = write_body(what)
    assert again == what
    assert write_body(again) == (text, what)
    assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@pytest.mark.parametrize("what", SAMPLES, ids=_name)
def test_an_event_from_before_a_field_was_added_is_read(what: Happened) -> None:
    content = json.loads(write_body(what)[0])
    for field in fields(what):
        if field.default is not MISSING or field.default_factory is not MISSING:
            older = {name: value for name, value in content.items() if name != field.name}
            read = read_body(_name(what), json.dumps(older))
            assert getattr(read, field.name) == (
                field.default if field.default is not MISSING else field.default_factory()
            )


@pytest.mark.parametrize(
    "line", OLD_EVENTS.read_text(encoding="utf-8").splitlines(), ids=lambda line: json.loads(line)[3]
)
def test_events_written_in_2026_are_read_for_ever(line: str) -> None:
    written = WrittenEvent(*json.loads(line))
    assert hash_event(written) == written.hash
    assert _name(read_event(written).what) == written.kind


@given(st.datetimes(timezones=ZONES))
def test_times_sort_as_their_texts(at: datetime) -> None:
    try:
        text = write_time(at)
    except BadInputError:
        return  # The first and the last day of all times, in another zone.
    assert len(text) == 27
    assert read_time(text) == at.astimezone(UTC)
    assert (text < "2026-03-02T12:00:00.000000Z") == (at < datetime(2026, 3, 2, 12, tzinfo=UTC))


def test_zones_are_one() -> None:
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert (
        write_time(noon) == write_time(noon.astimezone(timezone(timedelta(hours=-5)))) == "2026-03-02T12:00:00.000000Z"
    )


@given(st.text())
def test_any_words_come_back_or_are_refused(words: str) -> None:
    try:
        what = h.RecordLooked(words)
        assert write_body(what)[1] == what
    except BadInputError:
        assert any(0xD800 <= ord(sign) < 0xE000 for sign in words)


def test_read_only_terms_are_written() -> None:
    finding = Finding("A", terms=MappingProxyType({"base": "stalk"}))
    assert write_body(h.FindingMarked(finding))[1] == h.FindingMarked(Finding("A", terms={"base": "stalk"}))


def test_no_size_stays_no_size() -> None:
    marked = h.FindingMarked(Finding("A", size=Unmeasurable("no scale")))
    assert write_body(marked)[1].finding.size == Unmeasurable("no scale")


@pytest.mark.parametrize(
    "what",
    [
        h.RecordLooked("\ud800"),
        h.RecordLooked(object()),
        h.ReferralReceived(Referral("middle", DAY, "Dr. Example"), ADVICE),
        h.ReferralReceived(
            Referral("left", DAY, "Dr. Example", weeks_since_breastfeeding=None, discharge=Discharge((1,))), ADVICE
        ),
        h.TimerStarted("towel", float("inf")),
        h.TimerStarted("towel", float("nan")),
    ],
)
def test_what_could_not_be_read_later_is_refused(what: Happened) -> None:
    with pytest.raises(BadInputError, match="cannot be written down"):
        write_body(what)


def test_what_is_no_event_is_refused() -> None:
    with pytest.raises(BadInputError):
        write_body("something")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "body", "at_utc", "words"),
    [
        ("SomethingNew", "{}", "2026-03-02T12:00:00.000000Z", "SomethingNew"),
        ("PainScored", '{"score":"much"}', "2026-03-02T12:00:00.000000Z", "score"),
        ("PainScored", '{"score":11}', "2026-03-02T12:00:00.000000Z", "11"),
        ("PainScored", '{"score":', "2026-03-02T12:00:00.000000Z", "JSON"),
        ("PainScored", '{"score":1}', "noon", "noon"),
    ],
)
def test_an_event_that_cannot_be_read_is_told_in_words(kind: str, body: str, at_utc: str, words: str) -> None:
    with pytest.raises(JournalError, match=f"Event 7 .*{words}"):
        read_event(WrittenEvent(7, at_utc, "", kind, None, None, body, START, ""))


def test_an_unreadable_event_does_not_quote_what_it_says() -> None:
    with pytest.raises(JournalError) as caught:
        read_event(
            WrittenEvent(7, "2026-03-02T12:00:00.000000Z", "", "NoteTaken", None, None, '{"text":["Anna"]}', START, "")
        )
    assert "Anna" not in "".join(traceback.format_exception(caught.value))


def test_the_documents_that_events_speak_of() -> None:
    spoken_of = {_name(what): documents_of(what) for what in SAMPLES if documents_of(what)}
    assert set(spoken_of) == {kind.__name__ for kind in WITH_DOCUMENTS}
    assert spoken_of["DuctMapped"] == ("12" * 32, "34" * 32)
    assert spoken_of["ReportSigned"] == ("aa" * 32, "bb" * 32)
    assert spoken_of["ResultArrived"] == ("ef" * 32,)
