"""`python -m training`: draw frames, fit the classical eye's weights, train the network, export it, and measure both.

Everything in between lies in build/training; started again, it goes on from there.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

# One thread: results do not depend on how many there are, and somebody may be working on this machine.
os.environ.setdefault("OMP_NUM_THREADS", "1")

MODELS = Path(__file__).parents[1] / "src" / "ductoscope" / "detect" / "models"


def train() -> None:
    """Do every step that has not been done."""
    # Heavy parts only when something is to be done with them, so that --help answers at once.
    from ductoscope.detect import open_eye
    from training.draw_frames import FIRST_SEED, draw_world
    from training.export import export
    from training.fit_signs import fit_signs
    from training.fit_spots import fit_spots
    from training.frames import read_frames
    from training.learn import learn
    from training.measure import TUNING_SEEDS, describe, measure

    arguments = _read_arguments()
    frames = arguments.folder / "frames"
    frames.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()

    def say(words: str) -> None:
        print(f"{time.monotonic() - began:7.0f} s  {words}", flush=True)

    worlds = [frames / f"world_{seed}.npz" for seed in range(FIRST_SEED, FIRST_SEED + arguments.worlds)]
    for seed, path in enumerate(worlds, start=FIRST_SEED):
        if not path.exists():
            draw_world(seed, path)
            say(f"drew world {seed}")
    fit_signs(worlds, MODELS / "classical_view.json")
    say("fitted the classical eye's weights")
    fit_spots(worlds, MODELS / "spots.json")
    say("fitted the network that finds spots by their surroundings")
    net = learn(lambda: read_frames(worlds), arguments.folder / "checkpoint.pt", arguments.steps, say)
    say(f"wrote {export(net, MODELS, arguments.name)}")
    tuning = [frames / f"tuning_{seed}.npz" for seed in TUNING_SEEDS]
    for seed, path in zip(TUNING_SEEDS, tuning, strict=True):
        if not path.exists():
            draw_world(seed, path)
    eyes = (("learned eye", open_eye("learned")), ("classical eye", open_eye("classical")))
    page = describe([(name, measure(eye, tuning)) for name, eye in eyes])
    (arguments.folder / "figures.md").write_text(page, encoding="utf-8")
    say(f"figures for docs/model-card.md:\n\n{page}")


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("build/training"), help="for what lies in between")
    parser.add_argument("--worlds", type=int, default=400, help="how many simulated breasts, from seed 100000 on")
    parser.add_argument("--steps", type=int, default=20_000, help="of 24 pictures each")
    parser.add_argument("--name", default="learned 3", help="that the model says")
    return parser.parse_args()


if __name__ == "__main__":
    train()
