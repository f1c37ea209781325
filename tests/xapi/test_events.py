"""The stream of events goes on whatever happens, and says when it began anew."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from xenferry.xapi import Batch, Unreachable, XapiError
from xenferry.xapi.events import follow


class Pool:
    """Answers `event.from` as told; an exception is raised, a number means so many logins since."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.tokens: list[str] = []
        self.logins = 1

    async def wait(self, classes: tuple[str, ...], token: str, seconds: float, kind: type[Batch]) -> Batch:
        self.tokens.append(token)
        answer = self.answers.pop(0) if self.answers else EOFError()
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, tuple):
            self.logins, answer = answer
        return Batch((), answer)


def run(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    monkeypatch.setattr("xenferry.xapi.events.BACK_OFF_SECONDS", (0.0, 0.0))

    async def main() -> list[tuple[str, bool]]:
        seen = []
        try:
            async for batch in follow(pool.wait, lambda: pool.logins, ("vm",)):
                seen.append((batch.token, batch.resync))  # noqa: PERF401  # what came before the error counts
        except EOFError:
            return seen
        raise AssertionError("the stream ended by itself")

    return asyncio.run(main())


def test_it_goes_on_from_token_to_token(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = Pool("1", "2")
    assert run(pool, monkeypatch) == [("1", True), ("2", False)]
    assert pool.tokens == ["", "1", "2"]


@pytest.mark.parametrize("code", ["EVENT_FROM_TOKEN_PARSE_FAILURE", "EVENTS_LOST", "SESSION_INVALID", "HOST_IS_SLAVE"])
def test_a_worthless_token_makes_it_begin_with_everything(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = Pool("1", XapiError(code), "2")
    assert run(pool, monkeypatch) == [("1", True), ("2", True)]
    assert pool.tokens == ["", "1", "", "2"]


def test_a_broken_connection_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = Pool("1", Unreachable("x"), Unreachable("x"), "2")
    assert run(pool, monkeypatch) == [("1", True), ("2", False)]
    assert pool.tokens == ["", "1", "1", "1", "2"]


def test_a_login_by_somebody_else_makes_it_begin_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = Pool("1", (2, "2"), "3")
    assert run(pool, monkeypatch) == [("1", True), ("3", True)]


def test_other_refusals_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(XapiError, match="RBAC"):
        run(Pool(XapiError("RBAC_PERMISSION_DENIED")), monkeypatch)
