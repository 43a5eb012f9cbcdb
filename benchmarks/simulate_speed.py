"""How fast the simulated scope makes pictures: it shares the machine with the pipeline that it feeds."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from benchmarks.table import Figure, Table
from ductoscope.simulate import SimulatedScope, camera_picture

DEMANDS_FPS = {6000: 30.0, 10_000: 25.0}
"""Whole frames a second that practice needs, on two processors, by number of cores (issue 3)."""
SEED = 7
_BEGIN_S = 8.0
"""The first seconds show a duct that is still closed; from here on the scope looks into an open one."""


def measure(quick: bool) -> Table:
    """Time a whole frame, and its parts, for each number of cores; the sizes take turns in one run."""
    repeats = 15 if quick else 150
    tasks: dict[str, Callable[[int], object]] = {}
    for cores in DEMANDS_FPS:
        scope = SimulatedScope(f"sim:{SEED}?cores={cores}&paced=0")
        scope.open()
        tasks[f"{cores} whole"] = _frame_maker(scope)
        tasks[f"{cores} step"] = _stepper(scope)
        tasks[f"{cores} camera"] = _picture_maker(scope)
    times_ms: dict[str, list[float]] = {name: [] for name in tasks}
    for index in range(repeats):
        for name, task in tasks.items():
            began = time.perf_counter()
            task(index)
            times_ms[name].append(1e3 * (time.perf_counter() - began))
    figures = []
    for cores, demand_fps in DEMANDS_FPS.items():
        whole = _median(times_ms[f"{cores} whole"])
        figures += [
            Figure(
                f"frames a second, {cores:,} cores, 4 rays a core, 1920x1080 RGB",
                1e3 / whole,
                "fps",
                result=1e3 / whole,
                result_unit="fps",
                demand=demand_fps,
            ),
            Figure(f"one frame, {cores:,} cores, median", whole, "ms"),
            Figure(f"of which hands, duct, fluid and gain, {cores:,} cores", _median(times_ms[f"{cores} step"]), "ms"),
            Figure(f"of which fibre, lens and sensor, {cores:,} cores", _median(times_ms[f"{cores} camera"]), "ms"),
        ]
    return Table(
        "simulate_speed",
        "Speed of the simulated scope",
        f"Simulated breast of seed {SEED}, typical, from {_BEGIN_S:g} s on, {repeats} frames a size, taking turns; "
        "wall time on two processors; set-up not counted.",
        tuple(figures),
    )


def _frame_maker(scope: SimulatedScope) -> Callable[[int], object]:
    first = round(_BEGIN_S * scope.spec.settings.fps)
    scope.frame_at(first - 1, 0)
    return lambda index: scope.frame_at(first + index, 0)


def _stepper(scope: SimulatedScope) -> Callable[[int], object]:
    """Only the world's next moment: in a second scope, since a moment that was asked for is remembered."""
    other = SimulatedScope(scope.spec)
    first = round(_BEGIN_S * scope.spec.settings.fps)
    other.timeline.at(first - 1)
    return lambda index: other.timeline.at(first + index)


def _picture_maker(scope: SimulatedScope) -> Callable[[int], object]:
    light, rng = scope.truth_at(0).core_light, np.random.default_rng(0)
    return lambda _: camera_picture(light, scope.fibre, scope.camera, rng)


def _median(values: list[float]) -> float:
    return float(np.median(values))
