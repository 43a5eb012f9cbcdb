from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from ductoscope.model import NOTE_TERMS, ConfigError, Task
from ductoscope.web import KEYS, load_texts, texts
from ductoscope.web.keys import DRIVE_KEYS
from ductoscope.web.practice import COLUMNS, FIGURES

STATIC = Path(texts.__file__).parent / "static"


def test_every_word_that_a_script_asks_for_is_there():
    asked = {
        path
        for script in (STATIC / "js").glob("*.js")
        for path in re.findall(r'words\(\s*"([\w.]+)"', script.read_text())
    }
    known = {f"{section}.{name}" for section, entries in load_texts().items() for name in entries}

    assert len(asked) > 20
    assert asked <= known


def test_every_action_has_its_words():
    assert set(load_texts()["actions"]) == set(KEYS)


def test_every_word_of_practise_mode_is_there():
    words = load_texts()

    assert set(words["drive"]) == set(DRIVE_KEYS)
    assert set(words["task"]) == set(words["task_goal"]) == set(get_args(Task))
    assert {term for terms in NOTE_TERMS.values() for term in terms} == set(words["term"])
    assert set(COLUMNS) <= set(words["progress"])
    assert set(FIGURES) <= set(words["figure"])


@pytest.mark.parametrize("language", [path.name for path in texts.FOLDER.iterdir()])
def test_every_language_says_the_same_things_with_the_same_places(language):
    english, other = load_texts("en"), load_texts(language)

    for section, entries in english.items():
        assert set(other[section]) == set(entries)
        for name, entry in entries.items():
            assert sorted(re.findall(r"\{\w+\}", other[section][name])) == sorted(re.findall(r"\{\w+\}", entry))


def test_unknown_language_says_which_there_are():
    with pytest.raises(ConfigError, match="choose from en"):
        load_texts("../en")
