"""How every command tells: numbers as sentences or JSON, progress on stderr, errors in one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

OUT = Console()
ERR = Console(stderr=True)

JsonFlag = Annotated[bool, typer.Option("--json", help="Print the numbers as JSON, for other programs.")]


def report(facts: dict[str, Any], sentences: list[str], is_json: bool) -> None:
    """Print the numbers as JSON, or the sentences, on stdout."""
    if is_json:
        typer.echo(json.dumps(facts, ensure_ascii=False))
        return
    for sentence in sentences:
        OUT.print(sentence, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def progress(task: str, is_quiet: bool) -> Iterator[Callable[[float, str], None]]:
    """A progress bar on stderr; `tell(share 0..1, words)` moves it."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=ERR, transient=True, disable=is_quiet or not ERR.is_terminal) as bar:
        row = bar.add_task(task, total=1.0)
        yield lambda share, words: bar.update(row, completed=share, description=f"{task}: {words}" if words else task)


def tell(sentence: str, style: str | None = None) -> None:
    """Print a sentence for a person, on stderr."""
    ERR.print(sentence, style=style, markup=False, highlight=False, soft_wrap=True)


def tell_where(url: str, spec: str, is_opened: bool) -> None:
    """Say where the pages are, and open them where that was asked for."""
    tell(f"Showing {spec} at {url}   (Ctrl+C ends it)")
    if is_opened:
        import webbrowser

        webbrowser.open(url)
