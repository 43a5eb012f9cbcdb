"""The finder's speed: processor time of each part, a whole recording on two cores, and motion beside its peers."""

from __future__ import annotations

import math
import os
import tempfile
import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ParamSpec, TypeVar

import cv2
import numpy as np

from benchmarks.feature_peer import PICTURE_PX, Features, open_peers, step_peer
from benchmarks.table import Figure, Table
from ductoscope.detect import Eye, open_eye, step_suggest, step_view
from ductoscope.live.examine import Examination, examine_recording
from ductoscope.live.find import LOOKS_A_SECOND, Search, begin_find, is_due
from ductoscope.live.shown import draw_restored
from ductoscope.model import BoolArray, CoreImage, DoubleArray, Lost, PictureArray, Pose, Scope, Told
from ductoscope.navigate import Known, Motion, NoMotion, begin_motion, plan_motion, step_motion, step_way
from ductoscope.navigate.motion import MotionState
from ductoscope.record import Recording, open_recording
from ductoscope.restore import Plan, make_raster, plan_restore, start_denoise, step_denoise
from ductoscope.score import TrueExamination, read_truth
from ductoscope.score.truth import LINE_MM
from ductoscope.simulate import make_scope_spec
from ductoscope.simulated_examination import simulate_examination

SEED, PRESET, REVERSALS, SECONDS, QUICK_SECONDS = 45, "typical", 3.0, 16.0, 8.0
CORES, FPS = 6000, 25
MOTION_MS, EYE_MS, REAL_TIMES = 15.0, 10.0, 2.0
"""What is asked: processor time of motion and of the learned eye, median a look; how much faster than real time."""
PEERS = ("ORB", "SIFT")
RASTER, EYE, VIEW, MOTION, WAY, SUGGEST = "raster", "learned eye", "view", "motion", "way", "suggestions"

_WINDOW_STEPS, _LEAST_PATH_MM, _AHEAD_MM = round(LOOKS_A_SECOND), 0.3, 3.0

Given = ParamSpec("Given")
Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """Processor time of this thread alone, in ms, of every piece of work by its name."""

    times_ms: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def time(self, name: str, work: Callable[Given, Done], *args: Given.args, **words: Given.kwargs) -> Done:
        """Do the work and note what it took."""
        began = time.thread_time()
        done = work(*args, **words)
        self.times_ms[name].append(1e3 * (time.thread_time() - began))
        return done


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One frame that the finder looks at: readings since the look before, and the monitor's (S, S, 3) picture."""

    core_image: CoreImage
    readings: Sequence[Told]
    picture: PictureArray


def find_error(told_mm: DoubleArray, true_mm: DoubleArray, counts: BoolArray) -> float:
    """Median over windows of one second of |told travel - true travel|, as a share of the way gone there and back.

    All (N,), a step each, in mm. Only steps that count are taken; a window of which less than half counts, or in which
    the tip went less than 0.3 mm, is left out. Not a number when none is left.
    """
    shares = []
    for first in range(0, len(true_mm) - _WINDOW_STEPS + 1, _WINDOW_STEPS):
        chosen = first + np.flatnonzero(counts[first : first + _WINDOW_STEPS])
        path_mm = float(np.abs(true_mm[chosen]).sum())
        if 2 * len(chosen) >= _WINDOW_STEPS and path_mm >= _LEAST_PATH_MM:
            shares.append(abs(float(told_mm[chosen].sum() - true_mm[chosen].sum())) / path_mm)
    return float(np.median(shares)) if shares else math.nan


@dataclass(frozen=True, slots=True, eq=False)
class TrueSteps:
    """How the tip truly went from look to look.

    radius_mm: (N + 1,) the lumen's inner radius, mean of 0 to 3 mm ahead. along_mm: (N,) along the duct, deeper is
    positive. deeper: (N, 3) unit, the direction deeper into the duct, in the frame of the earlier look's picture.
    """

    radius_mm: DoubleArray
    along_mm: DoubleArray
    deeper: DoubleArray


