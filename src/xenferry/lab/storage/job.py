"""One call of a storage driver: on which host, for which SR, with which configuration, in which version of SM."""

from __future__ import annotations

from dataclasses import dataclass, field

from xenferry.lab.world import Dom0, World


@dataclass(frozen=True)
class Job:
    """What a driver is given. `address` is the IP address its host shows to storage servers."""

    world: World
    host: str
    dom0: Dom0
    address: str
    uuid: str
    config: dict[str, str]
    sm_config: dict[str, str] = field(default_factory=dict)
    neighbours: frozenset[str] = frozenset()
    """Addresses of machines that are there and have no NFS server: a connection is refused at once."""
    linked: bool = True
    """Whether the host's NIC on the way to the server has a link."""

    @property
    def version(self) -> tuple[int, ...]:
        """The version of SM on this host, e.g. (4, 1, 12)."""
        return tuple(int(part) for part in self.dom0.sm_version.split("."))

    @property
    def mountpoint(self) -> str:
        """Where the SR is mounted: below /run since SM 4, below /var/run before."""
        base = "/run" if self.version >= (4,) else "/var/run"
        return f"{base}/sr-mount/{self.uuid}"

    def log(self, text: str) -> None:
        """A line of dom0's /var/log/SMlog; the last thousand are kept."""
        self.dom0.sm_log.append(f"SM: {text}")
        del self.dom0.sm_log[:-1000]
