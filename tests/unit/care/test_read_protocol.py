from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ductoscope.care import load_protocol, read_protocol, shipped_text
from ductoscope.care.every_rule import EVERY_RULE
from ductoscope.model.errors import BadInputError, ConfigError

TEXT = shipped_text()
OWN_ITEM = """
[checklist.music]
says = "Music chosen."
source = "Our own."
signed = true
phase = "room"
needed = "always"
"""


def edit(old: str, new: str) -> str:
    assert old in TEXT
    return TEXT.replace(old, new, 1)


def edit_value(rule: str, value: str, new: str) -> str:
    """Return the shipped file with one value of one rule written anew."""
    head = TEXT.index(f"[{rule}]\n")
    end = TEXT.find("\n[", head)
    end = len(TEXT) if end < 0 else end
    table, count = re.subn(rf"^{value} = .*$", lambda _: f"{value} = {new}", TEXT[head:end], flags=re.MULTILINE)
    assert count == 1
    return TEXT[:head] + table + TEXT[end:]


def test_the_shipped_protocol_is_whole_and_unsigned():
    protocol = load_protocol()
    assert set(protocol.rules) == set(EVERY_RULE)
    assert not any(rule.is_signed for rule in protocol.rules.values())
    assert protocol.version == "2026.1"


def test_every_rule_says_where_it_comes_from():
    for rule in load_protocol().rules.values():
        assert re.match(r"(Found|General knowledge, unverified|Assumption of this project)\b", rule.source), rule.name


def test_the_id_is_of_the_content_and_not_of_signatures_or_comments():
    protocol = load_protocol()
    assert read_protocol("# our own comment\n" + TEXT).id == protocol.id
    assert read_protocol(TEXT.replace("signed = false", "signed = true")).id == protocol.id
    assert read_protocol(edit("times_per_week = 2", "times_per_week = 3")).id != protocol.id
    assert read_protocol(edit("Look at the colour", "Please look at the colour")).id != protocol.id
    assert read_protocol(edit('version = "2026.1"', 'version = "ours"')).id != protocol.id


