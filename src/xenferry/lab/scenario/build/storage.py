"""SRs, their PBDs on each host, ISO images, and the NFS servers behind them."""

from __future__ import annotations

from xenferry.lab.scenario import drivers
from xenferry.lab.scenario.build.site import BuiltHost, Site, new
from xenferry.lab.scenario.error import one_of
from xenferry.lab.scenario.lines import Line
from xenferry.lab.scenario.records import stable_bytes
from xenferry.lab.scenario.values import names, number, size
from xenferry.lab.world import Export, Server

TOOLS_SR, TOOLS_IMAGE = "XCP-ng Tools", "guest-tools.iso"
SR_OPERATIONS = [
    "vdi_enable_cbt",
    "vdi_list_changed_blocks",
    "unplug",
    "plug",
    "pbd_create",
    "vdi_disable_cbt",
    "update",
    "pbd_destroy",
    "vdi_resize",
    "vdi_clone",
    "vdi_data_destroy",
    "scan",
    "vdi_snapshot",
    "vdi_mirror",
    "vdi_create",
    "vdi_destroy",
    "vdi_set_on_boot",
]


def build_server(site: Site, line: Line) -> None:
    """Put an NFS server into the world outside the pool."""
    if line.name in site.world.servers:
        raise line.wrong(f"a second server called `{line.name}`", "a name of its own for each")
    server = Server(
        name=line.name,
        address=line.values.get("address", f"192.0.2.{200 + len(site.world.servers)}"),
        unresolvable=_hosts(site, line, "unresolvable"),
        unreachable=_hosts(site, line, "unreachable"),
        unmountable=_hosts(site, line, "no-mounts"),
        rpcbind=not line.has("no-rpcbind"),
        mtu=number(line, line.values.get("mtu", "0")),
        versions=tuple(number(line, each) for each in names(line.values.get("versions", "3,4"))),
    )
    for below in line.of("export"):
        server.exports[below.name] = _export(below)
    site.world.servers[line.name] = server


def _hosts(site: Site, line: Line, word: str) -> set[str]:
    """The hosts named after the word, or all of them when it stands alone."""
    if word in line.values:
        return {host.ref for host in site.hosts_named(line, line.values[word])}
    return {host.ref for host in site.hosts.values()} if word in line.flags else set()


def _export(line: Line) -> Export:
    return Export(
        path=line.name,
        clients=tuple(names(line.values.get("to", ""))),
        root_squash=line.has("root-squash"),
        subdirs=not line.has("no-subdirs"),
        read_only=line.has("read-only"),
        full=line.has("full"),
        errno=number(line, line.values.get("errno", "0")),
    )


def build_sr(site: Site, line: Line) -> None:
    """Create an SR, its PBDs and its images."""
    name, kind = new(line, site.srs, "SR"), line.words[1]
    if kind not in drivers.TYPES:
        raise line.wrong(f"the unknown SR type `{kind}`", one_of(drivers.TYPES, kind))
    shared = kind not in drivers.LOCAL and not line.has("local")
    hosts = _sr_hosts(site, line, shared)
    ref = site.records.create(
        "SR", name, line.number, name_label=name, type=kind, shared=shared,
        content_type="iso" if kind == "iso" else "user", physical_size=size(line, line.values.get("size", "1TiB")),
        allowed_operations=SR_OPERATIONS,
    )  # fmt: skip
    site.srs[name] = ref
    config = _device_config(site, line, ref, shared)
    _plug(site, line, ref, hosts, config)
    for below in line.of("image"):
        add_image(site, below, ref)
    _put_on_server(
        site, config, size(line, line.values.get("size", "1TiB")), {below.name for below in line.of("image")}
    )
    if line.has("default"):
        pool = next(iter(site.records.tables["pool"]))
        site.records.change("pool", pool, default_SR=ref, suspend_image_SR=ref, crash_dump_SR=ref)


def _put_on_server(site: Site, config: dict[str, str], space: int, images: set[str]) -> None:
    """The server behind the SR has the space and the files that its record shows."""
    name, _, path = config.get("location", "").partition(":")
    server = site.world.servers.get(config.get("server", name))
    export = server.exports.get(config.get("serverpath", path)) if server else None
    if export:
        export.size = max(space, export.size)
        export.files |= images


def _sr_hosts(site: Site, line: Line, shared: bool) -> list[BuiltHost]:
    hosts = site.hosts_named(line, line.values["on"]) if "on" in line.values else list(site.hosts.values())
    if not shared and len(hosts) != 1:
        raise line.wrong(f"the local SR `{line.name}` on {len(hosts)} hosts", "on= with the one host it is in")
    return hosts


