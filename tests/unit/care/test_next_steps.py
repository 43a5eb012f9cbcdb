from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ductoscope.care import advise_next_steps, load_protocol
from ductoscope.model.clinical import Action, NextStepAdvice, Orifice, PriorImaging, Procedure, ViewQuality
from tests.unit.care.cases import IMAGING, NEGATIVE, REFERRAL, TODAY, sample, see

PROTOCOL = load_protocol()


def advise(procedure: Procedure, on: date = TODAY) -> NextStepAdvice:
    return advise_next_steps(procedure, on=on, protocol=PROTOCOL)


def kinds(advice: NextStepAdvice) -> set[str]:
    return {step.kind for step in advice.steps}


def rules(advice: NextStepAdvice) -> set[str]:
    said = (*(step.reason for step in advice.steps), *advice.discordances, *advice.missing)
    return {reason.rule for reason in said}


def image(*imaging: PriorImaging) -> Procedure:
    return replace(NEGATIVE, referral=replace(REFERRAL, imaging=imaging))


def test_a_negative_examination_is_followed_for_two_years():
    advice = advise(NEGATIVE)
    assert advice.is_concordant is True
    assert [(step.kind, step.due_on) for step in advice.steps] == [
        ("image", date(2027, 3, 2)), ("image", date(2028, 3, 2)),
        ("monitor", date(2026, 6, 2)), ("monitor", date(2026, 9, 2)), ("monitor", date(2027, 3, 2)),
        ("monitor", date(2027, 9, 2)), ("monitor", date(2028, 3, 2)),
    ]  # fmt: skip
    assert advice.protocol == PROTOCOL.id


def test_follow_ups_gone_by_are_not_asked_for_again_and_it_ends():
    assert min(step.due_on for step in advise(NEGATIVE, date(2026, 7, 1)).steps if step.due_on) == date(2026, 9, 2)
    assert min(step.due_on for step in advise(NEGATIVE, date(2026, 9, 2)).steps if step.due_on) == date(2026, 9, 2)
    opened_before = replace(NEGATIVE, opened_utc=NEGATIVE.opened_utc - timedelta(days=90))
    assert advise(opened_before) == advise(NEGATIVE)
    assert kinds(advise(NEGATIVE, date(2028, 3, 1))) == {"image", "monitor"}
    assert kinds(advise(NEGATIVE, date(2028, 3, 2))) == {"discharge from care"}


@pytest.mark.parametrize("stage", ["referred", "planned", "in the room", "cancelled", "declined"])
def test_without_an_examination_there_is_no_next_step(stage: str):
    advice = advise(replace(NEGATIVE, stage=stage))
    assert advice.steps == ()
    assert advice.is_concordant is None
    assert rules(advice) == {"missing.not_examined"}


@pytest.mark.parametrize(
    ("procedure", "rule"),
    [
        (replace(NEGATIVE, view=None), "nobody noted"),
        (replace(NEGATIVE, view=ViewQuality(1)), "the view was 1 of 3"),
        (replace(NEGATIVE, orifices=MappingProxyType({})), "no duct was entered"),
        (replace(NEGATIVE, orifices=MappingProxyType({1: Orifice(1, 3, "central")})), "no duct was entered"),
    ],
)
def test_nothing_found_is_no_negative_when_nothing_was_seen(procedure: Procedure, rule: str):
    advice = advise(procedure)
    assert kinds(advice) == {"image"}
    assert rule in advice.steps[0].reason.says
    assert advice.is_concordant is None


def test_a_bad_view_is_not_made_good_by_one_lesion():
    blind = replace(sample(D2, "basket", "B2"), view=ViewQuality(1))
    assert kinds(advise(blind)) == {"image"}
    assert advise(blind).is_concordant is None


