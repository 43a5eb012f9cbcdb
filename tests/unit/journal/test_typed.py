"""Whatever people and programs type gets an answer, the same in both databases, and never a crash."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest

from ductoscope.model.clinical import Identifier, Plan, PreparationAdvice
from ductoscope.model.clinical import happened as h
from ductoscope.model.errors import BadInputError, NotThereError
from ductoscope.record.journal import Draft, Journal
from tests.unit.journal.story import DAY, RESULT, SPECIMEN, begin, details

LONG = "\U0001f642" * 200
STRANGE = ["", "\0", "a\0b", "\ud800", "%", "_", "!", "'", '"', "\\", "../..", LONG, "a " * 2_000, "x" * 100_000]


def test_whatever_is_asked_for_gets_an_answer(journal: Journal) -> None:
    journal.append_all(begin())
    for typed in STRANGE:
        for ask in (
            journal.find_patients,
            journal.specimen_by_code,
            journal.person,
            lambda text: journal.patient_by_identifier(text, text),
            lambda text: journal.events(by=text),
            lambda text: journal.events(procedure_id=text),
            lambda text: journal.events(patient_id=text),
        ):
            with suppress(BadInputError):
                ask(typed)
        for ask in (journal.procedure, journal.patient, journal.procedures_of):
            with pytest.raises((NotThereError, BadInputError)):
                ask(typed)


def test_whatever_number_is_asked_for_gets_an_answer(journal: Journal) -> None:
    journal.append_all(begin())
    for number in (-1, 2**31, 2**63, 10**30):
        for asked in ("limit", "after"):
            with suppress(BadInputError):
                journal.events(**{asked: number})
            with suppress(BadInputError):
                journal.events(kinds=(h.SignedIn,), **{asked: number})
        for asked in ("limit", "offset"):
            with suppress(BadInputError):
                journal.worklist(**{asked: number})
        for ask in (journal.dues, lambda limit: journal.find_patients("", limit)):
            with suppress(BadInputError):
                ask(limit=number)


def test_the_first_and_the_last_day_of_all(journal: Journal) -> None:
    journal.append_all(begin())
    for day in (date.min, date.max):
        for hours in (0, 14, -12):
            assert journal.worklist(on=day, zone=timezone(timedelta(hours=hours))) == []
        assert journal.dues(until=day) == ([] if day == date.min else journal.dues())


def test_a_time_outside_all_times_is_refused(journal: Journal) -> None:
    journal.append_all(begin())
    at = datetime.max.replace(tzinfo=timezone(timedelta(hours=-12)))
    with pytest.raises(BadInputError, match="outside all times"):
        journal.append(Draft(h.ExaminationPlanned(Plan(at), PreparationAdvice()), "nurse", None, "x-1"))


def test_the_longest_words_are_kept(journal: Journal) -> None:
    identifiers = tuple(Identifier(f"{number}{LONG}"[:200], LONG) for number in range(10))
    longest = replace(details(1), family=LONG, given=LONG, identifiers=identifiers)
    journal.append(Draft(h.PatientRegistered(longest), "\U0001f642" * 64, "p" * 64))
    journal.append(Draft(begin()[1].what, "nurse", "p" * 64, "x" * 64))
    journal.append(Draft(h.DuePlanned(LONG, "call", DAY, LONG), "nurse", None, "x" * 64))
    journal.append(Draft(h.SpecimenTaken(replace(SPECIMEN, code="\U0001f642" * 40), DAY), "nurse", None, "x" * 64))
    journal.append(Draft(h.ResultQueued("q" * 64, RESULT, "\0" + LONG), ""))
    assert journal.patient("p" * 64).details == longest
    assert journal.patient_by_identifier(*(identifiers[9].system, LONG)) == "p" * 64
    assert journal.queue()[0].why == "\0" + LONG
    assert {row.key for row in journal.dues()} == {LONG, "result A"}
    assert journal.verify().is_whole
    with pytest.raises(BadInputError):
        journal.append(Draft(h.ResultQueued("q" * 65, RESULT, ""), ""))


def test_signs_that_no_database_keeps_are_refused(journal: Journal) -> None:
    journal.append_all(begin())
    makes = (
        lambda typed: Draft(h.NoteTaken(typed), "nurse", None, "x-1"),
        lambda typed: Draft(h.PatientCorrected(replace(details(1), given=typed)), "nurse", "p-1"),
        lambda typed: Draft(h.SignedIn(), typed),
        lambda typed: Draft(h.RecordLooked("page"), "nurse", typed),
        lambda typed: Draft(h.RecordLooked("page"), "nurse", None, typed),
        lambda typed: Draft(h.ResultQueued(typed, RESULT, ""), ""),
    )
    for typed in ("\0", "\ud800"):
        for make in makes:
            with pytest.raises(BadInputError):
                journal.append(make(typed))
    assert journal.head()[0] == 2
