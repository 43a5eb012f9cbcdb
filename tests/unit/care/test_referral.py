from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ductoscope.care import assess_referral, load_protocol
from ductoscope.model.clinical import (
    Birads,
    Colour,
    Contraindication,
    Discharge,
    Explanation,
    Medication,
    MedicationKind,
    PriorImaging,
    Referral,
    ReferralAdvice,
    Sex,
    ThrombosisRisk,
)
from tests.unit.care.cases import BORN, DISCHARGE, IMAGING, REFERRAL, TODAY

PROTOCOL = load_protocol()
MAMMOGRAPHY, ULTRASOUND = IMAGING


def assess(referral: Referral = REFERRAL, *, born: date | None = BORN, sex: Sex = "female", **changes: Any):
    return assess_referral(replace(referral, **changes), born=born, sex=sex, on=TODAY, protocol=PROTOCOL)


def with_discharge(**changes: Any) -> dict[str, Any]:
    return {"discharge": replace(DISCHARGE, **changes)}


def rules(advice: ReferralAdvice) -> set[str]:
    said = (*advice.reasons, *advice.missing, *advice.contradictions, *advice.against)
    return {reason.rule for reason in said}


def born_years_ago(years: int) -> date:
    return TODAY.replace(year=TODAY.year - years)


def test_a_whole_referral_is_indicated_and_says_why():
    advice = assess()
    assert advice.indication == "indicated"
    assert advice.is_pathological is True
    assert advice.is_imaging_complete is True
    assert advice.missing == advice.contradictions == advice.against == ()
    assert advice.reasons[0].rule == "referral.indicated"
    assert "mammography of 2026-02-01, BI-RADS 2; ultrasound of 2026-02-01, BI-RADS 1" in advice.reasons[-1].says
    assert advice.protocol == PROTOCOL.id


