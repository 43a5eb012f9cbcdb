"""A breast by seed: the same for the same seed, whoever asks first, and lesions only where the discharge comes from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ductoscope.model import BadInputError
from ductoscope.simulate.breast.access import deepest_reachable
from ductoscope.simulate.breast.draw import Breast, draw_breast
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.settings import PRESETS

SETTINGS = replace(PRESETS["typical"], orders=3)
SEED = 4


@pytest.fixture(scope="module")
def breast() -> Breast:
    return draw_breast(SEED, SETTINGS)


@pytest.fixture(scope="module")
def examined(breast: Breast) -> DuctTree:
    return breast.tree(breast.discharging)


def test_a_tree_is_drawn_once_and_named_after_its_orifice(breast: Breast, examined: DuctTree) -> None:
    assert breast.tree(breast.discharging) is examined
    assert examined.orifice == breast.discharging
    assert [branch.id for branch in examined.branches] == list(range(len(examined.branches)))


def test_the_same_seed_gives_the_same_breast_whoever_asks_first(breast: Breast, examined: DuctTree) -> None:
    other, third = [each.number for each in breast.nipple.orifices if each.number != breast.discharging][:2]
    again = draw_breast(SEED, SETTINGS)
    quiet = again.tree(other)
    assert quiet.lesions == ()
    assert again.nipple == breast.nipple
    same = again.tree(again.discharging)
    assert [lesion.id for lesion in same.lesions] == [lesion.id for lesion in examined.lesions]
    for one, two in zip(same.branches, examined.branches, strict=True):
        for name in ("line", "radius_mm", "stiffness"):
            np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
        np.testing.assert_array_equal(one.wall.levels[0], two.wall.levels[0])
    assert not np.array_equal(quiet.branches[0].line[:8], again.tree(third).branches[0].line[:8])


def test_the_discharging_duct_has_the_lesions_and_can_be_examined(examined: DuctTree) -> None:
    assert sum(lesion.is_lesion for lesion in examined.lesions) == SETTINGS.lesions
    branch, arc_mm = deepest_reachable(examined, SETTINGS)
    assert examined.branches[branch].order >= 1
    assert arc_mm > 0.0


def test_the_wall_does_not_move_the_anatomy(examined: DuctTree) -> None:
    bare = replace(SETTINGS, texture=0.0, vessels=0.0, folds=0.0, lesions=0, lookalikes=0, flakes=0)
    breast = draw_breast(SEED, bare)
    for one, two in zip(breast.tree(breast.discharging).branches, examined.branches, strict=True):
        np.testing.assert_array_equal(one.line, two.line)


@pytest.mark.parametrize("orifice", [-1, 9])
def test_an_orifice_that_is_not_there_is_named(breast: Breast, orifice: int) -> None:
    with pytest.raises(BadInputError, match=f"got orifice {orifice}"):
        breast.tree(orifice)


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(BadInputError, match="seed must be 0 or more, got -1"):
        draw_breast(-1, SETTINGS)
