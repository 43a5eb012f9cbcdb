import math

import numpy as np
import pytest

from ductoscope.model import DoubleArray
from ductoscope.simulate.drive.state import FluidState
from ductoscope.simulate.light.particles import (
    BUBBLE,
    FLAKE,
    THREAD,
    bend_at_bubble,
    find_bubble,
    find_floating,
    opacity_of,
)
from ductoscope.simulate.light.see import see
from ductoscope.simulate.light.tables import lay_out
from ductoscope.simulate.settings import WorldSettings
from tests import small_tree

AHEAD = np.array([0.0, 0.0, 1.0])


def fill(*particles: tuple[float, float, float, float, int], is_air: bool = False) -> FluidState:
    floating = np.array([[*particle, 0.95, 0.93, 0.9] for particle in particles], dtype=np.float64).reshape(-1, 8)
    return FluidState(is_air, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, floating)


def test_only_what_is_ahead_and_near_is_looked_for_nearest_first() -> None:
    fluid = fill((0, 0, 5, 0.1, FLAKE), (0, 0, 2, 0.1, THREAD), (0, 0, -2, 0.1, FLAKE), (0, 0, 50, 0.1, FLAKE))

    particles, strokes, bubbles = find_floating(fluid, np.zeros(3), AHEAD, 0.5)

    assert particles[:, 2].tolist() == [2.0, 5.0]
    assert len(strokes) == 8 * len(particles)
    assert len(bubbles) == 0


def test_nothing_floats_in_air() -> None:
    particles, _, bubbles = find_floating(
        fill((0, 0, 2, 0.1, FLAKE), (0, 0, 3, 0.2, BUBBLE), is_air=True), np.zeros(3), AHEAD, 0.5
    )

    assert len(particles) == len(bubbles) == 0


def test_a_particle_keeps_its_shape_while_it_drifts() -> None:
    _, here, _ = find_floating(fill((0, 0, 2, 0.1, THREAD)), np.zeros(3), AHEAD, 0.5)
    _, there, _ = find_floating(fill((0.2, 0.1, 3, 0.1, THREAD)), np.zeros(3), AHEAD, 0.5)

    assert there[:, :3] - here[:, :3] == pytest.approx(np.tile([0.2, 0.1, 1.0], (8, 1)))


def hidden_by(kind: int, offset_mm: float, *, z_mm: float = 3.0) -> float:
    particles, strokes, _ = find_floating(fill((offset_mm, 0, z_mm, 0.2, kind)), np.zeros(3), AHEAD, 0.5)
    return float(opacity_of(particles, strokes, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.008, 0.006, 3.0)[0])


def test_a_flake_hides_what_is_behind_its_middle_and_not_what_is_beside() -> None:
    assert max(hidden_by(FLAKE, offset) for offset in np.linspace(-0.1, 0.1, 9)) > 0.4
    assert hidden_by(FLAKE, 0.6) < 0.01


def test_a_flake_near_the_lens_is_a_faint_wide_blur() -> None:
    particles, strokes, _ = find_floating(fill((0, 0, 3.0, 0.02, FLAKE)), np.zeros(3), AHEAD, 0.5)
    sharp = opacity_of(particles, strokes, 0, *strokes[0, :2], 0.0, 0.0, 0.0, 1.0, 0.001, 0.006, 3.0)[0]
    blurred = opacity_of(particles, strokes, 0, *strokes[0, :2], 2.5, 0.0, 0.0, 1.0, 0.001, 0.06, 3.0)[0]

    assert blurred < 0.3 * sharp


def test_a_bubble_is_found_on_the_ray() -> None:
    bubbles = np.array([[0.0, 0.0, 2.0, 0.3], [0.0, 0.0, 4.0, 0.3]])

    assert find_bubble(bubbles, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0) == (0, pytest.approx(1.7))
    assert find_bubble(bubbles, 0.5, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0)[0] == -1


def bend(offset_mm: float) -> tuple[DoubleArray, float]:
    bubbles = np.array([[0.0, 0.0, 2.0, 0.4]])
    met, *ray, glint = bend_at_bubble(bubbles, 0, offset_mm, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, -1.0)
    assert met == 1
    return np.array(ray), glint


def test_a_ray_through_a_bubble_is_bent_twice_by_snells_law() -> None:
    ray, _ = bend(0.2)

    into = math.asin(0.2 / 0.4)
    turned = 2.0 * (math.asin(1.333 * math.sin(into)) - into)
    # A ball of air in water spreads light.
    assert ray[3:] == pytest.approx([math.sin(turned), 0.0, math.cos(turned)], abs=1e-6)
    assert np.linalg.norm(ray[:3] - [0.0, 0.0, 2.0]) == pytest.approx(0.4)


def test_near_its_rim_a_bubble_mirrors_all() -> None:
    ray, _ = bend(0.36)

    normal = np.array([0.9, 0.0, -math.sqrt(1.0 - 0.81)])
    assert ray[3:] == pytest.approx(AHEAD - 2.0 * (AHEAD @ normal) * normal, abs=1e-6)


def test_the_light_glints_where_a_bubble_faces_it() -> None:
    assert bend(0.001)[1] > 1.0
    assert bend(0.2)[1] < 1e-3


def test_in_a_picture_particles_veil_the_wall_and_keep_its_truth() -> None:
    tree = small_tree.make_tube(12.0, 0.9)
    pose = small_tree.look_along(tree, 0, 1.0)
    angle = np.linspace(-0.4, 0.4, 161)
    rays = np.column_stack([np.sin(angle), np.full(161, 0.25), np.cos(angle)])
    rays /= np.linalg.norm(rays, axis=1, keepdims=True)
    floating = np.array([[0.35, 0.5, 3.0, 0.12, FLAKE, 0.95, 0.93, 0.9], [-0.45, 0.5, 3.0, 0.2, BUBBLE, 1.0, 1.0, 1.0]])

    def look(particles: DoubleArray | None) -> object:
        state = small_tree.make_state(tree, particles=particles)
        return see(lay_out(tree), rays, pose, state, WorldSettings(), small_tree.SOFT)

    clear, full = look(None), look(floating)

    assert full.distance_mm == pytest.approx(clear.distance_mm, abs=0.02)  # type: ignore[attr-defined]
    assert set(np.unique(full.particle)) == {-1, FLAKE, BUBBLE}  # type: ignore[attr-defined]
    assert full.veil[full.particle == FLAKE].mean() > 0.3  # type: ignore[attr-defined]
    assert full.veil[full.particle == -1].mean() < 0.05  # type: ignore[attr-defined]
    assert (clear.particle == -1).all()  # type: ignore[attr-defined]