@pytest.mark.parametrize(
    ("changes", "indication", "rule"),
    [
        # the discharge
        ({"discharge": None}, "cannot say", "discharge.unknown"),
        (with_discharge(sides=()), "cannot say", "discharge.ask_side"),
        (with_discharge(sides=("left", "right")), "not indicated", "discharge.both_breasts"),
        (with_discharge(is_spontaneous=False), "not indicated", "discharge.not_spontaneous"),
        (with_discharge(is_spontaneous=None), "cannot say", "discharge.ask_spontaneous"),
        (with_discharge(times_per_week=2), "not indicated", "discharge.persistent"),
        (with_discharge(times_per_week=2.1), "indicated", "discharge.pathological"),
        (with_discharge(times_per_week=None), "cannot say", "discharge.ask_times"),
        (with_discharge(ducts="many"), "not indicated", "discharge.many_ducts"),
        (with_discharge(ducts="unknown"), "cannot say", "discharge.ask_ducts"),
        (with_discharge(colour="unknown", blood_test="not done"), "cannot say", "discharge.ask_colour"),
        (with_discharge(colour="serous", blood_test="negative"), "indicated", "discharge.pathological"),
        (with_discharge(colour="clear", blood_test="not done"), "indicated", "discharge.pathological"),
        (with_discharge(colour="milky", blood_test="not done"), "not indicated", "discharge.colour"),
        (with_discharge(colour="green", blood_test="negative"), "not indicated", "discharge.colour"),
        (with_discharge(colour="green", blood_test="positive"), "indicated", "discharge.blood"),
        (with_discharge(colour="brown", blood_test="not done"), "cannot say", "discharge.needs_blood_test"),
        (with_discharge(colour="brown", blood_test="negative"), "not indicated", "discharge.colour"),
        (with_discharge(weeks=3), "indicated", "discharge.short"),
        (with_discharge(weeks=None), "cannot say", "discharge.ask_weeks"),
        # what explains it
        ({"is_pregnant": True}, "not indicated", "cause.pregnancy"),
        ({"is_pregnant": None}, "cannot say", "cause.ask_pregnancy"),
        ({"has_breastfed": None}, "cannot say", "cause.ask_breastfeeding"),
        ({"has_breastfed": True}, "cannot say", "cause.ask_breastfeeding"),
        ({"has_breastfed": True, "weeks_since_breastfeeding": 0}, "not indicated", "cause.breastfeeding"),
        ({"has_breastfed": None, "weeks_since_breastfeeding": 25.9}, "not indicated", "cause.breastfeeding"),
        ({"has_breastfed": True, "weeks_since_breastfeeding": 26}, "indicated", "discharge.pathological"),
        # imaging
        ({"imaging": ()}, "imaging first", "imaging.older"),
        ({"imaging": (MAMMOGRAPHY,)}, "imaging first", "imaging.older"),
        ({"imaging": (replace(MAMMOGRAPHY, kind="tomosynthesis"), ULTRASOUND)}, "indicated", "imaging.complete"),
        ({"imaging": (MAMMOGRAPHY, replace(ULTRASOUND, side="right"))}, "imaging first", "imaging.older"),
        ({"imaging": (MAMMOGRAPHY, replace(ULTRASOUND, birads=None))}, "imaging first", "imaging.no_category"),
        ({"imaging": (MAMMOGRAPHY, replace(ULTRASOUND, done_on=date(2025, 9, 1)))}, "imaging first", "imaging.old"),
        ({"imaging": (MAMMOGRAPHY, replace(ULTRASOUND, done_on=date(2025, 9, 2)))}, "indicated", "imaging.complete"),
        ({"imaging": (MAMMOGRAPHY, replace(ULTRASOUND, birads="0"))}, "indicated", "imaging.complete"),
        (
            {"imaging": (*IMAGING, PriorImaging("mri", date(2026, 2, 20), "left", "0"))},
            "imaging first",
            "imaging.unfinished",
        ),
        ({"imaging": (replace(MAMMOGRAPHY, birads="0"), ULTRASOUND)}, "indicated", "imaging.complete"),
        ({"imaging": (*IMAGING, PriorImaging("mri", TODAY, "left", "3"))}, "indicated", "imaging.probably_benign"),
        ({"imaging": (replace(MAMMOGRAPHY, birads="6"), ULTRASOUND)}, "not indicated", "imaging.known_cancer"),
        (
            {"imaging": (*IMAGING, PriorImaging("mri", TODAY, "right", "5"))},
            "indicated",
            "imaging.suspicious_other_side",
        ),
        (
            {"imaging": (*IMAGING, PriorImaging("galactography", date(2020, 1, 1), "left", "4"))},
            "biopsy instead",
            "imaging.suspicious",
        ),
        ({"has_mass": None}, "cannot say", "imaging.ask_lump"),
        ({"has_mass": True}, "indicated", "imaging.complete"),
        # contradictions
        (with_discharge(sides=("right",)), "cannot say", "contradiction.side"),
        (with_discharge(colour="clear", blood_test="positive"), "cannot say", "contradiction.blood_in_clear"),
        (with_discharge(blood_test="negative"), "cannot say", "contradiction.bloody_without_blood"),
        (with_discharge(weeks=4000), "cannot say", "contradiction.longer_than_life"),
        ({"weeks_since_breastfeeding": 100}, "cannot say", "contradiction.never_breastfed"),
        ({"received_on": TODAY + timedelta(days=2)}, "cannot say", "contradiction.received_in_future"),
        (
            {"imaging": (*IMAGING, PriorImaging("mri", TODAY + timedelta(days=2), "left", "1"))},
            "cannot say",
            "contradiction.imaging_in_future",
        ),
        (
            {"imaging": (*IMAGING, PriorImaging("mri", BORN - timedelta(days=1), "left", "1"))},
            "cannot say",
            "contradiction.imaging_before_birth",
        ),
        ({"imaging": (*IMAGING, replace(ULTRASOUND, birads="2"))}, "cannot say", "contradiction.imaging_disagrees"),
        (
            {"imaging": (MAMMOGRAPHY, replace(ULTRASOUND, done_on=TODAY + timedelta(days=1)))},
            "indicated",
            "imaging.complete",
        ),
        # bleeding risk
        ({"thrombosis_risks": ("recent stent",)}, "cannot say", "referral.risk_without_drug"),
    ],
)
def test_one_answer_changed_changes_the_advice(changes: dict[str, Any], indication: str, rule: str):
    advice = assess(**changes)
    assert advice.indication == indication
    assert rule in rules(advice)


@pytest.mark.parametrize(
    ("years", "sex", "kinds", "absent"),
    [
        (40, "female", {"mammography"}, ["ultrasound"]),
        (40, "female", {"ultrasound"}, ["mammography or tomosynthesis"]),
        (39, "female", {"ultrasound"}, []),
        (39, "female", {"tomosynthesis"}, []),
        (39, "female", {"mri"}, ["mammography or tomosynthesis or ultrasound"]),
        (30, "female", {"mammography"}, []),
        (29, "female", {"mammography"}, ["ultrasound"]),
        (29, "female", {"ultrasound"}, []),
        (25, "male", {"ultrasound"}, ["mammography or tomosynthesis"]),
        (25, "male", {"mammography"}, []),
        (24, "male", {"mammography"}, ["ultrasound"]),
        (24, "male", {"ultrasound"}, []),
        (45, "unknown", {"mammography", "ultrasound"}, []),
        (30, "other", {"ultrasound"}, ["mammography or tomosynthesis"]),
    ],
)
def test_imaging_is_asked_for_by_age_and_sex(years: int, sex: Sex, kinds: set[str], absent: list[str]):
    imaging = tuple(PriorImaging(kind, TODAY, None, "1") for kind in sorted(kinds))  # type: ignore[arg-type]
    no_milk = {} if sex != "male" else {"is_pregnant": None, "has_breastfed": None}
    advice = assess(born=born_years_ago(years), sex=sex, imaging=imaging, **no_milk)
    said = [
        reason.says.split("Not there yet: ")[1].rstrip(".")
        for reason in advice.missing
        if "Not there yet" in reason.says
    ]
    assert said == absent
    if sex in ("female", "male"):
        assert advice.is_imaging_complete is not bool(absent)
        assert advice.indication == ("imaging first" if absent else "indicated")
    elif absent:
        assert advice.is_imaging_complete is None