def test_what_was_not_seen_is_said_and_does_not_hold_up_the_follow_up():
    duct = Orifice(1, 3.0, "central", is_cannulated=True, branches_not_entered=("LR",))
    short = Orifice(2, 6.0, "central", is_cannulated=True, stopped_by="pain")
    advice = advise(replace(NEGATIVE, orifices=MappingProxyType({1: duct, 2: short, 3: Orifice(3, 9, "peripheral")})))
    (missing,) = advice.missing
    assert "opening 1, branches LR; opening 2, beyond where the scope stopped (pain); opening 3" in missing.says
    assert "monitor" in kinds(advice)
    assert advice.is_concordant is True


@pytest.mark.parametrize(
    ("imaging", "kind", "rule"),
    [
        ((), "image", "next.no_imaging"),
        ((replace(IMAGING[0], birads=None),), "image", "next.no_imaging"),
        ((replace(IMAGING[0], side="right"),), "image", "next.no_imaging"),
        ((replace(IMAGING[0], birads="0"),), "image", "next.imaging_unfinished"),
        ((replace(IMAGING[0], birads="4B"),), "biopsy", "next.imaging_suspicious"),
        ((replace(IMAGING[0], birads="5"),), "meeting", "discordant.imaging_not_explained"),
        ((replace(IMAGING[0], birads="6"),), "meeting", "next.known_cancer"),
    ],
)
def test_imaging_speaks_in_a_negative_examination(imaging, kind: str, rule: str):
    advice = advise(image(*imaging))
    assert kind in kinds(advice)
    assert "monitor" not in kinds(advice)
    assert rule in rules(advice)


def test_no_referral_is_no_imaging():
    assert "next.no_imaging" in rules(advise(replace(NEGATIVE, referral=None)))


D2, D3, D4, D5 = (see(NEGATIVE, grade=grade) for grade in ("D2", "D3", "D4", "D5"))


