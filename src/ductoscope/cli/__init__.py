"""The commands. Each one reads its arguments, calls one room, and tells the result in plain words or JSON.

Rooms are imported inside the commands, so that `ductoscope --help` answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, NoReturn

import typer

from ductoscope import __version__
from ductoscope.cli import find, journal, pictures, workstation
from ductoscope.cli.telling import OUT, tell
from ductoscope.model import DuctoscopeError

app = typer.Typer(
    name="ductoscope",
    help="Ductoscope: inside milk ducts, and the patient's path around it. Research software, not a medical device.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
COMMANDS: Mapping[str, Callable[..., None]] = {
    "workstation": workstation.workstation,
    "demo": workstation.demo,
    "add-person": workstation.add_person,
    "monitor": pictures.monitor,
    "replay": pictures.replay,
    "calibrate": pictures.calibrate,
    "restore": pictures.restore,
    "import": pictures.import_video,
    "simulate": pictures.simulate,
    "recordings": pictures.recordings,
    "examine": find.examine,
    "score": find.score,
    "verify": journal.verify,
    "backup": journal.backup,
    "check-backup": journal.check_backup,
    "restore-backup": journal.restore_backup,
    "rebuild": journal.rebuild,
}
for name, command in COMMANDS.items():
    app.command(name)(command)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        OUT.print(f"ductoscope {__version__}")
        raise typer.Exit


@app.callback()
def _take_common_options(
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
        tell(f"ductoscope: {error}", "red")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(0)
