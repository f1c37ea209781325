"""What must hold of shares after a trial: one SR on all hosts, or nothing, or the person was told what is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from trial.mischief import Mischief
from xenferry.lab.lab import Lab
from xenferry.plan import steps as s
from xenferry.plan.steps import Plan
from xenferry.runs.journal import Run


def laws(lab: Lab, mischief: Mischief, plan: Plan, run: Run, words: str) -> Iterator[str]:
    """What is wrong."""
    yield from _twice(lab)
    for step in plan.steps:
        if isinstance(step, s.CreateSR):
            yield from _complete(lab, mischief, step, run) if run.state == "done" else _nothing(lab, step, words)


def _twice(lab: Lab) -> Iterator[str]:
    """No share is in the pool as two SRs, and no host has two connections to one SR."""
    config = {sr: _config(lab, sr) for sr in lab.db.all("SR")}
    for place, count in Counter(place for place in config.values() if any(place)).items():
        if count > 1:
            yield f"share {':'.join(place)} is in the pool {count} times"
    for (_, sr), count in Counter((pbd["host"], pbd["SR"]) for pbd in lab.db.all("PBD").values()).items():
        if count > 1:
            yield f"a host has {count} connections to SR {lab.db.get('SR', sr)['name_label']}"


def _config(lab: Lab, sr: str) -> tuple[str, str]:
    pbds = [lab.db.get("PBD", pbd)["device_config"] for pbd in lab.db.get("SR", sr)["PBDs"]]
    return _place(pbds[0]) if pbds else ("", "")


def _place(config: Mapping[str, str]) -> tuple[str, str]:
    """Server and path, as drivers of disks and of images are told them."""
    server, _, path = config.get("location", "").partition(":")
    return config.get("server", server), config.get("serverpath", path)


def _complete(lab: Lab, mischief: Mischief, step: s.CreateSR, run: Run) -> Iterator[str]:
    """Every host is connected, unless others unplugged it."""
    srs = [ref for ref in lab.db.all("SR") if _is(lab, ref, step)]
    if len(srs) != 1:
        yield f"the run is done, and SR {step.name} is in the pool {len(srs)} times"
        return
    for pbd in (lab.db.get("PBD", ref) for ref in lab.db.get("SR", srs[0])["PBDs"]):
        host = lab.db.get("host", pbd["host"])
        if not pbd["currently_attached"] and not mischief.asked(host["uuid"], "PBD.unplug"):
            yield f"the run is done, and host {host['name_label']} is not connected to SR {step.name}"


def _nothing(lab: Lab, step: s.CreateSR, words: str) -> Iterator[str]:
    """A run that did not make it has taken it back, or named it."""
    if any(_is(lab, ref, step) for ref in lab.db.all("SR")) and step.name not in words:
        yield f"half of SR {step.name} is left, and nobody was told; told: {words or 'nothing'}"
    directories = [each for export in lab.world.servers["nas"].exports.values() for each in export.directories]
    known = {sr["uuid"] for sr in lab.db.all("SR").values()}
    if set(directories) - known and step.name not in words:
        yield f"directories of SR {step.name} are left on the server; told: {words or 'nothing'}"


def _is(lab: Lab, sr: str, step: s.CreateSR) -> bool:
    """Of that name, or of that share: others may have renamed it."""
    return lab.db.get("SR", sr)["type"] == step.kind and _config(lab, sr) == _place(dict(step.device_config))
