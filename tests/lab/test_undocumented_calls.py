"""Calls that XAPI does not document and Xen Orchestra makes all the same."""

from __future__ import annotations

from typing import Any

from stage import Stage, play, refused

POOL = """
host north memory=64GiB
sr pool-disks nfs default
guest draw halted
  disk root
guest desk on=north
  disk root
"""


def test_a_default_template_says_so_in_both_places_and_no_longer_after() -> None:
    async def scene(stage: Stage) -> list[Any]:
        guest = stage.vm("draw")
        await stage.call("VM.set_is_default_template", guest, True)
        made = dict(stage.guest("draw"))
        await stage.call("VM.set_is_default_template", guest, False)
        return [made, dict(stage.guest("draw"))]

    _, (made, undone) = play(POOL, scene)
    assert made["is_a_template"]
    assert made["is_default_template"]
    assert made["other_config"]["default_template"] == "true"
    assert undone["is_a_template"], "it is a template still, only no default one"
    assert not undone["is_default_template"]
    assert undone["other_config"]["default_template"] == "false"


def test_a_tpm_keeps_what_is_put_into_it() -> None:
    async def scene(stage: Stage) -> list[Any]:
        tpm = await stage.call("VTPM.create", stage.vm("draw"), False)
        empty = await stage.call("VTPM.get_contents", tpm)
        await stage.call("VTPM.set_contents", tpm, "c2VhbGVk")
        error = await refused(stage.call("VTPM.set_contents", tpm, "no Base64!"))
        return [empty, error, await stage.call("VTPM.get_contents", tpm)]

    _, (empty, error, kept) = play(POOL, scene)
    assert (empty, error[0], kept) == ("", "INTERNAL_ERROR", "c2VhbGVk")
