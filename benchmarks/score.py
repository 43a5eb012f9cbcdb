"""Score the finder on simulated examinations that nothing was tuned or trained on: `python -m benchmarks.score`.

Writes docs/score.md. Everything on it comes from simulation; nothing on it is clinical evidence.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.progress import Progress

from benchmarks.score_page import Part, write_score_page
from ductoscope import __version__
from ductoscope.detect import open_eye
from ductoscope.live.examine import examine_recording
from ductoscope.live.write_examination import write_examination
from ductoscope.navigate import Known
from ductoscope.score import AIMS, Judged, TrueExamination, judge, read_examined, read_truth
from ductoscope.score.truth import LINE_MM
from ductoscope.simulate import make_scope_spec
from ductoscope.simulated_examination import simulate_examination

BUILD = Path(__file__).parents[1] / "build" / "score"
SCOPE = ("cores=3000", "fps=12.5", "height=540", "width=720")
Eye = Literal["learned", "classical"]
EYES: tuple[Eye, ...] = ("learned", "classical")


LOST, STILL, SHARE = (
    "said Lost, of all frames",
    "motion invented while still (mm a minute)",
    "error as a share of travel, median",
)
WHOLE = tuple(name for name in AIMS if name not in (LOST, SHARE))
"""What an examination with a sensor at the shaft is judged by."""
ALONE = (SHARE, *(name for name in AIMS if name.startswith(("depth", "truly", "said lost", "branches", "forks"))))


@dataclass(frozen=True, slots=True)
class World:
    """One kind of examination.

    key: of its part on the page. asked: figures that it is judged by. is_alone: vision alone, with the known radius.
    """

    key: str
    preset: str
    seconds: float
    asked: tuple[str, ...]
    changes: tuple[str, ...] = ()
    is_alone: bool = False


TURNS = tuple(World("with the encoder", preset, 26.0, WHOLE) for preset in ("easy", "typical", "hard"))
NULLS = (
    World("smooth tube, moving", "smooth", 15.0, (LOST,), is_alone=True),
    World("smooth tube, still", "still", 10.0, (STILL,), ("texture=0", "folds=0", "vessels=0"), is_alone=True),
    World("textured tube, still", "still", 15.0, (STILL,), is_alone=True),
    World("vision alone, ring-free", "easy", 30.0, ALONE, ("folds=0",), is_alone=True),
)
NULL_SEEDS = 3
"""Every null case is drawn with the first few seeds."""


@dataclass(frozen=True, slots=True)
class Job:
    """One examination: simulated once, looked at by every eye."""

    world: World
    seed: int

    @property
    def folder(self) -> Path:
        """Where it is kept between runs of the same version."""
        name = "-".join((self.world.preset, *self.world.changes, f"{self.world.seconds:g}s", str(self.seed)))
        return BUILD / __version__ / name.replace("=", "")


def main() -> int:
    """Simulate, examine and judge; 0 when it was done, whatever the figures are."""
    parser = argparse.ArgumentParser(prog="make score", description=__doc__)
    parser.add_argument("--seeds", default="1001-1040", help="first-last; the page is kept only for the judges' own")
    parser.add_argument("--anew", action="store_true", help="simulate again what was kept from an earlier run")
    wanted = parser.parse_args()
    first, last = (int(part) for part in wanted.seeds.split("-"))
    if wanted.anew:
        shutil.rmtree(BUILD, ignore_errors=True)
    jobs = list(list_jobs(range(first, last + 1)))
    began_s = time.monotonic()
    parts = _collect(jobs)
    minutes = (time.monotonic() - began_s) / 60.0
    console = Console()
    page = write_score_page(parts, minutes, wanted.seeds, is_kept=wanted.seeds == "1001-1040")
    console.print(page, markup=False, highlight=False)
    return 0


def list_jobs(seeds: Sequence[int]) -> Iterator[Job]:
    """Every examination, the long ones first: the presets in turn over the seeds, then the null cases."""
    for number, seed in enumerate(seeds):
        yield Job(TURNS[number % len(TURNS)], seed)
    yield from (Job(world, seed) for world, seed in product(NULLS, seeds[:NULL_SEEDS]))


def _collect(jobs: Sequence[Job]) -> Mapping[str, Part]:
    parts: dict[str, Part] = {}
    # Spawned, not forked: the compiled kernels and the network keep threads of their own.
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool, Progress(console=Console(stderr=True)) as bar:
        row = bar.add_task("Scoring", total=len(jobs))
        for job, judged in zip(jobs, pool.map(do_job, jobs), strict=True):
            world = job.world
            part = parts.setdefault(world.key, Part(world.key, world.asked, {eye: [] for eye in EYES}))
            for eye, one in judged.items():
                part.judged[eye].append((f"{world.preset} {job.seed}", one))
            bar.advance(row)
    return parts


def do_job(job: Job) -> dict[Eye, Judged]:
    """Simulate one examination unless it is kept, and judge what each eye finds in it."""
    if not job.folder.exists():
        world = job.world
        spec = make_scope_spec(job.seed, world.preset, [*world.changes, *SCOPE, f"seconds={world.seconds:g}"])
        simulate_examination(spec, job.folder)
    truth = read_truth(job.folder / "truth")
    known = Known(radius_mm=find_radius(truth), radius_sigma_mm=0.05) if job.world.is_alone else Known()
    judged: dict[Eye, Judged] = {}
    with tempfile.TemporaryDirectory() as folder:
        recording = _without_depth(job.folder / "recording", Path(folder)) if job.world.is_alone else None
        for eye in EYES:
            examination = examine_recording(recording or job.folder / "recording", open_eye(eye), known=known)
            write_examination(examination, Path(folder) / eye)
            judged[eye] = judge(read_examined(Path(folder) / eye), truth)
    return judged


def find_radius(truth: TrueExamination, ahead_mm: float = 3.0) -> float:
    """The lumen's true radius where the first pictures see it, as the pressure of that moment widens it."""
    row = min(len(truth.t_ns) - 1, 12)
    branch = int(truth.branch[row])
    at = int((truth.depth_mm[row] + ahead_mm - truth.branches[branch]["start_mm"]) / LINE_MM)
    return truth.find_radius_mm(branch, at, row)


def _without_depth(recording: Path, folder: Path) -> Path:
    """The same recording without its readings, made of links."""
    copy = folder / "recording"
    shutil.copytree(recording, copy, copy_function=_link, ignore=shutil.ignore_patterns("depth.csv"))
    return copy


def _link(source: str, target: str) -> None:
    Path(target).symlink_to(Path(source).resolve())


if __name__ == "__main__":
    sys.exit(main())
