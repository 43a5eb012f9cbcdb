from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ductoscope.model import BadInputError
from ductoscope.simulate.breast.duct_tree import Branch
from ductoscope.simulate.breast.grow_lesions import draw_size, grow_lesions
from ductoscope.simulate.settings import WorldSettings

_REACH = ((0, 30.0), (1, 20.0), (2, 12.0))


def test_lesions_and_lookalikes_are_named_by_depth(forked_ducts: tuple[Branch, ...]) -> None:
    settings = replace(WorldSettings(), lesions=3, lookalikes=4, lesion_mm=1.5)
    _, grown = grow_lesions(np.random.default_rng(1), forked_ducts, _REACH, settings)
    assert [lesion.id for lesion in grown] == ["A", "B", "C", "a", "b", "c", "d"]
    assert [lesion.is_lesion for lesion in grown] == [True] * 3 + [False] * 4
    for group in (grown[:3], grown[3:]):
        depths = [lesion.depth_mm for lesion in group]
        assert depths == sorted(depths)
    for lesion in grown:
        assert lesion.depth_mm == pytest.approx(forked_ducts[lesion.branch].start_mm + lesion.arc_mm)


def test_the_same_seed_grows_the_same(forked_ducts: tuple[Branch, ...]) -> None:
    branches, first = grow_lesions(np.random.default_rng(5), forked_ducts, _REACH, WorldSettings())
    again, second = grow_lesions(np.random.default_rng(5), forked_ducts, _REACH, WorldSettings())
    for mine, theirs in zip(first, second, strict=True):
        assert mine.type == theirs.type
        np.testing.assert_array_equal(mine.lobes, theirs.lobes)
    for one, other in zip(branches, again, strict=True):
        np.testing.assert_array_equal(one.wall.levels[0], other.wall.levels[0])


def test_everything_is_within_reach_and_nothing_overlaps(forked_ducts: tuple[Branch, ...]) -> None:
    reach = dict(_REACH)
    for seed in range(6):
        settings = replace(WorldSettings(), lesions=3, lookalikes=2, lesion_mm=2.0)
        _, grown = grow_lesions(np.random.default_rng(seed), forked_ducts, _REACH, settings)
        for lesion in grown:
            assert lesion.arc_mm <= reach[lesion.branch]
        for lesion in grown[:3]:
            for other in grown[:3]:
                if lesion is not other and lesion.branch == other.branch and lesion.obstructs != 1.0:
                    assert abs(lesion.arc_mm - other.arc_mm) > 0.4 * (lesion.size_mm + min(other.size_mm, 2.0))


def test_at_most_one_in_four_lies_beyond_reach(forked_ducts: tuple[Branch, ...]) -> None:
    settings = replace(WorldSettings(), lesions=4, lookalikes=0, lesion_mm=1.0)
    beyond = []
    for seed in range(8):
        _, grown = grow_lesions(np.random.default_rng(seed), forked_ducts, ((0, 30.0),), settings)
        beyond.append(sum(lesion.branch != 0 for lesion in grown))
    assert max(beyond) == 1
    assert min(beyond) == 0


@pytest.mark.parametrize("type_", ["polypoid solitary", "polypoid multiple", "superficial", "combined"])
def test_one_type_can_be_asked_for(forked_ducts: tuple[Branch, ...], type_: str) -> None:
    settings = replace(WorldSettings(), lesions=2, lookalikes=0, lesion_type=type_, lesion_mm=2.0)
    _, grown = grow_lesions(np.random.default_rng(2), forked_ducts, _REACH, settings)
    assert {lesion.type for lesion in grown} == {type_}


def test_sizes_are_lognormal_about_the_setting_and_cut_to_what_fits() -> None:
    rng = np.random.default_rng(3)
    sizes = np.array([draw_size(rng, WorldSettings(), 12.0) for _ in range(4000)])
    assert np.median(sizes) == pytest.approx(3.0, rel=0.06)
    assert np.log(sizes).std() == pytest.approx(0.5, abs=0.04)
    assert max(draw_size(rng, WorldSettings(), 2.0) for _ in range(50)) == 2.0
    assert min(draw_size(rng, replace(WorldSettings(), lesion_mm=0.5), 12.0) for _ in range(50)) == 0.5


def test_nothing_is_asked_for_nothing_grows(forked_ducts: tuple[Branch, ...]) -> None:
    settings = replace(WorldSettings(), lesions=0, lookalikes=0)
    branches, grown = grow_lesions(np.random.default_rng(1), forked_ducts, _REACH, settings)
    assert grown == ()
    assert branches == forked_ducts


def test_a_lesion_far_larger_than_every_duct_is_refused(forked_ducts: tuple[Branch, ...]) -> None:
    settings = replace(
        WorldSettings(), lesions=1, lesion_mm=12.0, lesion_type="polypoid solitary", main_mm=4.0, main_sd_mm=0.0
    )
    thin = tuple(replace(branch, radius_mm=0.5 * branch.radius_mm) for branch in forked_ducts)
    with pytest.raises(BadInputError, match=r"No room for 1 lesions of about 12 mm .* opens to 1\.7 mm"):
        grow_lesions(np.random.default_rng(1), thin, _REACH, settings)
