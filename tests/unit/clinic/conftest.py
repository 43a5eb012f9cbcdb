from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ductoscope.report import Signer, make_signer
from tests.clinic_house import House, open_house


@pytest.fixture(scope="session")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return make_signer(tmp_path_factory.mktemp("signing"), "Test clinic")


@pytest.fixture(scope="session")
def empty_house(tmp_path_factory: pytest.TempPathFactory, signer: Signer) -> Path:
    """A journal with four people in it, to be copied: making its tables takes longer than most tests."""
    folder = tmp_path_factory.mktemp("house")
    open_house(folder, signer).desk.journal.close()
    return folder


@pytest.fixture
def house(tmp_path: Path, empty_house: Path, signer: Signer) -> Iterator[House]:
    shutil.copytree(empty_house, tmp_path, dirs_exist_ok=True)
    made = open_house(tmp_path, signer)
    yield made
    made.desk.journal.close()
