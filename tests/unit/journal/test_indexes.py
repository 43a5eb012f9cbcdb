"""No question that a page asks reads the whole journal, however long it grows."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, text

from ductoscope.model.clinical import happened as h
from ductoscope.record.journal import Draft, open_journal
from tests.unit.journal.story import DAY, begin, tell


def test_every_question_of_a_page_walks_an_index(tmp_path: Path) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        asked.append((statement, values))

    with open_journal(f"sqlite:///{tmp_path / 'journal.db'}") as journal:
        journal.append_all(begin(10_001) + list(islice(tell(31), 120)))
        event.listen(Engine, "before_cursor_execute", note)
        try:
            journal.procedure("x-10001")
            journal.patient("p-10001")
            journal.procedures_of("p-10001")
            journal.worklist(on=DAY)
            journal.worklist(stages=("planned",))
            journal.worklist(newest_first=True)
            journal.find_patients("")
            journal.patient_by_identifier("hospital", "h-10001")
            journal.specimen_by_code("none")
            journal.dues(until=DAY)
            journal.dues(until=DAY, kinds=("call", "result"))
            journal.count_dues(until=DAY)
            journal.person("nobody")
            journal.events(procedure_id="x-10001")
            journal.events(patient_id="p-10001")
            journal.events(by="doctor", newest_first=True, limit=100)
            journal.events(kinds=(h.ExaminationBegun, h.RecordLooked), newest_first=True, limit=1)
            journal.events(kinds=(h.ExaminationBegun, h.RecordLooked), after=50)
            journal.events(newest_first=True, limit=100)
            journal.newest((h.ExaminationBegun, h.RecordLooked))
            journal.append(Draft(h.PainScored(1), "nurse", None, "x-10001"))
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        questions = [(statement, values) for statement, values in asked if statement.startswith("SELECT")]
        assert len(questions) > 20
        with journal.database.reading() as connection:
            for statement, values in questions:
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
                scans = [step.detail for step in plan if step.detail.startswith("SCAN")]
                # The first hundred of a table, in the order of an index, are no walk through all of it.
                assert not scans or " LIMIT " in statement.replace("\n", " "), f"{statement}: {scans}"


def test_kinds_of_one_record_are_looked_for_in_that_record(tmp_path: Path) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        asked.append((statement, values))

    with open_journal(f"sqlite:///{tmp_path / 'journal.db'}") as journal:
        journal.append_all(begin(10_001))
        event.listen(Engine, "before_cursor_execute", note)
        try:
            journal.events(procedure_id="x-10001", kinds=(h.ConsentRecorded,))
            journal.events(procedure_id="x-10001", kinds=(h.ConsentRecorded, h.LetterGiven), newest_first=True, limit=1)
            journal.events(patient_id="p-10001", kinds=(h.PatientCorrected,))
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        questions = [(statement, values) for statement, values in asked if "FROM events" in statement]
        assert len(questions) == 3
        with journal.database.reading() as connection:
            for statement, values in questions:
                (step,) = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
                assert "ix_events_p" in step.detail, f"{statement}: {step.detail}"


def test_the_newest_event_is_found_at_once(tmp_path: Path) -> None:
    with open_journal(f"sqlite:///{tmp_path / 'journal.db'}") as journal, journal.database.reading() as connection:
        newest = text("EXPLAIN QUERY PLAN SELECT number, hash FROM events ORDER BY number DESC LIMIT 1")
        (step,) = connection.execute(newest).all()
        assert "TEMP" not in step.detail
