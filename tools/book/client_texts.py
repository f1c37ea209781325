"""How the errors of clients look, which have no common form: the client's own sentence for each."""

from __future__ import annotations

from xenferry.errors import clients

_AT = "192.0.2.11:443"
_VM = "622a2cd9-537c-4a49-933c-e47ce1f8555e"

TEXTS: dict[str, tuple[str, ...]] = {
    **{
        code: (f"Error: connect {code} {_AT}",) for code in ("ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT")
    },
    "ECONNRESET": ("Error: read ECONNRESET", "Error: socket hang up"),
    "EPIPE": ("Error: write EPIPE",),
    "ERR_STREAM_PREMATURE_CLOSE": ("Error: Premature close",),
    "ENOTFOUND": ("Error: getaddrinfo ENOTFOUND xcp1.lan",),
    "EAI_AGAIN": ("Error: getaddrinfo EAI_AGAIN xcp1.lan",),
    "EPROTO": ("write EPROTO 140:error:1408F10B:SSL routines:ssl3_get_record:wrong version number:",),
    "DEPTH_ZERO_SELF_SIGNED_CERT": ("Error: self signed certificate", "Error: self-signed certificate"),
    "SELF_SIGNED_CERT_IN_CHAIN": ("Error: self-signed certificate in certificate chain",),
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE": ("Error: unable to verify the first certificate",),
    "CERT_HAS_EXPIRED": ("Error: certificate has expired",),
    "CERT_NOT_YET_VALID": ("Error: certificate is not yet valid",),
    "ERR_TLS_CERT_ALTNAME_INVALID": (
        "Hostname/IP does not match certificate's altnames: IP: 192.0.2.11 is not in the cert's list:",
    ),
    "XO_NO_SUCH_OBJECT": (f"no such VM {_VM}",),
    "XO_UNAUTHORIZED": ("not enough permissions",),
    "XO_INVALID_CREDENTIALS": ("invalid credentials",),
    "XO_FORBIDDEN_OPERATION": ("forbidden operation: Backup is running",),
    "XO_INVALID_PARAMETERS": ("invalid parameters", "Error: jsonrpc2: code 10 message: invalid parameters"),
    "XO_OBJECT_ALREADY_EXISTS": (
        '{"code": 16, "message": "server already exists", "data": {"objectType": "server"}, "name": "XoError"}',
    ),
    "XO_OPERATION_FAILED": ("operation failed",),
    "XO_NOT_ENOUGH_RESOURCES": ("not enough resources in resource set",),
    "XO_INCORRECT_STATE": ("incorrect state",),
    "XO_FEATURE_UNAUTHORIZED": ("feature Unauthorized",),
    "XO_UNHEALTHY_VDI_CHAIN": ("Error: unhealthy VDI chain",),
    "XO_TASK_DESTROYED": ("Error: task has been destroyed before completion",),
    "XO_UNEXPECTED_STATUS": ("Error: unexpected 500", "Error: 404 Not Found"),
    "XO_WARM_MIGRATION_TARGET": (f"Vm target of warm migration not found for {_VM} on SR {_VM}",),
    "XO_NO_EXPORTS_LISTED": ("Cannot read property 'nfs-exports' of null",),
    "XO_NO_DEVICE_LEFT": ("could not find an allowed VIF device", "no allowed VBD devices"),
    "XO_INTERFACES_NOT_UPDATED": ("Some network interfaces could not be updated.",),
    "XO_HOSTS_NOT_COMPATIBLE": ("The hosts are not compatible",),
    "XO_VM_BEING_MIGRATED": ("cannot backup a VM currently being migrated",),
    "XO_NO_PIF": ("No PIF found",),
    "XO_UNKNOWN_ERROR": ("unknown error from the peer",),
    "NO_SUCH_INTERFACE": ("eth4: error fetching interface information: Device not found",),
}
"""As Xen Orchestra, Node.js, Terraform and dom0's commands write them."""

assert TEXTS.keys() == clients.CODES.keys()
