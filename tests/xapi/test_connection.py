"""A connection survives what happens to real pools, and sends no changing call twice."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from xenferry.xapi import OutcomeUnknown, TaskCancelled, TaskVanished, Unreachable, XapiError, connect
from xenferry.xapi.address import Address, BadAddress, parse
from xenferry.xapi.task import text_of

PASSWORD = "correct horse"
SESSION = "OpaqueRef:5e5510"

Answer = Callable[[list[Any]], Any]


class Refusal(Exception):
    """What the pretended host answers as an error."""


class Hosts:
    """Pretended hosts: method -> answers, one a call, the last for ever. Keeps what it was asked."""

    def __init__(self, **answers: list[Any]) -> None:
        self.answers = {name.replace("__", "."): list(each) for name, each in answers.items()}
        self.asked: list[tuple[str, str, list[Any]]] = []

    def dial(self, address: str) -> Line:
        return Line(self, address)

    def methods(self) -> list[str]:
        return [method for _, method, _ in self.asked]

    def answer(self, address: str, method: str, params: list[Any]) -> Any:
        self.asked.append((address, method, params))
        known = self.answers.get(f"{address} {method}") or self.answers.get(method)
        if known is None:
            return SESSION if method == "session.login_with_password" else ""
        return known.pop(0) if len(known) > 1 else known[0]


class Line:
    """A Transport to a pretended host."""

    def __init__(self, hosts: Hosts, address: str) -> None:
        self.hosts = hosts
        self.address = address

    async def post(self, path: str, body: bytes, *, content_type: str, timeout: float | None) -> bytes:  # noqa: ASYNC109
        assert (path, content_type) == ("/jsonrpc", "application/json")
        call = msgspec.json.decode(body)
        answer = self.hosts.answer(self.address, call["method"], call["params"])
        if isinstance(answer, Refusal):
            error = {"code": 1, "message": answer.args[0], "data": list(answer.args[1:])}
            return msgspec.json.encode({"jsonrpc": "2.0", "error": error, "id": call["id"]})
        if isinstance(answer, BaseException):
            raise answer
        return msgspec.json.encode({"jsonrpc": "2.0", "result": answer, "id": call["id"]})

    async def aclose(self) -> None:
        pass


def talk(hosts: Hosts, *calls: tuple[Any, ...]) -> list[Any]:
    async def main() -> list[Any]:
        async with connect("xcp1", "root", PASSWORD, dial=hosts.dial) as pool:
            return [await pool.call(*call) for call in calls]

    return asyncio.run(main())


def test_a_call_carries_the_session() -> None:
    hosts = Hosts(VM__get_uuid=["u"])
    assert talk(hosts, ("VM.get_uuid", "OpaqueRef:1")) == ["u"]
    assert ("xcp1", "VM.get_uuid", [SESSION, "OpaqueRef:1"]) in hosts.asked
    assert hosts.methods()[-1] == "session.logout"


def test_a_member_sends_us_on_to_the_coordinator() -> None:
    hosts = Hosts(**{"xcp1 session__login_with_password": [Refusal("HOST_IS_SLAVE", "192.0.2.7")]})
    talk(hosts, ("pool.get_all",))
    assert ("192.0.2.7", "pool.get_all", [SESSION]) in hosts.asked


def test_hosts_that_send_us_round_in_a_circle_are_given_up() -> None:
    hosts = Hosts(session__login_with_password=[Refusal("HOST_IS_SLAVE", "xcp1")])
    with pytest.raises(Unreachable, match="circle"):
        talk(hosts)


def test_a_forgotten_session_is_renewed_once_for_all_callers() -> None:
    hosts = Hosts(VM__get_all=[Refusal("SESSION_INVALID", SESSION), Refusal("SESSION_INVALID", SESSION), []])

    async def main() -> None:
        async with connect("xcp1", "root", PASSWORD, dial=hosts.dial) as pool:
            await asyncio.gather(pool.call("VM.get_all"), pool.call("VM.get_all"))

    asyncio.run(main())
    assert hosts.methods().count("session.login_with_password") <= 3


def test_a_changing_call_is_carried_out_after_a_new_login() -> None:
    hosts = Hosts(VM__start=[Refusal("SESSION_INVALID", SESSION), ""])
    talk(hosts, ("VM.start", "OpaqueRef:1", False, False))
    assert hosts.methods().count("VM.start") == 2


def test_a_changing_call_whose_answer_is_lost_is_not_sent_again() -> None:
    hosts = Hosts(VM__start=[ConnectionResetError("reset"), ""])
    with pytest.raises(OutcomeUnknown, match=r"VM\.start"):
        talk(hosts, ("VM.start", "OpaqueRef:1", False, False))
    assert hosts.methods().count("VM.start") == 1


def test_a_read_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xenferry.xapi.connection.PAUSES_SECONDS", (0.0, 0.0))
    hosts = Hosts(VM__get_all=[ConnectionResetError("reset"), TimeoutError(), ["OpaqueRef:1"]])
    assert talk(hosts, ("VM.get_all",)) == [["OpaqueRef:1"]]


def test_nobody_there_is_said_with_the_address() -> None:
    hosts = Hosts(session__login_with_password=[ConnectionRefusedError(111, "Connection refused")])
    with pytest.raises(Unreachable, match="xcp1"):
        talk(hosts)


def test_an_answer_that_is_not_xenapi_is_said() -> None:
    class Page(Line):
        async def post(self, path: str, body: bytes, *, content_type: str, timeout: float | None) -> bytes:  # noqa: ASYNC109
            return b"<html>hello</html>"

    async def main() -> None:
        async with connect("xcp1", "root", PASSWORD, dial=lambda address: Page(Hosts(), address)):
            pass

    with pytest.raises(Unreachable, match="begins with"):
        asyncio.run(main())


def test_a_changing_call_whose_answer_cannot_be_read_may_have_been_done() -> None:
    class Cut(Line):
        async def post(self, path: str, body: bytes, *, content_type: str, timeout: float | None) -> bytes:  # noqa: ASYNC109
            whole = await super().post(path, body, content_type=content_type, timeout=timeout)
            return whole[:9] if b"VM.start" in body else whole

    async def main() -> None:
        async with connect("xcp1", "root", PASSWORD, dial=lambda address: Cut(hosts, address)) as pool:
            await pool.call("VM.start", "OpaqueRef:1", False, False)

    hosts = Hosts()
    with pytest.raises(OutcomeUnknown, match=r"VM\.start"):
        asyncio.run(main())
    assert hosts.methods().count("VM.start") == 1


def test_no_secret_is_in_an_error_a_log_or_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    hosts = Hosts(
        session__login_with_password=[SESSION],
        VM__start=[Refusal("HANDLE_INVALID", "session", SESSION, f"near {PASSWORD} it broke")],
    )
    with pytest.raises(XapiError) as caught:
        talk(hosts, ("VM.start", "OpaqueRef:1", False, False))
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caplog.text
    assert "HANDLE_INVALID" in told
    assert SESSION not in told
    assert PASSWORD not in told


@pytest.mark.parametrize(
    ("password", "said", "told"),
    [
        ("lab", "VIF.plug is not available in the label lab:", "VIF.plug is not available in the label (password):"),
        ("pa$$", "//root:pa$$@nas/isos", "//root:(password)@nas/isos"),
        ('a"b&c', r'{"p": "a\"b&c"} <p>a&quot;b&amp;c</p>', '{"p": "(password)"} <p>(password)</p>'),
        ("lab", "xenops?session_id=OpaqueRef:other-1&x", "xenops?session_id=OpaqueRef:(session)&x"),
        ("lab", f"in_{SESSION}_", "in_OpaqueRef:(session)_"),
    ],
)
def test_passwords_are_blotted_as_whole_words_and_sessions_always(password: str, said: str, told: str) -> None:
    hosts = Hosts(VM__start=[Refusal("INTERNAL_ERROR", said)])

    async def main() -> None:
        async with connect("xcp1", "root", password, dial=hosts.dial) as pool:
            await pool.call("VM.start", "OpaqueRef:1")

    with pytest.raises(XapiError) as caught:
        asyncio.run(main())
    assert caught.value.params == (told,)


def test_the_session_of_a_migration_token_is_in_no_error() -> None:
    token = {"session_id": "OpaqueRef:0f-target", "xenops": "https://192.0.2.7/"}
    hosts = Hosts(VM__migrate_send=[Refusal("SESSION_INVALID_THERE", "OpaqueRef:0f-target")])
    with pytest.raises(XapiError) as caught:
        talk(hosts, ("VM.migrate_send", "OpaqueRef:1", token))
    assert caught.value.params == ("OpaqueRef:(session)",)


def test_an_answer_that_cannot_be_read_is_shown_without_references() -> None:
    hosts = Hosts(session__login_with_password=[{"Status": "Success", "Value": "OpaqueRef:0f-1"}])
    with pytest.raises(OutcomeUnknown) as caught:
        talk(hosts)
    assert "Success" in str(caught.value)
    assert "0f-1" not in str(caught.value)


def record(**fields: Any) -> dict[str, Any]:
    return {"status": "pending", "progress": 0.0, "result": "", "error_info": [], **fields}


def wait_for(hosts: Hosts, seen: list[float] | None = None) -> str:
    async def main() -> str:
        async with connect("xcp1", "root", PASSWORD, dial=hosts.dial) as pool:
            task = await pool.start("VM.pool_migrate", "OpaqueRef:1", "OpaqueRef:2", {}, tags={"run": "r"})
            return await task.wait(seen.append if seen is not None else None)

    return asyncio.run(main())


def hosts_with(*records: Any) -> Hosts:
    return Hosts(Async__VM__pool_migrate=["OpaqueRef:t"], task__get_record=list(records))


def test_a_task_is_tagged_waited_for_and_removed() -> None:
    hosts = hosts_with(record(), record(progress=0.5), record(status="success", progress=1.0, result="<value></value>"))
    seen: list[float] = []
    assert wait_for(hosts, seen) == ""
    assert seen == [0.0, 0.5, 1.0]
    assert ("xcp1", "task.add_to_other_config", [SESSION, "OpaqueRef:t", "run", "r"]) in hosts.asked
    assert "task.destroy" in hosts.methods()


@pytest.mark.parametrize("trouble", [ConnectionResetError("reset"), Refusal("RBAC_PERMISSION_DENIED", "tag")])
def test_a_task_that_cannot_be_tagged_is_waited_for_all_the_same(trouble: Exception) -> None:
    hosts = hosts_with(record(status="success", result="<value>done</value>"))
    hosts.answers["task.add_to_other_config"] = [trouble]
    assert wait_for(hosts) == "done"
    assert hosts.methods().count("Async.VM.pool_migrate") == 1


def test_progress_of_one_is_not_the_end() -> None:
    hosts = hosts_with(record(progress=1.0), record(progress=1.0), record(status="success", result="<value>x</value>"))
    assert wait_for(hosts) == "x"


def test_a_failed_task_is_xapis_error() -> None:
    hosts = hosts_with(record(status="failure", error_info=["VM_REQUIRES_SR", "OpaqueRef:v", "OpaqueRef:s"]))
    with pytest.raises(XapiError, match="VM_REQUIRES_SR"):
        wait_for(hosts)


def test_a_failed_tasks_error_holds_no_secret() -> None:
    told = ["INTERNAL_ERROR", f"{SESSION} {PASSWORD}", "https://192.0.2.7/xenops?session_id=OpaqueRef:0f"]
    with pytest.raises(XapiError) as caught:
        wait_for(hosts_with(record(status="failure", error_info=told)))
    assert caught.value.params == (
        "OpaqueRef:(session) (password)",
        "https://192.0.2.7/xenops?session_id=OpaqueRef:(session)",
    )


def test_a_cancelled_task_is_told_apart() -> None:
    with pytest.raises(TaskCancelled):
        wait_for(hosts_with(record(status="cancelled")))


def test_a_task_that_is_gone_is_told_apart() -> None:
    with pytest.raises(TaskVanished):
        wait_for(hosts_with(record(), Refusal("HANDLE_INVALID", "task", "OpaqueRef:t")))


@pytest.mark.parametrize(
    ("fragment", "text"),
    [
        ("", ""),
        ("<value></value>", ""),
        ("<value>OpaqueRef:1</value>", "OpaqueRef:1"),
        ("a<b", "a<b"),
        ("<oops", "<oops"),
    ],
)
def test_a_result_is_read_out_of_its_markup(fragment: str, text: str) -> None:
    assert text_of(fragment) == text


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("xcp1", Address("xcp1")),
        ("https://xcp1/", Address("xcp1")),
        ("xcp1:8443", Address("xcp1", 8443)),
        ("[fd00::1]:8443", Address("fd00::1", 8443)),
        ("fd00::1", Address("fd00::1")),
    ],
)
def test_an_address_is_read(text: str, address: Address) -> None:
    assert parse(text) == address
    assert parse(str(address)) == address


@pytest.mark.parametrize("text", ["", "http://xcp1", "two words", "xcp1/path"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(BadAddress):
        parse(text)
