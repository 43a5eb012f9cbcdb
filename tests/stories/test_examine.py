"""A researcher lets the program look at a recording, reads what it found, and has it judged by the truth."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser

from ductoscope.simulate import make_scope_spec
from ductoscope.simulated_examination import simulate_examination
from tests.command import Command

WORLD = ["cores=1600", "height=300", "width=400", "fps=12.5", "seconds=6"]
REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "examination.md"


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("case") / "case"
    simulate_examination(make_scope_spec(22, "easy", WORLD), folder)
    return folder


@pytest.fixture(scope="module")
def examined(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from ductoscope.detect import open_eye
    from ductoscope.live.examine import examine_recording
    from ductoscope.live.write_examination import write_examination

    folder = tmp_path_factory.mktemp("found") / "found"
    write_examination(examine_recording(simulated / "recording", open_eye()), folder)
    return folder


def test_examine_and_score(simulated: Path, tmp_path: Path, ductoscope: Command) -> None:
    found = tmp_path / "found"
    answer = ductoscope("examine", simulated / "recording", "-o", found, "--eye", "classical", "--json")
    assert answer.status == 0
    said = json.loads(answer.out)
    assert (said["simulated"], said["looked_at"]) == (True, 75)
    frames = pq.read_table(found / "frames.parquet").to_pydict()
    truth = pq.read_table(simulated / "truth" / "frames.parquet").to_pydict()
    off_mm = np.abs(np.array(frames["depth_mm"], dtype=float) - np.array(truth["depth_mm"]))
    assert np.nanmedian(off_mm) < 1.0
    assert np.isfinite(off_mm).mean() > 0.9
    answer = ductoscope("score", found, simulated / "truth", "--json")
    assert answer.status == 0
    figures = json.loads(answer.out)["figures"]
    assert float(figures["depth error, median (mm)"]["value"]) == pytest.approx(np.nanmedian(off_mm), abs=0.01)
    assert "no clinical evidence" in ductoscope("score", found, simulated / "truth").out


def test_the_depth_log_may_lie_elsewhere(simulated: Path, tmp_path: Path, ductoscope: Command) -> None:
    alone = tmp_path / "recording"
    shutil.copytree(simulated / "recording", alone)
    log = (alone / "depth.csv").rename(tmp_path / "moved.csv")
    assert ductoscope("examine", alone, "-o", tmp_path / "a", "--eye", "classical", "--json").status == 0
    assert (
        ductoscope("examine", alone, "-o", tmp_path / "b", "--eye", "classical", "--json", "--depth", log).status == 0
    )
    alone_page, page = (json.loads((tmp_path / name / "examination.json").read_text()) for name in "ab")
    assert (alone_page["depth_source"], page["depth_source"]) == ("", "encoder")
    assert (alone_page["map"]["unit"], page["map"]["unit"]) == ("radii", "mm")


def test_every_field_is_described(examined: Path) -> None:
    page = json.loads((examined / "examination.json").read_text(encoding="utf-8"))
    described = set(re.findall(r"`(\w+)`", REFERENCE.read_text(encoding="utf-8")))
    columns = pq.read_schema(examined / "frames.parquet").names
    branch = page["map"]["branches"][0]
    named = {*page, *columns, *page["map"], *page["view"], *branch, *(page["findings"] or [{}])[0]}
    assert not named - described


@pytest.mark.peer
def test_the_page_shows_what_was_found(browser: Browser, examined: Path) -> None:
    page = browser.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("requestfailed", lambda request: troubles.append(request.url))
    page.goto((examined / "index.html").as_uri())
    assert "SIMULATED" in page.inner_text("main")
    assert page.locator("svg").count() >= 2
    walls = page.locator("figure img")
    assert walls.count() >= 1
    assert all(walls.nth(number).evaluate("image => image.naturalWidth > 0") for number in range(walls.count()))
    assert not troubles
    page.close()


def test_what_cannot_be_examined_is_said_in_words(simulated: Path, tmp_path: Path, ductoscope: Command) -> None:
    answer = ductoscope("examine", tmp_path, "-o", tmp_path / "out")
    assert (answer.status, "is not a recording" in answer.err) == (1, True)
    (tmp_path / "there").mkdir()
    answer = ductoscope("examine", simulated / "recording", "-o", tmp_path / "there")
    assert (answer.status, "already" in answer.err) == (1, True)
    log = tmp_path / "log.csv"
    log.write_text("t_ns,depth_mm,sigma_mm,origin\n1,two,0.1,encoder\n3,4,0.1,encoder\n")
    answer = ductoscope("examine", simulated / "recording", "-o", tmp_path / "out", "--depth", log)
    assert (answer.status, str(log) in answer.err.replace("\n", "")) == (1, True)
    answer = ductoscope("score", tmp_path, simulated / "truth")
    assert (answer.status, "is no examination" in answer.err) == (1, True)
    assert not (tmp_path / "out").exists()
