from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from ductoscope.model import Debrief
from ductoscope.record.attempts import save_attempt
from ductoscope.record.progress import TABLE_FIGURES, attempts_csv, draw_progress, write_table

FIRST = Debrief(
    attempt="one",
    task="orifice",
    trainee="Ann",
    seed=5,
    preset="easy",
    finished_utc="2026-11-20T10:00:00+00:00",
    is_reached=True,
    figures={"score": 0.5, "seconds": 123.456, "contacts": 2.0},
)
SECOND = replace(
    FIRST, attempt="two", finished_utc="2026-11-21T10:00:00+00:00", is_reached=False, figures={"score": 0.75}
)
FREE = replace(FIRST, attempt="three", task="free", figures={"contacts": 1.0})


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_progress_is_by_task_and_oldest_first() -> None:
    assert draw_progress([SECOND, FREE, FIRST], "score") == {
        "orifice": (("2026-11-20T10:00:00+00:00", 0.5), ("2026-11-21T10:00:00+00:00", 0.75))
    }
    assert set(draw_progress([SECOND, FREE, FIRST], "contacts")) == {"orifice", "free"}
    assert draw_progress([], "score") == {}


def test_table_has_a_row_an_attempt_and_gaps_where_nothing_is_known() -> None:
    first, second = read(write_table([FIRST, SECOND]))
    assert (first["attempt"], first["trainee"], first["task"], first["seed"]) == ("one", "Ann", "orifice", "5")
    assert (first["preset"], first["simulated"], first["reached"]) == ("easy", "yes", "yes")
    assert (first["score"], first["seconds"], first["contacts"]) == ("0.5", "123.5", "2")
    assert (second["reached"], second["score"], second["seconds"]) == ("no", "0.75", "")
    assert tuple(first)[-len(TABLE_FIGURES) :] == TABLE_FIGURES


def test_of_one_trainee_or_of_all(tmp_path: Path) -> None:
    for name in ("Ann", "Bo"):
        save_attempt(tmp_path, replace(FIRST, trainee=name))
    assert [row["trainee"] for row in read(attempts_csv(tmp_path))] == ["Ann", "Bo"]
    assert [row["trainee"] for row in read(attempts_csv(tmp_path, "Bo"))] == ["Bo"]
    assert read(attempts_csv(tmp_path, "Cy")) == []


@pytest.mark.parametrize("name", ["=1+1", "+A1", "-A1", "@SUM(A1)", "\t=1"])
def test_no_name_is_run_as_a_formula(name: str) -> None:
    (row,) = read(write_table([replace(FIRST, trainee=name)]))
    assert row["trainee"] == f"'{name}"


def test_commas_and_quotes_in_names_stay_in_their_cell() -> None:
    (row,) = read(write_table([replace(FIRST, trainee='Ågren, "Ann"')]))
    assert row["trainee"] == 'Ågren, "Ann"'
