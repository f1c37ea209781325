"""How an error code looks where people meet it: the raw texts that they paste into a search engine.

Each text is read back by `xenferry explain` in the tests, and must lead to its code.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from book.client_texts import TEXTS
from book.shelves import examples
from xenferry.errors import catalogue, explain


class Form(NamedTuple):
    """One raw text and where it is shown."""

    where: str
    text: str


_REF = "OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e"
_UUID = "da55acb9-552e-4a08-b2d6-7540db0f6b40"
_OBJECTS = re.compile(
    r"(vm|host|self|sr|vdi|vbd|vif|pif|pbd|network|vlan|tunnel|bond|pool|task|session|template|snapshot|pci|vgpu|pgpu|"
    r"cluster|ref|pusb|update|patch|repository)\Z"
)
_VALUES = {"unused": "", "class": "VM", "text": "[opterr=the driver's own words]", "output of the driver": ""}


def sample(name: str) -> str:
    """A value such as a parameter of this name has; only its form matters."""
    word = name.lower().split()[-1] if name else name
    if name in _VALUES:
        return _VALUES[name]
    if _OBJECTS.match(word):
        return _REF
    return _UUID if "uuid" in word else f"<{name}>"


def parameters(code: str) -> list[str]:
    """Parameters of the code: those of an article's example, else made-up ones."""
    for example in examples().get(code, ()):
        if params := explain(example)[0].reading.params:
            return list(params)
    return [sample(name) for name in catalogue.parameters(code) or ()]


def forms(code: str) -> list[Form]:
    """Every raw text of a code: the articles' own examples, then one for each place where the code is shown."""
    if code in TEXTS:
        return [Form("As it is shown", text) for text in TEXTS[code]]
    params = parameters(code)
    made = [Form("As it was seen", text) for text in examples().get(code, ())]
    return [*made, *_clients(code, params), *_logs(code, params)]


def _clients(code: str, params: Sequence[str]) -> list[Form]:
    given = ", ".join(params)
    listed = "".join(f',\n    "{_quoted(value)}"' for value in params).removeprefix(",")
    inner = f"[{listed}\n  ]" if params else "[]"
    return [
        Form("Xen Orchestra, message", f"{code}({given})"),
        Form(
            "Xen Orchestra, Settings / Logs",
            f'{{\n  "code": "{code}",\n  "params": {inner},\n  "name": "XapiError",\n'
            f'  "message": "{_quoted(f"{code}({given})")}"\n}}',
        ),
        Form("xe", f"Error code: {code}\nError parameters: {given}"),
        Form("Python's XenAPI, Ansible", f"XenAPI.Failure: {[code, *params]!r}"),
    ]


def _logs(code: str, params: Sequence[str]) -> list[Form]:
    made = [
        Form(
            "/var/log/xensource.log",
            "Aug 21 02:00:23 xcp1 xapi: [error||812 ||backtrace] Async.VM.pool_migrate R:0f2a7e6a39d1 failed with "
            f"exception Server_error({code}, [ {'; '.join(params)} ])",
        )
    ]
    number = code.removeprefix("SR_BACKEND_FAILURE_")
    if number.isdigit():
        detail = params[1] if len(params) > 1 else ""
        made.append(Form("/var/log/SMlog", f"Aug 21 02:00:23 xcp1 SM: [12345] Raising exception [{number}, {detail}]"))
    return made


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
