"""What every test may use, and the rule that continuous integration skips no peer."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from hypothesis import settings

# A test must say the same today and tomorrow: the examples are drawn by a fixed seed.
settings.register_profile("house", derandomize=True, deadline=None)
settings.load_profile("house")

ROOT = Path(__file__).parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fail-on-skipped-peer", action="store_true", help="count a skipped test that needs a real peer as failed"
    )


def pytest_collection_finish() -> None:
    gc.freeze()  # thousands of tests and all that they import stay to the end: why look through them again and again


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    report = yield
    must_run = item.config.getoption("--fail-on-skipped-peer") and item.get_closest_marker("peer")
    if must_run and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} needs a real peer and was skipped: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def fibre_images() -> Path:
    """The folder of real fibre images that lies beside the repository."""
    folder = ROOT.parent / "shared" / "data" / "fibre"
    assert folder.is_dir(), f"The real fibre images are missing: expected {folder}."
    return folder
