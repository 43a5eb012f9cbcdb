"""Run the benchmarks and keep their tables: `python -m benchmarks [--quick] [NAME ...]`."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys

import benchmarks
from benchmarks.page import write_page
from benchmarks.table import RESULTS, Table

_NOT_BENCHMARKS = {"__main__", "table", "page"}


def main() -> int:
    """Measure what was asked for (everything by default); 1 when a demand was missed."""
    names = sorted(m.name for m in pkgutil.iter_modules(benchmarks.__path__) if m.name not in _NOT_BENCHMARKS)
    names = [name for name in names if hasattr(importlib.import_module(f"benchmarks.{name}"), "measure")]
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"which of: {', '.join(names)}")
    parser.add_argument("--quick", action="store_true", help="fewer repeats; the tables are printed but not kept")
    wanted = parser.parse_args()
    if unknown := set(wanted.names) - set(names):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    missed = 0
    for name in wanted.names or names:
        print(f"\n== {name}", flush=True)
        table: Table = importlib.import_module(f"benchmarks.{name}").measure(wanted.quick)
        _show(table)
        missed += sum(figure.is_met is False for figure in table.figures)
        if not wanted.quick:
            table.save(RESULTS)
    if not wanted.quick:
        print(f"\nTables kept in {RESULTS}, page written to {write_page()}")
    return 1 if missed else 0


def _show(table: Table) -> None:
    print(table.title)
    for figure in table.figures:
        met = {None: " ", True: "+", False: "-"}[figure.is_met]
        values = [f"ours {figure.ours:.4g} {figure.unit}"] if figure.ours is not None else []
        values += [f"peer {figure.peer:.4g} {figure.unit}"] if figure.peer is not None else []
        values += [f"result {figure.result:.4g} {figure.result_unit}"] if figure.result is not None else []
        values += [f"(asked {'<=' if figure.at_most else '>='} {figure.demand:g})"] if figure.demand is not None else []
        print(f" {met} {figure.what}: {', '.join(values)}")
    for note in table.notes:
        print(f"   {note}")


if __name__ == "__main__":
    sys.exit(main())
