"""The commands. Each one reads its arguments, calls one room, and tells the result in plain words or JSON.

Rooms are imported inside the commands, so that `ductoscope --help` answers at once.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from ductoscope import __version__
from ductoscope.model import BadInputError, DuctoscopeError

if TYPE_CHECKING:
    from ductoscope.record import RecordingEntry

app = typer.Typer(
    name="ductoscope",
    help="Ductoscope: see, record and review the inside of milk ducts. Research software, not a medical device.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_out = Console()
_err = Console(stderr=True)

JsonFlag = Annotated[bool, typer.Option("--json", help="Print the numbers as JSON, for other programs.")]


@app.command()
def monitor(
    source: Annotated[
        str | None,
        typer.Option(help="Where pictures come from: camera:0, camera:rtsp://..., file:PATH, sim:7. Default: sim:7."),
    ] = None,
    bundle: Annotated[
        Path | None, typer.Option(help="Calibration file. Without one, the source itself is used to calibrate.")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Folder for recordings and stills. Default: ~/ductoscope.")] = None,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on. 127.0.0.1, the default, keeps it on this machine.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on. Default: 8400.")] = None,
    config: Annotated[Path | None, typer.Option(help="Settings file (TOML).")] = None,
    is_opened: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in this machine's browser.")
    ] = False,
) -> None:
    """Show the live picture in a browser: restored, to freeze, zoom, keep and record."""
    from ductoscope.app import build
    from ductoscope.config import load_config, replace_settings
    from ductoscope.web import serve, warn_of_open_door

    settings = replace_settings(
        load_config(config),
        source__spec=source,
        source__bundle=None if bundle is None else str(bundle),
        data__folder=None if data is None else str(data),
        web__host=host,
        web__port=port,
    )
    room, page = build(settings)
    if warning := warn_of_open_door(settings.web.host):
        _tell(warning)
    with room:
        if message := room.status().message:
            _tell(message)
        serve(
            page,
            settings.web.host,
            settings.web.port,
            on_ready=lambda url: _tell_where(url, settings.source.spec, is_opened),
        )


@app.command()
def replay(
    recording: Annotated[Path, typer.Argument(help="A recording's folder.")],
    host: Annotated[str | None, typer.Option(help="Address to listen on. Default: 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on. Default: 8400.")] = None,
    speed: Annotated[
        Literal["true", "max"], typer.Option(help="true: as it was recorded; max: as fast as it goes.")
    ] = "true",
    is_looped: Annotated[bool, typer.Option("--loop/--once", help="Begin again at the end.")] = True,
    is_opened: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in this machine's browser.")
    ] = False,
) -> None:
    """Show a recording in the monitor, through the same pipeline as a live scope."""
    from ductoscope.record import open_recording

    open_recording(recording)  # says at once, and in words, when this is no recording
    spec = f"file:{recording}?speed={speed}&loop={int(is_looped)}"
    monitor(source=spec, bundle=None, data=None, host=host, port=port, config=None, is_opened=is_opened)


@app.command()
def calibrate(
    white: Annotated[Path, typer.Argument(help="Picture of something evenly white seen through the scope.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Calibration file to write (.npz).")],
    dark: Annotated[Path | None, typer.Option(help="Picture with the light off.")] = None,
    picture: Annotated[
        Path | None, typer.Option(help="Picture of the result to judge. Default: beside the calibration, as .png.")
    ] = None,
    is_json: JsonFlag = False,
) -> None:
    """Find every fibre core in a white picture, and how it passes light."""
    from ductoscope.live import read_image, write_image
    from ductoscope.record import save_bundle
    from ductoscope.restore import calibrate as calibrate_bundle
    from ductoscope.restore import draw_calibration

    pixels = read_image(white)
    bundle = calibrate_bundle(pixels, None if dark is None else read_image(dark))
    picture = picture or output.with_suffix(".png")
    save_bundle(bundle, output)
    write_image(picture, draw_calibration(pixels, bundle))
    facts = {
        "bundle": str(output),
        "id": bundle.id,
        "cores": bundle.cores,
        "pitch_px": round(bundle.pitch_px, 3),
        "rim": {name: round(getattr(bundle.rim, name), 2) for name in ("x_px", "y_px", "radius_px")},
        "dead": int(bundle.dead.sum()),
        "quality": {
            "grade": bundle.quality.grade,
            "contrast": round(bundle.quality.contrast, 4),
            "saturated": round(bundle.quality.saturated, 5),
            "calibrated_from": bundle.quality.calibrated_from,
            "notes": list(bundle.quality.notes),
        },
        "picture": str(picture),
    }
    sentences = [
        f"{bundle.cores:,} cores, {bundle.pitch_px:.2f} px apart, {int(bundle.dead.sum())} of them dead. "
        f"Quality: {bundle.quality.grade}.",
        *bundle.quality.notes,
        f"Written to {output}; look at {picture} to judge it.",
    ]
    _report(facts, sentences, is_json)


@app.command()
def restore(
    source: Annotated[
        Path, typer.Argument(metavar="INPUT", help="An image, a folder of images, a video or a recording.")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="What to write: an image, a folder, or an .mp4.")],
    bundle: Annotated[
        Path | None, typer.Option(help="Calibration file from `ductoscope calibrate`; a recording brings its own.")
    ] = None,
    size: Annotated[int, typer.Option(help="Side of the square picture, in pixels.")] = 1024,
    zoom: Annotated[float, typer.Option(help="How many times to magnify.")] = 1.0,
    at: Annotated[
        str,
        typer.Option(help="Centre of the zoom as X,Y, shares of the round picture: 0,0 top left, 1,1 bottom right."),
    ] = "0.5,0.5",
    method: Annotated[
        Literal["mmse", "triangular"], typer.Option(help="triangular is the plain alternative.")
    ] = "mmse",
    is_json: JsonFlag = False,
) -> None:
    """Turn honeycomb pictures into clear ones."""
    from ductoscope.live import restore_file
    from ductoscope.record import load_bundle

    with _progress(f"Restoring {source.name}", is_json) as tell:
        report = restore_file(
            source,
            output,
            bundle=None if bundle is None else load_bundle(bundle),
            size_px=size,
            zoom=zoom,
            at=_read_point(at),
            method=method,
            progress=tell,
        )
    facts = {
        "output": str(output),
        "pictures": report.pictures,
        "skipped": list(report.skipped),
        "ms_per_picture": round(report.ms_per_picture, 3),
        "notes": list(report.notes),
    }
    words = "1 picture" if report.pictures == 1 else f"{report.pictures} pictures"
    sentences = [f"{words} restored to {output}, {report.ms_per_picture:.1f} ms each.", *report.skipped, *report.notes]
    _report(facts, sentences, is_json)


@app.command("import")
def import_video(
    video: Annotated[Path, typer.Argument(help="A video from any endoscopy tower: MP4, MOV, AVI, MPEG-2.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder of the recording to make.")],
    is_json: JsonFlag = False,
) -> None:
    """Make a recording from another maker's video, calibrated from the video itself."""
    from ductoscope.live import import_video as make_recording

    with _progress(f"Importing {video.name}", is_json) as tell:
        report = make_recording(video, output, progress=tell)
    facts = {
        "recording": str(output),
        "frames": report.frames,
        "seconds": round(report.seconds, 3),
        "interlaced": report.interlaced,
        "pixel_aspect": str(report.pixel_aspect),
        "lost": report.lost,
        "flawed": report.flawed,
        "left_out": report.left_out,
        "cores": report.cores,
        "rim": {name: round(getattr(report.rim, name), 2) for name in ("x_px", "y_px", "radius_px")},
        "quality": report.quality.grade,
        "notes": list(report.notes),
    }
    sentences = [
        f"{report.frames} frames, {report.seconds:.1f} s, {report.cores:,} cores. Quality: {report.quality.grade}.",
        *report.notes,
        f"Look at it: ductoscope replay {output} --open",
    ]
    _report(facts, sentences, is_json)


