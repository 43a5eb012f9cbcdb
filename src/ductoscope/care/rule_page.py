"""The page of the rules in the documentation, written from the protocol itself so that the two cannot differ."""

from __future__ import annotations

from itertools import groupby

from ductoscope.care.allowed import Spec
from ductoscope.care.checklist import ITEM
from ductoscope.care.every_rule import EVERY_RULE
from ductoscope.care.rule import CareProtocol, Rule, say_value

_HEAD = """# Rules

Every rule of the care protocol that comes with Ductoscope, version {version}, id `{id}`. A clinic puts its own file in
force and signs the rules; until then each is shown as unsigned wherever it speaks. **Nothing here is medical advice.**
*Found in* means found in public text, mostly an abstract; *general knowledge, unverified* has no source; *assumption of
this project* was set here. [How it works](../how-it-works/care.md) says how to write a protocol.

Beside each value stands what a clinic may write: outside of it the file is refused, with the line and the rule.
"""


def write_rules_page(protocol: CareProtocol) -> str:
    """Return the page as Markdown: one table an area, every rule in it."""
    lines = [_HEAD.format(version=protocol.version, id=protocol.id)]
    for area, rules in groupby(protocol.rules.values(), key=lambda rule: rule.name.partition(".")[0]):
        lines += [f"## {area}", "", "| rule | says | values | source |", "|---|---|---|---|"]
        for rule in rules:
            spec = EVERY_RULE.get(rule.name, ITEM)
            cells = (f"`{rule.name}`", rule.says, _values_in_words(rule, spec), rule.source)
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        lines.append("")
    return "\n".join(lines)


def _values_in_words(rule: Rule, spec: Spec) -> str:
    return "; ".join(f"{name}: {say_value(value)} ({spec.values[name].words()})" for name, value in rule.values.items())
