"""The NFS driver fails with the numbers, texts and order of the real one, and works once the server is cured."""

import asyncio
from contextlib import contextmanager

import pytest

from xenferry.lab.clock import virtual_run
from xenferry.lab.error import LabError
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import load, parse
from xenferry.lab.storage.boot import boot_storage

STORE = "/mnt/store/xcpng-vm-disks"
NAS = "nfs-nas.localdomain"


def pool(server="server nas address=192.0.2.200", export="export /srv", host="", more=""):
    return Lab.from_scenario(parse(f"{server}\n  {export}\nhost a {host}\nhost b {host}\n{more}"))


def host(lab, name="a"):
    return lab.db.find("host", name_label=name)[0]


async def answer(lab, method, *params):
    """The result, or the error as a tuple."""
    try:
        return await lab.call(method, *params)
    except LabError as error:
        return (error.code, *error.params)


def probe(lab, config, name="a"):
    return virtual_run(answer(lab, "SR.probe", host(lab, name), config, "nfs", {}))


def create(lab, config, name="a", shared=True, sm_config=None):
    params = (host(lab, name), config, 0, "disks", "", "nfs", "user", shared, sm_config or {})
    return virtual_run(answer(lab, "SR.create", *params))


def backend(code, text, stderr=""):
    return (f"SR_BACKEND_FAILURE_{code}", "", text, stderr)


SRV = {"server": "nas", "serverpath": "/srv"}
MOUNT_110 = backend(73, "NFS mount error [opterr=mount failed on server `nas` with return code 110]")


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({}, backend(102, "The request is missing the server parameter")),
        ({"serverpath": "/srv"}, backend(102, "The request is missing the server parameter")),
        ({"server": "no-such-host.invalid"}, backend(140, "Incorrect DNS name, unable to resolve.")),
        ({"server": ""}, backend(140, "Incorrect DNS name, unable to resolve.")),
        ({"server": "192.0.2.200:/srv"}, backend(140, "Incorrect DNS name, unable to resolve.")),
        ({"server": "fe80::1"}, backend(108, "Unable to detect an NFS service on this target.")),
        ({"server": "192.0.2.77"}, backend(108, "Unable to detect an NFS service on this target.")),
        ({"server": "nas", "nfsversion": "5"}, backend(1200, "Invalid nfsversion.")),
        ({**SRV, "serverpath": "/nope"}, MOUNT_110),
        ({**SRV, "serverpath": ""}, MOUNT_110),
        ({**SRV, "serverpath": "srv"}, MOUNT_110),
        ({**SRV, "nfsversion": "", "junk": "1"}, '<?xml version="1.0" ?>\n<SRlist/>\n'),
    ],
)
def test_a_probe_answers_as_recorded(config, expected):
    assert probe(pool(), config) == expected


def test_a_probe_without_a_path_gives_the_exports_as_third_parameter():
    text = (
        '<?xml version="1.0" ?>\n<nfs-exports>\n\t<Export>\n\t\t<Target>nas</Target>\n\t\t<Path>/srv</Path>\n'
        "\t\t<Accesslist>10.99.0.1/32,10.99.0.2/32</Accesslist>\n\t</Export>\n</nfs-exports>\n\n"
    )
    lab = pool(export="export /srv to=10.99.0.1/32,10.99.0.2/32")
    missing = backend(101, "The request is missing the serverpath parameter", text)
    assert probe(lab, {"server": "nas"}) == missing
    assert create(lab, {"server": "nas"}) == missing
    assert virtual_run(answer(lab, "SR.probe_ext", host(lab), {"server": "nas"}, "nfs", {})) == missing


def test_the_order_of_the_tests_is_name_port_path_version_mount_directory():
    """Everything is wrong at once; each cure uncovers the next failure."""
    server = "server nas address=192.0.2.200 unresolvable unreachable versions=4"
    lab = pool(server, "export /srv to=10.0.0.0/8 root-squash no-subdirs read-only")
    nas = lab.world.servers["nas"]
    export = nas.exports["/srv"]
    codes = [create(lab, SRV)[0]]
    nas.unresolvable.clear()
    codes.append(create(lab, SRV)[0])
    nas.unreachable.clear()
    codes.append(create(lab, {"server": "nas"})[0])
    codes.append(create(lab, SRV)[0])
    nas.versions = (3, 4)
    codes.append(create(lab, SRV)[0])
    export.clients = ()
    codes.append(create(lab, SRV)[0])
    export.read_only = False
    codes.append(create(lab, SRV)[2])
    export.root_squash = False
    sr = create(lab, SRV)
    assert codes == [
        "SR_BACKEND_FAILURE_140",
        "SR_BACKEND_FAILURE_108",
        "SR_BACKEND_FAILURE_101",
        "SR_BACKEND_FAILURE_72",
        "SR_BACKEND_FAILURE_73",
        "SR_BACKEND_FAILURE_461",
        "NFS SR creation error [opterr=remote directory creation error is 13]",
    ]
    plugged = [lab.db.get("PBD", pbd)["currently_attached"] for pbd in lab.db.get("SR", sr)["PBDs"]]
    assert plugged == [False, False], "sub-directories are refused, and XAPI calls that success"
    export.subdirs = True
    for pbd in lab.db.get("SR", sr)["PBDs"]:
        virtual_run(lab.call("PBD.plug", pbd))
        assert lab.db.get("PBD", pbd)["currently_attached"]


