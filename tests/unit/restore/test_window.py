"""The view lies on the camera exactly where it says."""

from __future__ import annotations

import numpy as np
import pytest

from ductoscope.model import BadInputError
from ductoscope.restore.window import place_window


def test_whole_view_is_the_square_around_the_rim(lattice_bundle):
    bundle = lattice_bundle()
    rim = bundle.rim
    window = place_window(bundle, 64, 1.0, (0.5, 0.5))
    # Pixel -0.5 is the left edge of the first pixel, and 63.5 the right edge of the last.
    edges = window.frame_from_view @ np.array([[-0.5, 63.5], [-0.5, 63.5], [1.0, 1.0]])
    np.testing.assert_allclose(edges[0], [rim.x_px - rim.radius_px, rim.x_px + rim.radius_px])
    np.testing.assert_allclose(edges[1], [rim.y_px - rim.radius_px, rim.y_px + rim.radius_px])


def test_zoom_keeps_its_middle_where_it_was_asked(lattice_bundle):
    bundle = lattice_bundle()
    rim = bundle.rim
    window = place_window(bundle, 65, 4.0, (0.25, 0.6))
    middle = window.frame_from_view @ (32.0, 32.0, 1.0)
    np.testing.assert_allclose(
        middle, [rim.x_px - 0.25 * 2 * rim.radius_px, rim.y_px + 0.1 * 2 * rim.radius_px], atol=1e-9
    )
    assert window.scale == pytest.approx(2 * rim.radius_px / (4 * 65))


def test_seen_is_the_disc_and_spans_are_its_rows(lattice_bundle):
    window = place_window(lattice_bundle(), 100, 1.0, (0.5, 0.5))
    assert window.seen.sum() == pytest.approx(np.pi / 4 * 100 * 100, rel=0.01)
    from_spans = np.zeros_like(window.seen)
    for row, (first, last) in enumerate(window.spans):
        from_spans[row, first:last] = True
    np.testing.assert_array_equal(from_spans, window.seen)


def test_nothing_is_seen_outside_the_camera_picture(lattice_bundle):
    bundle = lattice_bundle(centre_px=(20.0, 60.0))
    window = place_window(bundle, 100, 1.0, (0.5, 0.5))
    x_px = window.frame_from_view[0, 0] * np.arange(100) + window.frame_from_view[0, 2]
    assert not window.seen[:, x_px < -0.5].any()
    assert window.seen[50, x_px >= -0.5].sum() > 50


@pytest.mark.parametrize(("size", "zoom", "at"), [(0, 1.0, (0.5, 0.5)), (9, 0.0, (0.5, 0.5)), (9, 1.0, (0.5, np.nan))])
def test_impossible_windows_are_refused(lattice_bundle, size, zoom, at):
    with pytest.raises(BadInputError, match="must be"):
        place_window(lattice_bundle(), size, zoom, at)
