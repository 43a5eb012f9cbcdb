from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ductoscope.model import BadInputError
from ductoscope.model.clinical import (
    KINDS,
    Anaesthetic,
    Depth,
    Discharge,
    Finding,
    Identifier,
    Measurement,
    PatientDetails,
    Person,
    Plan,
    Referral,
    Result,
    Specimen,
    Symptoms,
    Unmeasurable,
)
from ductoscope.model.clinical import happened as h

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Identifier("hospital", " "),
        lambda: Identifier("hospital", "1" * 201),
        lambda: Identifier("hospital", "1\x00"),
        lambda: PatientDetails("", "Anna", None),
        lambda: PatientDetails("Demo", "", None, identifiers=(Identifier("a", "1"), Identifier("a", "2"))),
        lambda: Person("", "Name", "nurse"),
        lambda: Discharge(("left",), weeks=-1),
        lambda: Discharge(("left",), times_per_week=float("nan")),
        lambda: Referral("left", date(2026, 1, 1), ""),
        lambda: Plan(datetime(2026, 3, 2)),
        lambda: Anaesthetic("lidocaine", 1, 0, "intranipple", NOW),
        lambda: Depth(20, 0, "graduation"),
        lambda: Measurement(2, 0.1, "", "tool"),
        lambda: Unmeasurable(""),
        lambda: Finding("a"),
        lambda: Finding("A", terms={"type": "benign"}),
        lambda: Finding("A", terms={"verdict": "benign"}),
        lambda: Finding("A", outline=((0.5, 1.5),)),
        lambda: Specimen("A", "", "forceps", NOW),
        lambda: Result("code", "hospital 17", "Lab", date(2026, 1, 1), "  "),
        lambda: Symptoms(24, temperature_c=98),
        lambda: h.DueMoved("call", date(2026, 1, 1), ""),
        lambda: h.WeightTaken(7),
    ],
)
def test_what_cannot_be_used_cannot_be_made(make):
    with pytest.raises(BadInputError):
        make()


def test_one_percent_is_ten_milligrams_a_millilitre():
    assert Anaesthetic("lidocaine", 1, 3, "intranipple", NOW).mg == 30


def test_every_kind_of_event_has_a_name_of_its_own_and_says_what_it_is():
    assert len(KINDS) > 50
    for name, kind in KINDS.items():
        assert kind.__name__ == name
        assert kind.__doc__
        assert kind.__doc__.rstrip().endswith(".")