@pytest.mark.parametrize(
    ("procedure", "steps", "rule", "is_concordant"),
    [
        # findings without samples
        (see(NEGATIVE, grade="D1"), {"monitor", "image"}, "next.negative", True),
        (see(NEGATIVE, grade=None, type="normal variant"), {"monitor", "image"}, "next.negative", True),
        (see(NEGATIVE, grade="D4", type="normal variant"), {"biopsy"}, "next.suspicious_not_sampled", None),
        (D2, {"monitor", "image"}, "missing.sample", None),
        (D3, {"biopsy"}, "next.not_sampled", None),
        (D4, {"biopsy"}, "next.suspicious_not_sampled", None),
        (D5, {"biopsy"}, "next.suspicious_not_sampled", None),
        (see(NEGATIVE, grade="D0"), {"biopsy"}, "next.not_sampled", None),
        (see(NEGATIVE, grade=None), set(), "missing.grade", None),
        # waiting
        (sample(D2, "basket", None, has_result=False), set(), "missing.result", None),
        (sample(NEGATIVE, "lavage", None, finding=None, has_result=False), set(), "missing.result", None),
        (sample(D2, "basket", "B2", is_read=False), set(), "missing.acknowledgement", None),
        (sample(D2, "basket", None), set(), "missing.category", None),
        (sample(D2, "basket", "C2"), set(), "missing.category_of_other_kind", None),
        (sample(D2, "lavage", "B2"), set(), "missing.category_of_other_kind", None),
        (sample(D2, "basket", "B3", atypia=None), {"meeting"}, "missing.atypia", None),
        # it fits
        (sample(D2, "basket", "B2"), {"monitor", "image"}, "next.benign", True),
        (sample(D2, "lavage", "C2"), {"monitor", "image"}, "next.benign", True),
        (sample(D2, "whole papilloma", "B3"), {"monitor", "image"}, "next.removed", True),
        (sample(D4, "forceps", "B5a"), {"meeting", "excise"}, "next.cancer", True),
        (sample(D5, "vacuum", "B5b"), {"meeting", "excise"}, "next.cancer", True),
        (sample(D3, "forceps", "B4"), {"meeting", "biopsy"}, "next.suspicious_result", True),
        (sample(D4, "lavage", "C5"), {"meeting", "biopsy"}, "next.cells_need_tissue", True),
        (sample(D4, "brush", "C4"), {"meeting", "biopsy"}, "next.cells_need_tissue", True),
        (sample(sample(D4, "lavage", "C5"), "forceps", "B5b"), {"meeting", "excise"}, "next.cancer", True),
        (sample(D3, "lavage", "C3"), {"meeting"}, "next.uncertain_cells", True),
        (sample(D3, "forceps", "B3", atypia=True), {"meeting", "excise"}, "next.atypia", True),
        (sample(D2, "whole papilloma", "B3", atypia=True), {"meeting", "excise"}, "next.atypia", True),
        (sample(D2, "forceps", "B3"), {"meeting"}, "next.papilloma_left", True),
        # it does not answer
        (sample(D2, "forceps", "B1"), {"repeat"}, "next.inadequate", True),
        (sample(D2, "lavage", "C1"), {"repeat"}, "next.inadequate", True),
        (sample(sample(D2, "lavage", "C1"), "forceps", "B2"), {"monitor", "image"}, "next.benign", True),
        (sample(D3, "lavage", "C5", finding=None), {"meeting", "biopsy"}, "next.not_sampled", None),
        (replace(NEGATIVE, view=ViewQuality(2)), {"monitor", "image"}, "next.negative", True),
        (sample(NEGATIVE, "lavage", "C1", finding=None), {"repeat"}, "next.inadequate", True),
        (sample(NEGATIVE, "lavage", "C2", finding=None), {"monitor", "image"}, "next.negative", True),
        (sample(D3, "lavage", "C2"), {"biopsy"}, "next.benign_cells_only", True),
        # it does not fit
        (sample(D4, "forceps", "B2"), {"meeting"}, "discordant.look_worse_than_result", False),
        (sample(D5, "forceps", "B1"), {"meeting", "repeat"}, "discordant.look_worse_than_result", False),
        (sample(D5, "lavage", "C2"), {"meeting", "biopsy"}, "discordant.look_worse_than_result", False),
        (sample(D5, "whole papilloma", "B3"), {"meeting"}, "discordant.look_worse_than_result", False),
        (sample(sample(D5, "forceps", "B2"), "lavage", None, has_result=False), {"meeting"}, "missing.result", False),
        (sample(D2, "forceps", "B5a"), {"meeting", "excise"}, "discordant.result_worse_than_look", False),
        (
            sample(NEGATIVE, "lavage", "C5", finding=None),
            {"meeting", "biopsy"},
            "discordant.result_without_finding",
            False,
        ),
        (
            sample(see(NEGATIVE, grade="D1"), "lavage", "C4"),
            {"meeting", "biopsy"},
            "discordant.result_without_finding",
            False,
        ),
        (
            sample(sample(D3, "lavage", "C5"), "forceps", "B2"),
            {"meeting", "biopsy"},
            "discordant.cells_worse_than_tissue",
            False,
        ),
        (sample(D2, "forceps", "B2", atypia=True), {"meeting"}, "discordant.atypia_in_benign", False),
        (
            sample(see(image(replace(IMAGING[0], birads="5"))), "forceps", "B2"),
            {"meeting", "biopsy"},
            "discordant.imaging_not_explained",
            False,
        ),
        (
            sample(see(image(replace(IMAGING[0], birads="5")), grade="D4"), "forceps", "B5b"),
            {"meeting", "excise"},
            "next.cancer",
            True,
        ),
    ],
)
def test_findings_and_results_ask_for_steps(procedure: Procedure, steps: set[str], rule: str, is_concordant):
    advice = advise(procedure)
    assert kinds(advice) == steps
    assert rule in rules(advice)
    assert advice.is_concordant is is_concordant


def test_a_result_that_is_awaited_is_named_with_its_day():
    case = sample(D2, "basket", None, has_result=False)
    (missing,) = advise(case).missing
    assert missing.says == "Specimen A (basket) has no result yet; it is due on 2026-03-09."
    no_day = replace(case, specimens={"A": replace(case.specimens["A"], due_on=None)})
    assert "nobody set" in advise(no_day).missing[0].says


