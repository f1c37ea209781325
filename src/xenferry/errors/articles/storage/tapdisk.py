"""The program that serves a disk failed

Each disk in use is served by a `tapdisk` process in dom0.

Cause: the image or the storage under it cannot be read or written.
Fix: /var/log/SMlog and `grep tapdisk /var/log/daemon.log` of that minute on the guest's host; check the storage, then
    the image (`vhd-util check -n FILE`).

Cause: a process for this disk is still there from before: on this host, or the disk is still marked as used elsewhere.
Fix: `tap-ctl list` on every host. If the guest runs nowhere, `xe vm-reset-powerstate uuid=GUEST force=true` and restart
    the toolstack of the host that holds the process.

Cause: the drive is empty: a CD was to be attached that is not there.
Tell: `xe vbd-param-get uuid=VBD param-name=empty` is true.
Fix: Insert an ISO or eject the drive: `xe vm-cd-eject uuid=GUEST`.

Cause: dom0 is out of memory.
Fix: `free -m` in dom0; give dom0 more memory (restart needed) or run fewer disks on the host.

Example:
    SR_BACKEND_FAILURE_453(, tapdisk experienced an error, )
"""

SAYS = {
    "SR_BACKEND_FAILURE_445": "a tapdisk process for this disk runs already",
    "SR_BACKEND_FAILURE_453": "the tapdisk process of the disk failed ({detail})",
    "SR_BACKEND_FAILURE_456": "an empty CD drive cannot be attached",
}
CAUSES = ("storage", "left-over", "empty", "memory")
WORDS = {
    "storage": ("input/output error", "no such file"),
    "left-over": ("already", "busy"),
    "memory": ("cannot allocate", "out of memory"),
}
ONLY = {
    "storage": ("SR_BACKEND_FAILURE_453",),
    "left-over": ("SR_BACKEND_FAILURE_445", "SR_BACKEND_FAILURE_453"),
    "empty": ("SR_BACKEND_FAILURE_456",),
    "memory": ("SR_BACKEND_FAILURE_453",),
}
