"""A bundle file gives back exactly the bundle, or says plainly why not."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ductoscope.model import BadFileError, Bundle
from ductoscope.record import load_bundle, save_bundle

MakeBundle = Callable[..., Bundle]


def _assert_equal(a: Bundle, b: Bundle) -> None:
    assert a.id == b.id
    assert (a.frame_shape, a.pitch_px, a.sigma_px, a.rim, a.quality) == (
        b.frame_shape,
        b.pitch_px,
        b.sigma_px,
        b.rim,
        b.quality,
    )
    for name in ("xy_px", "gain", "dark", "dead"):
        left, right = getattr(a, name), getattr(b, name)
        assert left.dtype == right.dtype
        np.testing.assert_array_equal(left, right)


@pytest.mark.parametrize("channels", [1, 3])
def test_round_trip_is_exact(tmp_path: Path, make_bundle: MakeBundle, channels: int) -> None:
    bundle = make_bundle(cores=57, channels=channels)
    save_bundle(bundle, tmp_path / "b.npz")
    _assert_equal(load_bundle(tmp_path / "b.npz"), bundle)


def test_id_survives_when_calibration_gave_numpy_numbers(tmp_path: Path, make_bundle: MakeBundle) -> None:
    plain = make_bundle()
    bundle = replace(plain, pitch_px=np.float64(plain.pitch_px), frame_shape=(np.int64(108), np.int64(192)))
    save_bundle(bundle, tmp_path / "b.npz")
    assert load_bundle(tmp_path / "b.npz").id == bundle.id == plain.id


def test_same_bundle_gives_same_bytes(tmp_path: Path, make_bundle: MakeBundle) -> None:
    save_bundle(make_bundle(), tmp_path / "a.npz")
    save_bundle(make_bundle(), tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_numpy_reads_the_arrays_without_us(tmp_path: Path, make_bundle: MakeBundle) -> None:
    bundle = make_bundle()
    save_bundle(bundle, tmp_path / "b.npz")
    with np.load(tmp_path / "b.npz", allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["gain"], bundle.gain)


def test_a_failed_save_keeps_the_old_file(
    tmp_path: Path, make_bundle: MakeBundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "b.npz"
    save_bundle(make_bundle(seed=1), path)
    before = path.read_bytes()

    def refuse(handle: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(BadFileError, match="Input/output error"):
        save_bundle(make_bundle(seed=2), path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["b.npz"]


def test_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match="cannot be read"):
        load_bundle(tmp_path / "none.npz")


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04 nearly"])
def test_foreign_bytes_are_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b.npz").write_bytes(content)
    with pytest.raises(BadFileError, match=r"b\.npz"):
        load_bundle(tmp_path / "b.npz")


def test_foreign_npz_is_said(tmp_path: Path) -> None:
    np.savez(tmp_path / "b.npz", gain=np.ones(3))
    with pytest.raises(BadFileError, match="not a bundle file"):
        load_bundle(tmp_path / "b.npz")


def _rewrite(path: Path, members: dict[str, bytes]) -> None:
    """Replace members of an archive, checksums of the zip and all."""
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()} | members
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)


def _page(path: Path) -> dict[str, object]:
    with zipfile.ZipFile(path) as archive:
        page = json.loads(archive.read("bundle.json"))
    assert isinstance(page, dict)
    return page


def test_newer_version_is_said(tmp_path: Path, make_bundle: MakeBundle) -> None:
    path = tmp_path / "b.npz"
    save_bundle(make_bundle(), path)
    _rewrite(path, {"bundle.json": json.dumps(_page(path) | {"version": 2}).encode()})
    with pytest.raises(BadFileError, match="newer Ductoscope"):
        load_bundle(path)


def test_changed_value_is_noticed(tmp_path: Path, make_bundle: MakeBundle) -> None:
    path = tmp_path / "b.npz"
    save_bundle(make_bundle(), path)
    _rewrite(path, {"bundle.json": json.dumps(_page(path) | {"pitch_px": 5.26}).encode()})
    with pytest.raises(BadFileError, match="checksum"):
        load_bundle(path)


def test_changed_array_is_noticed(tmp_path: Path, make_bundle: MakeBundle) -> None:
    path = tmp_path / "b.npz"
    bundle = make_bundle()
    save_bundle(bundle, path)
    changed = io.BytesIO()
    np.save(changed, np.nextafter(bundle.gain, np.float32(9)))
    _rewrite(path, {"gain.npy": changed.getvalue()})
    with pytest.raises(BadFileError, match="checksum"):
        load_bundle(path)


def test_pickle_is_never_opened(tmp_path: Path, make_bundle: MakeBundle) -> None:
    path = tmp_path / "b.npz"
    save_bundle(make_bundle(), path)
    pickled = io.BytesIO()
    np.save(pickled, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    _rewrite(path, {"gain.npy": pickled.getvalue()})
    with pytest.raises(BadFileError, match="damaged"):
        load_bundle(path)


@pytest.mark.parametrize("name", ["gain.npy", "bundle.json"])
def test_zip_bomb_is_refused_without_unpacking_it(tmp_path: Path, make_bundle: MakeBundle, name: str) -> None:
    path = tmp_path / "b.npz"
    save_bundle(make_bundle(), path)
    _rewrite(path, {name: b" " * 100_000_000})
    assert path.stat().st_size < 1_000_000
    with pytest.raises(BadFileError, match="larger than it can be"):
        load_bundle(path)


def test_absurd_number_of_cores_is_refused(tmp_path: Path, make_bundle: MakeBundle) -> None:
    path = tmp_path / "b.npz"
    save_bundle(make_bundle(), path)
    _rewrite(path, {"bundle.json": json.dumps(_page(path) | {"cores": 10**12}).encode()})
    with pytest.raises(BadFileError, match="damaged"):
        load_bundle(path)


def test_huge_file_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "b.npz").open("wb") as file:
        file.truncate(10**10)  # Sparse: takes no room.
    with pytest.raises(BadFileError, match="too large"):
        load_bundle(tmp_path / "b.npz")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_damage_is_noticed_or_harmless(tmp_path: Path, make_bundle: MakeBundle, data: st.DataObject) -> None:
    path = tmp_path / "b.npz"
    bundle = make_bundle()
    save_bundle(bundle, path)
    content = bytearray(path.read_bytes())
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content) - 1)) :]
    else:
        for _ in range(data.draw(st.integers(1, 4))):
            content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    try:
        loaded = load_bundle(path)
    except BadFileError:
        return
    _assert_equal(loaded, bundle)  # Only bytes that carry nothing (dates, attributes) were hit.
