"""The media store: what is kept is there, whole, under its hash, or it is said in words."""

from __future__ import annotations

import hashlib
import resource
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ductoscope.model import BadFileError, DiskFullError, NotThereError
from ductoscope.record.media import MediaStore


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "media")


def test_what_is_kept_is_read(store: MediaStore) -> None:
    name = store.keep(b"a picture")
    assert name == hashlib.sha256(b"a picture").hexdigest()
    assert store.read(name) == b"a picture"
    assert store.has(name)
    assert store.path(name) == store.folder / name[:2] / name[2:4] / name
    assert list(store.names()) == [name]
    assert store.verify() == ()


def test_the_same_content_is_kept_once(store: MediaStore) -> None:
    name = store.keep(b"a picture")
    before = store.path(name).stat()
    assert store.keep(b"a picture") == name
    assert store.path(name).stat().st_ino == before.st_ino
    assert [path.name for path in store.folder.rglob("*") if path.is_file()] == [name]


def test_nothing_is_content_too(store: MediaStore) -> None:
    assert store.read(store.keep(b"")) == b""


def test_a_damaged_file_is_never_given_out(store: MediaStore) -> None:
    name = store.keep(b"a picture")
    store.path(name).write_bytes(b"a pictvre")
    with pytest.raises(BadFileError, match="damaged"):
        store.read(name)
    (problem,) = store.verify()
    assert name in problem
    assert "Restore it from a backup" in problem


def test_a_damaged_file_is_whole_again_when_it_is_kept_again(store: MediaStore) -> None:
    name = store.keep(b"a picture")
    store.path(name).write_bytes(b"")
    store.keep(b"a picture")
    assert store.read(name) == b"a picture"


def test_what_is_not_there(store: MediaStore) -> None:
    with pytest.raises(NotThereError, match="not in the media store"):
        store.read("0" * 64)
    assert not store.has("0" * 64)
    assert store.verify() == ()
    assert list(store.names()) == []


@pytest.mark.parametrize(
    "name", ["", "..", "../" * 20 + "etc/passwd", "A" * 64, "a" * 63, "a" * 65, "a" * 64 + "\n", "é" * 64]
)
def test_only_hashes_are_names(store: MediaStore, name: str) -> None:
    for ask in (store.path, store.read, store.has):
        with pytest.raises(NotThereError):
            ask(name)


@given(st.text())
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    store = MediaStore(Path("media"))
    try:
        path = store.path(name)
    except NotThereError:
        return
    assert path.parts[0] == "media"
    assert len(path.parts) == 4


def test_what_does_not_belong_there_is_said(store: MediaStore) -> None:
    name = store.keep(b"a picture")
    (store.folder / "notes.txt").write_text("hello")
    wrong = store.folder / "00" / "00" / name
    wrong.parent.mkdir(parents=True)
    wrong.write_bytes(b"a picture")
    problems = store.verify()
    assert len(problems) == 2
    assert all("does not belong" in problem for problem in problems)


def test_a_write_that_was_cut_short_is_no_problem(store: MediaStore) -> None:
    name = store.keep(b"a picture")
    store.path(name).with_name(f"{name}.0011aabb.part").write_bytes(b"a pic")
    store.path(name).with_name(f"{name}.0011aabb").write_bytes(b"a pic")
    assert store.verify() == ()
    assert list(store.names()) == [name]


def test_many_keep_the_same_at_once(store: MediaStore) -> None:
    content = b"x" * 200_000
    errors: list[BaseException] = []

    def keep() -> None:
        try:
            store.read(store.keep(content))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=keep) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len([path for path in store.folder.rglob("*") if path.is_file()]) == 1


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file")
    with pytest.raises(BadFileError, match="could not be written"):
        MediaStore(tmp_path / "media").keep(b"a picture")


def test_a_full_disk(store: MediaStore) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(DiskFullError, match="The disk is full"):
            store.keep(b"x" * 20_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(store.names()) == []
    assert not [path for path in store.folder.rglob("*") if path.is_file()]


def test_progress_goes_to_one(store: MediaStore) -> None:
    for number in range(3):
        store.keep(bytes([number]))
    seen: list[float] = []
    store.verify(lambda share, words: seen.append(share))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
