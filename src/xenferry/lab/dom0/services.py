"""What dom0 says of name servers and NFS servers, and its services and reboot."""

from __future__ import annotations

from xenferry.lab.dom0.command import Answer, Shell, command
from xenferry.lab.storage.reach import is_address
from xenferry.lab.world import Server


def _server(shell: Shell, name: str) -> Server | None:
    """The server, if this host can resolve its name."""
    server = shell.lab.world.server(name)
    if server is None or (not is_address(name) and shell.host in server.unresolvable):
        return None
    return server


def _address(shell: Shell, name: str) -> str:
    """The address of a name as this dom0 resolves it: NFS servers and the pool's own hosts; empty for all others."""
    if is_address(name):
        return name
    server = _server(shell, name)
    if server:
        return server.address
    host = shell.lab.host_at(name)
    return shell.lab.address(host) if host else ""


@command("getent")
def getent(shell: Shell, words: list[str], stdin: str) -> Answer:
    """`getent hosts NAME`: status 2 when the name is not found."""
    if words[:1] not in (["hosts"], ["ahosts"], ["ahostsv4"]) or len(words) != 2:
        return Answer(127, err="getent: only `getent hosts NAME` is simulated\n")
    address = _address(shell, words[1])
    kind = "" if words[0] == "hosts" else "STREAM "
    return Answer(out=f"{address:<15} {kind}{words[1]}\n") if address else Answer(2)


@command("host")
def host(shell: Shell, words: list[str], stdin: str) -> Answer:
    """`host NAME`."""
    name = words[-1] if words else ""
    address = _address(shell, name)
    if not address:
        return Answer(1, out=f"Host {name} not found: 3(NXDOMAIN)\n")
    return Answer(out=f"{name} has address {address}\n")


@command("showmount")
def showmount(shell: Shell, words: list[str], stdin: str) -> Answer:
    """`showmount -e SERVER`: needs port 111 of the server."""
    name = words[-1] if words else ""
    server = _server(shell, name)
    if server is None:
        return Answer(1, err="clnt_create: RPC: Unknown host\n")
    if shell.host in server.unreachable or not server.rpcbind:
        return Answer(
            1, err="clnt_create: RPC: Port mapper failure - Unable to receive: errno 111 (Connection refused)\n"
        )
    rows = [f"{path} {','.join(export.clients) or '*'}\n" for path, export in server.exports.items()]
    head = "" if "--no-headers" in words else f"Export list for {name}:\n"
    return Answer(out=head + "".join(rows))


@command("rpcinfo")
def rpcinfo(shell: Shell, words: list[str], stdin: str) -> Answer:
    """`rpcinfo -s SERVER`: the programs that the server's port mapper knows."""
    server = _server(shell, words[-1] if words else "")
    if server is None:
        return Answer(1, err="rpcinfo: can't contact rpcbind: : RPC: Unknown host\n")
    if shell.host in server.unreachable or not server.rpcbind:
        return Answer(1, err="rpcinfo: can't contact rpcbind: RPC: Remote system error - Connection refused\n")
    versions = ",".join(str(version) for version in sorted(server.versions, reverse=True))
    rows = [("100000", "2,3,4", "portmapper"), ("100005", "3,2,1", "mountd"), ("100003", versions, "nfs")]
    lines = [f"{number:>10}  {version:<9} tcp,udp,tcp6,udp6  {name:<11} superuser\n" for number, version, name in rows]
    return Answer(out="   program version(s) netid(s)                         service     owner\n" + "".join(lines))


@command("service")
def service(shell: Shell, words: list[str], stdin: str) -> Answer:
    """Starting and stopping services is taken down and has no further effect in the lab."""
    return Answer()


@command("systemctl")
def systemctl(shell: Shell, words: list[str], stdin: str) -> Answer:
    """As `service`."""
    return Answer()


@command("rpm")
def rpm(shell: Shell, words: list[str], stdin: str) -> Answer:
    """`rpm -q [--qf FORMAT] sm`: the version of the storage manager. Its release is always 1."""
    if words[:1] != ["-q"] or words[-1] != "sm":
        return Answer(1, out=f"package {words[-1] if words else ''} is not installed\n")
    version = shell.dom0.sm_version
    name = f"sm-{version}-1.x86_64\n"
    form = words[words.index("--qf") + 1] if "--qf" in words else name
    return Answer(out=form.replace("%{VERSION}", version).replace("%{RELEASE}", "1"))


@command("hostname")
def hostname(shell: Shell, words: list[str], stdin: str) -> Answer:
    """The host's name."""
    return Answer(out=f"{shell.dom0.hostname}\n")


@command("true")
def true(shell: Shell, words: list[str], stdin: str) -> Answer:
    """Nothing, successfully."""
    return Answer()


@command("mount")
def mount(shell: Shell, words: list[str], stdin: str) -> Answer:
    """The mounts of SRs."""
    if words:
        return Answer(127, err="mount: only the list without arguments is simulated\n")
    rows = [
        f"{server}:{path} on {point} type nfs (rw,soft)\n" if server else f"{path} on {point} type none (rw,bind)\n"
        for point, (server, path) in shell.dom0.mounts.items()
    ]
    return Answer(out="".join(rows))


@command("reboot")
def reboot(shell: Shell, words: list[str], stdin: str) -> Answer:
    """The host goes down."""
    return Answer(reboots=True)
