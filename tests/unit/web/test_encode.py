from __future__ import annotations

import cv2
import numpy as np
import pytest
import simplejpeg

from ductoscope.model import BadFileError
from ductoscope.web import encode
from ductoscope.web.encode import Encoder, encode_jpeg, encode_png, read_png


@pytest.fixture
def made(monkeypatch):
    """Every encoding that was really done, as its side in pixels."""
    sides: list[int] = []

    def note(pixels, size_px, quality=85):
        sides.append(size_px)
        return encode_jpeg(pixels, size_px, quality)

    monkeypatch.setattr(encode, "encode_jpeg", note)
    return sides


def test_viewers_share_one_encoding(make_shown, made):
    encoder, shown = Encoder(), make_shown(1)

    answers = {encoder.encode(shown, "restored", 512) for _ in range(3)}

    assert len(answers) == 1
    assert made == [512]


def test_each_side_and_kind_is_encoded_for_itself(make_shown, made):
    encoder, shown = Encoder(), make_shown(1, value=200)

    encoder.encode(shown, "restored", 512)
    encoder.encode(shown, "restored", 768)
    kind, jpeg = encoder.encode(shown, "raw", 512)

    assert made == [512, 768, 512]
    assert kind == "raw"
    assert simplejpeg.decode_jpeg(jpeg).mean() == pytest.approx(30, abs=1)


def test_raw_is_not_made_when_nobody_wants_it(make_shown):
    shown = make_shown(1)

    Encoder().encode(shown, "restored", 512)

    assert "raw" not in vars(shown)  # a cached property that was never asked for


def test_old_encodings_are_let_go(make_shown):
    encoder = Encoder()

    for sequence in range(50):
        encoder.encode(make_shown(sequence), "restored", 512)

    assert len(encoder._made) <= encode.KEEP


def test_picture_that_could_not_be_restored_is_called_raw(make_shown):
    kind, _ = Encoder().encode(make_shown(1, is_restored=False), "restored", 512)

    assert kind == "raw"


def test_core_recording_has_no_raw_picture_and_says_so(make_shown):
    kind, _ = Encoder().encode(make_shown(1, has_frame=False), "raw", 512)

    assert kind == "restored"


def test_mono_pictures_are_encoded_too():
    ramp = np.tile(np.linspace(0, 255, 512).astype(np.uint8), (512, 1))

    back = simplejpeg.decode_jpeg(encode_jpeg(ramp, 512), colorspace="GRAY")[..., 0]

    assert np.abs(back.astype(int) - ramp).max() <= 6


def test_colours_keep_their_order():
    red = np.zeros((64, 64, 3), np.uint8)
    red[..., 0] = 200

    jpeg = simplejpeg.decode_jpeg(encode_jpeg(red, 64))
    png = cv2.imdecode(np.frombuffer(encode_png(red), np.uint8), cv2.IMREAD_COLOR_RGB)

    assert jpeg[32, 32, 0] > 190
    assert jpeg[32, 32, 2] < 10
    assert np.array_equal(png, red)


def test_png_that_was_kept_is_read_back_whole(tmp_path):
    picture = np.random.default_rng(1).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    path = tmp_path / "still.png"
    path.write_bytes(encode_png(picture))

    assert np.array_equal(read_png(path), picture)


def test_png_that_is_damaged_gives_its_sentence(tmp_path):
    path = tmp_path / "still.png"
    path.write_bytes(b"not a picture")

    with pytest.raises(BadFileError, match=r"still\.png cannot be read"):
        read_png(path)
