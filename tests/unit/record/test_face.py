"""The room's face loads its files when they are first asked for, and gives just what its plain imports say."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from ductoscope import record


def test_every_name_is_given_from_where_the_plain_imports_say() -> None:
    # What type checkers and the documentation see must be what a program gets.
    tree = ast.parse(Path(str(record.__file__)).read_text(encoding="utf-8"))
    said = {
        alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ductoscope.record.")
        for alias in node.names
    }
    assert sorted(said) == sorted(record.__all__)
    for name, home in said.items():
        assert getattr(record, name) is getattr(sys.modules[str(home)], name)
    assert set(record.__all__) <= set(dir(record))


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'load_bundel'"):
        _ = record.load_bundel


def test_opening_a_bundle_loads_no_video_library() -> None:
    program = "import sys; from ductoscope.record import load_bundle; print(*{'av', 'cv2'} & {*sys.modules})"
    answer = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert answer.stdout.strip() == ""