def test_a_complete_removal_counts_as_removed():
    removed = replace(sample(D2, "basket", "B3"), actions=(Action("basket", finding="A", is_complete=True),))
    assert "next.removed" in rules(advise(removed))
    partly = replace(removed, actions=(Action("basket", finding="A", is_complete=False),))
    assert "next.papilloma_left" in rules(advise(partly))


def test_only_what_a_person_confirmed_counts_and_a_suggestion_is_not_passed_over():
    suggested = replace(D5, findings={"A": replace(D5.findings["A"], state="suggested", author="program 1")})
    advice = advise(suggested)
    assert rules(advice) == {"missing.suggestion"}
    assert advice.steps == ()
    dismissed = replace(D5, findings={"A": replace(D5.findings["A"], state="dismissed")})
    assert "next.negative" in rules(advise(dismissed))


def test_a_corrected_result_replaces_the_earlier_one():
    case = sample(D4, "forceps", "B2")
    state = case.specimens["A"]
    corrected = replace(state, results=(*state.results, replace(state.results[0], tissue="B5a", version=2)))
    advice = advise(replace(case, specimens={"A": corrected}))
    assert "next.cancer" in rules(advice)
    assert advice.discordances == ()


def test_steps_come_most_urgent_first_each_with_its_day():
    advice = advise(sample(D2, "forceps", "B5a"))
    assert [step.kind for step in advice.steps] == ["meeting", "meeting", "excise"]
    assert [step.due_on for step in advice.steps] == [date(2026, 3, 9), date(2026, 3, 9), None]
    two = sample(sample(see(D2, "B", "D4"), "basket", "B3"), "forceps", "B2", finding="B")
    assert [step.due_on for step in advise(two).steps] == [date(2026, 3, 9), date(2026, 3, 16)]


samples = st.tuples(
    st.sampled_from(["lavage", "brush", "forceps", "basket", "vacuum", "whole papilloma"]),
    st.sampled_from([None, "C1", "C2", "C3", "C4", "C5", "B1", "B2", "B3", "B4", "B5a", "B5b"]),
    st.sampled_from(["A", "B", None]),
    st.sampled_from([None, True, False]),
    st.booleans(),
    st.booleans(),
)
grades = st.sampled_from([None, "D0", "D1", "D2", "D3", "D4", "D5"])
birads = st.sampled_from([None, "0", "1", "2", "3", "4A", "5", "6"])


@st.composite
def examinations(draw: st.DrawFn) -> Procedure:
    imaging = tuple(replace(one, birads=draw(birads)) for one in IMAGING[: draw(st.integers(0, 2))])
    procedure = replace(image(*imaging), view=draw(st.sampled_from([None, ViewQuality(0), ViewQuality(3)])))
    for letter in "AB"[: draw(st.integers(0, 2))]:
        procedure = see(procedure, letter, draw(grades))
    for kind, category, finding, atypia, is_read, has_result in draw(st.lists(samples, max_size=3)):
        procedure = sample(
            procedure, kind, category, finding=finding, atypia=atypia, is_read=is_read, has_result=has_result
        )
    return procedure


@given(examinations(), st.dates(TODAY, date(2030, 1, 1)))
def test_nothing_passes_in_silence(procedure: Procedure, on: date):
    advice = advise(procedure, on)
    assert advice.steps or advice.missing
    if advice.discordances:
        assert advice.is_concordant is False
        assert "meeting" in kinds(advice)
    calm = kinds(advice) <= {"monitor", "image", "discharge from care"} and "next.all_done" in rules(advice)
    categories = {
        category
        for state in procedure.specimens.values()
        for result in state.results[-1:]
        for category in (result.tissue, result.cytology)
    }
    if categories & {"B4", "B5a", "B5b", "C4", "C5", "C3", "B3"}:
        assert not calm
    if categories & {"B4", "B5a", "B5b", "C4", "C5"}:
        assert "meeting" in kinds(advice)
    if "monitor" in kinds(advice):
        assert kinds(advice) <= {"monitor", "image"}
        assert all(state.results and state.acknowledged_by for state in procedure.specimens.values())
    assert all(step.due_on is None or step.due_on >= on for step in advice.steps)
