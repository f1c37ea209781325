"""The configuration keeps what people wrote, names where passwords are, and holds none."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xenferry import config
from xenferry.config import ConfigError, PasswordSource, PoolEntry


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "config.toml"


def never_asked(question: str) -> str:
    raise AssertionError(question)


def entry_with(source: PasswordSource) -> PoolEntry:
    return PoolEntry(address="192.0.2.11", password=source)


def test_without_a_file_there_are_no_pools(path: Path) -> None:
    assert config.load(path).pools == {}


def test_an_added_pool_is_read_back(path: Path) -> None:
    entry = PoolEntry("xcp1.example:8443", "admin", ("AB" * 32,), PasswordSource(command=("pass", 'show "it"')))
    config.add_pool("home", entry, path)
    assert config.load(path).pools == {"home": entry}


@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_text_survives_the_file(text: str) -> None:
    entry = PoolEntry(address=text, password=PasswordSource(env=text))
    assert config.parse(config._table("home", entry), source="here").pools == {"home": entry}


def test_the_file_is_its_owners_alone(path: Path) -> None:
    config.add_pool("home", PoolEntry("a"), path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["config.toml"]


def test_adding_and_removing_keep_everything_else(path: Path) -> None:
    path.parent.mkdir()
    mine = '# mine\njournal = "sqlite:///j"'
    written = f'{mine}\n\n[pools.work] # the big one\naddress = "b"\n\n[pools.work.password]\nprompt = true\n'
    path.write_text(written)
    path.chmod(0o600)
    config.add_pool("home", PoolEntry("a"), path)
    assert path.read_text().startswith(written)
    config.remove_pool("home", path)
    assert path.read_text().rstrip() == written.rstrip()
    config.remove_pool("work", path)
    assert path.read_text().strip() == mine


def test_a_pool_in_an_inline_table_is_not_cut_out_blindly(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('pools = { home = { address = "a" } }\n')
    path.chmod(0o600)
    with pytest.raises(ConfigError, match="remove it by hand"):
        config.remove_pool("home", path)
    assert "home" in config.load(path).pools


def test_a_name_cannot_be_taken_twice(path: Path) -> None:
    config.add_pool("home", PoolEntry("a"), path)
    with pytest.raises(ConfigError, match="pool remove home"):
        config.add_pool("home", PoolEntry("b"), path)
    assert config.load(path).pools["home"].address == "a"


def test_a_file_that_others_may_change_is_refused(path: Path) -> None:
    config.add_pool("home", PoolEntry("a"), path)
    path.chmod(0o620)
    with pytest.raises(ConfigError, match="chmod 600"):
        config.load(path)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("pools = [", "not TOML"),
        ("[pools.home]\nuser = 'root'\n", "address"),
        ("[pools.home]\naddress = 'a'\npassword = 'secret'\n", "pools"),
        ("[pools.home]\naddress = 'a'\npassword = { env = 'A', file = 'b' }\n", "exactly one"),
        ("[pool.home]\naddress = 'a'\n", "unknown field `pool`"),
    ],
)
def test_a_wrong_setting_is_named(text: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint) as caught:
        config.parse(text, source="here")
    assert "secret" not in str(caught.value)


def test_a_password_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = entry_with(PasswordSource(env="XENFERRY_TEST"))
    monkeypatch.setenv("XENFERRY_TEST", "open sesame")
    assert config.read_password("home", entry, never_asked) == "open sesame"
    monkeypatch.delenv("XENFERRY_TEST")
    with pytest.raises(ConfigError, match="XENFERRY_TEST"):
        config.read_password("home", entry, never_asked)


def test_a_password_file_must_be_private(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("open sesame\nsecond line\n")
    file.chmod(0o640)
    entry = entry_with(PasswordSource(file=str(file)))
    with pytest.raises(ConfigError, match="others may read it"):
        config.read_password("home", entry, never_asked)
    file.chmod(0o600)
    assert config.read_password("home", entry, never_asked) == "open sesame"


def test_a_command_gives_the_password_and_its_failure_tells_no_output() -> None:
    says = entry_with(PasswordSource(command=(sys.executable, "-c", "print('open sesame')")))
    assert config.read_password("home", says, never_asked) == "open sesame"
    fails = entry_with(PasswordSource(command=(sys.executable, "-c", "print('open sesame'); raise SystemExit(4)")))
    with pytest.raises(ConfigError, match="status 4") as caught:
        config.read_password("home", fails, never_asked)
    assert caught.value.__cause__ is None
    assert "sesame" not in str(caught.value)


def test_a_prompt_asks() -> None:
    asked = []
    entry = entry_with(PasswordSource(prompt=True))
    assert config.read_password("home", entry, lambda question: asked.append(question) or "typed") == "typed"
    assert "192.0.2.11" in asked[0]


def test_the_place_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("XENFERRY_CONFIG", raising=False)
    assert config.find() == tmp_path / "xenferry" / "config.toml"
    monkeypatch.setenv("XENFERRY_CONFIG", "/elsewhere.toml")
    assert config.find() == Path("/elsewhere.toml")


def test_where_dom0_listens_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    at = {"192.0.2.12": config.Dom0Entry("bastion.example", 2222, "SHA256:abc")}
    config.add_pool("lab", config.PoolEntry(address="192.0.2.11", dom0=at), path)
    assert config.load(path).pools["lab"].dom0 == at