@app.command()
def simulate(
    output: Annotated[
        Path, typer.Option("-o", "--output", help="Folder to make: recording/ for an examiner, truth/ for a judge.")
    ],
    seed: Annotated[int, typer.Option(help="The same seed and version give the same bytes.")],
    seconds: Annotated[float, typer.Option(help="Length of the examination.")] = 60.0,
    preset: Annotated[
        str, typer.Option(help="World to begin with: easy, typical, hard; null cases: smooth, still, empty.")
    ] = "typical",
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Change one thing: lesion_mm=2, cores=10000, height=720, ..."),
    ] = None,
    is_json: JsonFlag = False,
) -> None:
    """Make a simulated examination, recorded as the workstation would, with its whole truth beside it."""
    from ductoscope.simulate import make_scope_spec
    from ductoscope.simulated_examination import simulate_examination

    spec = make_scope_spec(seed, preset, [*(settings or []), f"seconds={seconds}"])
    with _progress("Simulating", is_json) as tell:
        examination = simulate_examination(spec, output, tell)
    seen = sorted(name for name, view in examination.best.items() if view.is_seen)
    new_mm2 = sum(row.seen_wall_mm2 for row in examination.rows)
    facts = {
        "simulated": True,
        "examination": str(output),
        "frames": len(examination.rows),
        "seconds": round(len(examination.rows) / spec.settings.fps, 3),
        "entered": sorted(examination.entered),
        "seen": seen,
        "seen_share": round(examination.share_seen, 4),
        "seen_mm2": round(new_mm2, 2),
    }
    sentences = [
        f"{len(examination.rows)} frames of a simulated examination: {len(examination.entered)} branches entered, "
        f"{100 * examination.share_seen:.0f} % of the reachable wall seen well.",
        f"For an examiner: {output / 'recording'}; for the judge alone: {output / 'truth'}.",
    ]
    _report(facts, sentences, is_json)