@pytest.mark.parametrize(
    ("export", "sm", "expected"),
    [
        ("root-squash", "4.1.12", (88, "NFS SR creation error [opterr=remote directory creation error is 13]")),
        ("full", "4.1.12", (88, "NFS SR creation error [opterr=remote directory creation error is 28]")),
        (
            "read-only",
            "4.1.12",
            (461, "The file system for SR cannot be written to. [opterr=remote filesystem is read-only error is 30]"),
        ),
        ("read-only", "3.0.12", (88, "NFS SR creation error [opterr=remote directory creation error is 30]")),
        ("to=10.0.0.0/8", "2.30.8", (73, "NFS mount error [opterr=mount failed with return code 32]")),
        ("to=10.0.0.0/8", "2.46.11", (73, "NFS mount error [opterr=mount failed on server `nas` with return code 32]")),
        ("to=10.0.0.0/8", "3.2.12", (73, "NFS mount error [opterr=mount failed on server `nas` with return code 110]")),
    ],
)
def test_each_version_of_sm_has_its_own_words(export, sm, expected):
    lab = pool(export=f"export /srv {export}", host=f"sm={sm}")
    assert create(lab, SRV) == backend(*expected)
    assert not lab.db.find("SR", name_label="disks")
    assert not [pbd for pbd in lab.db.all("PBD").values() if pbd["device_config"] == SRV]


def test_an_old_sm_needs_rpcbind_and_a_new_one_does_not():
    async def timed(lab, config):
        start = asyncio.get_running_loop().time()
        result = await answer(lab, "SR.create", host(lab), config, 0, "d", "", "nfs", "user", True, {})
        return result, asyncio.get_running_loop().time() - start

    v4 = {**SRV, "nfsversion": "4"}
    text = "Required NFS server version unsupported [opterr=Failed to read supported NFS version from server nas]"
    old = pool("server nas no-rpcbind versions=4", host="sm=3.0.11")
    assert virtual_run(timed(old, v4))[0] == backend(72, text)
    oldest = pool("server nas no-rpcbind versions=4", host="sm=2.30.8")
    tripped = backend(1200, "not all arguments converted during string formatting")
    assert virtual_run(timed(oldest, v4))[0] == tripped
    new = pool("server nas no-rpcbind versions=4", host="sm=4.1.12")
    result, seconds = virtual_run(timed(new, v4))
    assert new.db.exists("SR", result)
    assert seconds < 5


def test_an_old_sm_waits_three_minutes_for_a_service_that_rpcbind_does_not_know():
    async def timed(lab):
        start = asyncio.get_running_loop().time()
        result = await answer(lab, "SR.create", host(lab), SRV, 0, "d", "", "nfs", "user", True, {})
        return result, asyncio.get_running_loop().time() - start

    for sm, name in (("3.0.11", "`nas`"), ("2.30.8", "nas")):
        lab = pool(host=f"sm={sm}")
        lab.world.servers["nas"].versions = ()
        result, seconds = virtual_run(timed(lab))
        assert result == backend(73, f"NFS mount error [opterr=Failed to detect NFS service on server {name}]")
        assert seconds > 180


def test_a_server_without_version_3_is_told_apart_from_a_closed_port_111():
    assert probe(pool("server nas versions=4"), SRV) == backend(
        72, "Required NFS server version unsupported [opterr=Unsupported NFS version: 3]"
    )
    assert probe(pool("server nas no-rpcbind versions=3"), SRV) == backend(
        72, "Required NFS server version unsupported [opterr=Failed to read supported NFS version from server nas]"
    )


def test_an_existing_sr_is_found_by_a_probe_and_not_created_twice():
    lab = pool(more="sr old nfs server=nas path=/srv\n")
    uuid = lab.db.get("SR", lab.db.find("SR", name_label="old")[0])["uuid"]
    xml = f'<?xml version="1.0" ?>\n<SRlist>\n\t<SR>\n\t\t<UUID>{uuid}</UUID>\n\t</SR>\n</SRlist>\n'
    assert probe(lab, SRV) == xml
    assert "<Version>3</Version>\n\t\t<Version>4</Version>" in probe(lab, {**SRV, "probeversion": ""})


