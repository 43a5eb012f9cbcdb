from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ductoscope.simulate.breast.duct_tree import Branch
from ductoscope.simulate.breast.lesion_sites import (
    Taken,
    choose_fork_edge,
    choose_site,
    draw_depth,
    list_ending_sites,
    list_sites,
    softest_stiffness,
)
from ductoscope.simulate.settings import WorldSettings

_REACH = ((0, 30.0), (1, 12.0))


def test_sites_lie_on_walls_of_their_own_and_know_what_is_reached(forked_ducts: tuple[Branch, ...]) -> None:
    sites = list_sites(forked_ducts, _REACH, WorldSettings())
    assert min(site.arc_mm for site in sites if site.branch == 0) >= 4.0
    assert min(site.arc_mm for site in sites if site.branch == 1) >= 1.3
    assert max(site.arc_mm for site in sites if site.branch == 1 and site.is_reachable) <= 12.0
    assert not any(site.is_reachable for site in sites if site.branch == 2)
    first = sites[0]
    assert first.working_mm == pytest.approx(0.9 * (2.0 - np.exp(-60.0 / 25.0)))
    assert next(site for site in sites if site.branch == 1).depth_mm > 30.0


def test_depths_follow_the_mixture() -> None:
    rng = np.random.default_rng(1)
    depths = np.array([draw_depth(rng, 3.0, 85.0) for _ in range(4000)])
    assert depths.min() >= 3.0
    # 0.6 x 98 % + 0.4 x 10 % of it lies above 32 mm, less what is cut.
    assert (depths < 32.0).mean() == pytest.approx(0.63, abs=0.04)
    assert ((depths > 45.0) & (depths < 55.0)).mean() == pytest.approx(0.4 * 0.26, abs=0.03)
    assert 20.0 <= draw_depth(rng, 20.0, 21.0) <= 21.0


def test_what_grows_keeps_off_other_things_and_the_ends(forked_ducts: tuple[Branch, ...]) -> None:
    sites = list_sites(forked_ducts, _REACH, WorldSettings())
    taken = (Taken(0, 8.0, 22.0, False), Taken(1, 0.0, 20.0, False), Taken(2, 0.0, 20.0, False))
    for seed in range(40):
        site = choose_site(np.random.default_rng(seed), sites, forked_ducts, taken, "papillary", 2.0, ends_duct=False)
        assert site is not None
        assert site.branch == 0
        assert site.arc_mm <= 6.0 or 24.0 <= site.arc_mm <= 29.0
    full = (*taken, Taken(0, 0.0, 30.0, False))
    assert choose_site(np.random.default_rng(0), sites, forked_ducts, full, "flat", 2.0, ends_duct=False) is None


def test_a_long_growth_needs_a_wide_duct_and_a_carpet_does_not(forked_ducts: tuple[Branch, ...]) -> None:
    sites = list_sites(forked_ducts, _REACH, WorldSettings())
    for seed in range(20):
        site = choose_site(np.random.default_rng(seed), sites, forked_ducts, (), "papillary", 6.0, ends_duct=False)
        assert site is not None
        assert site.branch == 0
    rng = np.random.default_rng(1)
    assert choose_site(rng, sites, forked_ducts, (), "papillary", 8.0, ends_duct=False) is None
    assert choose_site(rng, sites, forked_ducts, (), "carpet", 8.0, ends_duct=False) is not None


def test_nothing_grows_behind_what_ends_the_duct(forked_ducts: tuple[Branch, ...]) -> None:
    sites = list_sites(forked_ducts, _REACH, WorldSettings())
    plug = (Taken(0, 14.0, 16.0, True),)
    for seed in range(30):
        site = choose_site(np.random.default_rng(seed), sites, forked_ducts, plug, "flat", 1.0, ends_duct=False)
        assert site is not None
        assert site.branch == 0
        assert site.arc_mm < 14.0
    lesion = (Taken(1, 5.0, 6.0, False),)
    for seed in range(30):
        site = choose_site(np.random.default_rng(seed), sites, forked_ducts, lesion, "flat", 1.0, ends_duct=True)
        assert site is not None
        assert site.branch == 2 or (site.branch == 1 and site.arc_mm > 6.0)


def test_plugs_only_stand_where_little_lies_behind(forked_ducts: tuple[Branch, ...]) -> None:
    sites = list_sites(forked_ducts, _REACH, WorldSettings())
    ending = list_ending_sites(sites, forked_ducts)
    assert ending
    assert {site.branch for site in ending} == {1, 2}
    alone = list_ending_sites(list_sites(forked_ducts[:1], ((0, 30.0),), WorldSettings()), forked_ducts[:1])
    assert alone
    assert min(site.arc_mm for site in alone) > 20.0


def test_a_stiff_wall_lets_the_scope_pass(forked_ducts: tuple[Branch, ...]) -> None:
    settings = replace(WorldSettings(), outer_diameter_mm=1.2)
    sites = list_sites(forked_ducts, _REACH, settings)
    site = replace(next(site for site in sites if site.branch == 1), resting_mm=0.5)
    stiffness = softest_stiffness(site, 4.0, settings)
    assert 1.0 <= stiffness < 4.0
    stretched = 2.0 * site.resting_mm * settings.distension.stretch(60.0, np.array([stiffness]))[0]
    assert stretched >= 1.05 * 1.2
    assert softest_stiffness(site, 4.0, replace(settings, outer_diameter_mm=0.5)) == 4.0


def test_a_fork_edge_faces_the_sibling_where_the_lumens_part(forked_ducts: tuple[Branch, ...]) -> None:
    sites = list_sites(forked_ducts, ((0, 30.0), (1, 20.0), (2, 20.0)), WorldSettings())
    edge = choose_fork_edge(np.random.default_rng(1), sites, forked_ducts, ())
    assert edge is not None
    site, angle = edge
    assert angle == pytest.approx(180.0 if site.branch == 1 else 0.0, abs=1.0)
    # Two tubes of 2 x 1.24 mm part where lines at 40 degrees are that far apart.
    assert site.arc_mm == pytest.approx(2.0 * 1.24 / (2.0 * np.sin(np.deg2rad(20.0))), abs=0.3)
    assert choose_fork_edge(np.random.default_rng(1), sites[:3], forked_ducts[:1], ()) is None
