"""Draw the frames to learn from: each world's to one file, with the truth of their pixels.

The pictures go the whole way that real ones go: fibre, camera, calibration, reading, raster.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ductoscope.model import Frame
from ductoscope.restore import calibrate, make_raster, plan_raster, plan_restore, read_core_image
from ductoscope.simulate import ScopeSpec, SimulatedScope, camera_picture, true_centres_px
from ductoscope.simulate.drive.pose import tip_pose
from ductoscope.simulate.eye import Eye, Glance, open_shutter
from ductoscope.simulate.instrument.auto_gain import AutoGainSettings
from ductoscope.simulate.view_state import is_seen_well, judge_view
from training.pixel_truth import lay_truth, match_cores
from training.worlds import draw_moment, draw_settings, survey

FIRST_SEED = 100_000
DRAWN, DRIVEN = 64, 32
"""Frames of each world: of moments drawn anywhere, and of the simulated hands' own way (in every second world)."""
_EVERY = 17
"""So many frames lie between two of the hands'."""
_MAPS = ("mouth", "edge", "spot", "clear", "alike")


def draw_world(seed: int, path: Path) -> None:
    """Draw one world's frames into `path` (npz). The same seed gives the same frames.

    light: (F, S, S, 3) float16; seen: (S, S); distance: float16, mm; the other maps of PixelTruth: uint8, 255 is 1;
    word: the view's word; beneath: the word that holds when nothing saturates; meant: what the moment was drawn for.
    """
    rng = np.random.default_rng([seed, 1])
    preset, settings = draw_settings(rng)
    height = 1080 if settings.cores > 6000 else 720 if settings.cores > 3000 else 540
    spec = ScopeSpec(seed, settings, preset, height=height, width=height * 4 // 3, paced=False)
    scope = SimulatedScope(spec)
    bundle = calibrate(scope.white())
    reading, plan = plan_restore(bundle, 32, method="triangular"), plan_raster(bundle)
    cores = match_cores(bundle, true_centres_px(scope.fibre, scope.camera))
    rows: dict[str, list[object]] = {name: [] for name in ("light", "distance", *_MAPS, "word", "beneath", "meant")}
    for meant, glance, gain, sight in _look(scope, seed, rng):
        pixels = camera_picture(sight.light, scope.fibre, scope.camera, rng, gain=gain)
        raster = make_raster(read_core_image(Frame(0, 0, pixels), reading), plan)
        state = glance.state
        truth = lay_truth(sight, is_seen_well(sight, state), state.tip.branch, glance.tree, cores, plan)
        rows["light"].append(raster.light_lin.astype(np.float16))
        rows["distance"].append(truth.distance.astype(np.float16))
        for name in _MAPS:
            rows[name].append(np.rint(255.0 * getattr(truth, name)).astype(np.uint8))
        rows["word"].append(judge_view(sight, state, settings, gain))
        rows["beneath"].append(judge_view(sight, state, settings, 0.0))
        rows["meant"].append(meant)
    hidden = path.with_name(f".{path.name}")
    with hidden.open("wb") as file:
        np.savez(file, seen=plan.seen, **{name: np.array(each) for name, each in rows.items()})
    hidden.rename(path)


def _look(scope: SimulatedScope, seed: int, rng: np.random.Generator) -> Iterator[tuple[str, Glance, float, object]]:
    """What each moment was meant for, its glance, the camera's gain and what the cores saw."""
    settings = scope.spec.settings
    scenery = survey(scope.breast)
    eye = Eye(scope.fibre.xy, settings)
    auto = AutoGainSettings()
    for _ in range(DRAWN):
        mood, before, state = draw_moment(scenery, rng)
        pose = tip_pose(scenery.tree, before.tip)
        glance = open_shutter(scope.breast, scenery.tree, state, pose, 0.04, settings.shutter_s)
        wanted = (auto.target / max(eye.measure_light(glance), 1e-3)) ** auto.strength
        late = rng.uniform(1.2, 4.0) if mood == "bright" else np.exp(rng.normal(0.0, 0.25))
        gain = float(np.clip(np.clip(wanted, auto.lowest, auto.highest) * late, auto.lowest, auto.highest))
        yield mood, glance, gain, eye.look(glance)
    if seed % 2:
        return
    for k in range(DRIVEN):
        moment = scope.timeline.at(k * _EVERY + int(rng.integers(_EVERY)))
        yield "driven", moment.glance, moment.gain.gain, eye.look(moment.glance)
