"""The desk on a hospital's database: the same path, and two rooms at one journal."""

from __future__ import annotations

from pathlib import Path

import pytest

from ductoscope.model.clinical import Equipment
from ductoscope.report import Signer
from tests.clinic_house import DOCTOR, House, open_desk, open_house
from tests.postgres import postgres_url  # noqa: F401

pytestmark = pytest.mark.peer


def test_the_path_and_two_rooms(tmp_path: Path, signer: Signer, postgres_url: str) -> None:  # noqa: F811
    house: House = open_house(tmp_path, signer, url=postgres_url)
    try:
        done = house.desk.journal.procedure(house.final("1", specimens=1))
        assert done.stage == "final"
        house.desk.leave_room(DOCTOR)
        other = open_desk(house.desk.journal, tmp_path, signer, house.clock, "room 2")
        first, second = house.begun("2"), house.prepared("3")
        other.begin_examination(DOCTOR, second, Equipment())
        assert (house.desk.in_room(), other.in_room()) == (first, second)
        assert not house.desk.journal.verify().problems
    finally:
        house.desk.journal.close()
