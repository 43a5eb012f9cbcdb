from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ductoscope.model import (
    BadInputError,
    Controls,
    EnterOrifice,
    LeaveDuct,
    LesionNote,
    Practice,
    PressNipple,
)
from ductoscope.simulate.breast.draw import Breast
from ductoscope.simulate.light.sight import Sight
from ductoscope.simulate.practice.driver import PracticeDriver
from ductoscope.simulate.settings import WorldSettings

FINISHED = datetime(2026, 11, 22, 20, 5, 6, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now_ns = 0

    def __call__(self) -> int:
        return self.now_ns


class Scope:
    """Remembers who drives it."""

    def __init__(self) -> None:
        self.driver: object = None

    def take_over(self, driver: object) -> None:
        self.driver = driver

    def give_back(self) -> None:
        self.driver = None


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def scope() -> Scope:
    return Scope()


@pytest.fixture
def driver(small_breast: Breast, clock: Clock, scope: Scope) -> PracticeDriver:
    return PracticeDriver(
        WorldSettings(),
        clock,
        scope=scope,
        draw=lambda seed, settings: small_breast,
        wall_clock=lambda: FINISHED,
    )


def begin(driver: PracticeDriver, task="free"):
    return driver.begin(task, " Ann ", seed=5, preset="typical")


def go_in(driver: PracticeDriver) -> None:
    driver.act(EnterOrifice(2))
    live(driver, 9.0)


def live(driver: PracticeDriver, seconds: float, dt_s: float = 0.05) -> None:
    for _ in range(round(seconds / dt_s)):
        driver.next_state(dt_s)


def test_is_a_practice_with_six_exercises(driver: PracticeDriver) -> None:
    practice: Practice = driver
    assert [scenario.task for scenario in practice.scenarios] == [
        "orifice",
        "third-order",
        "every-branch",
        "two-lesions",
        "blood",
        "free",
    ]


def test_takes_the_scope_and_gives_it_back(driver: PracticeDriver, scope: Scope) -> None:
    assert driver.state().phase == "idle"
    assert begin(driver).phase == "nipple"
    assert scope.driver is driver
    driver.finish()
    assert scope.driver is None
    assert driver.state().phase == "idle"
    assert begin(driver).seconds == 0.0


def test_a_whole_attempt_ends_in_a_debrief(driver: PracticeDriver, clock: Clock) -> None:
    begin(driver)
    driver.act(PressNipple())
    go_in(driver)
    driver.steer(Controls(push=1.0, flush=0.5))
    live(driver, 3.0)
    driver.act(LesionNote("clot", "none", "smooth", "red"))
    driver.act(LeaveDuct())
    live(driver, 6.0)
    assert driver.state().phase == "nipple"
    debrief = driver.finish()
    assert (debrief.trainee, debrief.seed, debrief.preset, debrief.task) == ("Ann", 5, "typical", "free")
    assert debrief.finished_utc == "2026-11-22T20:05:06+00:00"
    assert "Ann" not in debrief.attempt
    assert debrief.figures["seconds"] == pytest.approx(18.0)
    assert max(depth for _, depth, branch in debrief.path if branch >= 0) > 5.0


def test_without_news_the_scope_rests(driver: PracticeDriver, clock: Clock) -> None:
    begin(driver)
    go_in(driver)
    driver.steer(Controls(push=1.0, flush=0.3))
    clock.now_ns += 400_000_000
    live(driver, 1.0)
    deep_mm = driver.state().inserted_mm
    assert deep_mm > 2.0
    clock.now_ns += 200_000_000
    live(driver, 1.0)
    assert driver.state().inserted_mm == pytest.approx(deep_mm, abs=0.1)
    driver.steer(Controls(push=1.0, flush=0.3))
    live(driver, 1.0)
    assert driver.state().inserted_mm > deep_mm + 2.0


def test_controls_of_the_last_attempt_do_not_go_on(driver: PracticeDriver) -> None:
    begin(driver)
    driver.steer(Controls(flush=1.0))
    driver.finish()
    begin(driver)
    go_in(driver)
    live(driver, 1.0)
    assert driver.state().flushed_ml == 0.0


def test_one_exercise_at_a_time_and_nothing_without_one(driver: PracticeDriver) -> None:
    with pytest.raises(BadInputError, match="No exercise is going on; begin one first"):
        driver.act(PressNipple())
    with pytest.raises(BadInputError, match="No exercise is going on"):
        driver.finish()
    with pytest.raises(BadInputError, match="No exercise has been begun"):
        driver.next_state(0.1)
    begin(driver)
    with pytest.raises(BadInputError, match="going on already; finish it first"):
        begin(driver)


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "Ann\nBob"])
def test_a_name_is_short_and_printable(driver: PracticeDriver, name: str) -> None:
    with pytest.raises(BadInputError, match="1 to 60 printable characters"):
        driver.begin("free", name, seed=1, preset="easy")


