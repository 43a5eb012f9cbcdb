from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.sway import Sway, number_tree, sway_at
from ductoscope.simulate.settings import WorldSettings


def sways(tree: DuctTree, settings: WorldSettings, **how: bool) -> np.ndarray:
    return np.array([sway_at(tree, settings, t, **how) for t in np.arange(0.0, 120.0, 0.1)])


def test_is_nothing_for_a_steady_hand(forked_tree: DuctTree) -> None:
    assert sway_at(forked_tree, WorldSettings(unsteadiness=0.0), 3.3) == Sway()


def test_breath_is_the_strongest_wave_along_the_duct(forked_tree: DuctTree) -> None:
    along = sways(forked_tree, WorldSettings(breathing_hz=0.22))[:, 0]
    spectrum = np.abs(np.fft.rfft(along - along.mean()))
    assert np.fft.rfftfreq(len(along), 0.1)[np.argmax(spectrum)] == pytest.approx(0.22, abs=0.01)


def test_grows_with_unsteadiness_and_shrinks_in_a_holding_hand(forked_tree: DuctTree) -> None:
    usual = sways(forked_tree, WorldSettings())
    assert 0.05 < usual[:, 1].std() < 0.3
    assert 1.0 < usual[:, 3].std() < 8.0
    assert np.allclose(sways(forked_tree, WorldSettings(unsteadiness=2.0)), 2.0 * usual)
    assert np.allclose(sways(forked_tree, WorldSettings(), is_held=True), 0.3 * usual)


def test_every_tree_has_its_own(forked_tree: DuctTree) -> None:
    main = forked_tree.branches[0]
    other = replace(forked_tree, branches=(replace(main, line=main.line + 0.001), *forked_tree.branches[1:]))
    assert number_tree(other) != number_tree(forked_tree)
    assert sway_at(other, WorldSettings(), 5.0) != sway_at(forked_tree, WorldSettings(), 5.0)
