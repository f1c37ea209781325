"""Who is let in, what they may do, and what nobody can make a browser do here."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
from visitor import HOST, Visitor, visit

from xenferry.web import pages

PATHS = (
    "/", "/pools/pair", "/pools/pair/live", "/pools/pair/matrix", "/pools/pair/matrix/why", "/pools/pair/findings",
    "/pools/pair/storage", "/pools/pair/nics", "/pools/pair/plan", "/plans/1", "/explain", "/manual",
    "/manual/disk-not-on-host", "/runs", "/runs/1", "/runs/1/live", "/trail",
    "/pools/pair/away", "/pools/pair/dom0", "/pools/pair/join",
    "/looks/1", "/looks/1/live", "/rehearsals/1", "/rehearsals/1/live",
)  # fmt: skip
DEEDS = {
    "/pools/pair/plan": "plan",
    "/pools/pair/cure": "plan",
    "/plans/1/approve": "act",
    "/runs/1/stop": "act",
    "/runs/1/resume": "act",
    "/runs/1/undo": "plan",
    "/pools/pair/storage/look": "plan",
    "/looks/1/add": "plan",
    "/pools/pair/away": "plan",
    "/plans/1/rehearse": "plan",
    "/pools/pair/nics": "plan",
    "/pools/pair/dom0": "act",
    "/pools/pair/dom0/trust": "act",
}
"""Path -> the least role that may send a form there."""


def test_these_are_all_the_paths() -> None:
    assert {path for path, methods in _routes() if "GET" in methods} - {"/enter", "/login"} == {
        _pattern(path) for path in PATHS
    }
    assert {path for path, methods in _routes() if "POST" in methods} - {"/explain", "/login", "/logout"} == {
        _pattern(path) for path in DEEDS
    }


def _routes() -> list[tuple[str, set[str]]]:
    modules = [import_module(f"{pages.__name__}.{found.name}") for found in iter_modules(pages.__path__)]
    return [(route.path, set(route.methods)) for module in modules for route in module.ROUTES]


def _pattern(path: str) -> str:
    named = {"pair": "{pool}", "disk-not-on-host": "{code}"}
    parts = path.split("/")
    for at, part in enumerate(parts):
        if part == "1":
            parts[at] = f"{{{parts[at - 1].removesuffix('s')}}}"
    return "/".join(named.get(part, part) for part in parts)


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_shown_to_strangers(tmp_path: Path, path: str) -> None:
    async def work(visitor: Visitor) -> None:
        answer = await visitor.get(path)
        assert answer.status_code == 401
        assert "pair" not in answer.text.replace(path, "")

    visit(tmp_path, work, known=False)


def test_link_works_once_and_its_cookie_is_kept_from_others(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        link = visitor.door.link()
        given = (await visitor.get(link)).headers["set-cookie"].lower()
        assert {"httponly", "samesite=strict", "path=/"} <= {part.strip() for part in given.split(";")}
        assert "domain" not in given
        visitor.client.cookies.clear()
        assert (await visitor.get(link)).status_code == 403
        assert (await visitor.get("/")).status_code == 401
        assert visitor.deeds() == ["came in by the link"]

    visit(tmp_path, work, known=False)


def test_cookie_that_was_tampered_with_opens_nothing(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        (name, value), *_ = visitor.client.cookies.items()
        visitor.client.cookies.clear()
        flipped = value[:10] + ("A" if value[10] != "A" else "B") + value[11:]
        assert (await visitor.get("/", headers={"cookie": f"{name}={flipped}"})).status_code == 401
        assert (await visitor.get("/", headers={"cookie": f"{name}={value}"})).status_code == 200

    visit(tmp_path, work)


def test_links_cannot_be_guessed_at_leisure(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        link = visitor.door.link()
        answers = [(await visitor.get(f"/enter?link=guess{number}")).status_code for number in range(11)]
        assert answers == [403] * 10 + [429]
        assert (await visitor.get(link)).status_code == 429, "not even the right one, for a minute"

    visit(tmp_path, work, known=False)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "localhost", f"{HOST}.evil.example", ""])
def test_name_that_was_made_to_point_here_is_refused(tmp_path: Path, host: str) -> None:
    async def work(visitor: Visitor) -> None:
        for path in ("/", "/static/style.css", visitor.door.link()):
            answer = await visitor.get(path, headers={"host": host})
            assert answer.status_code == 421
            assert "set-cookie" not in answer.headers

    visit(tmp_path, work)


@pytest.mark.parametrize(
    "path", ["/", "/pools/pair", "/nowhere", "/pools/none", "/static/style.css", "/static/no", "/enter"]
)
def test_every_answer_forbids_code_that_is_not_ours(tmp_path: Path, path: str) -> None:
    async def work(visitor: Visitor) -> None:
        headers = (await visitor.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"

    visit(tmp_path, work)


@pytest.mark.parametrize("path", DEEDS)
def test_form_from_elsewhere_does_nothing(tmp_path: Path, path: str) -> None:
    async def work(visitor: Visitor) -> None:
        token = await visitor.token()
        forged = [
            await visitor.client.post(path, data={"wish": "rebalance"}),
            await visitor.client.post(path, data={"wish": "rebalance", "csrf": token[::-1]}),
            await visitor.client.post(path, data={"csrf": token}, headers={"origin": "http://evil.example"}),
            await visitor.client.post(path, data={"csrf": token}, headers={"origin": "null"}),
        ]
        assert [answer.status_code for answer in forged] == [403] * 4
        assert visitor.deeds() == ["came in by the link"]

    visit(tmp_path, work)


@pytest.mark.parametrize("path", DEEDS)
@pytest.mark.parametrize("role", ["look", "plan"])
def test_role_bounds_what_somebody_may_do(tmp_path: Path, path: str, role: str) -> None:
    async def work(visitor: Visitor) -> None:
        answer = await visitor.post(path, wish="rebalance")
        assert (answer.status_code == 403) == (DEEDS[path] != role)

    visit(tmp_path, work, role=role)  # type: ignore[arg-type]


def test_role_given_now_holds_for_those_who_came_before(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        assert (await visitor.post("/pools/pair/plan", wish="rebalance")).status_code == 303
        visitor.door.role = "look"  # as after `xenferry serve --role look`, which keeps the key
        assert (await visitor.post("/pools/pair/plan", wish="rebalance")).status_code == 403

    visit(tmp_path, work)


def test_proxy_says_who_asks_and_nobody_else_comes_in(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        visitor.door.header = "x-remote-user"
        assert (await visitor.get("/")).status_code == 401, "not even with a cookie"
        visitor.client.headers["x-remote-user"] = "<b>berta</b>"
        assert "&lt;b&gt;berta&lt;/b&gt;" in (await visitor.get("/")).text
        bertas = await visitor.token()
        assert (await visitor.post("/pools/pair/plan", wish="rebalance")).status_code == 303
        assert visitor.house.audit.latest(1)[0].who.startswith("<b>berta</b> from ")
        visitor.client.headers["x-remote-user"] = "carl"
        assert await visitor.token() != bertas
        assert (await visitor.client.post("/pools/pair/plan", data={"csrf": bertas})).status_code == 403

    visit(tmp_path, work)


def test_absurd_requests_are_refused_and_break_nothing(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        long = "9" * 5000
        assert (await visitor.get(f"/pools/pair/matrix?from={long}&sort={long}&only=%00")).status_code == 200
        assert (await visitor.get("/pools/pair/matrix?from=٣")).status_code == 200
        many = "&".join(["a=b"] * 20_000)
        assert (await visitor.client.post("/explain", content=many)).status_code == 413
        big = "text=" + "a" * (21 * 1024 * 1024)
        assert (await visitor.client.post("/explain", content=big)).status_code == 413
        assert (await visitor.client.post("/explain", content=b"csrf=%ff\xff&text=\x00")).status_code == 403
        answer = await visitor.get("/pools/%3Cscript%3Ealert(1)%3C%2Fscript%3E")
        assert answer.status_code == 404
        assert "<script>alert" not in answer.text

    visit(tmp_path, work)
