"""Following a source through everything that happens to it."""

from __future__ import annotations

import threading

import pytest

from ductoscope.live.follower import Follower
from ductoscope.live.troubles import Troubles
from ductoscope.model import BadFileError, CoreImage, Frame, SourceError, SourceInfo
from tests.toy_scope import ToyFibre, ToyScope
from tests.waiting import wait_for

FIBRE = ToyFibre((60, 70))


class Followed:
    """A follower in a thread, and what it handed on."""

    def __init__(self, scope: ToyScope) -> None:
        self.troubles = Troubles()
        self.pictures: list[Frame | CoreImage] = []
        self.openings = 0
        self.follower = Follower(scope, self._count_opening, self.pictures.append, self.troubles, 0.01)
        self.thread = threading.Thread(target=self.follower.run)
        self.thread.start()

    def _count_opening(self, _: object) -> None:
        self.openings += 1

    def stop(self) -> None:
        self.follower.stop()
        self.thread.join(5)
        assert not self.thread.is_alive()


def test_hands_on_every_picture_and_ends_with_the_source() -> None:
    scope = ToyScope(FIBRE, length=5, is_live=False)
    followed = Followed(scope)
    followed.thread.join(5)
    assert [picture.index for picture in followed.pictures] == [0, 1, 2, 3, 4]
    assert followed.follower.state == "ended"
    assert followed.troubles.tell() is None
    assert scope.closed >= 1


def test_unplugged_and_back() -> None:
    scope = ToyScope(FIBRE, interval_s=0.001)
    followed = Followed(scope)
    wait_for(lambda: followed.pictures)
    scope.unplug()
    wait_for(lambda: followed.follower.state == "lost")
    assert "plug" in (followed.troubles.tell() or "")
    before = len(followed.pictures)
    scope.plug_in()
    wait_for(lambda: len(followed.pictures) > before)
    assert followed.follower.state == "live"
    assert followed.troubles.tell() is None
    assert followed.openings == 2
    followed.stop()
    assert followed.troubles.tell() is None, "being stopped is no trouble"


def test_absent_from_the_start_waits() -> None:
    scope = ToyScope(FIBRE, interval_s=0.001)
    scope.unplug()
    followed = Followed(scope)
    wait_for(lambda: followed.troubles.tell())
    assert followed.follower.state == "waiting"
    scope.plug_in()
    wait_for(lambda: followed.follower.state == "live")
    followed.stop()


def test_a_file_that_cannot_be_used_is_not_tried_again() -> None:
    class BadFile(ToyScope):
        def open(self) -> SourceInfo:
            self.opened += 1
            raise BadFileError("walk.mp4 is no video.")

    scope = BadFile(FIBRE)
    followed = Followed(scope)
    followed.thread.join(5)
    assert followed.follower.state == "failed"
    assert followed.troubles.tell() == "walk.mp4 is no video."
    assert scope.opened == 1


@pytest.mark.parametrize("error", [RuntimeError("driver bug"), SourceError("The cable is loose.")])
def test_whatever_a_source_throws_it_is_tried_again(error: Exception) -> None:
    def fail_once(index: int) -> None:
        if index == 2 and scope.opened == 1:
            raise error

    scope = ToyScope(FIBRE, interval_s=0.001, on_read=fail_once)
    followed = Followed(scope)
    wait_for(lambda: scope.opened == 2 and len(followed.pictures) > 5)
    followed.stop()
    assert [picture.index for picture in followed.pictures[:4]] == [0, 1, 0, 1]
