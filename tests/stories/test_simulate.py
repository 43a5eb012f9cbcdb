"""A teacher makes an examination with its truth beside it, and hands the recording alone to an examiner."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pyarrow.parquet as pq
import pytest

from ductoscope.cli import main
from ductoscope.model import BadFileError, CoreImage, DiskFullError
from ductoscope.record import open_recording, read_page, verify_recording
from ductoscope.simulate import ScopeSpec, SimulatedScope, make_scope_spec
from ductoscope.simulate.settings import WorldSettings
from ductoscope.simulated_examination import simulate_examination

WORLD = ["cores=400", "height=240", "width=320", "texture=0", "vessels=0", "folds=0", "fps=20"]
FRAMES = 30


def spec_of(seed: int) -> ScopeSpec:
    return make_scope_spec(seed, "typical", [*WORLD, f"seconds={FRAMES / 20}"])


@pytest.fixture(scope="module")
def examined(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("teacher") / "case"
    simulate_examination(spec_of(40817), folder)
    return folder


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return int(ended.value.code or 0)


def test_the_command_writes_recording_and_truth(
    tmp_path: Path, examined: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sets = [word for setting in WORLD for word in ("--set", setting)]
    folder = tmp_path / "again"
    assert run("simulate", "--seed", 40817, "--seconds", FRAMES / 20, *sets, "-o", folder, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["frames"], said["simulated"], said["entered"]) == (FRAMES, True, [0])
    written = list_files(folder)
    assert written.keys() == {
        "recording/bundle.npz", "recording/cores.duct", "recording/depth.csv", "recording/picture.mp4",
        "recording/recording.json",
        "truth/frames.parquet", "truth/truth.json",
    }  # fmt: skip
    assert written == list_files(examined), "the same seed gives the same bytes"
    assert [path.name for path in tmp_path.iterdir()] == ["again"], "nothing is left beside it"


def test_the_recording_is_sound_and_what_the_pipeline_reads(examined: Path) -> None:
    assert not verify_recording(examined / "recording").problems
    page = read_page(examined / "recording")
    assert (page.state, page.frames, page.source.is_simulated, page.dropped_frames) == ("complete", FRAMES, True, 0)
    images = read_images(examined / "recording")
    scope = SimulatedScope(spec_of(40817))
    truth = scope.truth_at(FRAMES - 1)
    assert images[-1].light_lin.mean() == pytest.approx(float(truth.core_light.mean()) * truth.gain, rel=0.1)


def test_the_truth_is_the_worlds_own(examined: Path) -> None:
    scope = SimulatedScope(spec_of(40817))
    page = json.loads((examined / "truth" / "truth.json").read_text(encoding="utf-8"))
    assert page["simulated"] is True
    assert (page["seed"], page["settings"]["cores"], page["frames"]) == (40817, 400, FRAMES)
    assert WorldSettings(**page["settings"]) == scope.spec.settings
    tree = scope.timeline.tree
    assert [branch["id"] for branch in page["branches"]] == [branch.id for branch in tree.branches]
    for told, branch in zip(page["branches"], tree.branches, strict=True):
        np.testing.assert_allclose(told["polyline_mm"], branch.line[:, :3], atol=1e-6)
        assert (told["parent"], told["entered"]) == (branch.parent, branch.id == 0)
    for told, lesion in zip(page["lesions"], tree.lesions, strict=True):
        assert (told["id"], told["type"], told["size_mm"]) == (lesion.id, lesion.type, round(lesion.size_mm, 6))
    assert page["orifice"]["number"] == tree.orifice
    table = pq.read_table(examined / "truth" / "frames.parquet")
    assert table.schema.metadata[b"simulated"] == b"true"
    rows = table.to_pylist()
    assert [row["index"] for row in rows] == list(range(FRAMES))
    assert rows[3]["t_ns"] == 150_000_000
    for index in (0, 17, FRAMES - 1):
        truth = scope.truth_at(index)
        np.testing.assert_allclose(np.reshape(rows[index]["duct_from_tip"], (4, 4)), truth.duct_from_tip, atol=1e-12)
        assert rows[index]["view_state"] == truth.view_state
        assert [lesion["id"] for lesion in rows[index]["lesions"]] == [lesion.id for lesion in truth.lesions]


def test_an_examiner_learns_nothing_from_anything_but_the_picture(examined: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    simulate_examination(spec_of(5), other)
    assert tell_metadata(examined / "recording") == tell_metadata(other / "recording")
    secrets = re.compile(rb"40817|0x9f71|truth|seed|lesion|orifice|typical|preset", re.IGNORECASE)
    for name, content in read_everything(examined / "recording"):
        assert secrets.search(name.encode()) is None
        assert secrets.search(content) is None, name


def test_what_is_wrong_is_said_and_leaves_nothing(
    examined: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = list_files(examined)
    assert run("simulate", "--seed", 1, "-o", examined) == 1
    assert "There is something in" in capsys.readouterr().err
    assert list_files(examined) == before
    assert run("simulate", "--seed", 1, "--set", "lesion_mm=99", "-o", tmp_path / "x") == 1
    assert "lesion_mm" in capsys.readouterr().err
    assert run("simulate", "--seed", -1, "-o", tmp_path / "x") == 1
    assert "seed must be" in capsys.readouterr().err
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BadFileError, match="cannot be made"):
        simulate_examination(spec_of(1), tmp_path / "file" / "x")
    (tmp_path / "file").unlink()

    def interrupt(_share: float, _words: str) -> None:
        if _share > 0.05:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate_examination(spec_of(40817), tmp_path / "x", interrupt)

    def be_full(*_: object) -> object:
        return shutil._ntuple_diskusage(10**12, 10**12, 1000)  # type: ignore[attr-defined]

    monkeypatch.setattr(shutil, "disk_usage", be_full)
    with pytest.raises(DiskFullError, match="Free some space"):
        simulate_examination(spec_of(40817), tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def read_images(folder: Path) -> list[CoreImage]:
    recording = open_recording(folder)
    images = list(recording.core_images())
    recording.close()
    return images


def list_files(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def read_everything(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file, and what lies in its own packaging unpacked: names and text, not the picture."""
    for name, content in list_files(folder).items():
        if name.endswith(".npz"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for member in archive.infolist():
                    yield member.filename, member.comment + archive.read(member)
        elif name.endswith(".duct"):
            yield name, b"".join(re.findall(rb'\{"bundle_id".*?\}\}', content))
        elif name.endswith(".mp4"):
            with av.open(io.BytesIO(content)) as video:
                yield name, repr([dict(video.metadata), *(dict(stream.metadata) for stream in video.streams)]).encode()
        else:
            yield name, content


def tell_metadata(folder: Path) -> dict[str, object]:
    """Everything that a recording says besides its content."""
    page = json.loads((folder / "recording.json").read_text(encoding="utf-8"))
    del page["bundle_id"]
    notes = re.findall(rb'"notes": (\{.*?\})', (folder / "cores.duct").read_bytes())
    with zipfile.ZipFile(folder / "bundle.npz") as archive:
        members = [(member.filename, member.date_time, member.comment) for member in archive.infolist()]
    with av.open(str(folder / "picture.mp4")) as video:
        stream = video.streams.video[0]
        says = [dict(video.metadata), dict(stream.metadata), str(stream.average_rate), stream.width, stream.height]
    times = [(image.index, image.t_ns) for image in read_images(folder)]
    return {"page": page, "notes": notes, "members": members, "video": says, "times": times}
