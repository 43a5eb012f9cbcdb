"""Hands: an operator who drives by himself, for examinations without a person.

Pushes of a few millimetres, pauses, small reversals, looks into forks, flushing when the view clouds or the lumen
closes; to the deepest place, into some other branches on the way out, slowly back to the nipple, and in again.
"""

from __future__ import annotations

import math
from collections.abc import Generator

import numpy as np

from ductoscope.model import Controls
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.advance import START_MM
from ductoscope.simulate.drive.pressure import find_flush
from ductoscope.simulate.drive.route import Place, draw_route, find_way
from ductoscope.simulate.drive.squeeze import Squeeze
from ductoscope.simulate.drive.state import ExamState
from ductoscope.simulate.drive.steer import aim
from ductoscope.simulate.settings import WorldSettings

_ARRIVED_MM = 0.4
_BEFORE_FORK_MM = 1.5
_STUCK_S = 4.0
_TRIES = 5
_BEND_LAG_S = 0.25

Driving = Generator[Controls, ExamState, None]
"""Yields what the hands do, and is sent the state that came of it."""


class Hands:
    """One operator's way of driving through one tree, drawn by seed (0 or more).

    It knows the tree, as a skilled hand knows its way. It remembers what it is about: ask it once for every step, in
    order; two with the same seed that are shown the same states do the same. Rounds never end.
    """

    def __init__(self, seed: int, tree: DuctTree, settings: WorldSettings) -> None:
        self._tree, self._settings = tree, settings
        self._rng = np.random.default_rng([seed, 1])
        self._squeeze = Squeeze(np.random.default_rng([seed, 2]), settings)
        self._bend = (0.0, 0.0)
        self._t_s: float | None = None
        self._driving: Driving | None = None

    def step(self, state: ExamState, t_s: float) -> Controls:
        """What the hands do at `t_s`, seeing this state."""
        if self._settings.is_still:
            return Controls(flush=find_flush(self._settings.working_mmhg))
        dt_s = 0.0 if self._t_s is None else max(t_s - self._t_s, 0.0)
        self._t_s = t_s
        if self._driving is None:
            self._driving = self._drive(state)
            wanted = next(self._driving)
        else:
            wanted = self._driving.send(state)
        share = 1.0 - math.exp(-dt_s / _BEND_LAG_S)
        self._bend = (
            self._bend[0] + share * (min(max(wanted.bend_x, -1.0), 1.0) - self._bend[0]),
            self._bend[1] + share * (min(max(wanted.bend_y, -1.0), 1.0) - self._bend[1]),
        )
        flush = self._squeeze.step(state, dt_s)
        return Controls(wanted.push, self._bend[0], self._bend[1], wanted.roll, flush)

    def _drive(self, state: ExamState) -> Driving:
        """Round after round."""
        while True:
            state = yield from self._wait_for_view(state, 12.0)
            for place in draw_route(self._rng, self._tree, self._settings):
                state = yield from self._go_to(state, place)
                state = yield from self._look_around(state)
            state = yield from self._withdraw(state, 0, START_MM + 0.2)
            state = yield from self._rest(state, self._rng.uniform(0.5, 2.0))

    def _go_to(self, state: ExamState, place: Place) -> Generator[Controls, ExamState, ExamState]:
        """To a place, out of other branches first; gives up after some tries."""
        way = find_way(self._tree, place[0])
        for _ in range(_TRIES):
            if state.tip.branch not in way:
                shared = max(k for k, each in enumerate(way) if each in find_way(self._tree, state.tip.branch))
                fork = self._tree.branches[way[shared]]
                state = yield from self._withdraw(state, fork.id, max(fork.length_mm - _BEFORE_FORK_MM, START_MM))
                state = yield from self._rest(state, 0.6, way)
            state = yield from self._push_along(state, way, place)
            if self._is_there(state, place):
                return state
            state = yield from self._pull(state, self._rng.uniform(1.0, 2.5), 0.5, way)
        return state

    def _push_along(
        self, state: ExamState, way: tuple[int, ...], place: Place
    ) -> Generator[Controls, ExamState, ExamState]:
        """Push by push towards a place, until there, off the way, or stuck."""
        rng, hesitant = self._rng, self._settings.reversals
        deepest_mm, since_s = self._depth_mm(state), state.t_s
        while state.tip.branch in way and not self._is_there(state, place):
            if self._depth_mm(state) > deepest_mm + 0.3:
                deepest_mm, since_s = self._depth_mm(state), state.t_s
            elif state.t_s - since_s > 3.0 * _STUCK_S:
                return state
            state = yield from self._push(state, way, place)
            chance = rng.uniform()
            if chance < 0.2 * hesitant:
                state = yield from self._pull(state, rng.uniform(0.4, 1.6), rng.uniform(0.2, 0.5), way)
            elif chance < 0.2 * hesitant + 0.3:
                state = yield from self._rest(state, rng.gamma(2.0, 0.5), way)
            elif chance > 0.94:
                state = yield from self._turn(state, way)
            if not _sees(state):
                state = yield from self._wait_for_view(state, 6.0, way)
        return state

    def _push(self, state: ExamState, way: tuple[int, ...], place: Place) -> Generator[Controls, ExamState, ExamState]:
        """One push of a few millimetres; now and then carelessly, into the wall."""
        length_mm, speed = self._rng.gamma(3.0, 0.8), self._rng.uniform(0.35, 0.75)
        slip_right, slip_down = self._rng.normal(0.0, 0.12 if self._rng.uniform() < 0.85 else 0.5, 2).tolist()
        from_mm, until_s = self._depth_mm(state), state.t_s + 1.5 * length_mm / (speed * self._settings.speed_mm_s)
        while self._depth_mm(state) < from_mm + length_mm and state.t_s < until_s:
            if state.tip.branch not in way or self._is_there(state, place):
                break
            bend = aim(self._tree, state.tip, way)
            if state.contact is not None and state.contact.ahead:
                self._squeeze.ask()
                speed = min(speed, 0.4)
                if state.stretch_pressure_mmhg < self._settings.working_mmhg:
                    # The duct must widen first; pushing now would only hurt.
                    state = yield Controls(0.0, *bend)
                    continue
            state = yield Controls(speed, bend[0] + slip_right, bend[1] + slip_down)
        return state

    def _pull(
        self, state: ExamState, length_mm: float, speed: float, way: tuple[int, ...]
    ) -> Generator[Controls, ExamState, ExamState]:
        """One pull of so many millimetres, the view kept on the way."""
        to_mm = max(self._depth_mm(state) - length_mm, START_MM + 0.1)
        until_s = state.t_s + 3.0 * length_mm / (speed * self._settings.speed_mm_s)
        while self._depth_mm(state) > to_mm and state.t_s < until_s:
            state = yield Controls(-speed, *aim(self._tree, state.tip, way))
        return state

    def _withdraw(self, state: ExamState, branch: int, arc_mm: float) -> Generator[Controls, ExamState, ExamState]:
        """Slowly back to a place on the way out, with looks around: most findings are seen then."""
        to_mm = self._tree.branches[branch].start_mm + arc_mm
        while self._depth_mm(state) > to_mm:
            way = find_way(self._tree, state.tip.branch)
            length_mm = min(self._rng.gamma(4.0, 0.9), self._depth_mm(state) - to_mm + 0.1)
            state = yield from self._pull(state, length_mm, self._rng.uniform(0.3, 0.6), way)
            chance = self._rng.uniform()
            if chance < 0.2:
                state = yield from self._look_around(state)
            elif chance < 0.4:
                state = yield from self._rest(state, self._rng.gamma(2.0, 0.4), way)
        return state

    def _look_around(self, state: ExamState) -> Generator[Controls, ExamState, ExamState]:
        """Sweep the view once around the wall."""
        began_s, lasts_s = state.t_s, self._rng.uniform(1.8, 3.2)
        wide, first = self._rng.uniform(0.35, 0.8), self._rng.uniform(0.0, 2.0 * math.pi)
        turn = 2.0 * math.pi if self._rng.uniform() < 0.5 else -2.0 * math.pi
        while (share := (state.t_s - began_s) / lasts_s) < 1.0:
            reach = wide * math.sin(math.pi * share)
            state = yield Controls(
                bend_x=reach * math.cos(first + turn * share), bend_y=reach * math.sin(first + turn * share)
            )
        return state

    def _turn(self, state: ExamState, way: tuple[int, ...]) -> Generator[Controls, ExamState, ExamState]:
        """Turn the scope in the fingers, and the camera's head with it, back towards upright when it is far off."""
        until_s, speed = state.t_s + self._rng.uniform(0.3, 1.2), self._rng.uniform(0.3, 0.9)
        upright = math.remainder(state.tip.roll_deg, 360.0)
        side = -math.copysign(1.0, upright) if abs(upright) > 40.0 else math.copysign(1.0, self._rng.uniform(-1.0, 1.0))
        while state.t_s < until_s:
            bend = aim(self._tree, state.tip, way)
            state = yield Controls(0.0, *bend, roll=side * speed)
        return state

    def _rest(
        self, state: ExamState, seconds: float, way: tuple[int, ...] | None = None
    ) -> Generator[Controls, ExamState, ExamState]:
        """Keep still for a while."""
        until_s = state.t_s + seconds
        while state.t_s < until_s:
            state = yield Controls(0.0, *aim(self._tree, state.tip, way)) if way else Controls()
        return state

    def _wait_for_view(
        self, state: ExamState, at_most_s: float, way: tuple[int, ...] | None = None
    ) -> Generator[Controls, ExamState, ExamState]:
        """Flush until the lumen is open and clear, or until patience ends."""
        until_s = state.t_s + at_most_s
        while state.t_s < until_s and not _sees(state, eager=True):
            self._squeeze.ask()
            state = yield Controls(0.0, *aim(self._tree, state.tip, way)) if way else Controls()
        return state

    def _is_there(self, state: ExamState, place: Place) -> bool:
        return state.tip.branch == place[0] and state.tip.arc_mm >= place[1] - _ARRIVED_MM

    def _depth_mm(self, state: ExamState) -> float:
        return self._tree.branches[state.tip.branch].start_mm + state.tip.arc_mm


def _sees(state: ExamState, *, eager: bool = False) -> bool:
    """Whether the view is good enough to push on: open, and neither turbid nor bloody; `eager` wants it better."""
    fluid, worse = state.fluid, 0.6 if eager else 1.0
    is_open = state.roundness > (0.9 if eager else 0.6)
    return is_open and not fluid.is_air and fluid.turbid_per_mm < 0.15 * worse and fluid.blood_per_mm < 0.4 * worse