@app.command()
def recordings(
    data: Annotated[Path, typer.Argument(help="Data folder.")] = Path("~/ductoscope"),
    is_verified: Annotated[bool, typer.Option("--verify", help="Read every byte and check it.")] = False,
    is_json: JsonFlag = False,
) -> None:
    """List the recordings of a data folder, and check them."""
    from ductoscope.record import list_recordings, verify_recording

    folder = data.expanduser()
    listed = list_recordings(folder)
    problems: dict[str, list[str]] = {}
    if is_verified:
        with _progress("Checking", is_json) as tell:
            for number, entry in enumerate(listed):
                tell(number / len(listed), entry.name)
                problems[entry.name] = list(verify_recording(entry.folder).problems)
    facts = {
        "folder": str(folder),
        "recordings": [
            {
                "name": entry.name,
                "state": entry.state,
                "seconds": round(entry.seconds, 3),
                "bytes": entry.bytes,
                "problems": problems.get(entry.name),
            }
            for entry in listed
        ],
    }
    sentences = [_describe(entry, problems) for entry in listed] or [f"No recordings in {folder}."]
    _report(facts, sentences, is_json)
    if any(problems.values()):
        raise typer.Exit(1)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        _out.print(f"ductoscope {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    _: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    pass


def main(words: Sequence[str] | None = None) -> NoReturn:
    """Run the command in `words` (by default, what was typed) and exit.

    Exit status: 0 done, 1 it could not be done (one sentence says why), 2 wrong usage, 130 interrupted.
    """
    try:
        app(words, prog_name="ductoscope")
    except DuctoscopeError as error:
        _tell(f"ductoscope: {error}", "red")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(0)


def _describe(entry: RecordingEntry, problems: dict[str, list[str]]) -> str:
    line = f"{entry.name}  {entry.state}  {entry.seconds:.1f} s  {entry.bytes / 1e6:.1f} MB"
    if entry.name not in problems:
        return line
    return "\n  ".join([f"{line}  {'damaged' if problems[entry.name] else 'sound'}", *problems[entry.name]])


def _report(facts: dict[str, Any], sentences: list[str], is_json: bool) -> None:
    if is_json:
        typer.echo(json.dumps(facts, ensure_ascii=False))
        return
    for sentence in sentences:
        _out.print(sentence, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def _progress(task: str, is_quiet: bool) -> Iterator[Callable[[float, str], None]]:
    """A progress bar on stderr; `tell(share 0..1, words)` moves it."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=_err, transient=True, disable=is_quiet or not _err.is_terminal) as bar:
        row = bar.add_task(task, total=1.0)
        yield lambda share, words: bar.update(row, completed=share, description=f"{task}: {words}" if words else task)


def _read_point(text: str) -> tuple[float, float]:
    try:
        x, y = (float(part) for part in text.split(","))
    except ValueError:
        raise BadInputError(
            f'"{text}" is no point; write --at X,Y with two shares from 0 to 1, such as 0.5,0.5.'
        ) from None
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise BadInputError(f"--at {text} lies outside the picture; both shares go from 0 to 1.")
    return x, y


def _tell(sentence: str, style: str | None = None) -> None:
    _err.print(sentence, style=style, markup=False, highlight=False, soft_wrap=True)


def _tell_where(url: str, spec: str, is_opened: bool) -> None:
    _tell(f"Showing {spec} at {url}   (Ctrl+C ends it)")
    if is_opened:
        import webbrowser

        webbrowser.open(url)