@pytest.mark.parametrize(
    ("task", "preset", "said"), [("swim", "easy", 'no exercise "swim"'), ("free", "still", 'no preset "still"')]
)
def test_unknown_exercises_and_presets_are_refused(driver: PracticeDriver, task, preset: str, said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        driver.begin(task, "Ann", seed=1, preset=preset)


@pytest.mark.parametrize("number", [-1, 4])
def test_an_orifice_that_is_not_there_is_refused(driver: PracticeDriver, number: int) -> None:
    begin(driver)
    with pytest.raises(BadInputError, match=rf"orifices 0 to 3; there is no orifice {number}"):
        driver.act(EnterOrifice(number))


def test_after_the_end_the_last_moment_stays(driver: PracticeDriver) -> None:
    begin(driver)
    go_in(driver)
    last = driver.next_state(0.05)
    driver.finish()
    assert driver.next_state(0.05) == last


def test_pictures_reach_the_attempt(driver: PracticeDriver, make_sight: Callable[..., Sight]) -> None:
    driver.note_sight(make_sight(0, 1.0, 4.0))
    begin(driver)
    go_in(driver)
    driver.steer(Controls(flush=1.0))
    live(driver, 1.0)
    driver.note_sight(make_sight(0, 2.0, 6.0))
    assert driver.finish().figures["seen_share"] > 0.05


def test_the_scope_stays_the_one_that_is_there(small_breast: Breast, clock: Clock) -> None:
    asked: list[WorldSettings] = []

    def draw(seed: int, settings: WorldSettings) -> Breast:
        asked.append(settings)
        return small_breast

    thin = replace(WorldSettings(), outer_diameter_mm=0.55, cores=3000)
    PracticeDriver(thin, clock, draw=draw).begin("blood", "Ann", seed=1, preset="hard")
    assert (asked[0].outer_diameter_mm, asked[0].cores, asked[0].blood_per_mm) == (0.55, 3000, 1.5)


def test_many_threads_at_once_do_no_harm(driver: PracticeDriver, make_sight: Callable[..., Sight]) -> None:
    begin(driver)
    go_in(driver)
    before = driver.state().seconds
    sight = make_sight(0, 1.0, 4.0)
    troubles: list[BaseException] = []

    def again_and_again(*verbs: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            try:
                for _ in range(60):
                    for verb in verbs:
                        verb()
            except BaseException as error:
                troubles.append(error)

        return run

    threads = [
        threading.Thread(target=again_and_again(lambda: driver.next_state(0.01), lambda: driver.note_sight(sight))),
        threading.Thread(target=again_and_again(lambda: driver.steer(Controls(push=0.2)))),
        threading.Thread(target=again_and_again(driver.state)),
        threading.Thread(target=again_and_again(lambda: driver.act(LesionNote("fold", "none", "smooth", "white")))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    state = driver.state()
    assert state.found == 60
    assert state.seconds == pytest.approx(before + 0.6)


def test_a_drawn_breast_is_practised_in(clock: Clock) -> None:
    driver = PracticeDriver(WorldSettings(), clock)
    driver.begin("two-lesions", "Ann", seed=3, preset="easy")
    (right,) = (each.number for each in driver.act(PressNipple()).orifices if each.discharge != "none")
    driver.act(EnterOrifice(right))
    live(driver, 12.0)
    driver.steer(Controls(push=0.5, flush=0.4))
    live(driver, 3.0)
    assert driver.state().inserted_mm > 3.0
    debrief = driver.finish()
    assert debrief.figures["lesions_present"] >= 1
    assert debrief.figures["best_path_mm"] > 5.0
    assert debrief.best_path[-1][1] <= 90.0
