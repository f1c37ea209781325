"""A setting of the ISO library is missing or not allowed

An ISO SR is a share (NFS or SMB) or a folder of dom0, given as `device-config:location`.

Cause: the location was not given.
Tell: `xe pbd-param-get uuid=PBD param-name=device-config` has no location.
Fix: NFS: `device-config:location=SERVER:/PATH`. SMB: `device-config:location=//SERVER/SHARE device-config:type=cifs`.
    A folder of dom0: `device-config:location=/PATH device-config:legacy_mode=true`.

Cause: the file's name does not end in `.iso`.
Tell: The name in the text ends otherwise.
Fix: Rename it on the share and scan the SR: `xe sr-scan uuid=SR`.

Cause: the mount options of an old-style library are not introduced by `-o`; the message says nothing of the real fault,
    which is often a wrong location, e.g. an NFS path without its leading slash.
Tell: device-config or the command has options without `-o` in front.
Fix: Check the location first; then give options as `-o vers=3.0,..`, or none.

Cause: the share is still used, so that it cannot be unmounted.
Tell: dom0: `lsof +D MOUNTPOINT` or an ISO of it in a drive: `xe vbd-list type=CD empty=false`.
Fix: `xe vbd-list type=CD empty=false` shows the drives that hold one of its ISOs: `xe vm-cd-eject uuid=GUEST`.

Cause: a name or password has letters that the SMB mount of this driver does not take.
Tell: The user name or password has letters beyond ASCII, or a comma.
Fix: Use plain ASCII in the path, user name, password and file names.

Example:
    SR_BACKEND_FAILURE_228(, Require "-o" along with xe-mount-iso-sr, )
"""

SAYS = {
    "SR_BACKEND_FAILURE_220": "the place of the ISO library (device-config:location) was not given",
    "SR_BACKEND_FAILURE_221": "the name of an ISO must end in .iso",
    "SR_BACKEND_FAILURE_223": "the ISO library could not be unmounted ({detail})",
    "SR_BACKEND_FAILURE_228": "the options of the ISO library's mount are not introduced by -o",
    "SR_BACKEND_FAILURE_446": "a path, name or password of the SMB share has letters beyond ASCII",
}
RULES = ("cd-inserted", "cd-not-on-host")
CAUSES = ("missing", "extension", "options", "in-use", "letters")
ONLY = {
    "missing": ("SR_BACKEND_FAILURE_220",),
    "extension": ("SR_BACKEND_FAILURE_221",),
    "options": ("SR_BACKEND_FAILURE_228",),
    "in-use": ("SR_BACKEND_FAILURE_223",),
    "letters": ("SR_BACKEND_FAILURE_446",),
}