def test_an_unknown_age_or_sex_is_asked_for_even_when_imaging_would_do_for_all():
    assert assess(born=None).indication == "cannot say"
    assert "imaging.ask_birth_date" in rules(assess(born=None))
    assert assess(sex="unknown").indication == "cannot say"
    assert assess(sex="unknown").is_imaging_complete is True
    assert assess(sex="other").indication == "indicated"


@pytest.mark.parametrize(("years", "is_asked"), [(9, False), (10, True), (60, True), (61, False)])
def test_pregnancy_and_breastfeeding_are_asked_for_at_the_ages_of_the_protocol(years: int, is_asked: bool):
    asked = rules(assess(born=born_years_ago(years), is_pregnant=None, has_breastfed=None))
    assert ({"cause.ask_pregnancy", "cause.ask_breastfeeding"} <= asked) is is_asked


def test_what_does_not_matter_is_not_said():
    other_breast = PriorImaging("mri", TODAY, "right", "1")
    older = replace(MAMMOGRAPHY, done_on=date(2020, 1, 1))
    assert assess(imaging=(*IMAGING, other_breast, older)).missing == ()
    said = rules(assess(imaging=(*IMAGING, other_breast), **with_discharge(weeks=4)))
    assert not said & {"imaging.suspicious_other_side", "imaging.probably_benign", "discharge.short"}


def test_a_lump_needs_ultrasound_where_the_age_alone_would_not():
    advice = assess(born=born_years_ago(35), imaging=(MAMMOGRAPHY,), has_mass=True)
    assert advice.indication == "imaging first"
    assert "imaging.lump" in rules(advice)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"is_pregnant": True}, "contradiction.pregnant_man"),
        ({"weeks_since_breastfeeding": 3}, "contradiction.breastfeeding_man"),
        ({"has_breastfed": True}, "contradiction.breastfeeding_man"),
    ],
)
def test_a_man_neither_bears_nor_breastfeeds(changes: dict[str, Any], rule: str):
    advice = assess(sex="male", **{"is_pregnant": None, "has_breastfed": None, **changes})
    assert advice.indication == "cannot say"
    assert rule in rules(advice)


def test_pregnant_at_an_age_that_cannot_be_is_a_contradiction():
    for years, is_likely in ((9, False), (10, True), (60, True), (61, False)):
        said = rules(assess(born=born_years_ago(years), is_pregnant=True))
        assert ("contradiction.pregnant_age" not in said) is is_likely
    assert assess(born=born_years_ago(71), is_pregnant=None, has_breastfed=None).indication == "indicated"


@pytest.mark.parametrize("born", [TODAY + timedelta(days=1), date(1900, 1, 1)])
def test_a_birth_date_that_cannot_be(born: date):
    assert "contradiction.birth_date" in rules(assess(born=born))
    assert assess(born=born).indication == "cannot say"


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"explanations": ("prolactinoma",)}, "cause.prolactin"),
        ({"explanations": ("thyroid disease",)}, "cause.thyroid"),
        ({"explanations": ("nipple stimulation",)}, "cause.stimulation"),
        ({"medications": (Medication("Ramipril", "antihypertensive"),)}, "cause.drug"),
        ({"medications": (Medication("Risperidon 2 mg"),)}, "cause.drug"),
    ],
)
def test_a_cause_is_settled_first_unless_there_is_blood(changes: dict[str, Any], rule: str):
    clear = assess(**with_discharge(colour="clear", blood_test="negative"), **changes)
    assert clear.indication == "cannot say"
    assert rule in {reason.rule for reason in clear.missing}
    bloody = assess(**changes)
    assert bloody.indication == "indicated"
    assert {rule, "cause.does_not_explain_blood"} <= {reason.rule for reason in bloody.reasons}


def test_contraindications_are_shown_and_none_is_absolute():
    advice = assess(contraindications=get_args(Contraindication))
    assert advice.indication == "indicated"
    assert len(advice.against) == 5
    assert assess(allergies="Penicillin").against == ()
    assert [reason.rule for reason in assess(allergies="Rash from Xylocaine").against] == ["against.allergy"]


