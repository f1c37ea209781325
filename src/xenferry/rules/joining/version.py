"""Whether the two run the same software on processors of the same make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xenferry.pool import records as r
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.joining.hurdle import Hurdle, Sides, blocks
from xenferry.rules.words import listed

UPDATE = "Bring both to the same version with all updates first (the pool: `xenferry rolling`)."


def _brand(software: Mapping[str, str]) -> str | None:
    return software.get("product_brand", software.get("platform_name"))


def _told(software: Mapping[str, str]) -> str:
    return f"{_brand(software) or 'unknown software'} {software.get('product_version', '')}".rstrip()


def compatible(at: Sides) -> Iterator[Hurdle]:
    mine, theirs = at.host.software_version, at.coordinator.software_version
    if (mine.get("platform_version"), _brand(mine)) != (theirs.get("platform_version"), _brand(theirs)):
        seen = f"{at.name} runs {_told(mine)}, {at.pool_name} runs {_told(theirs)}."
        yield from blocks(("HOSTS_NOT_COMPATIBLE",), seen, UPDATE)


def same_software(at: Sides) -> Iterator[Hurdle]:
    mine, theirs = (
        (each.get("xapi", ""), _brand(each) or "", each.get("git_id", ""), "xs:linux" in each)
        for each in (at.host.software_version, at.coordinator.software_version)
    )
    if mine != theirs:
        seen = f"The toolstacks differ: xapi {mine[0] or '?'} on {at.name}, {theirs[0] or '?'} in {at.pool_name}."
        yield from blocks(("HOSTS_NOT_HOMOGENEOUS", "Software version differs"), seen, UPDATE)


def same_processors(at: Sides) -> Iterator[Hurdle]:
    """Once the software is the same; XAPI asks both at once."""
    if any(same_software(at)):
        return
    mine, theirs = at.host.cpu_info.get("vendor", ""), at.pool.pool.cpu_info.get("vendor", "")
    if mine != theirs:
        yield from blocks(
            ("HOSTS_NOT_HOMOGENEOUS", "CPUs differ"),
            f"{at.name} has processors by {mine or '?'}, {at.pool_name} by {theirs or '?'}: no guest could ever move "
            "between them while it runs.",
            "Leave them in pools of their own; guests go from one to the other shut down.",
        )


def edition(at: Sides) -> Iterator[Hurdle]:
    mine, theirs = at.host.edition, sorted({host.edition for host in at.pool.hosts} - {at.host.edition})
    if theirs:
        error = ("LICENSE_HOST_POOL_MISMATCH", f'host edition = "{mine}"', f'pool edition = "{theirs[0]}"')
        seen = f"{at.name} has edition {mine!r}, {at.pool_name} has {theirs[0]!r}."
        yield from blocks(error, seen, f"Give {at.name} the licence of the pool (`xe host-apply-edition`).")


def api(at: Sides) -> Iterator[Hurdle]:
    mine, theirs = (f"{host.API_version_major}.{host.API_version_minor}" for host in (at.host, at.coordinator))
    if mine != theirs:
        seen = f"{at.name} speaks version {mine} of the API, {at.pool_name} {theirs}."
        yield from blocks(("POOL_JOINING_HOST_MUST_HAVE_SAME_API_VERSION", mine, theirs), seen, UPDATE)


def schema(at: Sides) -> Iterator[Hurdle]:
    """Simplification: XAPI refuses, too, when neither says what its schema is."""
    mine, theirs = (host.software_version.get("db_schema", "") for host in (at.host, at.coordinator))
    if mine != theirs:
        seen = f"The database of {at.name} has schema {mine or '?'}, that of {at.pool_name} {theirs or '?'}."
        yield from blocks(("POOL_JOINING_HOST_MUST_HAVE_SAME_DB_SCHEMA", mine, theirs), seen, UPDATE)


def drivers(at: Sides) -> Iterator[Hurdle]:
    """The joiner's storage drivers must be able to do at least what the pool's can."""
    own = {sm.type: sm for sm in at.joiner.SM.values()}
    for ref, sm in at.pool.SM.items():
        mine = own.get(sm.type)
        less = mine is None or any(mine.features.get(name, 0) < number for name, number in sm.features.items())
        if less:
            seen = f"The storage driver `{sm.type}` of {at.name} {'is missing' if mine is None else 'can do less'}."
            error = ("POOL_JOINING_SM_FEATURES_INCOMPATIBLE", ref, mine.ref if mine else "")
            yield from blocks(error, seen, UPDATE)


def updates(at: Sides) -> Iterator[Hurdle]:
    """Those of XenServer up to 8.2 that say that all hosts need them."""
    mine, theirs = (_enforced(s, host) for s, host in ((at.joiner, at.host), (at.pool, at.coordinator)))
    if mine.keys() == theirs.keys():
        return
    lacks = [f"{name} lacks {listed(names)}" for name, names in _lacking(at, mine, theirs) if names]
    yield from blocks(
        (
            "HOSTS_NOT_HOMOGENEOUS",
            f"Updates on local host {at.host.name_label} and pool host {at.coordinator.name_label} differ",
        ),
        f"The updates are not the same: {'; '.join(lacks)}.",
        "Apply what is lacking: `xe update-upload file-name=...`, then `xe update-apply uuid=... host=...`.",
    )


def _enforced(s: Snapshot, host: r.Host) -> dict[str, str]:
    """UUID -> name of the updates on a host that all hosts of its pool need."""
    return {
        each.uuid: each.name_label or each.uuid
        for each in s.pool_update.values()
        if each.enforce_homogeneity and host.ref in each.hosts
    }


def _lacking(at: Sides, mine: dict[str, str], theirs: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    yield at.name, [theirs[uuid] for uuid in sorted(theirs.keys() - mine.keys())]
    yield at.coordinator.name_label, [mine[uuid] for uuid in sorted(mine.keys() - theirs.keys())]
