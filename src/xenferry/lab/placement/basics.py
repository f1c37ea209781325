"""Values of a guest's record that no host could start it with, and hosts that take no guests at all."""

from __future__ import annotations

from xenferry.lab.error import LabError
from xenferry.lab.placement.facts import Facts, Record, is_null

LEAKS = "option would leak a domain; VMs and not domains are managed by this API"
NO_COREDUMP = "cannot invoke a coredump of an HVM, PVH or PV-in-PVH domain"


def check_values(facts: Facts, vm: str) -> None:
    """vCPUs, memory range, shadow memory, what to do after a crash: in this order."""
    record = facts.get("VM", vm)
    _check_vcpus(record)
    if (
        record["memory_static_max"] < record["memory_static_min"]
        or record["memory_dynamic_max"] < record["memory_dynamic_min"]
    ):
        raise LabError("MEMORY_CONSTRAINT_VIOLATION")
    if record["HVM_shadow_multiplier"] < 1.0:
        raise LabError("INVALID_VALUE", "HVM_shadow_multiplier", ocaml_float(record["HVM_shadow_multiplier"]))
    _check_crash_action(facts, vm, record["actions_after_crash"])


def _check_vcpus(record: Record) -> None:
    most, at_startup = record["VCPUs_max"], record["VCPUs_at_startup"]
    if most < 1:
        raise LabError("INVALID_VALUE", "VCPUs_max", str(most))
    if at_startup < 1:
        raise LabError("INVALID_VALUE", "VCPUs-at-startup", str(at_startup))
    if at_startup > most:
        raise LabError("VALUE_NOT_SUPPORTED", "VCPUs-at-startup", str(at_startup), "value greater than VCPUs-max")


def _check_crash_action(facts: Facts, vm: str, action: str) -> None:
    if action == "rename_restart":
        raise LabError("VALUE_NOT_SUPPORTED", "VM.actions_after_crash", action, LEAKS)
    if action.startswith("coredump_and") and facts.domain_type(vm) != "pv":
        raise LabError("VALUE_NOT_SUPPORTED", "VM.actions_after_crash", action, NO_COREDUMP)


def check_host(facts: Facts, vm: str, host: str) -> None:
    """Live, the control domain's own, enabled, and of a fitting virtual hardware platform: in this order."""
    if not facts.live(host):
        raise LabError("HOST_NOT_LIVE")
    check_own_host(facts, vm, host)
    control = facts.get("VM", vm)["is_control_domain"]
    if not control and not facts.is_local(vm, host) and not facts.get("host", host)["enabled"]:
        raise LabError("HOST_DISABLED", host)
    check_hardware_platform(facts, vm, host)


def check_own_host(facts: Facts, vm: str, host: str) -> None:
    """A control domain starts on its own host only."""
    record = facts.get("VM", vm)
    if record["is_control_domain"] and not is_null(record["affinity"]) and record["affinity"] != host:
        raise LabError("OPERATION_NOT_ALLOWED", "Cannot boot a control domain on a host different from its affinity")


def check_hardware_platform(facts: Facts, vm: str, host: str, there: Facts | None = None) -> None:
    """`there` is the pool of the host when it is not the guest's."""
    wanted = facts.get("VM", vm)["hardware_platform_version"]
    offered = (there or facts).get("host", host)["virtual_hardware_platform_versions"]
    if wanted not in offered:
        text = "[" + "; ".join(map(str, offered)) + "]"
        raise LabError("VM_HOST_INCOMPATIBLE_VIRTUAL_HARDWARE_PLATFORM_VERSION", host, text, vm, str(wanted))


def check_hvm(facts: Facts, vm: str, host: str) -> None:
    capable = any("hvm" in capability for capability in facts.get("host", host)["capabilities"])
    if facts.domain_type(vm) != "pv" and not capable:
        raise LabError("VM_HVM_REQUIRED", vm)


def check_pcpus(facts: Facts, vm: str, host: str, there: Facts | None = None) -> None:
    """`there` is the pool of the host when it is not the guest's."""
    record = facts.get("VM", vm)
    wanted, offered = record["VCPUs_max"], int((there or facts).get("host", host)["cpu_info"]["cpu_count"])
    if wanted > offered and not truth(record["platform"].get("vcpu-unrestricted", "")):
        raise LabError("HOST_NOT_ENOUGH_PCPUS", str(wanted), str(offered))


def truth(text: str) -> bool:
    """How XAPI reads a boolean from a map of strings."""
    return text.lower() in ("1", "true")


def ocaml_float(value: float) -> str:
    """OCaml's string_of_float: `0.5`, and `0.` for a whole number."""
    text = f"{value:.12g}"
    return text if any(char in text for char in ".en") else text + "."