def read_true_steps(truth: TrueExamination, indices: Sequence[int]) -> TrueSteps:
    """Read the truth of the frames that were looked at."""
    rows = [truth.list_rows()[index] for index in indices]
    turned = math.radians(truth.page["scope"]["head_turned_deg"])
    picture_from_tip = np.array(
        [[math.cos(turned), -math.sin(turned), 0.0], [math.sin(turned), math.cos(turned), 0.0], [0.0, 0.0, 1.0]]
    )
    deeper, radius_mm = [], []
    for row in rows:
        branch = truth.branches[int(truth.branch[row])]
        line = np.array(branch["polyline_mm"])
        at = int((truth.depth_mm[row] - branch["start_mm"]) / LINE_MM)
        near = min(max(at, 0), len(line) - 2)
        step = line[near + 1] - line[near]
        deeper.append(picture_from_tip @ truth.duct_from_tip[row][:3, :3].T @ (step / np.linalg.norm(step)))
        ahead = range(at, at + round(_AHEAD_MM / LINE_MM) + 1)
        radius_mm.append(float(np.mean([truth.find_radius_mm(branch["id"], each, row) for each in ahead])))
    return TrueSteps(np.array(radius_mm), np.diff(truth.depth_mm[rows]), np.array(deeper[:-1]))


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What ours and the peers told, look after look.

    indices: of the frames that were looked at. has_motion: whether ours told a motion. radii: (N,) travel along the
    duct of each step between two looks, in radii; not a number where ours told none. ways: by peer, the way of each
    step, None where it told none.
    """

    indices: list[int] = field(default_factory=list)
    has_motion: list[bool] = field(default_factory=list)
    radii: list[float] = field(default_factory=list)
    ways: defaultdict[str, list[DoubleArray | None]] = field(default_factory=lambda: defaultdict(list))


def measure(quick: bool) -> Table:
    """Simulate one examination and time everything on it; quick takes the first half of it."""
    seconds = QUICK_SECONDS if quick else SECONDS
    changes = [f"cores={CORES}", f"fps={FPS}", "height=1080", "width=1920", f"seconds={seconds:g}"]
    changes.append(f"reversals={REVERSALS:g}")
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "examination"
        simulate_examination(make_scope_spec(SEED, PRESET, changes), kept)
        eye, truth = open_eye("learned"), read_truth(kept / "truth")
        examine_recording(kept / "recording", eye)  # The first time, compiled code is loaded.
        with _two_cores():
            began_s = time.process_time()
            examination = examine_recording(kept / "recording", eye)
            worked_s = time.process_time() - began_s
        with closing(open_recording(kept / "recording")) as recording, _one_thread():
            watch, told = _go_along(recording, eye, examination)
    true = read_true_steps(truth, told.indices)
    times = examination.seconds / examination.worked_s
    figures = (
        *_describe_parts(watch),
        Figure(
            "a whole recording, on two processor cores",
            times,
            "times real time",
            result=times,
            result_unit="times real time",
            demand=REAL_TIMES,
        ),
        Figure("the same, processor time of all threads, for a second of it", worked_s / examination.seconds, "s"),
        *_compare_times(watch),
        *_compare_answers(told, true),
    )
    return _lay_table(figures, seconds, len(told.indices), true)


def _go_along(recording: Recording, eye: Eye, examination: Examination) -> tuple[Stopwatch, Answers]:
    """Take every look once, ours and the peers in turn."""
    watch, told = Stopwatch(), Answers()
    search, alone = begin_find(recording.bundle, Scope(), Known(), eye), begin_motion(plan_motion(Scope()))
    plan = plan_restore(recording.bundle, PICTURE_PX)
    peers, kept = open_peers(plan), dict[str, Features]()
    before_ns = -1
    for number, look in enumerate(_list_looks(recording, plan)):
        core_image = look.core_image
        search, alone, motion, where = _step_ours(search, alone, look, watch)
        if where != examination.found[number].where:
            raise AssertionError(
                "The steps timed here are no longer those of ductoscope.live.find; mend this benchmark."
            )
        told.indices.append(core_image.index)
        told.has_motion.append(isinstance(motion, Motion))
        follows = isinstance(motion, Motion) and motion.since_ns == before_ns
        told.radii.append(motion.along_radii if isinstance(motion, Motion) and follows else math.nan)
        before_ns = core_image.t_ns
        for peer in peers:
            kept[peer.name], way = watch.time(peer.name, step_peer, peer, kept.get(peer.name), look.picture)
            told.ways[peer.name].append(way)
    return watch, told


def _list_looks(recording: Recording, plan: Plan) -> Iterator[Look]:
    """The frames that the finder looks at, with the monitor's picture of each: denoised by all frames before it."""
    denoise, last_ns = start_denoise(plan), None
    readings, taken = recording.depth_readings(), 0
    for core_image in recording.core_images():
        denoise, light_lin = step_denoise(denoise, core_image)
        if is_due(last_ns, core_image.t_ns):
            last_ns = core_image.t_ns
            due = bisect_right([reading.t_ns for reading in readings], last_ns, lo=taken)
            yield Look(core_image, readings[taken:due], draw_restored(core_image, light_lin, plan).pixels)
            taken = due


def _step_ours(
    search: Search, alone: MotionState, look: Look, watch: Stopwatch
) -> tuple[Search, MotionState, Motion | NoMotion, Pose | Lost]:
    """What step_find does, each part timed; and motion once more alone, since the way's own step has it inside."""
    core_image = look.core_image
    raster = watch.time(RASTER, make_raster, core_image, search.raster_plan)
    outlook = watch.time(EYE, search.eye.look_out, raster)
    view_state, view = watch.time(VIEW, step_view, search.view, outlook, raster, core_image.fit)
    alone, motion = watch.time(MOTION, step_motion, alone, raster, outlook, view)
    way, step = watch.time(WAY, step_way, search.way, raster, outlook, view, look.readings)
    mm, sigma_mm = step.depth.mm_per_radius, step.depth.mm_per_radius_sigma
    scale = None if mm is None or sigma_mm is None else (mm, sigma_mm)
    spots, _ = watch.time(
        SUGGEST, step_suggest, search.spots, raster, outlook, view, step.where, step.sight, scale, step.depth.scale
    )
    return replace(search, view=view_state, way=way, spots=spots), alone, motion, step.where


