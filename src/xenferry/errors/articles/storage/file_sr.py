"""The folder of a file SR could not be made or removed

File SRs (file, nfs, ext, smb) keep their disks as files in a folder named after the SR's UUID.

Cause: the folder's parent cannot be written: wrong rights on the share, read-only, or full.
Fix: dom0: mount the share by hand and `mkdir` a folder as root; see `dmesg | tail` and `df -h`.

Cause: the folder is not empty: files that the SR does not know are in it.
Tell: dom0: `ls -A` in the SR's folder shows other files than disks of the SR.
Fix: Look at /run/sr-mount/SRUUID (up to 8.3 also /var/run/sr-mount/SRUUID); move what is to be kept, then try again.

Cause: the path does not exist on this host.
Fix: Create it on every host, or correct `device-config:location`.

Example:
    SR_BACKEND_FAILURE_61(, File SR creation error [opterr=Permission denied], )
"""

SAYS = {
    "SR_BACKEND_FAILURE_61": "the folder of the SR could not be made ({detail})",
    "SR_BACKEND_FAILURE_62": "the folder of the SR could not be removed ({detail})",
    "SR_BACKEND_FAILURE_63": "the SR could not be deleted ({detail})",
}
CAUSES = ("rights", "not-empty", "path")
ONLY = {"not-empty": ("SR_BACKEND_FAILURE_62", "SR_BACKEND_FAILURE_63")}
WORDS = {"path": ("no such file",), "rights": ("permission denied", "read-only", "no space")}
