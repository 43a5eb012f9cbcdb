"""Speed of restoring one frame, ours and the peer's in turn on the same frames."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.peer import calibrate_peer
from benchmarks.table import Figure, Table
from ductoscope.model import Bundle, Pixels
from ductoscope.record.bundle_file import save_bundle
from ductoscope.restore import calibrate, plan_restore, restore
from ductoscope.simulate import (
    CameraSettings,
    FibreSettings,
    camera_picture,
    make_fibre,
    make_scene,
    see_scene,
    white_picture,
)

SIDE_PX, SIZE_PX = 1080, 1024
_DEMANDS = {
    (10_000, "RGB", "mmse"): 8.0,
    (10_000, "RGB", "triangular"): 12.0,
    (30_000, "RGB", "mmse"): 4.0,
    (30_000, "RGB", "triangular"): None,
    (10_000, "mono", "mmse"): 8.0,
    (10_000, "mono", "triangular"): 8.0,
}

# Each prints the time before and after its first frame is restored.
_PROGRAMS = {
    "ours": """
import sys, time
from pathlib import Path
import numpy as np
from ductoscope.record import load_bundle
from ductoscope.restore import plan_restore, restore
folder = Path(sys.argv[1])
frame = np.load(folder / "pictures.npz")["frame"]
plan = plan_restore(load_bundle(folder / "bundle.npz"), int(sys.argv[2]))
before = time.time()
restore(frame, plan)
print(before, time.time())
""",
    "peer": """
import sys, time
from pathlib import Path
import numpy as np
from benchmarks.peer import calibrate_peer
pictures = np.load(Path(sys.argv[1]) / "pictures.npz")
frame = pictures["frame"]
engine = calibrate_peer(pictures["white"], int(sys.argv[2]), core_size_px=float(sys.argv[3])).engine
engine.set_output_type("uint8")
before = time.time()
engine.process(frame)
print(before, time.time())
""",
    "numba": """