def test_signing_marks_only_the_rules_named():
    protocol = load_protocol()
    signed = protocol.signed(["imaging.old"])
    assert [name for name, rule in signed.rules.items() if rule.is_signed] == ["imaging.old"]
    assert signed.id == protocol.id
    assert signed.say("imaging.old", imaging="x").is_signed
    assert signed.signed([]) == signed
    assert all(rule.is_signed for rule in protocol.signed(protocol.rules).rules.values())
    with pytest.raises(BadInputError, match="no rule"):
        protocol.signed(["imaging.new"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (edit('version = "2026.1"', "version = "), r"line 8"),
        (edit('version = "2026.1"', ""), "needs a version"),
        (edit('version = "2026.1"', "version = 3"), "needs a version"),
        (edit('version = "2026.1"', 'version = "1"\ntitle = "ours"'), '"title" is no part'),
        (edit("[discharge.short]", "[discharge.shrt]"), r"\[discharge.shrt\].*unknown; \[discharge\] has .*short"),
        (edit("[discharge.short]", "[disharge.short]"), r"unknown; the areas are aftercare"),
        (edit("times_per_week = 2", ""), r"\[discharge.persistent\] \(line \d+\): times_per_week is missing.*0.5 to 7"),
        (edit("times_per_week = 2", "times_per_week = '2'"), r"is '2'; it must be a number from 0.5 to 7"),
        (edit("times_per_week = 2", "times_per_week = true"), r"is True; it must be a number"),
        (edit("times_per_week = 2", "times_per_week = nan"), r"is nan; it must be a number"),
        (edit("times_per_week = 2", "times_per_week = inf"), r"is inf; it must be a number"),
        (edit("times_per_week = 2", f"times_per_week = 0x{'f' * 5000}"), "far too large a number"),
        (edit("times_per_week = 2", f"times_per_week = {'9' * 5000}"), "not valid TOML"),
        (edit("times_per_week = 2", "times_per_week = 2\ntimes = 2"), 'unknown value "times"; it may have says'),
        (edit_value("imaging.old", "months", "6.5"), "whole number from 1 to 24"),
        (edit_value("anaesthetic.lidocaine", "mg_per_kg", "10.5"), r"\[anaesthetic.lidocaine\].*mg_per_kg is 10.5"),
        (edit_value("anaesthetic.lidocaine_with_adrenaline", "mg_per_kg", "10.5"), "mg_per_kg is 10.5"),
        (edit_value("anaesthetic.bupivacaine", "max_mg", "500"), "max_mg is 500"),
        (edit_value("anaesthetic.cream", "share", "-0.1"), "share is -0.1"),
        (edit_value("symptom.fever", "celsius", "39"), "celsius is 39"),
        (edit_value("symptom.breathless", "urgency", '"see today"'), 'it must be one of "emergency"'),
        (edit_value("symptom.pus", "urgency", '"reassure"'), 'one of "see today", "emergency"'),
        (edit_value("discharge.colour", "colours", '["clear"]'), "bloody always among them"),
        (edit_value("discharge.colour", "colours", '["bloody", "bloody"]'), "different words"),
        (edit_value("discharge.colour", "colours", '["bloody", "unknown"]'), "a list of different words of bloody"),
        (edit_value("discharge.colour", "colours", '["bloody", "purple"]'), "a list of different words of bloody"),
        (edit_value("drug.anticoagulant", "names", '["warfarin"]'), "apixaban"),
        (edit_value("against.allergy", "names", '["Emla"]'), "in small letters"),
        (edit_value("due.follow_up", "months", "[6, 3]"), "growing whole numbers"),
        (edit_value("due.follow_up", "months", "[]"), "growing whole numbers"),
        (edit_value("due.follow_up", "months", "[3, 3]"), "growing whole numbers"),
        (edit_value("due.first_call", "to_hours", "24"), "from_hours, to_hours must each be larger"),
        (edit_value("preparation.fasting", "fatty_meal_hours", "8\nlight_hours = 6"), 'unknown value "light_hours"'),
        (edit_value("discharge.ask_weeks", "signed", '"yes"'), "signed is 'yes'; it must be true or false"),
        (edit_value("discharge.ask_weeks", "source", '""'), r"source is ''; it must be a sentence"),
        (edit_value("discharge.ask_weeks", "says", "5"), "says is 5; it must be a sentence"),
        (edit_value("discharge.ask_weeks", "says", '"two\\nlines"'), "must be a sentence on one line"),
        (edit_value("discharge.ask_weeks", "says", '"since {when}"'), r"nothing fills \{when\}.*none"),
        (edit_value("discharge.short", "says", '"since {weeks:5}"'), r"nothing fills \{weeks\}"),
        (edit_value("discharge.short", "says", '"since {weeks.real}"'), r"nothing fills \{weeks.real\}"),
        (edit_value("discharge.short", "says", '"since {0}"'), r"nothing fills \{0\}.*\{lasted\}, \{weeks\}"),
        (edit_value("discharge.short", "says", '"since {weeks"'), "a brace"),
        (edit_value("preparation.ask_prescriber", "says", '"Stop {drug}."'), 'says "stop"; this program never'),
        (edit_value("preparation.valve", "says", '"Patients pause {drugs}."'), 'says "pause"'),
        (edit_value("checklist.awake", "phase", '"later"'), "phase is 'later'; it must be one of \"before\""),
        (TEXT + '\n[checklist."Own Item"]\nsays = "x"\n', "is no name"),
        (TEXT + "\n[discharge]\nx = 1\n", r"\[discharge.x\] is unknown"),
        (TEXT + "\n[checklist]\nmusic = 1\n", "must be a table with says, source and signed"),
        (TEXT[: TEXT.index("[next.all_done]")], r"lacks the rule \[next.all_done\]; every rule"),
        (TEXT[: TEXT.index("[next.removed]")], r"lacks the rule \[next.removed\] and 2 more"),
        ("x = " + "[" * 5000, "not valid TOML"),
        (TEXT + "#" * 200_000, "letters long"),
        ("", "needs a version"),
    ],
)
def test_a_protocol_that_is_wrong_anywhere_is_refused_in_words(text: str, words: str):
    with pytest.raises(ConfigError, match=words):
        read_protocol(text)


def test_the_line_that_is_named_is_the_rules_own():
    wrong = edit_value("imaging.old", "months", "99")
    with pytest.raises(ConfigError) as caught:
        read_protocol(wrong)
    found = re.search(r"line (\d+)", str(caught.value))
    assert found is not None
    assert wrong.splitlines()[int(found[1]) - 1] == "[imaging.old]"


def test_a_clinic_may_add_items_of_its_own():
    assert read_protocol(TEXT + OWN_ITEM).rules["checklist.music"].is_signed


def test_a_file_of_an_older_version_is_filled_with_unsigned_rules():
    older = TEXT[: TEXT.index("[next.removed]")].replace("signed = false", "signed = true")
    filled = load_protocol(older, fills_gaps=True)
    assert set(filled.rules) == set(EVERY_RULE)
    unsigned = [name for name, rule in filled.rules.items() if not rule.is_signed]
    assert unsigned == ["next.removed", "next.yearly_mammography", "next.all_done"]
    assert filled.id == load_protocol(older.replace("signed = true", "signed = false"), fills_gaps=True).id
    with pytest.raises(ConfigError, match="is 99"):
        load_protocol(edit_value("imaging.old", "months", "99"), fills_gaps=True)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(sorted(EVERY_RULE)), st.data())
def test_whatever_single_line_is_lost_nothing_but_a_config_error_comes(rule: str, data: st.DataObject):
    head = TEXT.index(f"[{rule}]\n")
    end = TEXT.find("\n\n", head)
    lines = TEXT[head : len(TEXT) if end < 0 else end].splitlines()
    lost = data.draw(st.integers(0, len(lines) - 1))
    table = "\n".join(line for number, line in enumerate(lines) if number != lost)
    with pytest.raises(ConfigError):
        read_protocol(TEXT[:head] + table + TEXT[head + len("\n".join(lines)) :])


@given(st.text(max_size=200))
def test_no_text_at_all_breaks_the_reader(text: str):
    with pytest.raises(ConfigError):
        read_protocol(text)
