from __future__ import annotations

import numpy as np
import pytest

from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.breast.duct_tree import Branch
from ductoscope.simulate.breast.garden import Garden, Planted
from ductoscope.simulate.breast.lesion import Lesion
from ductoscope.simulate.breast.lesion_kinds import LesionKind, make_lookalike
from ductoscope.simulate.breast.lesion_sites import list_sites
from ductoscope.simulate.settings import WorldSettings

_POLYP = LesionKind("polypoid solitary", "papillary", "stalk", "granular", "red", "on contact", 1.4)
_CARPET = LesionKind("superficial", "carpet", "broad", "granular", "grey-white", "on contact", 3.0)


def _grow(duct: Branch, kind: LesionKind, size_mm: float = 2.5) -> tuple[Branch, Lesion]:
    sites = list_sites((duct,), ((0, 30.0),), WorldSettings())
    site = next(site for site in sites if site.arc_mm >= 15.0)
    garden = Garden((duct,), WorldSettings())
    lesion = garden.grow(np.random.default_rng(1), Planted(kind, site, size_mm, 120.0))
    return garden.finish()[0], lesion


def test_a_polyp_is_described_as_it_was_planted_and_leaves_room_for_the_scope(plain_duct: Branch) -> None:
    branch, lesion = _grow(plain_duct, _POLYP)
    assert (lesion.branch, lesion.arc_mm, lesion.depth_mm, lesion.wall_angle_deg) == (0, 15.0, 15.0, 120.0)
    assert (lesion.base, lesion.surface, lesion.colour, lesion.bleeds) == ("stalk", "granular", "red", "on contact")
    assert lesion.size_mm == pytest.approx(2.5, rel=0.05)
    working = 2.0 * 0.9 * float(WorldSettings().distension.stretch(60.0, np.array([1.4]))[0])
    assert lesion.height_mm <= working - 0.9
    assert 0.1 < lesion.obstructs <= 0.95
    np.testing.assert_array_equal(branch.radius_mm, plain_duct.radius_mm)
    assert (branch.wall.levels[0] != plain_duct.wall.levels[0]).any()


def test_the_wall_is_stiff_beneath_a_carpet_and_soft_elsewhere(plain_duct: Branch) -> None:
    branch, lesion = _grow(plain_duct, _CARPET, 5.0)
    assert branch.stiffness[round(15.0 / LINE_MM)] == pytest.approx(3.0)
    assert branch.stiffness[round(8.0 / LINE_MM)] == pytest.approx(1.0, abs=0.01)
    assert lesion.stiffness == 3.0
    assert lesion.height_mm < 0.3
    assert 3.0 < lesion.size_mm <= 5.0


def test_a_stenosis_narrows_the_duct_all_around(plain_duct: Branch) -> None:
    stenosis = LesionKind("superficial", "carpet", "broad", "rough", "pale red", "no", 3.0, narrows=True)
    branch, lesion = _grow(plain_duct, stenosis, 3.0)
    assert lesion.narrows
    assert 0.4 * 0.9 <= branch.radius_mm.min() <= 0.66 * 0.9
    assert np.argmin(branch.radius_mm) == round(15.0 / LINE_MM)
    assert branch.radius_mm[0] == pytest.approx(0.9)
    row = int(15.0 / branch.wall.relief_mm)
    assert (branch.wall.gloss[row] < 0.5).mean() > 0.8


def test_a_plug_fills_the_duct(plain_duct: Branch) -> None:
    plug = LesionKind("polypoid solitary", "papillary", "broad", "lobulated", "red", "no", 1.5, is_plug=True)
    assert _grow(plain_duct, plug)[1].obstructs == 1.0


def test_a_combined_one_is_a_polyp_in_a_carpet(plain_duct: Branch) -> None:
    kind = LesionKind("combined", "papillary", "broad", "granular", "grey-white", "no", 3.0)
    branch, lesion = _grow(plain_duct, kind, 5.0)
    along = np.ptp(lesion.lobes[:, 0])
    assert 0.2 * lesion.size_mm < along < 0.65 * lesion.size_mm
    assert lesion.height_mm > 0.3
    painted = np.ptp(np.flatnonzero((branch.wall.gloss < 0.5).any(axis=1))) * branch.wall.relief_mm
    assert painted == pytest.approx(lesion.size_mm, abs=0.3)


@pytest.mark.parametrize(("type_", "is_loose", "has_lobes"), [("debris", True, True), ("fold", False, False)])
def test_lookalikes(plain_duct: Branch, type_: str, is_loose: bool, has_lobes: bool) -> None:
    kind = make_lookalike(np.random.default_rng(1), "debris" if type_ == "debris" else "fold")
    branch, lesion = _grow(plain_duct, kind, 1.5)
    assert not lesion.is_lesion
    assert lesion.is_loose is is_loose
    assert bool(len(lesion.lobes)) is has_lobes
    assert branch.wall.fold_mm.max() == pytest.approx(0.0 if has_lobes else lesion.height_mm, rel=0.3)
    np.testing.assert_array_equal(branch.stiffness, plain_duct.stiffness)
