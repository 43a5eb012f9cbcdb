"""The commands about pictures: see, calibrate, restore, import, simulate, list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ductoscope.cli.telling import JsonFlag, progress, report, tell, tell_where
from ductoscope.model import BadInputError

if TYPE_CHECKING:
    from ductoscope.record import RecordingEntry


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
        tell(warning)
    with room:
        if message := room.status().message:
            tell(message)
        serve(
            page,
            settings.web.host,
            settings.web.port,
            on_ready=lambda url: tell_where(url, settings.source.spec, is_opened),
        )


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
    report(facts, sentences, is_json)


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

    with progress(f"Restoring {source.name}", is_json) as tell_share:
        made = restore_file(
            source,
            output,
            bundle=None if bundle is None else load_bundle(bundle),
            size_px=size,
            zoom=zoom,
            at=_read_point(at),
            method=method,
            progress=tell_share,
        )
    facts = {
        "output": str(output),
        "pictures": made.pictures,
        "skipped": list(made.skipped),
        "ms_per_picture": round(made.ms_per_picture, 3),
        "notes": list(made.notes),
    }
    words = "1 picture" if made.pictures == 1 else f"{made.pictures} pictures"
    sentences = [f"{words} restored to {output}, {made.ms_per_picture:.1f} ms each.", *made.skipped, *made.notes]
    report(facts, sentences, is_json)


def import_video(
    video: Annotated[Path, typer.Argument(help="A video from any endoscopy tower: MP4, MOV, AVI, MPEG-2.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder of the recording to make.")],
    is_json: JsonFlag = False,
) -> None:
    """Make a recording from another maker's video, calibrated from the video itself."""
    from ductoscope.live import import_video as make_recording

    with progress(f"Importing {video.name}", is_json) as tell_share:
        made = make_recording(video, output, progress=tell_share)
    facts = {
        "recording": str(output),
        "frames": made.frames,
        "seconds": round(made.seconds, 3),
        "interlaced": made.interlaced,
        "pixel_aspect": str(made.pixel_aspect),
        "lost": made.lost,
        "flawed": made.flawed,
        "left_out": made.left_out,
        "cores": made.cores,
        "rim": {name: round(getattr(made.rim, name), 2) for name in ("x_px", "y_px", "radius_px")},
        "quality": made.quality.grade,
        "notes": list(made.notes),
    }
    sentences = [
        f"{made.frames} frames, {made.seconds:.1f} s, {made.cores:,} cores. Quality: {made.quality.grade}.",
        *made.notes,
        f"Look at it: ductoscope replay {output} --open",
    ]
    report(facts, sentences, is_json)


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
    with progress("Simulating", is_json) as tell_share:
        examination = simulate_examination(spec, output, tell_share)
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
    report(facts, sentences, is_json)


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
        with progress("Checking", is_json) as tell_share:
            for number, entry in enumerate(listed):
                tell_share(number / len(listed), entry.name)
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
    report(facts, sentences, is_json)
    if any(problems.values()):
        raise typer.Exit(1)


def _describe(entry: RecordingEntry, problems: dict[str, list[str]]) -> str:
    line = f"{entry.name}  {entry.state}  {entry.seconds:.1f} s  {entry.bytes / 1e6:.1f} MB"
    if entry.name not in problems:
        return line
    return "\n  ".join([f"{line}  {'damaged' if problems[entry.name] else 'sound'}", *problems[entry.name]])


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
