"""The commands that look at what was recorded: examine a recording, score what was found."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from ductoscope.cli.telling import OUT, JsonFlag, progress, report


def examine(
    recording: Annotated[Path, typer.Argument(help="A recording's folder.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder to make for what is found.")],
    depth: Annotated[
        Path | None,
        typer.Option(help="Readings of a depth sensor (CSV). Default: those that lie in the recording, if any."),
    ] = None,
    radius: Annotated[
        float | None, typer.Option(min=0.05, max=5.0, help="Radius of the duct where the recording begins, in mm.")
    ] = None,
    eye: Annotated[
        Literal["learned", "classical"], typer.Option(help="What looks: the trained network, or plain rules.")
    ] = "learned",
    is_json: JsonFlag = False,
) -> None:
    """Find the way, the wall that was seen and what stands out, in a recording."""
    from ductoscope.detect import open_eye
    from ductoscope.live.examine import examine_recording
    from ductoscope.live.write_examination import write_examination
    from ductoscope.model import Lost
    from ductoscope.navigate import Known
    from ductoscope.record import refuse_existing

    refuse_existing(output)
    known = Known() if radius is None else Known(radius_mm=radius, radius_sigma_mm=0.05 * radius)
    with progress("Examining", is_json) as tell_share:
        examination = examine_recording(recording, open_eye(eye), known=known, depth_log=depth, progress=tell_share)
        page = write_examination(examination, output)
    lost = sum(isinstance(one.where, Lost) for one in examination.found)
    facts = {
        "examination": str(output),
        "simulated": page["simulated"],
        "looked_at": page["looked_at"],
        "seconds": page["seconds"],
        "worked_s": round(examination.worked_s, 3),
        "clear_share": page["view"]["clear_share"],
        "lost_share": round(lost / page["looked_at"], 4),
        "branches": len(page["map"]["branches"]),
        "findings": len(page["findings"]),
    }
    sentences = [
        f"{page['looked_at']} frames looked at in {examination.worked_s:.0f} s: clear "
        f"{100 * page['view']['clear_share']:.0f} % of the time, {len(page['map']['branches'])} branches, "
        f"{len(page['findings'])} suggestions.",
        f"Look at it: {output / 'index.html'}",
    ]
    report(facts, sentences, is_json)


def score(
    examination: Annotated[Path, typer.Argument(help="A folder that `ductoscope examine` wrote.")],
    truth: Annotated[Path, typer.Argument(help="The folder truth/ of the same simulated examination.")],
    is_json: JsonFlag = False,
) -> None:
    """Compare an examination with the truth of a simulated one. Figures from simulation are no clinical evidence."""
    from rich.table import Table

    from ductoscope.score import judge, read_examined, read_truth, summarise

    figures = summarise([judge(read_examined(examination), read_truth(truth))])
    if is_json:
        facts = {figure.name: {"aim": figure.aim, "value": figure.value, "of": figure.count} for figure in figures}
        report({"simulated": True, "figures": facts}, [], is_json)
        return
    table = Table("figure", "aim", "here", "of", title="Simulated; no clinical evidence")
    for figure in figures:
        table.add_row(figure.name, figure.aim, figure.value, figure.count)
    OUT.print(table)
