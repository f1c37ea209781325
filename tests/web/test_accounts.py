"""Who has an account: logs in, is bound by their role, is out as soon as it changes; nobody guesses at leisure."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import pytest
from click.testing import CliRunner
from visitor import Visitor, visit

from xenferry.cli.frame.failure import Wrong
from xenferry.cli.serve import _accounts, command
from xenferry.web import accounts as module
from xenferry.web.accounts import Accounts, BadAccount
from xenferry.web.pages.login import local

SECRET = "a pass phrase of some length"


def test_hash_costs_whoever_guesses_memory_and_time(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path / "accounts.json")
    accounts.add("berta", "look", SECRET)
    kept = accounts.all["berta"]
    assert kept.n * kept.r * 128 >= 32 * 2**20
    assert accounts.check("berta", SECRET) == kept
    assert accounts.check("nobody", SECRET) is None
    assert (accounts._nobody.n, accounts._nobody.p) == (kept.n, kept.p), "it takes as long where there is nobody"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash that takes a millisecond: what is tested here is not its cost."""

    def cheap(name: str, role: module.Role, password: str) -> module.Account:
        made = module.Account(name, role, secrets.token_hex(16), "", n=2**4, p=1)
        return module.replace(made, hash=module._hash(made, password))

    monkeypatch.setattr(module, "_account", cheap)


def known(folder: Path, role: module.Role = "act") -> Accounts:
    accounts = Accounts(folder / "accounts.json")
    accounts.add("berta", role, SECRET)
    return accounts


async def login(visitor: Visitor, name: str = "berta", password: str = SECRET, **more: str) -> int:
    answer = await visitor.client.post("/login", data={"name": name, "password": password, **more})
    return answer.status_code


