from __future__ import annotations

import numpy as np

from ductoscope.simulate.breast.lesion_kinds import make_lookalike
from ductoscope.simulate.breast.loose import shape_clot, shape_debris

_HALF = np.array([0.6, 0.4, 0.5])


def test_debris_is_pale_ragged_and_dull() -> None:
    balls = shape_debris(np.random.default_rng(1), make_lookalike(np.random.default_rng(2), "debris"), _HALF, 60)
    assert len(balls) == 60
    assert balls[:, 4:7].mean() > 0.6
    assert balls[:, 7].mean() < 0.5
    assert balls[:, 3].std() / balls[:, 3].mean() > 0.3
    assert balls[:, 2].min() >= 0.0


def test_a_clot_is_dark_and_smooth_with_a_thin_tail() -> None:
    balls = shape_clot(np.random.default_rng(1), make_lookalike(np.random.default_rng(2), "clot"), _HALF, 60)
    assert balls[:, 4].max() < 0.4
    assert np.all(balls[:, 4] > balls[:, 5])
    assert balls[:, 7].mean() > 0.8
    assert balls[-1, 3] < 0.3 * balls[:, 3].max()
