"""The storage driver ended without a proper answer

XAPI starts the driver as a program; it was killed, ended with an error, or printed something that is no answer. The
first parameter says which, the others hold what it printed.

Cause: the driver crashed or was killed, for lack of memory in dom0 for example.
Tell: dom0: `dmesg | grep -i -E 'killed process|segfault'`; SMlog ends in the middle of the call.
Fix: See /var/log/SMlog and `dmesg | grep -i oom` on the host at that minute; give dom0 more memory if it ran short.

Cause: the driver's files are damaged or do not fit this version.
Tell: dom0: `rpm -V sm` prints changed files, or SMlog has ImportError or SyntaxError.
Fix: dom0: `rpm -V sm`; reinstall the package, restart the toolstack.

Example:
    SR_BACKEND_FAILURE(non-zero exit, , Traceback)
"""

CODES = ("SR_BACKEND_FAILURE",)
CAUSES = ("crashed", "damaged")
SAID = "the storage driver ended without a proper answer ({p0})"
