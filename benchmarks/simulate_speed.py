"""How fast the simulated scope makes pictures: it shares the machine with the pipeline that it feeds."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from benchmarks.table import Figure, Table
from ductoscope.simulate import SimulatedScope, camera_picture

CORES = (6000, 10_000)
SEED = 7
_FASTEST_MS = 12.0
"""Two cores at 30 frames a second have 66 ms a frame; the source should leave the pipeline most of it."""


def measure(quick: bool) -> Table:
    """Time a whole frame, and its two parts, for each number of cores; the sizes take turns in one run."""
    repeats = 15 if quick else 120
    tasks: dict[str, Callable[[int], object]] = {}
    for cores in CORES:
        scope = SimulatedScope(f"sim:{SEED}?cores={cores}&paced=0")
        scope.open()
        tasks[f"{cores} whole"] = _frame_maker(scope)
        tasks[f"{cores} camera"] = _picture_maker(scope)
    times_ms: dict[str, list[float]] = {name: [] for name in tasks}
    for index in range(repeats):
        for name, task in tasks.items():
            began = time.thread_time()
            task(index)
            times_ms[name].append(1e3 * (time.thread_time() - began))
    figures = []
    for cores in CORES:
        whole = float(np.median(times_ms[f"{cores} whole"]))
        figures += [
            Figure(
                f"one 1920x1080 RGB frame, {cores:,} cores, one thread, median",
                whole,
                "ms",
                result=float(np.min(times_ms[f"{cores} whole"])),
                result_unit="ms at best",
                demand=_FASTEST_MS if cores == CORES[0] else None,
                at_most=True,
            ),
            Figure(f"of which fibre, lens and sensor, {cores:,} cores", _median(times_ms[f"{cores} camera"]), "ms"),
            Figure(f"frames a second, {cores:,} cores, one thread", 1e3 / whole, "fps"),
        ]
    return Table(
        "simulate_speed",
        "Speed of the simulated scope",
        f"Moving duct, seed {SEED}, {repeats} frames a size, taking turns; processor time; set-up not counted.",
        tuple(figures),
    )


def _frame_maker(scope: SimulatedScope) -> Callable[[int], object]:
    return lambda index: scope.frame_at(index, 0)


def _picture_maker(scope: SimulatedScope) -> Callable[[int], object]:
    light, rng = scope.truth_at(0).core_light, np.random.default_rng(0)
    return lambda _: camera_picture(light, scope.fibre, scope.camera, rng)


def _median(values: list[float]) -> float:
    return float(np.median(values))
