from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ductoscope.care import limit_anaesthetic, load_protocol, read_protocol
from ductoscope.model.clinical import Agent, Anaesthetic, Route
from tests.unit.care.test_read_protocol import edit_value

PROTOCOL = load_protocol()
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
AGENTS = get_args(Agent)


def dose(agent: str = "lidocaine", percent: float = 1, ml: float = 5, route: str = "periareolar") -> Anaesthetic:
    return Anaesthetic(agent, percent, ml, route, AT)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("agent", "weight_kg", "limit_mg"),
    [
        ("lidocaine", 60, 270),
        ("lidocaine", 70, 300),
        ("lidocaine", 30, 135),
        ("lidocaine with adrenaline", 60, 420),
        ("lidocaine with adrenaline", 90, 500),
        ("prilocaine", 60, 360),
        ("bupivacaine", 60, 120),
        ("ropivacaine", 60, 180),
    ],
)
def test_the_limit_is_by_weight_up_to_a_most(agent: Agent, weight_kg: float, limit_mg: float):
    limit = limit_anaesthetic((), agent, weight_kg, PROTOCOL)
    assert limit.limit_mg == pytest.approx(limit_mg)
    assert limit.left_mg == limit.limit_mg
    assert limit.given_mg == 0


def test_doses_are_taken_off_and_the_rest_is_said_in_mg_and_ml():
    limit = limit_anaesthetic((dose(ml=5), dose(percent=2, ml=0.5)), "lidocaine", 60, PROTOCOL)
    assert limit.given_mg == pytest.approx(60)
    assert limit.left_mg == pytest.approx(210)
    assert "left 210 mg, that is 21.0 ml of 1 %" in limit.reason.says


def test_agents_add_up_by_their_shares():
    half_of_bupivacaine = dose("bupivacaine", 0.5, 12)
    limit = limit_anaesthetic((half_of_bupivacaine,), "lidocaine", 60, PROTOCOL)
    assert limit.given_mg == pytest.approx(135)
    assert limit.left_mg == pytest.approx(135)


def test_cream_counts_in_full_until_the_clinic_says_otherwise():
    cream = dose("lidocaine", 4, 5, "cream")
    assert limit_anaesthetic((cream,), "lidocaine", 60, PROTOCOL).given_mg == pytest.approx(200)
    tenth = read_protocol(edit_value("anaesthetic.cream", "share", "0.1"))
    assert limit_anaesthetic((cream,), "lidocaine", 60, tenth).given_mg == pytest.approx(20)
    assert limit_anaesthetic((dose(),), "lidocaine", 60, tenth).given_mg == pytest.approx(50)


def test_too_much_is_said_and_goes_below_zero():
    limit = limit_anaesthetic((dose(ml=28),), "lidocaine", 60, PROTOCOL)
    assert limit.left_mg == pytest.approx(-10)
    assert limit.reason.rule == "anaesthetic.too_much"
    assert "limit of 270 mg" in limit.reason.says


def test_all_of_it_and_no_more_is_not_too_much():
    limit = limit_anaesthetic((dose(ml=27),), "lidocaine", 60, PROTOCOL)
    assert limit.left_mg == 0
    assert "left 0 mg, that is 0.0 ml" in limit.reason.says


@pytest.mark.parametrize("weight_kg", [None, 0, -5, 29.9, 300.1, float("nan"), float("inf")])
def test_without_a_likely_weight_no_limit_is_told(weight_kg: float | None):
    limit = limit_anaesthetic((dose(),), "lidocaine", weight_kg, PROTOCOL)
    assert limit.limit_mg is limit.left_mg is None
    assert limit.given_mg == pytest.approx(50)
    assert "weigh the patient" in limit.reason.says


def test_an_agent_that_nobody_knows_has_no_limit():
    for given_doses, agent in (((), "cocaine"), ((dose("cocaine"),), "lidocaine")):
        limit = limit_anaesthetic(given_doses, agent, 60, PROTOCOL)  # type: ignore[arg-type]
        assert limit.limit_mg is limit.left_mg is None
        assert "cocaine" in limit.reason.says


doses = st.builds(
    Anaesthetic,
    agent=st.sampled_from(AGENTS),
    percent=st.floats(0.01, 10),
    ml=st.floats(0.01, 100),
    route=st.sampled_from(get_args(Route)),
    at_utc=st.just(AT),
)


@given(st.lists(doses, max_size=5), doses, st.sampled_from(AGENTS), st.floats(30, 300))
def test_what_is_left_never_grows_when_more_was_given(given_doses, one_more, agent, weight_kg: float):
    before = limit_anaesthetic(given_doses, agent, weight_kg, PROTOCOL)
    after = limit_anaesthetic([*given_doses, one_more], agent, weight_kg, PROTOCOL)
    assert after.left_mg < before.left_mg
    assert before.left_mg == pytest.approx(before.limit_mg - before.given_mg)


@given(st.lists(doses, max_size=3), st.sampled_from(AGENTS), st.floats(30, 299))
def test_a_heavier_patient_never_has_less_left(given_doses, agent, weight_kg: float):
    lighter = limit_anaesthetic(given_doses, agent, weight_kg, PROTOCOL)
    heavier = limit_anaesthetic(given_doses, agent, weight_kg + 1, PROTOCOL)
    assert heavier.limit_mg >= lighter.limit_mg


@given(st.lists(doses, max_size=3), st.floats(30, 300))
def test_the_millilitres_that_are_told_are_never_too_many(given_doses, weight_kg: float):
    limit = limit_anaesthetic(given_doses, "lidocaine", weight_kg, PROTOCOL)
    if limit.left_mg >= 0:
        told_ml = float(limit.reason.says.split("that is ")[1].split(" ml")[0])
        assert told_ml * 10 <= limit.left_mg + 1e-6
