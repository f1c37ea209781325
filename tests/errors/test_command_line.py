"""The `xe` command above an error tells what was asked for; passwords in it are not kept."""

from __future__ import annotations

import pytest

from xenferry.errors import explain
from xenferry.errors.reading import read

PASTE = """[root@xcp-1 ~]# xe sr-create type=nfs name-label="new store" device-config:server=nas:/mnt/x \
device-config:serverpath=/mnt/x device-config:chappassword=secret
Error code: SR_BACKEND_FAILURE_140
Error parameters: , Incorrect DNS name, unable to resolve.,
"""


def test_the_command_gives_operation_and_arguments() -> None:
    (found,) = read(PASTE)
    assert found.operation == "SR.create"
    assert found.arguments == {"type": "nfs", "nameLabel": "new store", "server": "nas:/mnt/x", "serverpath": "/mnt/x"}
    assert explain(PASTE)[0].causes[0].key == "not-a-name"


@pytest.mark.parametrize(
    ("command", "operation"),
    [("xe vm-start uuid=x", "VM.start"), ("$ xe host-evacuate uuid=x", "host.evacuate"), ("use xe vm-start", "")],
)
def test_only_what_stands_as_a_command_counts(command: str, operation: str) -> None:
    (found,) = read(f"{command}\nError code: VM_REQUIRES_SR\nError parameters: OpaqueRef:a, OpaqueRef:b\n")
    assert found.operation == operation
