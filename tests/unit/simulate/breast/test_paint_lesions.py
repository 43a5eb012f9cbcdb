from __future__ import annotations

import numpy as np
import pytest

from ductoscope.simulate.breast.duct_tree import Branch
from ductoscope.simulate.breast.easel import Easel, Window
from ductoscope.simulate.breast.lesion_kinds import LesionKind
from ductoscope.simulate.breast.paint_lesions import paint_base, paint_carpet, paint_fold, paint_fork_edge

_CARPET = LesionKind("superficial", "carpet", "broad", "granular", "grey-white", "on contact", 3.0)


def _open(duct: Branch, angle_deg: float = 180.0) -> tuple[Easel, Window]:
    easel = Easel(duct.wall)
    return easel, easel.open_window(15.0, angle_deg, 5.0, 0.9)


def test_a_carpet_is_rough_lustreless_raised_and_speckled_with_blood(plain_duct: Branch) -> None:
    easel, window = _open(plain_duct)
    length = paint_carpet(np.random.default_rng(1), window, _CARPET, 5.0, 2.5)
    wall = easel.finish()
    assert 3.0 < length < 5.0
    rows = slice(int(14.0 / wall.relief_mm), int(16.0 / wall.relief_mm))
    middle = slice(int(wall.gloss.shape[1] * 0.45), int(wall.gloss.shape[1] * 0.55))
    assert wall.gloss[rows, middle].mean() < 0.4
    assert wall.bump_mm[rows, middle].mean() > 0.02
    assert wall.bump_mm[rows, middle].std() > 0.005
    colour = wall.levels[0][int(13.0 / wall.sample_mm) : int(17.0 / wall.sample_mm), 200:300, :3].astype(float)
    assert ((colour[..., 0] > 60) & (colour[..., 1] < 0.45 * colour[..., 0])).mean() > 0.001
    assert colour[..., 1].mean() < plain_duct.wall.levels[0][0, 0, 1] - 15
    assert wall.levels[0][..., 3].std() > 1.0


def test_a_carpets_length_is_that_of_its_paint(plain_duct: Branch) -> None:
    easel, window = _open(plain_duct)
    length = paint_carpet(np.random.default_rng(2), window, _CARPET, 6.0, 3.0)
    changed = (easel.finish().gloss < 0.56).any(axis=1)
    painted = np.ptp(np.flatnonzero(changed)) * plain_duct.wall.relief_mm
    assert length == pytest.approx(painted, abs=0.35)
    assert length == pytest.approx(6.0, rel=0.15)


@pytest.mark.parametrize("seed", range(6))
def test_a_small_carpet_is_as_long_as_asked(plain_duct: Branch, seed: int) -> None:
    window = Easel(plain_duct.wall).open_window(15.0, 180.0, 1.0, 0.9)
    assert paint_carpet(np.random.default_rng(seed), window, _CARPET, 0.5, 0.4) == pytest.approx(0.5, abs=0.05)


def test_around_a_polyp_the_wall_is_redder_with_vessels(plain_duct: Branch) -> None:
    easel, window = _open(plain_duct)
    polyp = LesionKind("polypoid solitary", "papillary", "stalk", "granular", "red", "no", 1.0)
    paint_base(np.random.default_rng(3), window, polyp, 2.0)
    change = easel.finish().levels[0].astype(float) - plain_duct.wall.levels[0]
    near = change[int(14.5 / plain_duct.wall.sample_mm) : int(15.5 / plain_duct.wall.sample_mm), 220:290]
    assert near[..., 1].mean() < -10
    assert near[..., 1].mean() < 3.0 * near[..., 0].mean()
    assert near[..., 1].min() < 2.0 * near[..., 1].mean()


def test_a_prominent_fold_mostly_smooths_out(plain_duct: Branch) -> None:
    easel, window = _open(plain_duct)
    paint_fold(np.random.default_rng(4), window, 1.8, 0.3)
    wall = easel.finish()
    assert wall.fold_mm.max() == pytest.approx(0.3, rel=0.3)
    assert 0.02 < wall.bump_mm.max() < 0.25 * wall.fold_mm.max()
    column = int(np.argmax(wall.fold_mm.max(axis=0)))
    assert abs(column / wall.fold_mm.shape[1] - 0.5) < 0.2
    opposite = wall.fold_mm[:, 0]
    assert opposite.max() < 0.02


def test_a_fork_edge_is_brighter_and_glossier_than_the_wall(plain_duct: Branch) -> None:
    easel, window = _open(plain_duct)
    paint_fork_edge(np.random.default_rng(5), window, 1.0)
    wall = easel.finish()
    row, column = int(15.0 / wall.sample_mm), wall.levels[0].shape[1] // 2
    assert wall.levels[0][row, column, 2] > plain_duct.wall.levels[0][row, column, 2] + 15
    assert wall.gloss[row // 4, column // 4] > plain_duct.wall.gloss[0, 0] + 0.05
