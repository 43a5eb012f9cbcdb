"""The protocol and the code hold the same rules: each is asked for by the code, and each that is asked for is there."""

from __future__ import annotations

import ast
from pathlib import Path

import ductoscope.care
from ductoscope.care import load_protocol
from ductoscope.care.every_rule import EVERY_RULE
from ductoscope.care.rule_page import write_rules_page

ROOM = Path(ductoscope.care.__file__).parent
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "rules.md"


def _strings_outside_rules(tree: ast.Module) -> set[str]:
    """Return every string of a file but those of its table RULES: what its code can ask for."""
    kept = [
        node
        for node in tree.body
        if not (
            isinstance(node, ast.Assign)
            and any(isinstance(one, ast.Name) and one.id == "RULES" for one in node.targets)
        )
    ]
    return {
        node.value
        for each in kept
        for node in ast.walk(each)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_rule_of_the_protocol_is_used_by_the_code():
    asked: set[str] = set()
    for file in ROOM.glob("*.py"):
        asked |= _strings_outside_rules(ast.parse(file.read_text(encoding="utf-8")))
    # These are asked for by a name that is put together.
    put_together = {
        "anaesthetic": ROOM / "anaesthetic.py", "drug": ROOM / "blood_thinners.py", "timer": ROOM / "timers.py",
        "checklist": ROOM / "checklist.py", "aftercare": ROOM / "aftercare.py",
    }  # fmt: skip
    for rule in load_protocol().rules:
        area, _, short = rule.partition(".")
        assert rule in asked or (
            area in put_together and (short in asked or _is_put_together(rule, put_together[area]))
        ), rule


def _is_put_together(rule: str, file: Path) -> bool:
    return f'f"{rule.partition(".")[0]}.{{' in file.read_text(encoding="utf-8")


def test_every_rule_that_the_code_asks_for_is_in_the_protocol():
    areas = {rule.partition(".")[0] for rule in EVERY_RULE}
    for file in ROOM.glob("*.py"):
        for word in _strings_outside_rules(ast.parse(file.read_text(encoding="utf-8"))):
            area, dot, short = word.partition(".")
            if dot and area in areas and short.replace("_", "").isalnum() and short.islower():
                assert word in EVERY_RULE, (file.name, word)


def test_the_page_of_rules_is_written_from_the_protocol():
    page = write_rules_page(load_protocol())
    assert all(f"`{name}`" in page for name in EVERY_RULE)
    assert PAGE.read_text(encoding="utf-8") == page, (
        "docs/reference/rules.md is out of date; write it anew: python -c 'from ductoscope.care import load_protocol;"
        ' from ductoscope.care.rule_page import write_rules_page; print(write_rules_page(load_protocol()), end="")\''
    )