import time
before = time.time()
import numpy, numba
from numba.core.registry import cpu_target
cpu_target.target_context.refresh()
print(before, time.time())
""",
}


@dataclass(frozen=True)
class _FirstFrame:
    """The first frame of a new process: the call that restores it, and all since the process was started."""

    call_s: float
    whole_s: float


def measure(quick: bool) -> Table:
    """Time every case, then the first frame of a fresh process."""
    figures: list[Figure] = []
    first_bundle: tuple[Bundle, Pixels, Pixels] | None = None
    for cores, colour in ((10_000, "RGB"), (30_000, "RGB"), (10_000, "mono")):
        white, frame = _draw_pictures(cores, is_mono=colour == "mono")
        bundle = calibrate(white)
        first_bundle = first_bundle or (bundle, frame, white)
        peer = calibrate_peer(white, SIZE_PX, core_size_px=bundle.pitch_px)
        # Bytes, which it makes fastest of all its output types, as ours does.
        peer.engine.set_output_type("uint8")
        plans = {method: plan_restore(bundle, SIZE_PX, method=method) for method in ("mmse", "triangular")}
        shape = (SIZE_PX, SIZE_PX, 3) if colour == "RGB" else (SIZE_PX, SIZE_PX)
        out, copy_in = np.empty(shape, dtype=np.uint8), np.empty_like(frame)
        copy_out = np.empty_like(out)
        x, y = np.meshgrid(np.arange(SIZE_PX, dtype=np.float32), np.arange(SIZE_PX, dtype=np.float32))

        def copy_both(
            frame: Pixels = frame,
            target: NDArray[np.uint8] = copy_in,
            out: NDArray[np.uint8] = out,
            copied: NDArray[np.uint8] = copy_out,
        ) -> None:
            np.copyto(target, frame)
            np.copyto(copied, out)

        acts: dict[str, Callable[[], object]] = {
            "peer": lambda peer=peer, frame=frame: peer.engine.process(frame),
            "mmse": lambda plan=plans["mmse"], frame=frame, out=out: restore(frame, plan, out),
            "triangular": lambda plan=plans["triangular"], frame=frame, out=out: restore(frame, plan, out),
            "copy": copy_both,
            "remap": lambda frame=frame, x=x, y=y: cv2.remap(frame, x, y, cv2.INTER_LINEAR),
        }
        cost_ms = _time_in_turn(acts, rounds=15 if quick else 400)
        what = f"{colour} {SIDE_PX}² -> {SIZE_PX}², {cores:,} cores"
        figures += [
            Figure(
                f"one frame, {what}, {method}",
                cost_ms[method],
                "ms",
                cost_ms["peer"],
                cost_ms["peer"] / cost_ms[method],
                demand=_DEMANDS[cores, colour, method],
            )
            for method in ("mmse", "triangular")
        ]
        figures.append(Figure(f"copying input and output, {what}", cost_ms["copy"], "ms"))
        figures.append(Figure(f"cv2.remap to the output size, {what}", cost_ms["remap"], "ms"))
        begun = time.perf_counter()
        plan_restore(bundle, SIZE_PX)
        figures.append(Figure(f"planning, {what}", time.perf_counter() - begun, "s"))
    assert first_bundle is not None
    first = _time_first_frames(*first_bundle, rounds=2 if quick else 5)
    figures += [
        Figure(
            "first restore() call in a new process, its plan made, warm cache, 10,000 cores",
            first["ours"].call_s,
            "s",
            first["peer"].call_s,
        ),
        Figure(
            "first frame after the process starts: imports, bundle, plan and restore; the peer's imports, calibration "
            "and restore; warm caches, 10,000 cores",
            first["ours"].whole_s,
            "s",
            first["peer"].whole_s,
            result=first["ours"].whole_s,
            result_unit="s",
            demand=0.5,
            at_most=True,
        ),
        Figure("of that, Python, NumPy and Numba alone, ready to load a kernel", first["numba"].whole_s, "s"),
    ]
    return Table(
        name="restore_speed",
        title="Time to restore one frame",
        how=(
            "Both in one process and in turn on the same simulated frame, best of many rounds; ours with its two "
            "threads, the peer with its compiled triangular linear interpolation, normalised by the white picture, "
            "bytes out. First frames: best of several new processes, ours and the peer's in turn."
        ),
        figures=tuple(figures),
    )


def _draw_pictures(cores: int, *, is_mono: bool) -> tuple[Pixels, Pixels]:
    """A white picture, and one of a scene."""
    rng = np.random.default_rng([5, cores])
    fibre = make_fibre(rng, FibreSettings(cores=cores))
    camera = CameraSettings(height_px=SIDE_PX, width_px=SIDE_PX, disc_fraction=0.96, mono=is_mono)
    light = see_scene(fibre, make_scene("vessels", 5))
    return white_picture(fibre, camera, rng, frames=4), camera_picture(light, fibre, camera, rng)


def _time_in_turn(acts: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Best time of each act in ms; all take turns, so that a busy machine is busy for all."""
    for act in acts.values():
        act()
    best = dict.fromkeys(acts, np.inf)
    for _ in range(rounds):
        for name, act in acts.items():
            begun = time.perf_counter()
            act()
            best[name] = min(best[name], 1e3 * (time.perf_counter() - begun))
    return best


def _time_first_frames(bundle: Bundle, frame: Pixels, white: Pixels, rounds: int) -> dict[str, _FirstFrame]:
    """Best of `rounds` new processes of each program, in turn, after one that warms the caches."""
    # Installed programs have their bytecode compiled; so have these, wherever they are measured.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPATH"] = str(Path(__file__).parents[1])
    best = dict.fromkeys(_PROGRAMS, _FirstFrame(np.inf, np.inf))
    with tempfile.TemporaryDirectory() as folder:
        save_bundle(bundle, Path(folder) / "bundle.npz")
        np.savez(Path(folder) / "pictures.npz", frame=frame, white=white)
        for turn in range(rounds + 1):
            for name, program in _PROGRAMS.items():
                command = [sys.executable, "-c", program, folder, str(SIZE_PX), str(bundle.pitch_px)]
                begun = time.time()
                answer = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
                before, after = (float(word) for word in answer.stdout.split())
                if turn:
                    old = best[name]
                    best[name] = _FirstFrame(min(old.call_s, after - before), min(old.whole_s, after - begun))
    return best


if __name__ == "__main__":
    for figure in measure(quick=True).figures:
        print(figure.what, figure.ours, figure.peer, figure.result)
