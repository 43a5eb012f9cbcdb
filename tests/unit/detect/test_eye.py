"""Both eyes keep the same promises; the learned one looks with the very file that its card describes."""

from __future__ import annotations

import hashlib
import json
import re
from importlib.resources import files
from pathlib import Path
from typing import cast, get_args

import numpy as np
import pytest

from ductoscope.detect import Eye, open_eye
from ductoscope.detect.eye import EyeKind
from ductoscope.detect.learned_eye import CARD, open_learned_eye
from ductoscope.model import RASTER_SIZE, BadFileError, BadInputError, Raster, ViewWord, place_pixels

KINDS: tuple[EyeKind, ...] = get_args(EyeKind)
MODELS = Path(str(files("ductoscope.detect"))) / "models"
MODEL_CARD = Path(__file__).parents[3] / "docs" / "model-card.md"
SEEN = np.hypot(*np.moveaxis(place_pixels(), -1, 0)) <= 1.0


def _draw(seed: int, size: int = RASTER_SIZE) -> Raster:
    rng = np.random.default_rng(seed)
    rough = rng.uniform(0.0, 1.2, (size // 12, size // 12, 3)).astype(np.float32)
    light = np.kron(rough, np.ones((12, 12, 1), np.float32))
    seen = SEEN if size == RASTER_SIZE else np.ones((size, size), np.bool_)
    return Raster(seed, seed * 1000, light * seen[..., None], seen)


@pytest.fixture(params=KINDS, scope="module")
def eye(request: pytest.FixtureRequest) -> Eye:
    return open_eye(cast("EyeKind", request.param))


@pytest.mark.parametrize(
    "raster", [_draw(1), Raster(7, 7000, np.zeros((RASTER_SIZE, RASTER_SIZE, 3), np.float32), SEEN)]
)
def test_every_answer_is_within_its_range(eye: Eye, raster: Raster) -> None:
    outlook = eye.look_out(raster)
    assert (outlook.index, outlook.t_ns, outlook.eye) == (raster.index, raster.t_ns, eye.name)
    for name in ("mouth", "edge", "spot", "clear"):
        values = getattr(outlook, name)
        assert values.shape == SEEN.shape
        assert values.dtype == np.float32
        assert values.min() >= 0.0
        assert values.max() <= 1.0
        assert not values[~SEEN].any()
    assert (outlook.distance[SEEN] > 0.0).all()
    assert not outlook.distance[~SEEN].any()
    assert set(outlook.chances) == set(get_args(ViewWord))
    assert sum(outlook.chances.values()) == pytest.approx(1.0, abs=1e-4)
    assert outlook.chances["calibration lost"] == 0.0


def test_nothing_is_kept_between_pictures(eye: Eye) -> None:
    first = eye.look_out(_draw(1))
    eye.look_out(_draw(2))
    again = eye.look_out(_draw(1))
    assert np.array_equal(first.distance, again.distance)
    assert np.array_equal(first.spot, again.spot)
    assert first.chances == again.chances


def test_a_raster_that_shows_nothing_is_no_error(eye: Eye) -> None:
    nothing = np.zeros_like(SEEN)
    outlook = eye.look_out(Raster(0, 0, np.zeros((*nothing.shape, 3), np.float32), nothing))
    assert not outlook.distance.any()
    assert np.isfinite(sum(outlook.chances.values()))


def test_an_unknown_kind_is_refused_in_words() -> None:
    with pytest.raises(BadInputError, match="learned or classical"):
        open_eye(cast("EyeKind", "third"))


def test_the_learned_eye_refuses_a_raster_of_another_size() -> None:
    with pytest.raises(BadInputError, match="96 pixels a side, got 48"):
        open_eye("learned").look_out(_draw(1, size=48))


def _copy_model(folder: Path) -> tuple[Path, dict[str, object]]:
    card = json.loads((MODELS / CARD).read_text(encoding="utf-8"))
    model = folder / card["file"]
    model.write_bytes((MODELS / card["file"]).read_bytes())
    (folder / CARD).write_text(json.dumps(card), encoding="utf-8")
    return model, card


def test_a_model_changed_by_one_bit_is_refused(tmp_path: Path) -> None:
    model, _ = _copy_model(tmp_path)
    open_learned_eye(folder=tmp_path)
    content = bytearray(model.read_bytes())
    content[len(content) // 2] ^= 1
    model.write_bytes(content)
    with pytest.raises(BadFileError, match="damaged"):
        open_learned_eye(folder=tmp_path)


def test_a_model_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match="classical eye"):
        open_learned_eye(folder=tmp_path)
    model, _ = _copy_model(tmp_path)
    model.unlink()
    with pytest.raises(BadFileError, match="missing"):
        open_learned_eye(folder=tmp_path)


def _describe(folder: Path, card: dict[str, object], content: bytes) -> None:
    (folder / str(card["file"])).write_bytes(content)
    page = card | {"sha256": hashlib.sha256(content).hexdigest()}
    (folder / CARD).write_text(json.dumps(page), encoding="utf-8")


def test_a_file_that_is_no_network_is_refused(tmp_path: Path) -> None:
    _, card = _copy_model(tmp_path)
    _describe(tmp_path, card, b"not a network")
    with pytest.raises(BadFileError, match="cannot be run here"):
        open_learned_eye(folder=tmp_path)


def test_a_network_for_other_words_is_refused(tmp_path: Path) -> None:
    model, card = _copy_model(tmp_path)
    content = model.read_bytes()
    _describe(tmp_path, card | {"words": ["clear", "foggy"]}, content)
    with pytest.raises(BadFileError, match="view words"):
        open_learned_eye(folder=tmp_path)
    _describe(tmp_path, card | {"words": ["clear", "blood"]}, content)
    with pytest.raises(BadFileError, match="another version"):
        open_learned_eye(folder=tmp_path)


def test_the_card_describes_the_file() -> None:
    card = json.loads((MODELS / CARD).read_text(encoding="utf-8"))
    content = (MODELS / card["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == card["sha256"]
    assert len(content) == card["bytes"] < 5_000_000
    page = MODEL_CARD.read_text(encoding="utf-8")
    assert re.search(rf"`{card['sha256']}`", page)
    assert re.search(rf"\b{card['bytes']:,} bytes", page)
    assert f'"{card["name"]}"' in page
    assert "no clinical evidence" in page
    session = open_learned_eye().session
    for each in (*session.get_inputs(), *session.get_outputs()):
        assert f"| `{each.name}` | {' x '.join(map(str, each.shape))} |" in page
