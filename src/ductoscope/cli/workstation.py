"""The commands of the whole workstation: open it, show it with invented patients, let people in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ductoscope.cli.telling import progress, tell, tell_where

if TYPE_CHECKING:
    from ductoscope.config import Config
    from ductoscope.web import DemoPeople

ConfigOption = Annotated[Path | None, typer.Option("--config", help="Settings file (TOML).")]
DataOption = Annotated[
    Path | None, typer.Option("--data", help="Data folder: journal, recordings, documents. Default: ~/ductoscope.")
]
OpenOption = Annotated[bool, typer.Option("--open/--no-open", help="Open the page in this machine's browser.")]
HostOption = Annotated[
    str | None, typer.Option("--host", help="Address to listen on. 127.0.0.1, the default, keeps it on this machine.")
]
PortOption = Annotated[int | None, typer.Option("--port", help="Port to listen on. Default: 8400.")]
SourceOption = Annotated[
    str | None,
    typer.Option("--source", help="Where pictures come from: camera:0, camera:rtsp://..., file:PATH, sim:7."),
]


def workstation(
    source: SourceOption = None,
    data: DataOption = None,
    host: HostOption = None,
    port: PortOption = None,
    config: ConfigOption = None,
    is_opened: OpenOption = False,
) -> None:
    """Open the whole workstation: patients, the room, reports, results, follow-up."""
    from ductoscope.config import load_config, replace_settings

    settings = replace_settings(
        load_config(config),
        source__spec=source,
        data__folder=None if data is None else str(data),
        web__host=host,
        web__port=port,
    )
    _open(settings, is_opened)


def demo(
    data: Annotated[Path, typer.Option("--data", help="Folder for the demonstration; made when it is not there.")] = (
        Path("build/demo")
    ),
    source: SourceOption = "sim:7",
    port: PortOption = None,
    is_opened: OpenOption = False,
) -> None:
    """Show the workstation with invented patients in every step of the path, and a simulated scope."""
    from ductoscope.config import Config, replace_settings
    from ductoscope.demonstration import DEMO_SITE, ensure_demonstration

    settings = replace_settings(Config(site=DEMO_SITE), source__spec=source, data__folder=str(data), web__port=port)
    with progress("Making the demonstration", is_quiet=False) as tell_share:
        people = ensure_demonstration(settings, tell_share)
    _open(settings, is_opened, people)


def add_person(
    person: Annotated[str, typer.Argument(metavar="NAME", help="What is typed to sign in.")],
    name: Annotated[str, typer.Option(help="The person's name, as it stands on reports.")],
    role: Annotated[Literal["doctor", "nurse", "trainee", "administrator"], typer.Option(help="What they may do.")],
    data: DataOption = None,
    config: ConfigOption = None,
) -> None:
    """Let somebody in, or give them another role or password; the password is asked for, never shown."""
    from ductoscope.app import open_desk
    from ductoscope.config import load_config, replace_settings

    settings = replace_settings(load_config(config), data__folder=None if data is None else str(data))
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    with open_desk(settings) as desk:
        desk.add_person_by_command(person, name, role, password)
    tell(f"{name} can sign in as {person}.")


def _open(settings: Config, is_opened: bool, demo_people: DemoPeople = ()) -> None:
    from ductoscope.app import build_workstation
    from ductoscope.web import serve, warn_of_open_door

    if warning := warn_of_open_door(settings.web.host, has_people=True, certificate=settings.web.certificate):
        tell(warning)
    with build_workstation(settings, demo_people) as (room, page):
        if message := room.status().message:
            tell(message)
        serve(
            page,
            settings.web.host,
            settings.web.port,
            certificate=settings.web.certificate,
            key=settings.web.key,
            on_ready=lambda url: tell_where(url, settings.source.spec, is_opened),
        )
