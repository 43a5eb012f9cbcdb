"""The house keeps its own rules: import law, names, sizes, and docs that name everything there is."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from pathlib import Path

import grimp
import pytest
import typer

from ductoscope.app import build, open_desk
from ductoscope.cli import app as commands
from ductoscope.config import Config, DataConfig, SourceConfig
from ductoscope.model.clinical import KINDS

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "ductoscope"
DOCS = ROOT / "docs"
MODULES = sorted(path for path in SOURCE.rglob("*.py"))
UNSAID_NAMES = {"utils", "util", "common", "helpers", "helper", "core", "manager", "misc"}


def test_imports_go_one_way() -> None:
    answer = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout


def test_no_two_files_import_each_other_in_a_circle() -> None:
    graph = grimp.build_graph("ductoscope", cache_dir=None)
    circles = [
        f"{module} <-> {imported}"
        for module in sorted(graph.modules)
        for imported in sorted(graph.find_modules_directly_imported_by(module))
        if graph.find_shortest_chain(imported, module) is not None
    ]
    assert not circles


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_files_are_one_idea_with_a_telling_name(path: Path) -> None:
    assert path.stem not in UNSAID_NAMES
    assert path.parent.name not in UNSAID_NAMES
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_most_files_are_short() -> None:
    lengths = sorted(len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES)
    assert lengths[int(0.9 * len(lengths))] <= 300


def test_unit_tests_mirror_the_source() -> None:
    rooms = {path.parent.name for path in MODULES if path.parent != SOURCE} | {"training"}
    for path in sorted((ROOT / "tests" / "unit").rglob("test_*.py")):
        room = path.parent.name
        if room == "unit":
            assert (SOURCE / f"{path.stem.removeprefix('test_')}.py").exists(), f"{path.name} mirrors no file"
        else:
            assert room in rooms, f"{path} mirrors no room"


def test_every_setting_is_in_the_reference() -> None:
    page = (DOCS / "reference" / "settings.md").read_text(encoding="utf-8")
    assert "`keys." in page
    for section in dataclasses.fields(Config):
        if section.name == "keys":
            continue
        for setting in dataclasses.fields(section.default):
            assert f"`{section.name}.{setting.name}`" in page, f"{section.name}.{setting.name} is not in the docs"


def test_every_event_and_field_is_in_the_reference() -> None:
    page = (DOCS / "reference" / "events.md").read_text(encoding="utf-8")
    for name, kind in KINDS.items():
        (row,) = (line for line in page.splitlines() if line.startswith(f"| `{name}` |"))
        for field in dataclasses.fields(kind):
            assert f"`{field.name}`" in row, f"{name}.{field.name} is not in the docs"


def test_every_command_and_option_is_in_the_reference() -> None:
    page = (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")
    group = typer.main.get_command(commands)
    for name, command in group.commands.items():
        assert f"## ductoscope {name}\n" in page
        section = page.split(f"## ductoscope {name}\n")[1].split("\n## ")[0]
        for parameter in command.params:
            is_option = parameter.param_type_name == "option"
            shown = max(parameter.opts, key=len) if is_option else (parameter.metavar or parameter.name).upper()
            assert f"`{shown}`" in section, f"ductoscope {name} {shown} is not in the docs"


GROUPS = ("/api/room/{procedure_id}/", "/api/procedures/{procedure_id}/review/", "/api/practice/")
"""Routes that the reference names under one row, by what follows."""


def test_every_route_is_in_the_reference(tmp_path: Path) -> None:
    page = (DOCS / "reference" / "routes.md").read_text(encoding="utf-8")
    source = SourceConfig(spec="sim:7?cores=1600&height=360&width=640")
    config = Config(source=source, data=DataConfig(folder=str(tmp_path)))
    with open_desk(config) as desk:
        paths = build(config, desk)[1].openapi()["paths"]
    assert len(paths) > 100
    for path in paths:
        shown = re.sub(r"/acts/\w+$", "/acts/{Kind}", path)
        group = next((group for group in GROUPS if shown.startswith(group)), None)
        assert f"{shown}`" in page or (group and f"`{shown.removeprefix(group)}`" in page), f"{path} is not in the docs"


def test_every_decision_is_in_the_index_and_states_its_context() -> None:
    index = (DOCS / "decisions" / "index.md").read_text(encoding="utf-8")
    pages = sorted((DOCS / "decisions").glob("0*.md"))
    assert [page.name[:4] for page in pages] == [f"{number:04}" for number in range(1, len(pages) + 1)]
    for page in pages:
        assert page.name in index
        text = page.read_text(encoding="utf-8")
        assert all(word in text for word in ("**Context.**", "**Decision.**", "**Consequences.**")), page.name


def test_every_page_of_the_docs_can_be_reached() -> None:
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = set(re.findall(r"([\w/-]+\.md)", text))
    there = {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")}
    assert listed - there == set(), "the navigation names pages that are not there"
    unlisted = {page for page in there - listed if not page.startswith("decisions/0")}
    assert not unlisted


def test_every_claim_names_a_test_or_benchmark_that_exists() -> None:
    page = (DOCS / "claims.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:tests|benchmarks)/[\w/]+\.py)", page)
    assert len(named) >= 10
    for path in named:
        assert (ROOT / path).exists(), f"the claims page names {path}, which is not there"


def test_lock_files_name_no_hosts() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index-url" not in text
        assert text.count("--hash=sha256:") >= text.count("==")
