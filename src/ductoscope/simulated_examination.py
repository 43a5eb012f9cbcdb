"""A simulated examination on disk: what the workstation would have recorded, and apart from it the truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ductoscope.live import record_source
from ductoscope.model import Frame
from ductoscope.record import DEPTH_LOG_NAME, DepthLogWriter, make_whole_folder
from ductoscope.simulate import (
    EncoderState,
    Examination,
    ExaminationTruth,
    ScopeSpec,
    SimulatedScope,
    begin_encoder,
    draw_faults,
    step_encoder,
    write_truth,
)

EXAMINATION_STARTED_UTC = datetime(2000, 1, 1, tzinfo=UTC)
"""When every simulated examination says that it began: a true time could tell one from another."""
EXAMINATION_SIZE_PX = 1024


def simulate_examination(
    spec: ScopeSpec, folder: Path, progress: Callable[[float, str], None] = lambda _share, _words: None
) -> Examination:
    """Write an examination by the simulated hands: `folder`/recording as a workstation would, `folder`/truth beside it.

    spec: with `seconds`; always taken as fast as it goes. progress: told the share that is done, 0 to 1, and a word or
    two. The same spec and version give the same bytes. The folder appears only when it is whole.
    Raises BadFileError when it exists or cannot be written, DiskFullError when there is no room.
    """
    with make_whole_folder(folder, "simulating") as whole:
        (whole / "truth").mkdir(parents=True)
        scope = SimulatedScope(replace(spec, paced=False), clock_ns=lambda: 0)
        progress(0.0, "drawing the breast")
        # The recording says of its source what it would of any: its seed and its length would give it away.
        info = replace(scope.open(), name="Simulated scope", is_live=True, length=None)
        truth = ExaminationTruth(scope)

        shaft: list[tuple[int, float]] = []

        def note(frame: Frame) -> None:
            shaft.append((frame.t_ns, truth.note(frame.index, frame.t_ns).depth_mm))
            progress((frame.index + 1) / (scope.length or 1), "")

        record_source(
            scope,
            whole / "recording",
            info=info,
            started_utc=EXAMINATION_STARTED_UTC,
            size_px=EXAMINATION_SIZE_PX,
            on_frame=note,
        )
        _write_depth_log(whole / "recording" / DEPTH_LOG_NAME, spec.seed, shaft)
        examination = truth.examination()
        write_truth(whole / "truth", scope, examination)
    return examination


def _write_depth_log(path: Path, seed: int, shaft: Sequence[tuple[int, float]]) -> None:
    """Write what a sensor at the shaft would have said. shaft: time in ns and mm inside, at every frame."""
    faults, log = draw_faults(seed), DepthLogWriter(path)
    state: EncoderState | None = None
    try:
        for t_ns, shaft_mm in shaft:
            if state is None:
                state = begin_encoder(t_ns, shaft_mm)
                continue
            state, readings = step_encoder(state, faults, seed, t_ns, shaft_mm)
            log.write(readings)
    finally:
        log.close()
