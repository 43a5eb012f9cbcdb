"""The page of the score in the docs: aims beside figures, confusions, and what was missed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.table import describe_machine, read_commit
from ductoscope.score import Judged, summarise
from ductoscope.score.figures import add_states

PAGE = Path(__file__).parents[1] / "docs" / "score.md"
HEAD = """# Score

How well the finder does on simulated examinations that nothing was tuned or trained on (seeds {seeds}). `make score`
wrote this page; [what each figure means](reference/examination.md#the-score) is defined beside the examination's files.

**Everything here comes from simulation. None of it is clinical evidence, and no figure says how well the program does
in a patient.** A figure that misses its aim stays on this page with its number.
"""
_SILENT = "-"
_MOST_MISSES = 12


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of examination.

    asked: figures that are shown of it. judged: by eye, (name of the examination, what the judge says of it).
    """

    key: str
    asked: tuple[str, ...]
    judged: dict[str, list[tuple[str, Judged]]]


def write_score_page(parts: Mapping[str, Part], minutes: float, seeds: str, *, is_kept: bool, page: Path = PAGE) -> str:
    """Write the page, or with `is_kept` False only return it."""
    sections = [HEAD.format(seeds=seeds.replace("-", " to "))]
    sections += [_draw_part(part) for part in parts.values()]
    main = next(iter(parts.values()))
    sections += [_draw_confusion(eye, [one for _, one in judged]) for eye, judged in main.judged.items()]
    sections += [_draw_misses(eye, judged) for eye, judged in main.judged.items()]
    sections += [
        f"*{minutes:.0f} minutes; {describe_machine()}; commit {read_commit()}; {datetime.now(UTC):%Y-%m-%d}.*\n"
    ]
    text = "\n".join(sections)
    if is_kept:
        page.write_text(text, encoding="utf-8")
    return text


def _draw_part(part: Part) -> str:
    """Aim, figure and interval of every eye."""
    tables = {eye: summarise([one for _, one in judged]) for eye, judged in part.judged.items()}
    count = len(next(iter(part.judged.values())))
    lines = [f"## {part.key[0].upper()}{part.key[1:]}", "", f"{count} examinations.", ""]
    lines += [f"| figure | aim | {' | '.join(f'{eye} eye | 95 % | of' for eye in tables)} |"]
    lines += [f"|---|---|{'---|' * (3 * len(tables))}"]
    for row in zip(*tables.values(), strict=True):
        if row[0].name in part.asked and any(figure.value != _SILENT for figure in row):
            cells = " | ".join(f"{figure.value} | {figure.interval} | {figure.count}" for figure in row)
            lines.append(f"| {row[0].name} | {row[0].aim} | {cells} |")
    return "\n".join([*lines, ""])


def _draw_confusion(eye: str, judged: Sequence[Judged]) -> str:
    total = add_states(judged)
    words = sorted({word for pair in total for word in pair})
    lines = [f"## View words, {eye} eye", "", "Rows: the truth; columns: what was said, in frames.", ""]
    lines += [f"| | {' | '.join(words)} |", f"|---|{'---|' * len(words)}"]
    lines += [f"| **{true}** | {' | '.join(str(total[true, said] or '') for said in words)} |" for true in words]
    return "\n".join([*lines, ""])


def _draw_misses(eye: str, judged: Sequence[tuple[str, Judged]]) -> str:
    """The examinations with the most missed, by what was missed."""
    listed = sorted(((len(_list_misses(one)), name, _list_misses(one)) for name, one in judged), reverse=True)
    lines = [f"## What was missed, {eye} eye", ""]
    lines += [f"- {name}: {'; '.join(misses)}" for count, name, misses in listed[:_MOST_MISSES] if count]
    return "\n".join([*lines, ""])


def _list_misses(one: Judged) -> list[str]:
    branches, lesions = one.branches, one.lesions
    listed = {
        "branches without a name": sorted(branches.entered - branches.found_entered),
        "forks not listed": sorted(branches.in_view - branches.found_in_view),
        "branches that are none": [name or "main" for name in branches.wrong],
        "lesions not suggested": [lesion for lesion in lesions.counted if lesion not in lesions.found],
        "false suggestions": [len(lesions.false)] if lesions.false else [],
    }
    return [f"{what}: {', '.join(str(each) for each in which)}" for what, which in listed.items() if which]