@pytest.mark.usefixtures("quick")
def test_password_opens_and_is_kept_nowhere(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        visitor.door.accounts = known(tmp_path)
        asked = await visitor.get("/pools/pair/matrix?q=mail")
        assert asked.status_code == 401
        assert 'value="/pools/pair/matrix?q=mail"' in asked.text, "from there they go on"
        answer = await visitor.client.post(
            "/login", data={"name": "berta", "password": SECRET, "then": "/pools/pair/matrix?q=mail"}
        )
        assert (answer.status_code, answer.headers["location"]) == (303, "/pools/pair/matrix?q=mail")
        assert "httponly" in answer.headers["set-cookie"].lower()
        sheet = (await visitor.get("/")).text
        assert "berta, role <b>act</b>" in sheet
        assert visitor.deeds() == ["logged in"]
        assert SECRET not in (tmp_path / "accounts.json").read_text() + (tmp_path / "journal.db").read_bytes().decode(
            "latin-1"
        )
        assert (tmp_path / "accounts.json").stat().st_mode & 0o077 == 0

    visit(tmp_path, work, known=False)


@pytest.mark.usefixtures("quick")
def test_role_is_the_lesser_of_account_and_server(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        accounts = visitor.door.accounts = known(tmp_path, "plan")
        assert await login(visitor) == 303
        assert (await visitor.post("/pools/pair/plan", wish="rebalance")).status_code == 303
        assert (await visitor.post("/plans/1/approve")).status_code == 403
        accounts.change("berta", "look")
        assert (await visitor.post("/pools/pair/plan", wish="rebalance")).status_code == 403, "at once"
        accounts.change("berta", "act")
        visitor.door.role = "look"
        assert (await visitor.post("/pools/pair/plan", wish="rebalance")).status_code == 403

    visit(tmp_path, work, known=False)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("how", ["removed", "another password"])
def test_who_is_removed_or_has_another_password_is_out_at_once(tmp_path: Path, how: str) -> None:
    async def work(visitor: Visitor) -> None:
        accounts = visitor.door.accounts = known(tmp_path)
        accounts.add("carl", "look", SECRET)
        assert await login(visitor) == 303
        if how == "removed":
            accounts.remove("berta")
        else:
            accounts.add("berta", "act", "something else entirely")
        assert (await visitor.get("/")).status_code == 401
        assert await login(visitor) == 401

    visit(tmp_path, work, known=False)


@pytest.mark.usefixtures("quick")
def test_what_is_wrong_is_not_told_apart(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        visitor.door.accounts = known(tmp_path)
        told = []
        for name, password in (("berta", "wrong"), ("nobody", "wrong"), ("", ""), ("berta", SECRET[:-1])):
            answer = await visitor.client.post("/login", data={"name": name, "password": password})
            told.append((answer.status_code, answer.text))
        assert len(set(told)) == 1
        assert told[0][0] == 401
        assert visitor.deeds() == []

    visit(tmp_path, work, known=False)


@pytest.mark.usefixtures("quick")
def test_passwords_cannot_be_guessed_at_leisure(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        visitor.door.accounts = known(tmp_path)
        answers = [await login(visitor, password=f"guess {number}") for number in range(11)]
        assert answers == [401] * 10 + [429]
        assert await login(visitor) == 429, "not even the right one, for a minute"

    visit(tmp_path, work, known=False)


@pytest.mark.usefixtures("quick")
def test_right_password_makes_earlier_slips_forgotten(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        visitor.door.accounts = known(tmp_path)
        for _ in range(3):
            assert [await login(visitor, password="slip") for _ in range(9)] == [401] * 9
            assert await login(visitor) == 303

    visit(tmp_path, work, known=False)


@pytest.mark.usefixtures("quick")
def test_login_form_of_another_site_is_refused(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        visitor.door.accounts = known(tmp_path)
        answer = await visitor.client.post(
            "/login", data={"name": "berta", "password": SECRET}, headers={"origin": "https://evil.example"}
        )
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers

    visit(tmp_path, work, known=False)


@pytest.mark.usefixtures("quick")
def test_who_logs_out_is_out(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        visitor.door.accounts = known(tmp_path)
        assert await login(visitor) == 303
        assert (await visitor.client.post("/logout", data={})).status_code == 403, "only from a page of ours"
        assert (await visitor.post("/logout")).status_code == 303
        assert (await visitor.get("/")).status_code == 401

    visit(tmp_path, work, known=False)


@pytest.mark.usefixtures("quick")
def test_without_accounts_nobody_is_asked_for_a_password(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        visitor.door.accounts = Accounts(tmp_path / "none.json")
        assert (await visitor.get("/login")).status_code == 404
        assert await login(visitor) == 404
        assert "Open the link" in (await visitor.get("/")).text

    visit(tmp_path, work, known=False)


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example", "/\\evil.example", "", "/login", "/x\r\nSet-Cookie: a=b"]
)
def test_nobody_is_sent_to_another_site(path: str) -> None:
    assert local(path) == "/"


@pytest.mark.parametrize(("name", "password"), [("", SECRET), (" x", SECRET), ("a\nb", SECRET), ("x", "short")])
def test_account_that_will_not_do_is_not_made(tmp_path: Path, name: str, password: str) -> None:
    with pytest.raises(BadAccount):
        Accounts(tmp_path / "accounts.json").add(name, "look", password)
    assert not (tmp_path / "accounts.json").exists()


def test_name_means_the_same_however_it_is_typed(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path / "accounts.json")
    accounts.add("berta", "look", "gr\u00fc\u00dfe aus z\u00fcrich")
    assert accounts.check("berta", "gru\u0308\u00dfe aus zu\u0308rich") is not None


def test_another_address_needs_an_account_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with pytest.raises(Wrong, match="nobody has an account"):
        _accounts("192.0.2.1")
    known(tmp_path / "xenferry")
    assert _accounts("192.0.2.1").all


def test_accounts_are_kept_by_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from xenferry.cli.accounts import command as accounts

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    run, words = CliRunner(), ["add", "berta", "--role", "plan", "--password-file", "-"]
    assert run.invoke(accounts, words, input=f"{SECRET}\n", standalone_mode=False).return_value == 0
    with pytest.raises(Wrong, match="already"):
        run.invoke(accounts, words, input=f"{SECRET}\n", standalone_mode=False, catch_exceptions=False)
    listed = run.invoke(accounts, ["--json"], standalone_mode=False)
    assert json.loads(listed.stdout) == [{"name": "berta", "role": "plan"}]
    assert run.invoke(accounts, ["remove", "berta"], standalone_mode=False).return_value == 0
    assert "There is none" in run.invoke(accounts, [], standalone_mode=False).stdout


def test_serve_says_how_to_be_reached_from_elsewhere() -> None:
    assert "accounts" in (command.help or "")
