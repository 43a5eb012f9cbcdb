"""The commands as a person types them.

A white picture becomes a calibration, honeycomb becomes clear, and everything that is wrong gets its one sentence
and no traceback.
"""

from __future__ import annotations

import json
import shutil
import socket
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from ductoscope.cli import main
from ductoscope.live import read_image, write_image
from ductoscope.record import load_bundle
from ductoscope.simulate import (
    CameraSettings,
    FibreSettings,
    SceneWindow,
    camera_picture,
    ideal_view,
    make_fibre,
    make_scene,
    see_scene,
    white_picture,
)
from tests.command import Command

CORES = 1600


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with white.png, duct.png, a folder of frames, walk.mp4 and the scene that the fibre looked at."""
    folder = tmp_path_factory.mktemp("desk")
    rng = np.random.default_rng(21)
    fibre = make_fibre(rng, FibreSettings(cores=CORES))
    camera = CameraSettings(height_px=400, width_px=480, disc_fraction=0.92)
    scene = make_scene("vessels", 3, 512)
    write_image(folder / "white.png", white_picture(fibre, camera, rng, frames=4))
    pictures = [
        camera_picture(see_scene(fibre, scene, window=SceneWindow((0.004 * k, 0.0))), fibre, camera, rng)
        for k in range(11)
    ]
    (folder / "frames").mkdir()
    for k, picture in enumerate(pictures):
        write_image(folder / "frames" / f"frame{k}.png", picture)
    write_image(folder / "duct.png", pictures[0])
    write_image(folder / "truth.png", ideal_view(scene, 256))
    _write_video(folder / "walk.mp4", pictures)
    return folder


@pytest.fixture(scope="session")
def bundle(desk: Path) -> Path:
    """The calibration that `ductoscope calibrate` makes of the white picture."""
    path = desk / "scope.npz"
    with pytest.raises(SystemExit) as ended:
        main(["calibrate", str(desk / "white.png"), "-o", str(path)])
    assert ended.value.code == 0
    return path


def test_calibrate_tells_what_it_found_and_draws_it(ductoscope: Command, desk: Path, tmp_path: Path) -> None:
    answer = ductoscope("calibrate", desk / "white.png", "-o", tmp_path / "scope.npz", "--json")
    assert answer.status == 0
    facts = json.loads(answer.out)
    assert abs(facts["cores"] - CORES) <= 0.01 * CORES
    assert {"pitch_px", "rim", "dead", "quality"} <= facts.keys()
    assert load_bundle(tmp_path / "scope.npz").id == facts["id"]
    assert read_image(Path(facts["picture"])).shape == (400, 480, 3)


def test_restore_makes_the_scene_out_of_the_honeycomb(
    ductoscope: Command, desk: Path, bundle: Path, tmp_path: Path
) -> None:
    answer = ductoscope("restore", desk / "duct.png", "--bundle", bundle, "--size", 256, "-o", tmp_path / "clear.png")
    assert answer.status == 0
    assert "1 picture restored" in answer.out
    clear, truth = read_image(tmp_path / "clear.png"), read_image(desk / "truth.png")
    inside = np.hypot(*np.mgrid[-127.5:128, -127.5:128]) < 120
    assert np.corrcoef(clear[inside].ravel(), truth[inside].ravel())[0, 1] > 0.9


def test_zoom_shows_the_asked_for_part(ductoscope: Command, desk: Path, bundle: Path, tmp_path: Path) -> None:
    common = ("restore", desk / "duct.png", "--bundle", bundle)
    assert ductoscope(*common, "--size", 400, "-o", tmp_path / "whole.png").status == 0
    zoomed = ductoscope(*common, "--size", 200, "--zoom", 2, "--at", "0.6,0.4", "-o", tmp_path / "part.png")
    assert zoomed.status == 0
    whole, part = read_image(tmp_path / "whole.png"), read_image(tmp_path / "part.png")
    crop = whole[60:260, 140:340]  # half the side about (0.6, 0.4)
    assert np.abs(part.astype(int) - crop).mean() < 4


def test_a_folder_is_restored_in_natural_order_and_bad_images_are_named(
    ductoscope: Command, desk: Path, bundle: Path, tmp_path: Path
) -> None:
    frames = tmp_path / "frames"
    shutil.copytree(desk / "frames", frames)
    (frames / "frame3.png").write_bytes(b"torn")
    write_image(frames / "frame4.png", np.zeros((50, 50, 3), np.uint8))
    answer = ductoscope("restore", frames, "--bundle", bundle, "--size", 128, "-o", tmp_path / "clear", "--json")
    facts = json.loads(answer.out)
    assert (answer.status, facts["pictures"]) == (0, 9)
    assert [line.split(" was")[0] for line in facts["skipped"]] == ["frame3.png", "frame4.png"]
    assert len(list((tmp_path / "clear").glob("*.png"))) == 9


def test_a_video_is_restored_to_a_video(ductoscope: Command, desk: Path, bundle: Path, tmp_path: Path) -> None:
    answer = ductoscope("restore", desk / "walk.mp4", "--bundle", bundle, "--size", 256, "-o", tmp_path / "clear.mp4")
    assert answer.status == 0, answer.err
    with av.open(str(tmp_path / "clear.mp4")) as video:
        assert sum(1 for _ in video.decode(video=0)) == 11


def _desk_of_wrongs(desk: Path, bundle: Path, folder: Path) -> dict[str, tuple[list[object], str]]:
    (folder / "note.txt").write_text("not a picture")
    (folder / "text.mp4").write_text("not a video")
    (folder / "torn.npz").write_bytes(bundle.read_bytes()[:-200])
    (folder / "empty").mkdir()
    (folder / "file").write_text("")
    write_image(folder / "grey.png", np.full((300, 300), 90, np.uint8))
    write_image(folder / "small.png", np.full((90, 90, 3), 90, np.uint8))
    whole = (desk / "white.png").read_bytes()
    (folder / "torn.png").write_bytes(whole[: len(whole) // 3])
    cv2.imwrite(str(folder / "float.tif"), np.ones((64, 64), np.float32))
    out = folder / "out.png"
    given = ["--bundle", bundle, "-o", out]
    return {
        "absent image": (["restore", folder / "absent.png", *given], "There is no file or folder"),
        "corrupt image": (["restore", folder / "torn.png", *given], "damaged"),
        "float image": (["restore", folder / "float.tif", *given], "8 or 16 bits"),
        "corrupt video": (["restore", folder / "text.mp4", "--bundle", bundle, "-o", folder / "o.mp4"], "not a video"),
        "unknown type": (["restore", folder / "note.txt", *given], "not a video that can be read"),
        "empty folder": (["restore", folder / "empty", "--bundle", bundle, "-o", folder / "o"], "no images"),
        "no bundle": (["restore", desk / "duct.png", "-o", out], "A calibration is needed"),
        "absent bundle": (["restore", desk / "duct.png", "--bundle", folder / "no.npz", "-o", out], "no.npz"),
        "truncated bundle": (["restore", desk / "duct.png", "--bundle", folder / "torn.npz", "-o", out], "torn.npz"),
        "wrong bundle": (["restore", folder / "small.png", *given], "90"),
        "image as video": (
            ["restore", desk / "duct.png", "--bundle", bundle, "-o", folder / "o.xyz"],
            "name that ends",
        ),
        "video as image": (["restore", desk / "walk.mp4", *given], "restored to an .mp4"),
        "no honeycomb": (["calibrate", folder / "grey.png", "-o", folder / "b.npz"], "No fibre bundle"),
        "bad point": (["restore", desk / "duct.png", *given, "--at", "3,x"], "--at X,Y"),
        "point outside": (["restore", desk / "duct.png", *given, "--at", "3,1"], "outside the picture"),
        "bad zoom": (["restore", desk / "duct.png", *given, "--zoom", "0"], "zoom"),
        "bad size": (["restore", desk / "duct.png", *given, "--size", "0"], "0"),
        "size beyond reason": (["restore", desk / "duct.png", *given, "--size", "1000000"], "1000000"),
        "unwritable output": (
            ["restore", desk / "duct.png", "--bundle", bundle, "-o", folder / "file" / "x.png"],
            "write",
        ),
        "import of text": (["import", folder / "text.mp4", "-o", folder / "rec"], "not a video"),
        "replay of nothing": (["replay", folder / "empty"], "empty"),
        "unknown source": (["monitor", "--source", "magic:3", "--data", folder / "d"], "no source"),
        "bad simulation": (["monitor", "--source", "sim:7?cores=1", "--data", folder / "d"], "cores"),
        "absent settings": (["monitor", "--config", folder / "no.toml"], "no settings file"),
        "bad port": (["monitor", "--port", "99999"], "between 0 and 65535"),
        "data folder is a file": (["monitor", "--data", folder / "file"], "file"),
    }


@pytest.mark.parametrize(
    "what",
    [
        "absent image",
        "corrupt image",
        "float image",
        "corrupt video",
        "unknown type",
        "empty folder",
        "no bundle",
        "absent bundle",
        "truncated bundle",
        "wrong bundle",
        "image as video",
        "video as image",
        "no honeycomb",
        "bad point",
        "point outside",
        "bad zoom",
        "bad size",
        "size beyond reason",
        "unwritable output",
        "import of text",
        "replay of nothing",
        "unknown source",
        "bad simulation",
        "absent settings",
        "bad port",
        "data folder is a file",
    ],
)
def test_bad_input_gets_one_sentence(ductoscope: Command, desk: Path, bundle: Path, tmp_path: Path, what: str) -> None:
    words, told = _desk_of_wrongs(desk, bundle, tmp_path)[what]
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    answer = ductoscope(*words)
    assert answer.status == 1, answer
    assert answer.err.startswith("ductoscope: ")
    assert told in answer.err
    assert "Traceback" not in answer.err
    assert answer.err.count("\n") == 1
    for path, content in before.items():
        assert path.read_bytes() == content, f"{path.name} was changed"
    assert not [path for path in tmp_path.rglob("*") if path.name.endswith(".part")]


def test_a_port_in_use_is_said(ductoscope: Command, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = ductoscope("monitor", "--source", "sim:1", "--data", tmp_path, "--port", port)
    assert answer.status == 1
    assert "already listens" in answer.err


def test_wrong_usage_is_told_apart(ductoscope: Command) -> None:
    assert ductoscope("restore", "--frobnicate").status == 2
    assert ductoscope("restore", "x.png", "-o", "y.png", "--method", "magic").status == 2
    assert ductoscope("--version").out.startswith("ductoscope ")


def _write_video(path: Path, pictures: list[np.ndarray]) -> None:
    with av.open(str(path), "w") as video:
        stream = video.add_stream("libx264", rate=25, options={"crf": "10"})
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for picture in pictures:
            video.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        video.mux(stream.encode(None))
