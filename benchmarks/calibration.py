"""Calibration: cores found, false and off-centre over a range of scopes and cameras, and the time to a ready plan."""

from __future__ import annotations

import time

import numpy as np
from pybundle import find_cores as peer_find_cores

from benchmarks.calibration_truth import Score, WhitePicture, score_cores, show_white
from benchmarks.table import Figure, Table
from ductoscope.restore import calibrate, plan_restore
from ductoscope.simulate.instrument.fibre import FibreSettings


def measure(quick: bool) -> Table:
    """Score ours and the peer on the same simulated white pictures, and time 30,000 cores."""
    figures: list[Figure] = []
    for name, white in _conditions(quick):
        figures += _compare(name, white)
    white = show_white(40, cores=30_000, pitch_px=5.5, frame_shape=(1080, 1920))
    figures.append(_time_to_plan(white, repeats=2 if quick else 5))
    return Table(
        name="calibration",
        title="Calibration against known truth",
        how=(
            "Simulated white pictures (5 % jitter, 15 % transmission spread, 0.5 % dead unless said otherwise). The "
            "peer is pybundle.find_cores, given the true pitch; ours is given nothing. A core counts as found within "
            "half a pitch; rms is over live cores found."
        ),
        figures=tuple(figures),
        notes=("Pitch is stated because contrast falls with it: at 3 px a core covers some seven pixels.",),
    )


def _conditions(quick: bool) -> list[tuple[str, WhitePicture]]:
    worn = FibreSettings(cores=3000, jitter=0.08, dead=0.03, crosstalk=0.3, transmission_sd=0.2, cladding=0.2)
    conditions = [
        ("1,600 cores, 3 px", show_white(1, cores=1600, pitch_px=3.0)),
        ("6,000 cores, 5.5 px", show_white(2, cores=6000, pitch_px=5.5)),
        ("3,000 cores, 8 px, low light", show_white(3, cores=3000, pitch_px=8.0, exposure=0.06, full_well=4000.0)),
        ("3,000 cores, 5.5 px, worn fibre", show_white(4, cores=3000, pitch_px=5.5, fibre=worn)),
    ]
    if not quick:
        conditions += [
            ("3,000 cores, 4 px, Bayer 4:2:2", show_white(5, cores=3000, pitch_px=4.0, bayer=True, chroma_422=True)),
            ("10,000 cores, 5.5 px", show_white(6, cores=10_000, pitch_px=5.5)),
            ("30,000 cores, 5.5 px", show_white(7, cores=30_000, pitch_px=5.5)),
            (
                "3,000 cores, 8 px, 16 bit mono, half vignetted",
                show_white(8, cores=3000, pitch_px=8.0, mono=True, bit_depth=16, vignette=0.5),
            ),
            ("1,600 cores, 12 px, bright surround", show_white(9, cores=1600, pitch_px=12.0, surround=0.3)),
            ("1,600 cores, 20 px", show_white(10, cores=1600, pitch_px=20.0)),
            ("3,000 cores, 6 px, 15 specks", show_white(11, cores=3000, pitch_px=6.0, specks=15)),
        ]
    return conditions


def _compare(name: str, white: WhitePicture) -> list[Figure]:
    bundle = calibrate(white.pixels)
    ours = score_cores(white, bundle.xy_px, bundle.dead)
    peer = _score_peer(white, bundle.pitch_px)
    return [
        Figure(f"{name}: recall", ours.recall, "", peer.recall, ours.recall, "", demand=0.99),
        Figure(f"{name}: false cores", ours.false, "", peer.false, ours.false, "", demand=0.005, at_most=True),
        Figure(f"{name}: centres", ours.rms_px, "px rms", peer.rms_px, ours.rms_px, "px", demand=0.25, at_most=True),
    ]


def _score_peer(white: WhitePicture, pitch_px: float) -> Score:
    x, y = peer_find_cores(white.pixels, pitch_px)
    return score_cores(white, np.stack([x, y], axis=1))


def _time_to_plan(white: WhitePicture, repeats: int) -> Figure:
    taken = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        plan_restore(calibrate(white.pixels))
        taken.append(time.perf_counter() - start)
    # The first round loads compiled code.
    best = min(taken[1:])
    return Figure(
        "30,000 cores, 1920 x 1080, white picture to ready plan", best, "s", None, best, "s", 3.0, at_most=True
    )
