from __future__ import annotations

import pytest

from ductoscope.web.clinic.doors import own_path, who_may


@pytest.mark.parametrize(
    "path", ["/", "/patients", "/procedures/pabc/report", "/results?code=S-1", "/admin/audit?kind=looks"]
)
def test_own_pages_may_be_next(path):
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/%2f/evil.example",
        "/%5cevil.example", "/\t/evil.example", "/\n/evil.example", "javascript:alert(1)", "evil.example", "",
        None, "/api/patients", "/sign-in", "/lock", "/ws/live", "/%09/evil.example", " //evil.example",
    ],
)  # fmt: skip
def test_nothing_else_may_be_next(path):
    assert own_path(path) is None


def test_longest_door_decides():
    assert who_may("/admin/people", has_practice=True) == {"administrator"}
    assert who_may("/admin/protocol", has_practice=True) == {"administrator", "doctor"}
    assert who_may("/admin/protocol/protocol.toml", has_practice=True) == {"administrator", "doctor"}
    assert who_may("/admin/protocols", has_practice=True) == {"administrator"}


def test_unknown_paths_are_for_nobody():
    assert who_may("/unknown", has_practice=True) == set()
    assert who_may("/patientsx", has_practice=True) == set()
    assert who_may("", has_practice=True) == set()


def test_trainee_watches_only_where_there_is_a_simulated_scope():
    assert "trainee" in who_may("/ws/live", has_practice=True)
    assert "trainee" not in who_may("/ws/live", has_practice=False)
    assert "trainee" in who_may("/me", has_practice=False)
