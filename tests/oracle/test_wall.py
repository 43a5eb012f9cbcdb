"""Walls against what is known of them without drawing one: no period along a duct, sizes that can be measured back."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.signal import find_peaks, peak_widths

from ductoscope.model import DoubleArray
from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.breast.draw_wall import draw_wall
from ductoscope.simulate.breast.wall import Wall
from ductoscope.simulate.settings import WorldSettings

_LENGTH_MM = 18.0
_SEEDS = 8
_MOST_IN_NOISE = 3.2
"""The highest of about 115 lines, each a mean over 8 walls, by its surroundings; noise gives 1.3 to 3.0."""


@cache
def _draw(seed: int) -> Wall:
    radius = np.full(round(_LENGTH_MM / LINE_MM) + 1, 0.9)
    return draw_wall(np.random.default_rng(seed), _LENGTH_MM, radius, WorldSettings())


def _profiles(what: str, seed: int) -> tuple[DoubleArray, float]:
    """Mean of colour, fine height, folds or bumps around the duct, row by row, and the length of a row in mm."""
    wall = _draw(seed)
    if what in ("colour", "height"):
        field = wall.levels[0][:, :, 1 if what == "colour" else 3].astype(np.float64)
        return field.mean(axis=1), wall.sample_mm
    return (wall.fold_mm if what == "folds" else wall.bump_mm).astype(np.float64).mean(axis=1), wall.relief_mm


def _find_highest_line(profiles: list[DoubleArray]) -> float:
    """How far the highest line of the mean spectrum, 4 mm to 0.15 mm, stands above its surroundings on both sides.

    A band of noise that begins or ends is no line: it is high on one side.
    """
    windowed = [(profile - profile.mean()) * np.hanning(len(profile)) for profile in profiles]
    power = np.mean([np.abs(np.fft.rfft(profile)) ** 2 for profile in windowed], axis=0)
    faintest = 1e-4 * float(np.max(power[1:]))
    highest = 0.0
    for k in range(round(_LENGTH_MM / 4.0), round(_LENGTH_MM / 0.15)):
        # Next neighbours share a line's power through the window.
        below, above = power[max(k - 14, 1) : k - 1], power[k + 2 : k + 15]
        highest = max(highest, float(power[k] / max(np.median(below), np.median(above), faintest)))
    return highest


@pytest.mark.parametrize("what", ["colour", "height", "folds", "bumps"])
def test_no_period_repeats_along_a_straight_duct(what: str) -> None:
    profiles = [_profiles(what, seed)[0] for seed in range(_SEEDS)]
    highest = _find_highest_line(profiles)
    assert highest < _MOST_IN_NOISE, f"{what} has a line {highest:.1f} times above its surroundings"
    # The test does see a period that is as strong as the rest of the profile.
    along_mm = np.linspace(0.0, _LENGTH_MM, len(profiles[0]))
    ringed = [profile + profile.std() * np.sin(2.0 * np.pi * along_mm / 0.4) for profile in profiles]
    assert _find_highest_line(ringed) > _MOST_IN_NOISE


def test_noise_alone_stays_below_the_limit_for_lines() -> None:
    """White and brown noise without any period: 60 sets of 8 profiles, all below the limit."""
    rng = np.random.default_rng(1)
    highest = []
    for number in range(60):
        noise = rng.standard_normal((_SEEDS, 408))
        highest.append(_find_highest_line(list(noise if number % 2 else np.cumsum(noise, axis=1))))
    assert max(highest) < _MOST_IN_NOISE
    assert np.median(highest) > 0.5 * _MOST_IN_NOISE


def test_folds_stand_at_random_places_not_at_even_distances() -> None:
    gaps = []
    for seed in range(_SEEDS):
        profile, row_mm = _profiles("folds", seed)
        is_top = (
            (profile[1:-1] > profile[:-2]) & (profile[1:-1] >= profile[2:]) & (profile[1:-1] > 1.5 * profile.mean())
        )
        gaps.extend(np.diff(np.flatnonzero(is_top)) * row_mm)
    spread = float(np.std(gaps) / np.mean(gaps))
    # Even distances have 0, places drawn independently 1; tops that run together take a little off.
    assert 0.5 < spread < 1.3


def test_fine_detail_survives_no_settings_at_zero() -> None:
    """Without texture, vessels and folds nothing is left that a tracker could follow."""
    radius = np.full(round(_LENGTH_MM / LINE_MM) + 1, 0.9)
    plain = replace(WorldSettings(), texture=0.0, vessels=0.0, folds=0.0)
    wall = draw_wall(np.random.default_rng(1), _LENGTH_MM, radius, plain)
    assert wall.levels[0].reshape(-1, 4).std(axis=0).max() == 0.0
    assert np.ptp(wall.fold_mm) == np.ptp(wall.bump_mm) == np.ptp(wall.gloss) == 0.0


def test_vessel_widths_measured_back_are_several_and_fine() -> None:
    """Widths at half depth of dark lines across the duct, as an examiner measures them; deep ones are soft bands."""
    radius = np.full(round(_LENGTH_MM / LINE_MM) + 1, 0.9)
    bare = replace(WorldSettings(), texture=0.0, folds=0.0)
    wall = draw_wall(np.random.default_rng(3), _LENGTH_MM, radius, bare)
    green = wall.levels[0][::7, :, 1].astype(np.float64)
    widths_mm = []
    for row in green:
        depth = np.max(green) - row
        tops = find_peaks(depth, prominence=0.12 * np.max(green))[0]
        widths_mm.extend(peak_widths(depth, tops, 0.5)[0] * wall.sample_mm)
    assert 0.02 < float(np.median(widths_mm)) < 0.09
    assert np.percentile(widths_mm, 95) > 2.0 * np.percentile(widths_mm, 10)
    assert np.percentile(widths_mm, 95) < 0.4