def _plug(site: Site, line: Line, sr: str, hosts: list[BuiltHost], config: dict[str, str]) -> None:
    unplugged = _hosts(site, line, "unplugged")
    for host in hosts:
        attached = host.ref not in unplugged
        site.records.create(
            "PBD", f"{line.name} {host.name}", line.number, host=host.ref, SR=sr, device_config=dict(config),
            currently_attached=attached,
        )  # fmt: skip
        mounted = _source(config, site.records.get("SR", sr)["uuid"])
        if attached and mounted:
            uuid = site.records.get("SR", sr)["uuid"]
            dom0 = site.world.dom0[host.ref]
            base = "/run" if int(dom0.sm_version.split(".")[0]) >= 4 else "/var/run"
            dom0.mounts[f"{base}/sr-mount/{uuid}"] = mounted


def _source(config: dict[str, str], uuid: str) -> tuple[str, str] | None:
    """What is mounted for an SR: the directory of its own for disks, the export itself for ISO images."""
    if "serverpath" in config:
        return config["server"], f"{config['serverpath']}/{uuid}"
    name, colon, path = config.get("location", "").partition(":")
    return (name, path) if colon else None


def _device_config(site: Site, line: Line, sr: str, shared: bool) -> dict[str, str]:
    kind, name = line.words[1], line.name
    if kind == "nfs":
        server, export = _nfs_home(site, line)
        export.directories.setdefault(site.records.get("SR", sr)["uuid"], set())
        return {"server": server.name, "serverpath": export.path, "nfsversion": str(server.versions[0])}
    if kind == "iso" and shared:
        server, export = _nfs_home(site, line)
        return {"location": f"{server.name}:{export.path}", "type": "nfs_iso"}
    if kind == "iso":
        return {"location": f"/var/opt/{name}", "legacy_mode": "true"}
    disk = stable_bytes(6, name).hex()
    return {"device": f"/dev/disk/by-id/scsi-3600{disk}-part3"} if not shared else {"SCSIid": f"3600{disk}"}


def _nfs_home(site: Site, line: Line) -> tuple[Server, Export]:
    """The server and export the line names; a server of its own when it names none."""
    name = line.values.get("server", "nfs.example.net")
    path = line.values.get("path", f"/export/{line.name.replace(' ', '-')}")
    if name not in site.world.servers:
        if "server" in line.values:
            raise line.wrong(f"the unknown server `{name}`", one_of(site.world.servers, name))
        site.world.servers[name] = Server(name, f"192.0.2.{200 + len(site.world.servers)}")
    server = site.world.servers[name]
    if "server" in line.values and path not in server.exports:
        raise line.wrong(f"the path `{path}`, which {name} does not export", one_of(server.exports, path))
    return server, server.exports.setdefault(path, Export(path))


def add_image(site: Site, line: Line, sr: str) -> str:
    """Put an ISO image into an SR."""
    name = line.name
    ref = site.records.create(
        "VDI", f"image {name} {sr}", line.number, name_label=name, SR=sr, location=name, type="user",
        virtual_size=size(line, line.values.get("size", "1GiB")), read_only=True, is_tools_iso=line.has("tools"),
        physical_utilisation=size(line, line.values.get("size", "1GiB")), managed=True,
        sm_config={"created": "20260821T02:00:23Z"} | ({"xs-tools": "true"} if line.has("tools") else {}),
    )  # fmt: skip
    site.images.setdefault(name, ref)
    return ref


def build_tools(site: Site) -> None:
    """The SR with the guest tools that every pool has, plugged on every host."""
    line = Line(site.pool.number, "sr", [TOOLS_SR, "iso"])
    ref = site.records.create(
        "SR", TOOLS_SR, name_label=TOOLS_SR, name_description="XCP-ng Tools ISOs", type="iso", content_type="iso",
        shared=True, is_tools_sr=True, physical_size=-1, other_config={"xensource_internal": "true"},
    )  # fmt: skip
    config = {"location": "/opt/xensource/packages/iso", "legacy_mode": "true"}
    for host in site.hosts.values():
        site.records.create(
            "PBD", f"{TOOLS_SR} {host.name}", host=host.ref, SR=ref, device_config=dict(config),
            currently_attached=True,
        )  # fmt: skip
    if TOOLS_IMAGE not in site.images:
        image = add_image(site, Line(0, "image", [TOOLS_IMAGE], {"size": "400MiB"}, {"tools"}), ref)
        site.records.change("VDI", image, name_description="XCP-ng guest tools")
    site.srs.setdefault(line.name, ref)


def finish_srs(site: Site) -> None:
    """Add up what the disks occupy."""
    for ref, record in site.records.tables["SR"].items():
        disks = [site.records.get("VDI", vdi) for vdi in record["VDIs"]]
        site.records.change(
            "SR", ref, virtual_allocation=sum(disk["virtual_size"] for disk in disks),
            physical_utilisation=sum(disk["physical_utilisation"] for disk in disks),
        )  # fmt: skip
