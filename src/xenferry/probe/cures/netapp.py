"""NetApp ONTAP: rules of an export policy. SVM, POLICY and VOLUME are names that only its administrator knows."""

from __future__ import annotations

from xenferry.probe.cures._need import ACCESS, SERVICE, VERSION, Need

TITLE = "NetApp ONTAP"


def lines(step: str, need: Need) -> tuple[str, ...]:
    """`-superuser sys` is its no_root_squash. The SVM's root volume needs a rule that lets the hosts read, too."""
    if step in ACCESS:
        rule = "-protocol nfs -rorule sys -rwrule sys -superuser sys"
        return (
            "vserver export-policy rule create -vserver SVM -policyname POLICY"
            f" -clientmatch {','.join(need.hosts)} {rule}",
            "volume modify -vserver SVM -volume VOLUME -policy POLICY",
            f"see what a host may do: vserver export-policy check-access -vserver SVM -volume VOLUME -client-ip"
            f" {need.hosts[0] if need.hosts else 'ADDRESS'} -authentication-method sys -protocol nfs{need.major}"
            " -access-type read-write",
        )
    if step in SERVICE:
        return ("vserver nfs start -vserver SVM", "network interface show -vserver SVM: is its data LIF up?")
    if step == VERSION:
        option = "-v3 enabled" if need.major == "3" else f"-v{need.version if '.' in need.version else '4.0'} enabled"
        return (f"vserver nfs modify -vserver SVM {option}",)
    return ()
