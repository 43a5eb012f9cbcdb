"""The tree of branches: entered or not, back and in again, and no branches of what is no fork."""

from __future__ import annotations

import pytest

from ductoscope.navigate.forks import Arm, Fork, Sighting, turn
from ductoscope.navigate.lumens import Lumen
from ductoscope.navigate.map import Tree, Worth, follow, note_forks, relay

WORTH = Worth(1.0, 0.0, 1.5)
FORK = 10.0


def lumen(x: float, y: float, mouth: float = 1.0) -> Lumen:
    return Lumen((x, y), 10.0, 1.0, mouth, 0.5)


def sighting(along: float, *arms: Lumen, weight: float = 1.0, fork: float = FORK) -> Sighting:
    return Sighting(arms, fork - along, 0.3, weight)


class Drive:
    """A tip that is driven along, with the mouths that it sees."""

    def __init__(self) -> None:
        self.tree = Tree()
        self.t_ns = 0
        self.roll_deg = 0.0

    def go(self, along: float, *arms: Lumen, weight: float = 1.0, fork: float = FORK, looks: int = 1) -> str:
        for _ in range(looks):
            self.t_ns += 80_000_000
            seen = [sighting(along, *arms, weight=weight, fork=fork)] if arms else []
            self.off_deg = note_forks(self.tree, seen, along, 0.1, WORTH, self.roll_deg, self.t_ns)
            follow(self.tree, along, WORTH.unit, self.t_ns)
        return self.tree.now.name

    def names(self) -> set[str]:
        return {node.name for node in self.tree.nodes}


@pytest.fixture
def drive() -> Drive:
    """At 8 mm, with a fork at 10 mm in view."""
    drive = Drive()
    drive.go(5.0, lumen(-0.2, 0.0), lumen(0.3, 0.0), looks=5)
    drive.go(8.0, lumen(-0.1, 0.0), lumen(0.5, 0.0), looks=5)
    return drive


def test_a_fork_ahead_gives_two_branches_that_nobody_entered(drive: Drive) -> None:
    assert drive.names() == {"", "L", "R"}
    assert not drive.tree.is_entered(1)
    assert not drive.tree.is_entered(2)
    assert drive.tree.now.name == ""
    assert drive.tree.forks[0].along == pytest.approx(FORK, abs=0.1)


def test_the_branch_entered_is_that_whose_mouth_stays_in_the_middle(drive: Drive) -> None:
    assert drive.go(10.5, lumen(0.0, 0.0, 0.0), lumen(0.8, 0.0)) == "L"
    drive.go(12.0, looks=4)
    assert [node.name for node in drive.tree.nodes if drive.tree.is_entered(node.number)] == ["", "L"]


def test_back_above_the_fork_the_tip_is_in_the_parent_and_may_enter_the_other(drive: Drive) -> None:
    drive.go(10.5, lumen(0.0, 0.0, 0.0), lumen(0.8, 0.0), looks=4)
    assert drive.go(9.5, lumen(0.0, 0.0), lumen(0.6, 0.0)) == ""
    drive.go(9.5, lumen(-0.6, 0.0), lumen(0.0, 0.0), looks=3)
    assert drive.go(10.5, lumen(-0.8, 0.0), lumen(0.0, 0.0, 0.0), looks=4) == "R"
    assert drive.names() == {"", "L", "R"}
    assert all(drive.tree.is_entered(number) for number in (1, 2))


def test_a_branch_is_known_again_after_the_picture_has_turned(drive: Drive) -> None:
    drive.go(11.0, lumen(0.0, 0.0, 0.0), lumen(0.8, 0.0), looks=4)
    drive.go(16.0, looks=20)
    drive.roll_deg = 90.0
    left, right = (turn(place, 90.0) for place in ((-0.6, 0.0), (0.1, 0.0)))
    drive.go(9.0, lumen(*left), lumen(*right), looks=3)
    assert drive.go(10.6, lumen(*left), lumen(*right, 0.0), looks=4) == "R"
    assert drive.names() == {"", "L", "R"}


def test_a_known_fork_tells_how_far_the_roll_is_off(drive: Drive) -> None:
    drive.go(4.0, looks=45)
    places = [turn(place, 15.0) for place in ((-0.3, 0.0), (0.3, 0.0))]
    drive.go(8.0, *(lumen(*place) for place in places))
    assert drive.off_deg == pytest.approx(15.0, abs=2.0)


