"""Sizes: checked against the facts that IMAGING states, and silent where nothing is known."""

from __future__ import annotations

import pytest

from ductoscope.model import BadInputError, Scope
from ductoscope.restore.magnify import (
    core_size_mm,
    cores_across,
    field_mm,
    scale_bar,
    screen_magnification,
    zoom_for_magnification,
)

SCOPE = Scope()


@pytest.mark.parametrize(("distance_mm", "field", "core_um"), [(2.0, 1.9, 24), (5.0, 4.8, 59)])
def test_6000_cores_in_saline_see_what_the_facts_say(distance_mm: float, field: float, core_um: float) -> None:
    assert field_mm(SCOPE, distance_mm) == pytest.approx(field, abs=0.05)
    assert core_size_mm(SCOPE, distance_mm, 6000) * 1000 == pytest.approx(core_um, abs=0.6)


@pytest.mark.parametrize(("cores", "across"), [(1600, 42), (3000, 58), (6000, 81), (10000, 105), (30000, 182)])
def test_cores_across_a_bundle(cores: int, across: int) -> None:
    assert round(cores_across(cores)) == across


def test_the_field_is_wider_in_air() -> None:
    assert field_mm(SCOPE, 2.0, "air") == pytest.approx(2.801, abs=0.001)


def test_sixty_times_is_reached_by_the_zoom_that_is_named() -> None:
    zoom = zoom_for_magnification(SCOPE, 3.0, 60, picture_diameter_px=900, monitor_mm_per_px=0.27)
    assert zoom is not None
    there = screen_magnification(SCOPE, 3.0, picture_diameter_px=900 * zoom, monitor_mm_per_px=0.27)
    assert there is not None
    assert there.value == pytest.approx(60)
    # 900 px of 0.27 mm show 2.86 mm of wall: 84.9 times already, so the zoom is a step back.
    assert zoom == pytest.approx(60 / 84.9, rel=0.001)


def test_an_uncertain_distance_makes_an_uncertain_size() -> None:
    sure = screen_magnification(SCOPE, 4.0, picture_diameter_px=800, monitor_mm_per_px=0.3)
    unsure = screen_magnification(SCOPE, 4.0, picture_diameter_px=800, monitor_mm_per_px=0.3, distance_sigma_mm=0.4)
    assert sure is not None
    assert unsure is not None
    assert sure.sigma is None
    assert unsure.sigma == pytest.approx(0.1 * unsure.value)
    bar = scale_bar(SCOPE, 4.0, picture_diameter_px=800, longest_px=250, distance_sigma_mm=0.4)
    assert bar is not None
    assert bar.sigma_px == pytest.approx(0.1 * bar.length_px)


def test_the_bar_is_round_true_and_fits() -> None:
    bar = scale_bar(SCOPE, 2.0, picture_diameter_px=1000, longest_px=300)
    assert bar is not None
    assert bar.length_mm == 0.5  # 1 mm would be 524 px
    assert bar.length_px / 1000 * field_mm(SCOPE, 2.0) == pytest.approx(0.5)


def test_nothing_is_guessed_without_a_distance_or_a_monitor() -> None:
    assert screen_magnification(SCOPE, None, picture_diameter_px=900, monitor_mm_per_px=0.27) is None
    assert screen_magnification(SCOPE, 3.0, picture_diameter_px=900, monitor_mm_per_px=None) is None
    assert zoom_for_magnification(SCOPE, None, picture_diameter_px=900, monitor_mm_per_px=0.27) is None
    assert scale_bar(SCOPE, None, picture_diameter_px=900, longest_px=300) is None
    assert scale_bar(SCOPE, 100.0, picture_diameter_px=100, longest_px=0.05) is None


@pytest.mark.parametrize("distance_mm", [0.0, -1.0, float("nan"), float("inf")])
def test_a_distance_that_cannot_be_is_refused(distance_mm: float) -> None:
    with pytest.raises(BadInputError, match="distance to the wall"):
        field_mm(SCOPE, distance_mm)


def test_other_impossible_values_are_refused() -> None:
    with pytest.raises(BadInputError, match="field of view"):
        field_mm(Scope(field_of_view_saline_deg=180.0), 2.0)
    with pytest.raises(BadInputError, match="uncertainty"):
        scale_bar(SCOPE, 2.0, picture_diameter_px=900, longest_px=300, distance_sigma_mm=-0.1)
    with pytest.raises(BadInputError, match="cores"):
        cores_across(0)
    with pytest.raises(BadInputError, match="air"):
        field_mm(SCOPE, 2.0, "water")  # type: ignore[arg-type]
