import numpy as np
import pytest

from ductoscope.model import BadInputError
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.light import lumen
from ductoscope.simulate.light.tables import LOBES_A_CLUSTER, lay_out, lay_relief
from tests import small_tree


def test_every_branch_finds_its_own_rows_and_samples() -> None:
    tree = small_tree.make_fork()

    tables = lay_out(tree)

    for branch in tree.branches:
        first, count = tables.spans[branch.id, [lumen.FIRST_ROW, lumen.ROWS]]
        assert (tables.rows[first : first + count, :12] == branch.line).all()
        assert (tables.rows[first : first + count, lumen.RADIUS] == branch.radius_mm).all()
        texel, rows, columns = tables.levels[branch.id, 1]
        assert (rows, columns) == branch.wall.levels[1].shape[:2]
        assert (tables.texels[texel] == branch.wall.levels[1][0, 0]).all()


def test_those_who_meet_in_a_fork_know_one_another() -> None:
    spans = lay_out(small_tree.make_fork()).spans[:, lumen.NEIGHBOURS :]

    assert spans.tolist() == [[-1, -1, -1, 1, 2, -1], [0, 2, -1, -1, -1, -1], [0, 1, -1, -1, -1, -1]]


def test_slopes_are_those_of_the_relief() -> None:
    wall = small_tree.make_wall(5.0, fold=lambda s, a: 0.1 * s, bump=lambda s, a: 0.2 * np.sin(a))

    relief, slopes = lay_relief(wall)

    middle = slopes.reshape(*wall.fold_mm.shape, 8)[40]
    around = np.arange(small_tree.RELIEF_COLUMNS) * (2.0 * np.pi / small_tree.RELIEF_COLUMNS)
    assert middle[:, 0] == pytest.approx(0.1, rel=1e-3)
    assert middle[:, 3] == pytest.approx(0.2 * np.cos(around), abs=2e-3)
    assert middle[:, 4] == pytest.approx(0.9)
    assert relief.shape == (wall.fold_mm.size, 2)


def test_lobes_are_kept_together_with_their_neighbours() -> None:
    rng = np.random.default_rng(1)
    lobes = rng.uniform(0.0, 1.0, (50, 8))

    tables = lay_out(DuctTree(1, small_tree.make_tube(8.0, 0.9).branches, (small_tree.make_lesion(lobes),)))

    assert tables.clusters[:, 2].max() <= LOBES_A_CLUSTER
    assert tables.clusters[:, 2].sum() == 50
    assert sorted(tables.lobes[:, 5]) == sorted(lobes[:, 3])
    assert tables.lesion_clusters.tolist() == [[0, len(tables.clusters)]]


def test_a_wall_that_does_not_close_around_is_refused() -> None:
    tree = small_tree.make_tube(5.0, 0.9)
    wall = small_tree.make_wall(5.0)
    odd = type(wall)(
        wall.levels, wall.sample_mm, wall.fold_mm[:, :100], wall.bump_mm[:, :100], wall.gloss[:, :100], 0.05
    )
    branch = small_tree.make_branch(tree.branches[0].line, 0.9, odd)

    with pytest.raises(BadInputError, match="100 columns"):
        lay_out(DuctTree(1, (branch,), ()))


def test_a_tree_without_branches_is_refused() -> None:
    with pytest.raises(BadInputError, match="two rows"):
        lay_out(DuctTree(1, (), ()))