def test_a_host_that_cannot_resolve_the_name_is_left_without_the_sr_though_the_call_succeeds():
    lab = pool("server nas unresolvable=b")
    sr = create(lab, SRV)
    plugged = {lab.db.get("PBD", pbd)["host"]: lab.db.get("PBD", pbd) for pbd in lab.db.get("SR", sr)["PBDs"]}
    assert plugged[host(lab, "a")]["currently_attached"]
    assert not plugged[host(lab, "b")]["currently_attached"]
    assert probe(lab, SRV, "b")[0] == "SR_BACKEND_FAILURE_140"


def test_a_nic_without_a_link_reaches_no_server():
    lab = pool()
    assert probe(lab, SRV) == '<?xml version="1.0" ?>\n<SRlist/>\n'
    lab.world.dom0[host(lab)].nics[0].link = False
    assert probe(lab, SRV)[0] == "SR_BACKEND_FAILURE_108"


def test_a_scan_of_an_sr_that_somebody_unmounted_says_so():
    lab = pool(more="sr disks nfs server=nas path=/srv\n")
    sr = lab.db.find("SR", name_label="disks")[0]
    assert virtual_run(answer(lab, "SR.scan", sr)) == ""
    for dom0 in lab.world.dom0.values():
        dom0.mounts.clear()
    uuid = lab.db.get("SR", sr)["uuid"]
    assert virtual_run(answer(lab, "SR.scan", sr)) == backend(
        47, f"The SR is not available [opterr=no such directory /run/sr-mount/{uuid}]"
    )


def test_the_life_of_an_sr_from_create_to_destroy():
    lab = pool()
    sr = create(lab, SRV)
    pbds = list(lab.db.get("SR", sr)["PBDs"])
    uuid = lab.db.get("SR", sr)["uuid"]
    assert uuid in lab.world.servers["nas"].exports["/srv"].directories
    assert virtual_run(answer(lab, "SR.destroy", sr)) == ("SR_HAS_PBD", sr)
    assert virtual_run(answer(lab, "SR.forget", sr)) == ("SR_HAS_PBD", sr)
    assert virtual_run(answer(lab, "PBD.destroy", pbds[0])) == ("OPERATION_NOT_ALLOWED", "PBD is currently attached")
    for pbd in pbds:
        virtual_run(lab.call("PBD.unplug", pbd))
        virtual_run(lab.call("PBD.unplug", pbd))
    assert virtual_run(answer(lab, "SR.scan", sr)) == ("SR_HAS_NO_PBDS", sr)
    assert {"destroy", "forget"} <= set(lab.db.get("SR", sr)["allowed_operations"])
    virtual_run(lab.call("SR.destroy", sr))
    assert not lab.db.exists("SR", sr)
    assert not any(lab.db.exists("PBD", pbd) for pbd in pbds)
    assert uuid not in lab.world.servers["nas"].exports["/srv"].directories


def test_xapi_level_errors_of_introduce_and_pbd_create():
    lab = pool()
    uuid = "9f3c2c1e-1111-4222-8333-444455556666"
    sr = virtual_run(lab.call("SR.introduce", uuid, "x", "", "nfs", "user", True, {}))
    assert virtual_run(answer(lab, "SR.introduce", uuid, "x", "", "nfs", "user", True, {})) == ("SR_UUID_EXISTS", uuid)
    record = {"host": host(lab), "SR": sr, "device_config": SRV, "other_config": {}}
    pbd = virtual_run(lab.call("PBD.create", record))
    again = {**record, "device_config": {"SRmaster": "true"}}
    assert virtual_run(answer(lab, "PBD.create", again)) == ("PBD_EXISTS", sr, host(lab), pbd)
    other = {**again, "host": host(lab, "b")}
    refusal = ("VALUE_NOT_SUPPORTED", "SRmaster", "true", "This key is for internal use only")
    assert virtual_run(answer(lab, "PBD.create", other)) == refusal
    assert virtual_run(answer(lab, "PBD.plug", pbd))[0] == "SR_BACKEND_FAILURE_73"
    assert not lab.db.get("PBD", pbd)["currently_attached"]
    local = virtual_run(lab.call("SR.introduce", "", "y", "", "lvm", "user", False, {}))
    virtual_run(lab.call("PBD.create", {**record, "SR": local}))
    virtual_run(lab.call("PBD.create", {**record, "SR": local, "host": host(lab, "b")}))


