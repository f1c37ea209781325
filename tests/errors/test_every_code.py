"""Every code is read in every form in which clients and logs show it, with its parameters, and is explained."""

from __future__ import annotations

import json
from collections.abc import Callable
from xml.sax.saxutils import escape

import pytest
from click.testing import CliRunner

from xenferry.cli.explain import command
from xenferry.errors import Source, catalogue, explain
from xenferry.errors.reading import read

VALUES = {
    "unused": "",
    "class": "VM",
    "vm": "OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e",
    "text": "It failed [opterr=error is 13]",
}


def _call(code: str, params: list[str]) -> str:
    return f"{code}({', '.join(params)})"


def _failure(code: str, params: list[str]) -> str:
    return f"XenAPI.Failure: {[code, *params]!r}"


def _json_rpc(code: str, params: list[str]) -> str:
    return json.dumps({"jsonrpc": "2.0", "error": {"code": 1, "message": code, "data": params}, "id": 3})


def _xml_rpc(code: str, params: list[str]) -> str:
    values = "".join(f"<value>{escape(value)}</value>" for value in (code, *params))
    return (
        "<methodResponse><params><param><value><struct><member><name>Status</name><value>Failure</value></member>"
        f"<member><name>ErrorDescription</name><value><array><data>{values}</data></array></value></member>"
        "</struct></value></param></params></methodResponse>"
    )


def _log(code: str, params: list[str]) -> str:
    return (
        "Jul 28 03:12:44 host-1 xapi: [error||812 ||backtrace] Async.VM.pool_migrate R:0f2a7e6a39d1 failed with "
        f"exception Server_error({code}, [ {'; '.join(params)} ])"
    )


def _xe(code: str, params: list[str]) -> str:
    return f"Error code: {code}\nError parameters: {', '.join(params)}"


def _log_entry(code: str, params: list[str]) -> str:
    error = {"code": code, "params": params, "message": _call(code, params), "name": "XapiError"}
    return f"vm.migrate\n{json.dumps({'vm': 'x'}, indent=2)}\n{json.dumps(error, indent=2)}"


def _german(code: str, params: list[str]) -> str:
    return f"Der Server meldet \u201e{_call(code, params)}\u201c beim Umzug."


def _french(code: str, params: list[str]) -> str:
    return f"Le serveur dit\u00a0: \u00ab\u00a0{_call(code, params)}\u00a0\u00bb."


FORMS = (_call, _failure, _json_rpc, _xml_rpc, _log, _xe, _log_entry, _german, _french)


def _params(code: str) -> list[str]:
    return [VALUES.get(name, f"value{number}") for number, name in enumerate(catalogue.parameters(code) or ())]


@pytest.mark.parametrize("form", FORMS)
def test_every_code_is_read_in_this_form_with_its_parameters(form: Callable[[str, list[str]], str]) -> None:
    wrong = []
    for code in catalogue.codes():
        params = _params(code)
        found = read(form(code, params))
        if [(one.code, list(one.params)) for one in found] != [(code, params)]:
            wrong.append((code, found))
    assert not wrong


def test_every_code_is_explained_with_and_without_parameters() -> None:
    for code in catalogue.codes():
        for text in (code, _call(code, _params(code))):
            (found,) = explain(text)
            assert found.code == code
            assert found.source in (Source.ARTICLE, Source.FAMILY)
            assert found.causes
            assert all(cause.remedies for cause in found.causes)
            assert len(found.parameters) in (0, len(_params(code)))


@pytest.mark.parametrize(
    "code", ["VM_REQUIRES_SR", "SR_BACKEND_FAILURE_81", "VM_LACKS_FEATURE_SUSPEND", "AUTH_ENABLE_FAILED", "SYSPREP"]
)
def test_the_command_takes_a_code_with_parameters_as_arguments(code: str) -> None:
    result = CliRunner().invoke(command, [code.lower(), *_params(code), "--json"], standalone_mode=False)
    (found,) = json.loads(result.output)
    assert (found["code"], found["reading"]["params"]) == (code, _params(code))


def test_what_only_looks_like_a_code_with_arguments_is_a_text() -> None:
    result = CliRunner().invoke(command, ["VM_REQUIRES_SR", "is", "what", "I", "see"], standalone_mode=False)
    assert "VM_REQUIRES_SR" in result.output
