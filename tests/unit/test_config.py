"""Settings: defaults without a file, one plain sentence for everything that is wrong."""

from pathlib import Path

import pytest

from ductoscope.config import Config, SiteConfig, load_config, replace_settings
from ductoscope.model import ConfigError
from ductoscope.report import Site


def write(folder: Path, text: str) -> Path:
    path = folder / "ductoscope.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_everything_has_a_default() -> None:
    config = load_config()
    assert config == Config()
    assert config.web.host == "127.0.0.1"


def test_a_file_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, '[web]\nport = 9000\n[monitor]\nwidth_mm = 520\nmedium = "air"\n'))
    assert (config.web.port, config.web.host) == (9000, "127.0.0.1")
    assert (config.monitor.width_mm, config.monitor.medium) == (520.0, "air")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[wep]\nport = 1", r"Unknown section \[wep\].*source, data, web"),
        ("[web]\nprot = 1", r"Unknown setting web.prot; \[web\] has host, port"),
        ('[web]\nport = "x"', "web.port is 'x'; it must be a whole number"),
        ("[web]\nport = true", "web.port is True; it must be a whole number"),
        ("[web]\nport = -1", "between 0 and 65535"),
        ('[monitor]\nmedium = "oil"', "must be one of saline, air"),
        ("[monitor]\nwidth_mm = nan", "must be a number"),
        ('[data]\npicture_video = "yes"', "true or false"),
        ("[keys]\nfreeze = 'x'", "keys.freeze is 'x'; it must be a list of key names"),
        ("[keys]\nfreeze = [1]", "must be a list of key names"),
        ("web = 3", r"\[web\] must be a section"),
        ("[web", "not valid TOML"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        load_config(write(tmp_path, text))
    assert "\n" not in str(caught.value)


def test_keys_are_read_as_they_are(tmp_path: Path) -> None:
    assert load_config(write(tmp_path, '[keys]\nfreeze = ["F7", "Space"]')).keys == {"freeze": ("F7", "Space")}


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no settings file .*absent\.toml"):
        load_config(tmp_path / "absent.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "x.toml")


def test_the_command_line_is_checked_like_the_file() -> None:
    assert replace_settings(Config(), web__port=8500, source__spec=None).web.port == 8500
    with pytest.raises(ConfigError, match="between 0 and 65535"):
        replace_settings(Config(), web__port=70000)


def test_documents_have_every_word_of_the_clinic_and_a_time_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    said = SiteConfig("Clinic", "Street", "1", "112", "Laboratory", "", "de", "Room 9").on_documents
    assert Site(**said) == Site("Clinic", "Street", "1", "112", "de", "Laboratory", "Pacific/Auckland")
    assert SiteConfig(time_zone="Europe/Berlin").on_documents["time_zone"] == "Europe/Berlin"
