"""Host after host: empty it, give its NICs their names, build up again what that took away, let guests in again.

Each host is planned on the pool as the hosts before it leave it. Those that can be emptied come first, the emptiest of
them before all, the coordinator last; one at a time, for a host that does not come back must stop the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from xenferry.plan import room
from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.plan.evacuate import Leaving, carry, decide, residents
from xenferry.plan.evacuate_policy import Choice, by_tags
from xenferry.plan.mobility import Judge
from xenferry.plan.things import thing
from xenferry.plan.wiring import later, rebuild
from xenferry.plan.wiring.guests import Wired, belongs
from xenferry.plan.wiring.networks import of_vlan
from xenferry.plan.wiring.rebuild import Lost
from xenferry.plan.wiring.way_back import way_back
from xenferry.plan.wiring.wires import Wires
from xenferry.pool import records as r
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot

CHOICES = ("leave", "shutdown", "suspend", "eject")
"""What may be chosen for a guest when its host is emptied for its own sake; here it is the NICs that matter."""


class Course:
    """One planning; the draft's snapshot is the pool as the steps so far leave it."""

    def __init__(self, draft: Draft, wires: Wires, judge: Judge, *, shut_down: bool) -> None:
        self._draft, self._wires, self._judge, self._shut_down = draft, wires, judge, shut_down
        self._last: tuple[str, ...] = ()
        self._wired: Wired | None = None

    @property
    def now(self) -> Snapshot:
        return self._draft.snapshot

    def turn(self, snapshot: Snapshot, last: Sequence[str] = ()) -> None:
        """The pool is like this from here on; what follows waits for these steps."""
        self._draft.snapshot = snapshot
        self._draft.free = room.free(snapshot)
        self._wired = None
        self._last = tuple(last) or self._last

    def go(self, hosts: Mapping[Ref, Mapping[Ref, str]]) -> None:
        """Plan all hosts; host -> NIC -> its new name. Hosts that cannot be are told in the draft."""
        todo = {host: names for host, names in hosts.items() if self._possible(host, names)}
        while todo:
            host = self._next(list(todo))
            if host is None:
                for stuck in todo:
                    self._leave(stuck)
                return
            self._host(host, todo.pop(host))

    # --- in which order ------------------------------------------------------------------------------------

    def _next(self, hosts: Sequence[Ref]) -> Ref | None:
        """The host to do next; without --shut-down None when no host can be emptied."""
        ranked = sorted(hosts, key=self._rank)
        alone = [host for host in ranked if not self._stuck(host, {})]
        if alone and (alone[0] != self.now.pool.master or len(hosts) == 1 or not self._shut_down):
            return alone[0]
        if not self._shut_down:
            return None
        able = [host for host in ranked if not self._stuck(host, self._stopping(host))]
        return min(able, key=lambda host: (self._rank(host)[0], len(self._stopping(host))), default=None)

    def _rank(self, host: Ref) -> tuple[bool, int, int]:
        return host == self.now.pool.master, len(residents(self.now, host)), self.now.place[host]

    def _decide(self, draft: Draft, host: Ref, choices: Mapping[Ref, Choice]) -> Leaving:
        if self._wired is None:
            self._wired = Wired(self._judge(self.now), self._wires, self.now)
        return decide(draft, host, by_tags(residents(self.now, host), choices), self._wired)

    def _stuck(self, host: Ref, choices: Mapping[Ref, Choice]) -> tuple[s.Left, ...]:
        """The guests that would stay, and why."""
        trial = Draft(self.now, "", empties=host)
        self._decide(trial, host, choices)
        return trial.finish().left

    def _stopping(self, host: Ref) -> dict[Ref, Choice]:
        """The guests of a host that cannot leave it are shut down."""
        names = {left.guest.uuid for left in self._stuck(host, {})}
        return {vm.ref: "shutdown" for vm in residents(self.now, host) if vm.uuid in names}

    def _leave(self, host: Ref) -> None:
        """Say which guests keep the host from being emptied."""
        name = self.now.name(host)
        for left in self._stuck(host, self._stopping(host) if self._shut_down else {}):
            offer = () if self._shut_down else ("let it be shut down and started again: --shut-down",)
            reason = f"{left.guest.name} keeps {name} from being emptied, which has to reboot: {left.reason}"
            own = tuple(each for each in left.choices if each not in CHOICES and "xenferry nics plan" not in each)
            self._draft.leave_thing(
                left.guest, reason, (*offer, f"move or stop it yourself, then plan anew: {name}", *own)
            )

    # --- one host ------------------------------------------------------------------------------------------

    def _possible(self, host: Ref, names: Mapping[Ref, str]) -> bool:
        """May this host be renamed by us at all? If not, the draft says why."""
        name, against = self.now.name(host), list(rebuild.impossible(self.now, rebuild.lost(self.now, host, names)))
        if against:
            said = "; ".join(dict.fromkeys(against))
            what = self._draft.host(host)
            self._draft.leave_thing(what, f"{name}: {said}", ("rename its NICs by hand, or remove that first",))
        if not self.now.host[host].other_config.get("boot_time"):
            self._draft.note(
                f"{name}: XAPI does not say when it was booted (other-config:boot_time), so that its reboot could not "
                "be told; restart its toolstack (xe-toolstack-restart) and plan anew."
            )
            return False
        return not against

    def _host(self, host: Ref, names: Mapping[Ref, str]) -> None:
        """Plan one host, and turn to the pool as it is then."""
        draft, before = self._draft, self.now
        choices: dict[Ref, Choice] = self._stopping(host) if self._shut_down else {}
        what, own = rebuild.lost(before, host, names), draft.host(host)
        disabled = draft.add(s.Disable(key=f"disable-{own.uuid}", after=self._last, host=own))
        leaving = self._decide(draft, host, choices)
        mark = draft.count
        carry(draft, leaving, choices, (disabled,))
        left = (disabled, *draft.keys_since(mark))
        rebooted = self._rename(what, left)
        after = later.moved(before, leaving.moves)
        after, follow = self._renamed(after, what, leaving.shutdown)
        gone = self._add_all(rebuild.forget(before, what), rebooted)
        last = draft.add(s.ScanPIFs(key=f"scan-{own.uuid}", after=gone, host=own))
        built = self._add_all(
            (*rebuild.build_up(before, self._wires, what), *rebuild.connections(before, what)), (last,)
        )
        plugged = tuple(draft.add(replace(step, after=built)) for step in follow)
        enabled = draft.add(s.Enable(key=f"enable-{own.uuid}", after=(*built, *plugged), host=own))
        started = [
            draft.add(
                s.Start(key=f"start-{before.VM[vm].uuid}", after=(enabled,), guest=draft.guest(before.VM[vm]), host=own)
            )
            for vm in leaving.shutdown
        ]
        draft.note(
            f"if {own.name} does not answer after its reboot, on its console: `{'; '.join(way_back(before, what))}`"
        )
        self.turn(after, (enabled, *started))

    def _rename(self, what: Lost, after: tuple[str, ...]) -> tuple[str, ...]:
        draft, own = self._draft, self._draft.host(what.host)
        taken = self._add_all(rebuild.take_down(self.now, what), after)
        management = rebuild.management(self.now, what)
        names = tuple((self.now.PIF[nic].MAC, name) for nic, name in what.names.items())
        key = f"rename-{own.uuid}"
        step = s.RenameNics(key=key, after=taken, host=own, names=names, management=management)
        renamed = draft.add(step)
        booted = self.now.host[what.host].other_config.get("boot_time", "")
        # With the management NIC among the renamed, dom0 reboots itself: the toolstack is down by then.
        reboot = s.Reboot(
            key=f"reboot-{own.uuid}", after=(renamed,), host=own, booted=booted, ordered=management is not None
        )
        return (draft.add(replace(reboot, forecast=draft.model.reboots.cost(own.uuid))),)

    def _add_all(self, steps: Iterable[s.AnyStep], after: tuple[str, ...]) -> tuple[str, ...]:
        """One after the other; the keys that the next step waits for."""
        for step in steps:
            after = (self._draft.add(replace(step, after=after)),)
        return after

    # --- what follows --------------------------------------------------------------------------------------

    def _renamed(self, moved: Snapshot, what: Lost, stopped: Sequence[Ref]) -> tuple[Snapshot, list[s.AnyStep]]:
        """The pool with the new names, and the steps by which guests' interfaces follow their cable."""
        after = later.renamed(moved, what.names, lambda at, pif: of_vlan(at, self._wires, pif))
        steps: list[s.AnyStep] = []
        networks: dict[Ref, Ref] = {}
        for pif in moved.PIF.values():
            new = after.PIF[pif.ref].network
            if pif.host != what.host or pif.network == new or pif.network not in moved.network:
                continue
            alone = all(moved.PIF[ref].host == pif.host for ref in moved.network[pif.network].PIFs if ref in moved.PIF)
            for vif in (moved.VIF[ref] for ref in moved.network[pif.network].VIFs if ref in moved.VIF):
                vm = moved.VM.get(vif.VM)
                if vm is not None and not vm.is_a_snapshot and (alone or belongs(moved, vm, what.host)):
                    networks[vif.ref] = new
                    steps.append(self._follow(vm, vif, pif, after))
        return later.replugged(after, networks), steps

    def _follow(self, vm: r.VM, vif: r.VIF, pif: r.PIF, after: Snapshot) -> s.AnyStep:
        guest, own = self._draft.guest(vm), s.Thing("VIF", vif.uuid, vif.device)
        network = after.network[after.PIF[pif.ref].network]
        if later.exists(network):
            place = thing(after, "network", network.ref)
            return s.MoveVIF(key=f"follow-{vif.uuid}", guest=guest, vif=own, network=place)
        like = rebuild.set_up(self.now, self._draft.host(pif.host), pif, {})
        return s.FollowNIC(key=f"follow-{vif.uuid}", guest=guest, vif=own, host=like.host, nic=like.nic, vlan=like.vlan)