def _describe_parts(watch: Stopwatch) -> Iterator[Figure]:
    times = {name: np.array(watch.times_ms[name]) for name in (RASTER, EYE, VIEW, MOTION, WAY, SUGGEST)}
    whole = times[RASTER] + times[EYE] + times[VIEW] + times[WAY] + times[SUGGEST]
    parts = (
        ("laying the raster", times[RASTER], None),
        ("the learned eye", times[EYE], EYE_MS),
        ("judging the view", times[VIEW], None),
        ("motion", times[MOTION], MOTION_MS),
        ("the rest of the way: depth, forks, map, wall, finding it again", times[WAY] - times[MOTION], None),
        ("suggestions", times[SUGGEST], None),
        ("a whole look", whole, None),
    )
    for name, each, demand in parts:
        median = float(np.median(each))
        asked = None if demand is None else median
        yield Figure(f"{name}, median", median, "ms", None, asked, "ms", demand, at_most=True)
        yield Figure(f"{name}, 95th percentile", float(np.percentile(each, 95.0)), "ms")
    yield Figure("a whole look, mean", float(whole.mean()), "ms")


def _compare_times(watch: Stopwatch) -> Iterator[Figure]:
    """The first look has no pair yet and counts for neither."""
    ours = float(np.median(watch.times_ms[MOTION][1:]))
    needed = np.array([watch.times_ms[name][1:] for name in (RASTER, EYE, VIEW, MOTION)]).sum(axis=0)
    with_eye = float(np.median(needed))
    for name in PEERS:
        peer = float(np.median(watch.times_ms[name][1:]))
        yield Figure(f"motion, median a look, against {name}", ours, "ms", peer, peer / ours)
        yield Figure("the same, with all that ours rests on: raster, eye, view", with_eye, "ms", peer, peer / with_eye)


def _compare_answers(told: Answers, true: TrueSteps) -> Iterator[Figure]:
    ours_mm = np.array(told.radii[1:]) * true.radius_mm[1:]
    told_share = float(np.mean(told.has_motion[1:]))
    for name in PEERS:
        peer_mm = np.array(
            [
                math.nan if way is None else radius_mm * float(way @ deeper)
                for way, radius_mm, deeper in zip(told.ways[name][1:], true.radius_mm[:-1], true.deeper, strict=True)
            ]
        )
        both = np.isfinite(ours_mm) & np.isfinite(peer_mm)
        ours, peer = (find_error(each, true.along_mm, both) for each in (ours_mm, peer_mm))
        share = float(np.isfinite(peer_mm).mean())
        yield Figure(
            f"looks with an answer, against {name}", 100.0 * told_share, "%", 100.0 * share, told_share / share
        )
        what = f"travel in a second, error as a share of the way, against {name}"
        yield Figure(what, ours, "", peer, peer / ours, demand=1.0)


def _lay_table(figures: tuple[Figure, ...], seconds: float, looks: int, true: TrueSteps) -> Table:
    back = float(-true.along_mm[true.along_mm < 0.0].sum() / np.abs(true.along_mm).sum())
    return Table(
        name="find_speed",
        title="Speed of the finder, and motion beside feature matching",
        how=(
            f"Everything here comes from simulation. One simulated examination (seed {SEED}, {PRESET}, a hand "
            f"that often goes back, {CORES:,} cores, 1920 x 1080 RGB, {FPS} frames a second, {seconds:g} s); "
            f"{looks} looks of the finder, {LOOKS_A_SECOND:g} a second. Each part's time is processor "
            "time on one thread, a look; the rest of the way is the way's own step less the motion in it. The whole "
            "recording is timed by the clock on the wall, its reading included, with its depth sensor's readings. The "
            "peers for motion are OpenCV's ORB and SIFT on the monitor's restored pictures of the same looks "
            f"({PICTURE_PX} x {PICTURE_PX}, restoring not counted): contrast made even in tiles, features, matching by "
            "brute force with ratio test, essential matrix by RANSAC, pose from it, through the scope's lens. Ours and "
            "the peers took turns, look by look, in one process. Neither knows a scale: both tell travel in radii of "
            "the lumen (the peers by the median distance of the points that they place from the scope's axis) and were "
            "given the true radius; the peers were also given the true direction of the duct. Error: median over "
            "windows of one second of the difference between told and true travel, by the way gone in it there and "
            "back. Steps count that ours and the peer both told, so the lines about different peers have different "
            "steps."
        ),
        figures=figures,
        notes=(
            "With OpenCV's own thresholds, and without even contrast, ORB and SIFT find next to nothing in such smooth "
            "pictures; the peers' settings are the best that were tried on this recording.",
            f"{100.0 * back:.0f} % of the way was back.",
        ),
    )


@contextmanager
def _two_cores() -> Iterator[None]:
    """Keep this thread, and those that it starts, on two processor cores, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(allowed)[:2])
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keep OpenCV, ours and the peers', on the thread that is timed."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    cv2.setRNGSeed(SEED)
    try:
        yield
    finally:
        cv2.setNumThreads(threads)