def test_unknown_types_offline_hosts_and_a_key_of_xapis_own():
    lab = pool()
    assert create(lab, {**SRV, "SRmaster": "true"})[0] == "VALUE_NOT_SUPPORTED"
    assert len(lab.db.find("SR", name_label="disks")) == 1, "XAPI leaves that one behind, without PBDs"
    unknown = virtual_run(answer(lab, "SR.create", host(lab), SRV, 0, "x", "", "nosuch", "user", True, {}))
    assert unknown == ("SR_UNKNOWN_DRIVER", "nosuch")
    nowhere = "OpaqueRef:00000000-dead-0000-0000-000000000000"
    assert virtual_run(answer(lab, "SR.probe", nowhere, SRV, "nfs", {})) == ("HOST_OFFLINE", nowhere)


def test_an_sr_in_use_cannot_be_unplugged_on_the_host_that_uses_it():
    lab = pool(more="sr disks nfs server=nas path=/srv\nguest g on=a\n  disk root\n")
    sr = lab.db.find("SR", name_label="disks")[0]
    vdi = lab.db.find("VDI", name_label="g root")[0]
    by_host = {lab.db.get("PBD", pbd)["host"]: pbd for pbd in lab.db.get("SR", sr)["PBDs"]}
    assert virtual_run(answer(lab, "PBD.unplug", by_host[host(lab, "a")])) == ("VDI_IN_USE", vdi)
    assert virtual_run(answer(lab, "PBD.unplug", by_host[host(lab, "b")])) == ""


def test_iso_libraries_have_errors_of_their_own():
    lab = pool()

    def iso(config):
        return virtual_run(answer(lab, "SR.create", host(lab), config, 0, "i", "", "iso", "iso", True, {}))

    assert iso({}) == backend(94, "The request is missing the location parameter")
    assert iso({"location": "/no/such/dir", "legacy_mode": "true"}) == backend(226, "Invalid local path")
    assert iso({"location": "nas:/nope"}) == backend(
        222,
        "Could not mount the directory specified in Device Configuration "
        "[opterr=mount failed on server `nas` with return code 110]",
    )
    lab.world.servers["nas"].exports["/srv"].files |= {"debian.iso", "notes.txt"}
    sr = iso({"location": "nas:/srv"})
    images = [lab.db.get("VDI", vdi)["name_label"] for vdi in lab.db.get("SR", sr)["VDIs"]]
    assert images == ["debian.iso"]
    assert virtual_run(answer(lab, "SR.probe", host(lab), {"location": "nas:/srv"}, "iso", {}))[0] == "INTERNAL_ERROR"


@contextmanager
def cured(lab):
    """The story's administrator at the NAS."""
    nas = lab.world.servers[NAS]
    nas.unresolvable.clear()
    nas.exports[STORE].root_squash = False
    nas.exports[STORE].subdirs = True
    yield


def test_the_story_ends_with_an_sr_on_both_hosts():
    lab = Lab.from_scenario(load("first-pool"))
    config = {"server": NAS, "serverpath": STORE}
    assert create(lab, config, "xcp1")[0] == "SR_BACKEND_FAILURE_140"
    assert create(lab, {**config, "server": "192.168.1.50"}, "xcp1")[2].endswith("error is 13]")
    with cured(lab):
        sr = create(lab, config, "xcp1")
    assert all(lab.db.get("PBD", pbd)["currently_attached"] for pbd in lab.db.get("SR", sr)["PBDs"])


def test_two_operations_on_one_sr_wait_for_each_other():
    lab = pool(more="sr disks nfs server=nas path=/srv\n")
    sr = lab.db.find("SR", name_label="disks")[0]

    async def both():
        await asyncio.gather(lab.call("SR.scan", sr), lab.call("SR.scan", sr))
        return asyncio.get_running_loop().time()

    assert 0.2 <= virtual_run(both()) < 0.3
    assert lab.db.get("SR", sr)["current_operations"] == {}


@pytest.mark.parametrize(("unreachable", "plugged"), [(False, True), (True, False)])
def test_a_host_that_boots_plugs_what_it_can_reach(unreachable, plugged):
    lab = pool(more="sr disks nfs server=nas path=/srv\n")
    b = host(lab, "b")
    sr = lab.db.find("SR", name_label="disks")[0]
    if unreachable:
        lab.world.servers["nas"].unreachable.add(b)

    async def main():
        boot_storage(lab, b)
        during = {lab.db.get("PBD", pbd)["host"]: lab.db.get("PBD", pbd)["currently_attached"] for pbd in pbds()}
        await asyncio.sleep(30)
        return during

    def pbds():
        return lab.db.get("SR", sr)["PBDs"]

    assert virtual_run(main()) == {host(lab, "a"): True, b: False}
    after = {lab.db.get("PBD", pbd)["host"]: lab.db.get("PBD", pbd)["currently_attached"] for pbd in pbds()}
    assert after == {host(lab, "a"): True, b: plugged}
