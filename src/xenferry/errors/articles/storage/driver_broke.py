"""The storage driver stopped with an error that it did not expect

Code 1200 means: the driver's Python code raised an exception of its own; the text, if any, is that exception's. The
whole trace is in /var/log/SMlog on the host.

Cause: a parameter has a value that the driver does not take, e.g. an NFS version other than 3, 4 or 4.x.
Fix: Check the device configuration: `nfsversion` must be 3, 4, 4.0 or 4.1.

Cause: an ISO or NFS share could not be mounted; drivers before 2022 had no code of their own for that.
Fix: Mount it by hand in dom0 (`mount -t nfs SERVER:/PATH /mnt`), which names the reason; check path, client list and
    NFS version on the server.

Cause: no program could be started for the disk or ISO, because its file cannot be opened: an ISO on the share that the
    host's root may not read, a file that is gone, an image that is damaged.
Fix:
- SMlog of that minute: the number after `tap-ctl open` is the reason: 13 permission denied, 2 not there, 22 no valid
  image, 5 input/output error.
- Make every file on an ISO share readable for the host (`chmod a+r`), or eject it: `xe vm-cd-eject uuid=GUEST`.

Cause: the driver met a state of the storage that it does not know, or has a fault.
Fix: Read the trace in /var/log/SMlog; update the host if it is behind; otherwise report the trace.

Example:
    SR_BACKEND_FAILURE_1200(, Invalid nfsversion., )
"""

from xenferry.errors.evidence import UNSEEN, Evidence, by_words, contradicts, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = ("SR_BACKEND_FAILURE_1200",)
CAUSES = ("bad-value", "mount", "unreadable-file", "unexpected")
WORDS = {"unreadable-file": ("No such Tapdisk", "TapdiskNotRunning", "TapdiskFailed")}
SAID = "the storage driver stopped with an exception of its own ({detail})"


def _text(reading: Reading) -> str:
    return " ".join((*reading.params, reading.opterr)).strip(" ,")


def evidence_bad_value(reading: Reading, _look: Look) -> Evidence:
    """The one exception with a text of its own; another text speaks against it."""
    found = by_words(_text(reading), "Invalid nfsversion")
    return contradicts("The exception is another one.") if _text(reading) and not found.seen else found


def evidence_mount(reading: Reading, _look: Look) -> Evidence:
    """An empty text is how a failed mount arrived."""
    if not reading.params:
        return UNSEEN
    empty = not any(param.strip(" ,") for param in reading.params)
    if not empty:
        return by_words(_text(reading), "mount")
    return supports("The text is empty, as it was for failed mounts.")


def evidence_unexpected(reading: Reading, _look: Look) -> Evidence:
    """A text that names none of the other causes."""
    text = _text(reading)
    known = by_words(text, "Invalid nfsversion", "mount", *WORDS["unreadable-file"]).seen
    return supports("The text is an exception of the driver's own program.") if text and not known else UNSEEN