def test_what_looks_little_like_a_fork_makes_no_branches() -> None:
    drive = Drive()
    drive.go(5.0, lumen(-0.2, 0.0), lumen(0.3, 0.0), weight=0.05, looks=30)
    assert drive.names() == {""}


def test_a_glimpse_of_a_fork_that_is_not_there_later_is_forgotten() -> None:
    drive = Drive()
    drive.go(8.0, lumen(-0.2, 0.0), lumen(0.3, 0.0), looks=2)
    for step in range(40):
        drive.go(8.0 + 0.05 * step)
    assert drive.tree.forks == []


def test_a_fork_seen_only_on_the_way_back_splits_the_branch() -> None:
    drive = Drive()
    drive.go(6.0)
    drive.go(20.0, looks=10)
    drive.go(11.0, lumen(0.0, 0.0, 0.0), lumen(0.8, 0.0), looks=6)
    assert drive.names() == {"", "L", "R"}
    assert drive.tree.now.name == "L"
    (main, left) = (next(node for node in drive.tree.nodes if node.name == name) for name in ("", "L"))
    assert main.reached == pytest.approx(FORK, abs=0.2)
    assert left.reached == pytest.approx(20.0)


def test_three_mouths_are_left_middle_and_right() -> None:
    drive = Drive()
    drive.go(8.0, lumen(-0.5, 0.0), lumen(0.0, 0.4), lumen(0.5, -0.1), looks=6)
    assert drive.names() == {"", "L", "M", "R"}


def test_forks_of_branches_have_names_of_their_own(drive: Drive) -> None:
    drive.go(10.5, lumen(0.0, 0.0, 0.0), lumen(0.8, 0.0), looks=4)
    drive.go(16.0, lumen(-0.3, 0.0), lumen(0.3, 0.0), fork=18.0, looks=6)
    assert drive.names() == {"", "L", "R", "LL", "LR"}


def test_when_the_picture_insists_on_the_other_branch_only_the_looks_since_the_last_fork_move_over(
    drive: Drive,
) -> None:
    drive.go(10.5, lumen(0.0, 0.0, 0.0), lumen(0.8, 0.0), looks=4)
    drive.go(16.0, lumen(-0.1, 0.0), lumen(0.5, 0.0), fork=18.0, looks=6)
    assert drive.go(18.5, lumen(0.0, 0.0, 0.0), lumen(0.8, 0.0), fork=18.0, looks=10) == "LL"
    drive.go(17.0)
    assert drive.go(12.0, lumen(-0.8, 0.0), lumen(0.0, 0.0), looks=3) == "R"
    nodes = {node.name: node for node in drive.tree.nodes}
    assert (nodes["L"].visits, nodes["R"].visits) == (10, 4)
    assert (nodes["L"].reached, nodes["R"].reached) == (16.0, 17.0)
    assert drive.tree.is_entered(nodes["LL"].number)


def test_of_two_supposed_forks_just_behind_the_tip_only_the_true_one_gives_branches() -> None:
    def suppose(along: float) -> Fork:
        arms = [Arm((x, 0.0), (x, 0.0), 0.5, 0, sightings=50) for x in (-0.1, 0.9)]
        return Fork(0, along, 0.3, arms, weight=2.4, sightings=50)

    tree = Tree(forks=[suppose(10.2), suppose(11.5)])
    note_forks(tree, [], 11.9, 0.1, WORTH, 0.0, 80_000_000)
    assert [fork.along for fork in tree.forks] == [10.2]
    assert [node.name for node in tree.nodes] == ["", "L", "R"]


def test_a_scale_that_comes_late_moves_everything(drive: Drive) -> None:
    drive.go(10.5, lumen(0.0, 0.0, 0.0), lumen(0.8, 0.0), looks=4)
    drive.go(9.0)
    fork, tree = drive.tree.forks[0], drive.tree
    along, sigma, best_sigma = fork.along, fork.sigma, fork.best_sigma
    assert (tree.before[1], tree.now.reached) == (8.0, 9.0)
    relay(tree, 2.0, 1.0)
    assert fork.along == pytest.approx(2.0 * along + 1.0)
    assert (fork.sigma, fork.best_sigma) == (2.0 * sigma, 2.0 * best_sigma)
    assert (tree.before[1], tree.now.reached) == (17.0, 19.0)
