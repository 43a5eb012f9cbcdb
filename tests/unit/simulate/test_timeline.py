from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from ductoscope.simulate import timeline
from ductoscope.simulate.breast.draw import Breast, draw_breast
from ductoscope.simulate.eye import Glance
from ductoscope.simulate.settings import WorldSettings
from ductoscope.simulate.timeline import Timeline

PLAIN = WorldSettings(texture=0.0, vessels=0.0, folds=0.0, lesions=0, lookalikes=0, fps=20.0)


@pytest.fixture(scope="module")
def plain_breast() -> Breast:
    return draw_breast(5, PLAIN)


def measure_depth(glance: Glance) -> float:
    """In place of light: something that depends on the state."""
    return 0.02 + 0.1 * glance.state.tip.arc_mm


def start(breast: Breast, seed: int = 1) -> Timeline:
    return Timeline(seed, breast, measure_depth)


def fingerprint(line: Timeline, index: int) -> tuple[bytes, float, float, bytes]:
    moment = line.at(index)
    assert moment.index == index
    state = moment.glance.state
    return moment.glance.poses.tobytes(), moment.gain.gain, state.fluid.pressure_mmhg, state.fluid.particles.tobytes()


def test_any_frame_is_the_same_whatever_was_asked_for_before(plain_breast: Breast) -> None:
    forward = start(plain_breast)
    wanted = {index: fingerprint(forward, index) for index in range(0, 200, 7)}
    jumping = start(plain_breast)
    for index in (105, 0, 35, 42, 196, 7, 189):
        assert fingerprint(jumping, index) == wanted[index]
    assert fingerprint(start(plain_breast, seed=2), 196) != wanted[196]
    assert len(set(wanted.values())) == len(wanted)


def test_several_threads_see_the_same_moments(plain_breast: Breast) -> None:
    alone, shared = start(plain_breast), start(plain_breast)
    indices = [*range(0, 120, 5), *range(115, 0, -10)]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda index: fingerprint(shared, index), indices))
    assert together == [fingerprint(alone, index) for index in indices]


def test_memory_does_not_grow_with_the_stream(plain_breast: Breast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "_MOST_KEPT", 4)
    line = start(plain_breast)
    late = fingerprint(line, 390)
    assert len(line._kept) <= 4
    assert fingerprint(line, 65) == fingerprint(start(plain_breast), 65)
    assert fingerprint(line, 390) == late


def test_the_exposure_lies_around_the_moment(plain_breast: Breast) -> None:
    line = start(plain_breast)
    moved = 0
    for index in range(1, 120):
        poses, before = line.at(index).glance.poses, line.at(index - 1).glance.duct_from_tip
        if len(poses) == 1:
            continue
        step = poses[1, :3, 3] - before[:3, 3]
        share = PLAIN.shutter_s * PLAIN.fps
        np.testing.assert_allclose(poses[2, :3, 3] - poses[0, :3, 3], share * step, atol=1e-9)
        np.testing.assert_allclose(
            poses[:, :3, :3] @ poses[:, :3, :3].transpose(0, 2, 1), np.eye(3)[None] * np.ones((3, 1, 1)), atol=1e-9
        )
        moved += 1
    assert moved > 60


def test_the_gain_follows_what_was_measured(plain_breast: Breast) -> None:
    line = start(plain_breast)
    assert line.at(0).gain.gain == 1.0
    gains = [line.at(index).gain.gain for index in range(60)]
    assert max(gains) > 1.5, "it is dark near the nipple"
    measured = [line.at(index).mean_light for index in range(40, 60)]
    assert len(set(measured[:2])) <= 2
    assert len(set(measured)) <= 11, "every second frame at 20 a second"
