"""Accounts, sessions, the lock screen, and how guessing is slowed down."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from ductoscope.clinic import Passwords
from ductoscope.clinic.passwords import check_password
from ductoscope.model import BadInputError, ConflictError, NotAllowedError, NotThereError
from ductoscope.model.clinical import Person
from ductoscope.model.clinical import happened as h
from tests.clinic_house import ADMINISTRATOR, DOCTOR, NURSE, PASSWORD, House

NEW = "another four good words"


def _kinds(house: House) -> list[type]:
    return [type(event.what) for event in house.desk.journal.events()]


def test_signing_in_and_out(house: House) -> None:
    token = house.desk.sign_in(" Doctor ", PASSWORD)
    assert house.desk.visitor(token) == DOCTOR
    assert not house.desk.is_locked(token)
    house.desk.sign_out(token)
    assert house.desk.visitor(token) is None
    house.desk.sign_out(token)
    assert _kinds(house)[-2:] == [h.SignedIn, h.SignedOut]


def test_a_wrong_name_and_a_wrong_password_sound_alike(house: House) -> None:
    said = []
    for name in ("doctor", "nobody at all"):
        with pytest.raises(NotAllowedError) as refused:
            house.desk.sign_in(name, "wrong " + PASSWORD)
        said.append(str(refused.value))
    assert said[0] == said[1]


def test_an_unknown_name_is_checked_as_long_as_a_known_one(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    verified = []
    plain = PasswordHasher.verify
    monkeypatch.setattr(PasswordHasher, "verify", lambda self, *given: verified.append(1) or plain(self, *given))
    for name in ("doctor", "nobody"):
        with pytest.raises(NotAllowedError):
            house.desk.sign_in(name, "wrong " + PASSWORD)
    assert len(verified) == 2


def test_the_journal_never_holds_what_may_be_a_password(house: House) -> None:
    with pytest.raises(NotAllowedError):
        house.desk.sign_in(PASSWORD, "doctor")
    for event in house.desk.journal.events():
        assert PASSWORD not in repr(event.what)


def test_guessing_is_slowed_down_more_and_more(house: House) -> None:
    waits = []
    for _ in range(8):
        with pytest.raises(NotAllowedError) as refused:
            house.desk.sign_in("doctor", "wrong " + PASSWORD)
        words = str(refused.value)
        if "Wait" in words:
            waits.append(int(words.split("Wait ")[1].split()[0]))
            house.clock.forward(seconds=waits[-1])
    assert waits == sorted(waits)
    assert waits[-1] > waits[0]
    with pytest.raises(NotAllowedError, match="wrong"):
        house.desk.sign_in("doctor", "wrong " + PASSWORD)
    with pytest.raises(NotAllowedError, match="Wait"):
        house.desk.sign_in("doctor", PASSWORD)
    house.desk.sign_in("nurse", PASSWORD)
    house.clock.forward(minutes=20)
    house.desk.sign_in("doctor", PASSWORD)


def test_guessing_many_names_is_slowed_down_too(house: House) -> None:
    for number in range(30):
        with pytest.raises(NotAllowedError):
            house.desk.sign_in(f"name{number}", "wrong " + PASSWORD)
    with pytest.raises(NotAllowedError, match="Wait"):
        house.desk.sign_in("name99", "wrong " + PASSWORD)


def test_an_attack_does_not_fill_the_journal(house: House) -> None:
    for _ in range(40):
        with pytest.raises(NotAllowedError):
            house.desk.sign_in("doctor", "wrong " + PASSWORD)
    assert _kinds(house).count(h.SignInRefused) < 8


def test_a_session_ends_when_idle_and_at_last(house: House) -> None:
    token = house.desk.sign_in("nurse", PASSWORD)
    for _ in range(5):
        house.clock.forward(minutes=14)
        assert house.desk.visitor(token) == NURSE
    house.clock.forward(minutes=15)
    assert house.desk.visitor(token) is None
    token = house.desk.sign_in("nurse", PASSWORD)
    for _ in range(60):
        house.clock.forward(minutes=14)
        if house.desk.visitor(token) is None:
            break
    assert house.clock.now - _opened(house) <= timedelta(hours=12, minutes=14)
    assert [event.what.why for event in house.desk.journal.events(kinds=(h.SignedOut,))] == ["idle", "end"]


def _opened(house: House):
    return house.desk.journal.events(kinds=(h.SignedIn,), newest_first=True, limit=1)[0].at_utc


def test_a_locked_screen_keeps_the_session(house: House) -> None:
    token = house.desk.sign_in("nurse", PASSWORD)
    house.desk.lock(token)
    assert house.desk.is_locked(token)
    assert house.desk.visitor(token) == NURSE
    with pytest.raises(NotAllowedError, match="wrong"):
        house.desk.unlock(token, "wrong " + PASSWORD)
    assert house.desk.is_locked(token)
    assert house.desk.unlock(token, PASSWORD) == NURSE
    assert not house.desk.is_locked(token)


def test_unlocking_is_slowed_down_too(house: House) -> None:
    token = house.desk.sign_in("nurse", PASSWORD)
    house.desk.lock(token)
    for _ in range(3):
        with pytest.raises(NotAllowedError, match="wrong"):
            house.desk.unlock(token, "wrong " + PASSWORD)
    with pytest.raises(NotAllowedError, match="Wait"):
        house.desk.unlock(token, PASSWORD)


def test_a_locked_session_ends_when_nobody_comes_back(house: House) -> None:
    token = house.desk.sign_in("nurse", PASSWORD)
    house.desk.lock(token)
    house.clock.forward(minutes=16)
    with pytest.raises(NotAllowedError, match="ended"):
        house.desk.unlock(token, PASSWORD)


def test_nobodys_token_opens_nothing(house: House) -> None:
    assert house.desk.visitor("made up") is None
    assert house.desk.is_locked("made up")


def test_accounts_are_the_administrators(house: House) -> None:
    new = Person("new.nurse", "New Nurse", "nurse")
    with pytest.raises(NotAllowedError):
        house.desk.add_person(DOCTOR, new, NEW)
    house.desk.add_person(ADMINISTRATOR, new, NEW)
    house.desk.sign_in("new.nurse", NEW)
    with pytest.raises(ConflictError):
        house.desk.add_person(ADMINISTRATOR, new, NEW)
    with pytest.raises(BadInputError, match="sign-in name"):
        house.desk.add_person(ADMINISTRATOR, Person("New Nurse", "x", "nurse"), NEW)


def test_closing_an_account_ends_its_sessions(house: House) -> None:
    token = house.desk.sign_in("nurse", PASSWORD)
    house.desk.deactivate(ADMINISTRATOR, "nurse")
    assert house.desk.visitor(token) is None
    with pytest.raises(NotAllowedError, match="name or the password"):
        house.desk.sign_in("nurse", PASSWORD)
    house.desk.change_person(ADMINISTRATOR, NURSE)
    house.desk.sign_in("nurse", PASSWORD)


def test_another_role_ends_the_sessions(house: House) -> None:
    token = house.desk.sign_in("nurse", PASSWORD)
    house.desk.change_person(ADMINISTRATOR, replace(NURSE, name="Nurse Renamed"))
    assert house.desk.visitor(token).name == "Nurse Renamed"
    house.desk.change_person(ADMINISTRATOR, replace(NURSE, role="trainee"))
    assert house.desk.visitor(token) is None


def test_the_last_administrator_stays(house: House) -> None:
    with pytest.raises(BadInputError, match="last administrator"):
        house.desk.deactivate(ADMINISTRATOR, "admin")
    with pytest.raises(NotThereError):
        house.desk.deactivate(ADMINISTRATOR, "nobody")


def test_a_new_password_needs_the_old_one_and_ends_the_sessions(house: House) -> None:
    token = house.desk.sign_in("nurse", PASSWORD)
    with pytest.raises(NotAllowedError):
        house.desk.set_password(NURSE, "nurse", NEW)
    with pytest.raises(NotAllowedError):
        house.desk.set_password(NURSE, "doctor", NEW, old=PASSWORD)
    house.desk.set_password(NURSE, "nurse", NEW, old=PASSWORD)
    assert house.desk.visitor(token) is None
    house.desk.sign_in("nurse", NEW)
    house.desk.set_password(ADMINISTRATOR, "nurse", PASSWORD)
    house.desk.sign_in("nurse", PASSWORD)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", "at least 12"),
        ("x" * 300, "longer than"),
        ("anna.meier12", "the name"),
        ("password1234", "Everybody"),
        ("Passwort!!!1234", "Everybody"),
        ("aaaaaaaaaaaaaaaa", "Everybody"),
        ("1212121212121212", "Everybody"),
    ],
)
def test_passwords_that_somebody_guesses(password: str, words: str) -> None:
    with pytest.raises(BadInputError, match=words):
        check_password(password, Person("anna", "Anna Meier", "nurse"))


@pytest.mark.parametrize("password", [PASSWORD, "kettle anna tram window", "ßüäö-Ωmega-塔-twelve"])
def test_passwords_that_are_good_enough(password: str) -> None:
    check_password(password, Person("anna", "Anna Meier", "nurse"))


def test_weak_hashes_are_made_anew_at_sign_in(house: House) -> None:
    before = house.desk.credentials.hash_of("nurse")
    house.desk._passwords = Passwords(PasswordHasher(time_cost=2, memory_cost=64, parallelism=1))
    house.desk.sign_in("nurse", PASSWORD)
    assert house.desk.credentials.hash_of("nurse") != before
    house.desk.sign_in("nurse", PASSWORD)


def test_only_argon2id_is_kept(house: House) -> None:
    assert house.desk.credentials.hash_of("nurse").startswith("$argon2id$")
    assert Passwords().make_hash("x").startswith("$argon2id$v=19$m=65536")


def test_half_a_sign_is_a_wrong_password_and_a_wrong_name(house: House) -> None:
    for name, password in (("doctor", "\ud800" * 12), ("\ud800", PASSWORD), ("doctor\x00", PASSWORD)):
        with pytest.raises(NotAllowedError, match="wrong"):
            house.desk.sign_in(name, password)
