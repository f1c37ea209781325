"""The server's exports were asked for; the list comes back inside this error

This is how a probe answers when only the server is known: the storage driver has no other way to hand out the list.
The third parameter holds the exports as XML. If you called the probe yourself, nothing is wrong.

Cause: the probe named a server but no path, as it does to show what can be chosen.
Fix: Choose one of the exports in the third parameter and probe or create again with `device-config:serverpath=PATH`.

Cause: an SR was to be created without a path.
Fix: Give the path on the server: `device-config:serverpath=/export/path`.

Cause: the server gave no list of exports: mountd is blocked, or it serves NFS 4 only. Then the third parameter is
    empty.
Tell: The third parameter is empty although the call was a probe; `showmount -e SERVER` fails, or lists paths without
    clients behind them (QNAP), which the driver does not read.
Fix: dom0: `showmount -e SERVER`; if that fails type the path by hand, or open the port of mountd (`rpcinfo -p SERVER`).

Example:
    SR_BACKEND_FAILURE_101(, The request is missing the serverpath parameter, )
"""

from xenferry.errors.evidence import UNSEEN, Evidence, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading
from xenferry.errors.words import operation

CODES = ("SR_BACKEND_FAILURE_101",)
CAUSES = ("list", "no-path", "no-exports")
SAID = "no path on {server} was given, so the driver answered with the list of exports"


def _is_empty(reading: Reading) -> bool:
    """Whether this form of text would show the list, and shows none."""
    return reading.form == "xe" and len(reading.params) > 1 and not reading.param(2).strip()


def evidence_no_exports(reading: Reading, _look: Look) -> Evidence:
    """A probe whose answer is shown in full, without a list."""
    if _is_empty(reading) and operation(reading) == "SR.probe":
        return supports("The call was a probe, and no list came with the answer.")
    return UNSEEN


def evidence_list(reading: Reading, _look: Look) -> Evidence:
    """The list is there, or the call was a probe."""
    if _is_empty(reading):
        return UNSEEN
    if "<nfs-exports" in reading.param(2) or operation(reading) == "SR.probe":
        return supports("The call was a probe.")
    return UNSEEN


def evidence_no_path(reading: Reading, _look: Look) -> Evidence:
    """The call was no probe."""
    return supports("The call was to create an SR.") if operation(reading) == "SR.create" else UNSEEN
