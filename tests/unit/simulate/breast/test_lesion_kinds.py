from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from ductoscope.simulate.breast.lesion_kinds import draw_kind, draw_lookalike, make_lookalike


def test_mixed_types_follow_the_published_shares() -> None:
    rng = np.random.default_rng(1)
    types = Counter(draw_kind(rng, "mixed").type for _ in range(2500))
    for type_, share in (
        ("polypoid solitary", 61 / 129),
        ("polypoid multiple", 20 / 129),
        ("superficial", 30 / 129),
        ("combined", 18 / 129),
    ):
        assert types[type_] / 2500 == pytest.approx(share, abs=0.03)


def test_polyps_are_yellow_white_or_red_30_25_45() -> None:
    rng = np.random.default_rng(2)
    colours = Counter(draw_kind(rng, "polypoid solitary").colour for _ in range(2500))
    assert set(colours) == {"yellow", "white", "red"}
    assert colours["yellow"] / 2500 == pytest.approx(0.30, abs=0.03)
    assert colours["red"] / 2500 == pytest.approx(0.45, abs=0.03)


@pytest.mark.parametrize("type_", ["superficial", "combined"])
def test_what_spreads_has_a_broad_base_a_stiff_wall_and_pale_colours(type_: str) -> None:
    rng = np.random.default_rng(3)
    for _ in range(200):
        kind = draw_kind(rng, type_)
        assert kind.type == type_
        assert kind.base == "broad"
        assert 2.0 <= kind.stiffness <= 4.0
        assert kind.colour in ("grey-white", "pale red")
        assert not kind.is_plug


def test_every_form_surface_base_and_bleeding_of_the_descriptions_comes_up() -> None:
    rng = np.random.default_rng(4)
    kinds = [draw_kind(rng, "mixed") for _ in range(3000)]
    assert {kind.form for kind in kinds} == {"hemispheric", "papillary", "flat", "carpet"}
    assert {kind.surface for kind in kinds} == {"smooth", "granular", "lobulated", "villous", "rough"}
    assert {kind.base for kind in kinds} == {"stalk", "broad"}
    assert {kind.bleeds for kind in kinds} == {"no", "on contact", "spontaneous"}
    assert any(kind.is_plug and kind.ends_duct for kind in kinds)
    assert any(kind.narrows and kind.ends_duct for kind in kinds)
    assert all(kind.is_lesion and not kind.is_loose for kind in kinds)


def test_no_flat_polyp_has_a_stalk_and_no_flat_one_is_a_plug() -> None:
    rng = np.random.default_rng(5)
    flat = [kind for kind in (draw_kind(rng, "polypoid solitary") for _ in range(2000)) if kind.form == "flat"]
    assert flat
    assert all(kind.base == "broad" and not kind.is_plug for kind in flat)


def test_lookalikes_are_no_lesions_and_only_debris_and_clots_are_loose() -> None:
    rng = np.random.default_rng(6)
    kinds = [draw_lookalike(rng) for _ in range(400)]
    assert {kind.type for kind in kinds} == {"fold", "debris", "clot", "fork edge"}
    assert not any(kind.is_lesion for kind in kinds)
    assert all(kind.is_loose == (kind.type in ("debris", "clot")) for kind in kinds)
    assert make_lookalike(rng, "clot").colour == "brown"
