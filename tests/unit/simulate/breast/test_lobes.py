from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ductoscope.simulate.breast.lesion_kinds import LesionKind, draw_kind, make_lookalike
from ductoscope.simulate.breast.lobes import MOST_LOBES, fill_share, shape_grains, shape_lobes, wrap_lobes

_POLYP = LesionKind("polypoid solitary", "papillary", "stalk", "granular", "red", "no", 1.0)


def _unwrap(lobes: np.ndarray, radius_mm: float) -> tuple[np.ndarray, np.ndarray]:
    inward, angle = radius_mm - lobes[:, 2], np.deg2rad(lobes[:, 1])
    return inward * np.sin(angle), radius_mm - inward * np.cos(angle)


def test_wrapping_keeps_places_as_seen_in_the_cross_section() -> None:
    balls = np.zeros((3, 8))
    balls[:, 1], balls[:, 2], balls[:, 3] = [0.0, 0.7, -0.5], [0.2, 0.9, 2.4], 0.1
    across, height = _unwrap(wrap_lobes(balls, 1.7), 1.7)
    np.testing.assert_allclose(across, balls[:, 1], atol=1e-12)
    np.testing.assert_allclose(height, balls[:, 2], atol=1e-12)


@pytest.mark.parametrize("size_mm", [0.5, 2.0, 6.0])
def test_every_kind_gets_its_size_and_stays_below_its_height(size_mm: float) -> None:
    rng = np.random.default_rng(1)
    kinds = [
        kind for kind in (draw_kind(rng, "mixed") for _ in range(60)) if kind.form != "carpet" and not kind.is_plug
    ]
    kinds += [make_lookalike(rng, "debris"), make_lookalike(rng, "clot")]
    for kind in kinds:
        lobes, longest = shape_lobes(rng, kind, size_mm, 1.9, 1.7)
        assert len(lobes) <= MOST_LOBES
        assert longest == pytest.approx(size_mm, rel=0.06)
        _, height = _unwrap(lobes, 1.7)
        assert np.max(height + lobes[:, 3]) <= 2.0
        assert np.all(np.isfinite(lobes))


def test_a_multiple_one_has_separate_heads() -> None:
    kind = replace(_POLYP, type="polypoid multiple")
    lobes, _ = shape_lobes(np.random.default_rng(2), kind, 6.0, 1.5, 1.7)
    order = np.argsort(lobes[:, 0])
    ends = np.maximum.accumulate((lobes[:, 0] + lobes[:, 3])[order])
    gaps = (lobes[:, 0] - lobes[:, 3])[order][1:] - ends[:-1]
    assert 1 <= (gaps > 0.04).sum() <= 3


def test_a_plug_hides_the_whole_lumen_and_a_polyp_a_part() -> None:
    plug, longest = shape_lobes(np.random.default_rng(3), replace(_POLYP, is_plug=True), 2.0, 1.5, 1.7)
    assert longest > 3.0
    assert fill_share(plug, 1.7) == 1.0
    polyp, _ = shape_lobes(np.random.default_rng(3), _POLYP, 2.0, 1.5, 1.7)
    assert 0.05 < fill_share(polyp, 1.7) < 0.6
    assert fill_share(np.zeros((0, 8)), 1.7) == 0.0


def test_fill_share_is_the_area_of_one_ball() -> None:
    ball = np.array([[0.0, 40.0, 1.0, 0.5, 0.5, 0.5, 0.5, 0.5]])
    assert fill_share(ball, 1.0) == pytest.approx(0.25, abs=0.02)


def test_grains_of_a_carpet_are_low_and_stay_on_it() -> None:
    kind = LesionKind("superficial", "carpet", "broad", "granular", "grey-white", "no", 3.0)
    lobes = shape_grains(np.random.default_rng(4), kind, 5.0, 3.0, 1.7)
    assert np.abs(lobes[:, 0]).max() < 2.5
    assert np.abs(np.deg2rad(lobes[:, 1]) * 1.7).max() < 1.5
    assert np.max(lobes[:, 2] + lobes[:, 3]) < 0.3


def test_a_lump_lies_about_its_place() -> None:
    kind = make_lookalike(np.random.default_rng(1), "debris")
    for seed in range(5):
        lobes, longest = shape_lobes(np.random.default_rng(seed), kind, 1.2, 1.5, 1.7)
        middle = 0.5 * (np.max(lobes[:, 0] + lobes[:, 3]) + np.min(lobes[:, 0] - lobes[:, 3]))
        assert abs(middle) < 0.02 * longest