def test_a_noted_blood_thinner_answers_the_risk():
    drug = Medication("Marcumar")
    assert assess(thrombosis_risks=("mechanical valve",), medications=(drug,)).indication == "indicated"


def test_signed_rules_are_told_apart():
    advice = assess_referral(
        REFERRAL, born=BORN, sex="female", on=TODAY, protocol=PROTOCOL.signed(["discharge.pathological"])
    )
    assert [reason.rule for reason in advice.reasons if reason.is_signed] == ["discharge.pathological"]


maybe = st.sampled_from([None, True, False])
days = st.dates(date(1900, 1, 1), date(2030, 1, 1))
discharges = st.builds(
    Discharge,
    sides=st.lists(st.sampled_from(["left", "right"]), max_size=2).map(tuple),
    colour=st.sampled_from(get_args(Colour)),
    is_spontaneous=maybe,
    times_per_week=st.none() | st.floats(0, 50),
    weeks=st.none() | st.floats(0, 5000),
    ducts=st.sampled_from(["single", "many", "unknown"]),
    blood_test=st.sampled_from(["positive", "negative", "not done"]),
)
imagings = st.builds(
    PriorImaging,
    kind=st.sampled_from(["mammography", "tomosynthesis", "ultrasound", "mri", "galactography"]),
    done_on=days | st.dates(date(2026, 1, 1), TODAY),
    side=st.sampled_from(["left", "right", None]),
    birads=st.none() | st.sampled_from(get_args(Birads)),
)
referrals = st.builds(
    Referral,
    side=st.sampled_from(["left", "right"]),
    received_on=days | st.just(TODAY),
    referrer=st.just("Dr. X"),
    discharge=st.none() | discharges | st.just(DISCHARGE),
    is_pregnant=maybe,
    weeks_since_breastfeeding=st.none() | st.floats(0, 5000),
    has_mass=maybe,
    medications=st.lists(
        st.builds(
            Medication,
            st.sampled_from(["X", "Aspirin", "Eliquis", "{drug}"]),
            st.sampled_from(get_args(MedicationKind)),
        ),
        max_size=2,
    ).map(tuple),
    thrombosis_risks=st.lists(st.sampled_from(get_args(ThrombosisRisk)), max_size=2).map(tuple),
    explanations=st.lists(st.sampled_from(get_args(Explanation)), max_size=2).map(tuple),
    contraindications=st.lists(st.sampled_from(get_args(Contraindication)), max_size=2).map(tuple),
    imaging=st.lists(imagings, max_size=4).map(tuple) | st.just(IMAGING),
    has_breastfed=maybe,
)
sexes = st.sampled_from(get_args(Sex))
births = st.none() | days | st.just(BORN)


@given(referrals, births, sexes)
def test_indicated_only_when_all_is_known_and_fits(referral: Referral, born: date | None, sex: Sex):
    advice = assess(referral, born=born, sex=sex)
    if advice.indication == "indicated":
        assert not advice.missing
        assert not advice.contradictions
        assert advice.is_pathological is True
        assert advice.is_imaging_complete is True
        assert born is not None
        assert sex != "unknown"
    if advice.indication == "cannot say":
        assert advice.missing or advice.contradictions
    if advice.indication == "imaging first":
        assert any(reason.rule.startswith("imaging.") for reason in advice.missing)
    assert advice.reasons or advice.missing or advice.contradictions


@given(referrals, births, sexes, st.sampled_from(["4", "4A", "4B", "4C", "5"]), days, st.booleans())
def test_suspicious_imaging_always_sends_to_biopsy(
    referral: Referral, born: date | None, sex: Sex, birads: Birads, done_on: date, is_both: bool
):
    found = PriorImaging("mri", done_on, None if is_both else referral.side, birads)
    advice = assess(referral, born=born, sex=sex, imaging=(*referral.imaging, found))
    assert advice.indication == "biopsy instead"


@pytest.mark.parametrize(
    "unknown",
    [
        {"discharge": None}, with_discharge(sides=()), with_discharge(is_spontaneous=None),
        with_discharge(times_per_week=None), with_discharge(weeks=None), with_discharge(ducts="unknown"),
        with_discharge(colour="unknown", blood_test="not done"), {"is_pregnant": None}, {"has_breastfed": None},
        {"has_mass": None}, {"imaging": ()}, {"imaging": tuple(replace(one, birads=None) for one in IMAGING)},
    ],
)  # fmt: skip
def test_nothing_unknown_is_ever_a_silent_yes(unknown: dict[str, Any]):
    advice = assess(**unknown)
    assert advice.indication in ("cannot say", "imaging first")
    assert advice.missing
