"""The last eight seconds."""

from __future__ import annotations

import numpy as np
import pytest

from ductoscope.live.memory import MOST_FROZEN, Memory
from ductoscope.live.shown import Shown, draw_restored
from ductoscope.model import CoreImage
from ductoscope.restore import Plan, calibrate, plan_restore
from tests.toy_scope import ToyFibre

SECOND = 1_000_000_000


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_restore(calibrate(ToyFibre((300, 330)).white()), 64)


def make_image(index: int, plan: Plan) -> CoreImage:
    light = np.full((plan.bundle.cores, 3), index / 32, np.float32)
    return CoreImage(index, index, light, ~plan.bundle.dead)


def make_shown(sequence: int, arrived_ns: int, plan: Plan) -> Shown:
    core_image = make_image(sequence, plan)
    light = core_image.light_lin * np.float32(0.5)  # what denoising made of it
    view = draw_restored(core_image, light, plan)
    return Shown(sequence, core_image.t_ns, core_image.index, arrived_ns, view, 64, core_image, light, plan)


def test_a_picture_is_made_again_exactly(plan: Plan) -> None:
    memory = Memory()
    shown = [make_shown(number, number * SECOND // 10, plan) for number in range(1, 4)]
    for one in shown:
        memory.keep_shown(one)
    again = memory.find(2)
    assert again is not None
    assert np.array_equal(again.view.pixels, shown[1].view.pixels)
    assert again.view.lineage == shown[1].view.lineage
    assert again.core_image is shown[1].core_image
    assert memory.find(4) is None


def test_forgets_after_eight_seconds(plan: Plan) -> None:
    memory = Memory()
    for number in range(12):
        memory.keep_shown(make_shown(number, number * SECOND, plan))
        memory.keep_seen(make_image(number, plan), plan, number * SECOND)
    assert memory.find(2) is None
    assert memory.find(3) is not None
    newest = make_image(99, plan)
    memory.keep_seen(newest, plan, 12 * SECOND)
    assert [image.index for image in memory.seen_until(newest, 100)] == [*range(4, 12), 99]


def test_frames_for_freezing_end_with_the_picture_and_share_its_plan(plan: Plan) -> None:
    memory, other = Memory(), plan_restore(plan.bundle, 32)
    images = [make_image(number, plan) for number in range(6)]
    for number, image in enumerate(images):
        memory.keep_seen(image, other if number < 2 else plan, number)
    assert memory.seen_until(images[4], 8) == images[2:5], "nothing newer, nothing of another plan"
    assert memory.seen_until(images[5], 2) == images[4:6]
    unknown = make_image(50, plan)
    assert memory.seen_until(unknown, 8) == [unknown]


def test_the_last_frozen_pictures_are_kept_whole(plan: Plan) -> None:
    memory = Memory()
    frozen = [make_shown(number, 0, plan) for number in range(MOST_FROZEN + 1)]
    for one in frozen:
        memory.keep_frozen(one)
    assert memory.find(0) is None
    assert memory.find(MOST_FROZEN) is frozen[-1]


def test_forgets_everything_when_told(plan: Plan) -> None:
    memory = Memory()
    image = make_image(1, plan)
    memory.keep_seen(image, plan, 0)
    memory.keep_shown(make_shown(1, 0, plan))
    memory.keep_frozen(make_shown(2, 0, plan))

    memory.forget()

    assert memory.find(1) is None
    assert memory.find(2) is None
    assert memory.seen_until(make_image(3, plan), 8)[:-1] == []
