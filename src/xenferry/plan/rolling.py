"""The wish "the whole pool, one host (or one safe group) after the other": empty, reboot or call a command, enable.

The coordinator comes first and alone: XAPI wants it to be the newest of the pool, and while it reboots nobody answers.
A group waits until all of the one before are back, so that a host that does not come back stops the run and not the
pool. Guests are not brought home: they stay on hosts that are done, which halves the moves; `home` brings them.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from xenferry.plan import evacuate_room as tight
from xenferry.plan import forecast
from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.plan.evacuate_policy import ANYWHERE, Choice, Targets, stays, tagged, ways_off
from xenferry.plan.failover import refused
from xenferry.plan.hold import hold, release
from xenferry.plan.judgement import judge as usual
from xenferry.plan.mobility import Judge, Mobility
from xenferry.plan.placement import Hop, Item
from xenferry.plan.placement.board import Board
from xenferry.plan.placement.item import linked
from xenferry.plan.placement.sequence import sequence
from xenferry.plan.rolling_waves import Rolled, Wave, waves
from xenferry.pool import records as r
from xenferry.pool.hostset import HostSet
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot


class Deed(Struct, frozen=True, kw_only=True):
    """What is done to each empty host."""

    reboot: bool = True
    hook: str = ""
    """A command of this machine's shell, run before the reboot; empty: none."""


REBOOT = Deed()


def rolling(
    snapshot: Snapshot,
    hosts: Sequence[Ref] = (),
    deed: Deed = REBOOT,
    *,
    together: int | None = None,
    home: bool = False,
    network: Ref | None = None,
    judge: Judge = usual,
    model: forecast.Model = forecast.ASSUMED,
    targets: Targets = ANYWHERE,
    immobile: Choice = "leave",
) -> s.Plan:
    """Plan to empty all these hosts, group by group, and do the deed to each.

    Args:
        snapshot: the pool now.
        hosts: the hosts to go through; empty: all that are enabled.
        deed: what is done to each empty host.
        together: hosts that may be down at once at most; None: as many as there is room for. 1 moves fewest guests.
        home: afterwards everybody goes back to the host where it is now.
        network: the network that migrations shall use.
        judge: makes the judgement of a snapshot.
        model: how long moves take on this pool.
        targets: hosts that take no guests.
        immobile: what becomes of guests that can go nowhere and have no tag: `shutdown` or `suspend` while their host
            is down, or `leave`: their host is left out.

    Raises:
        KeyError: a reference is not in the snapshot.
    """
    return _Roll(snapshot, deed, network, judge, model, targets, immobile).plan(hosts, together, home)


class _Roll:
    """One planning."""

    def __init__(
        self,
        snapshot: Snapshot,
        deed: Deed,
        network: Ref | None,
        judge: Judge,
        model: forecast.Model,
        targets: Targets,
        immobile: Choice,
    ) -> None:
        what = " and ".join(filter(None, (f"call `{deed.hook}`" if deed.hook else "", "reboot" if deed.reboot else "")))
        self._draft = Draft(snapshot, f"go through the hosts: {what or 'empty each'}", network, model=model)
        self._snapshot, self._deed, self._immobile = snapshot, deed, immobile
        self._mobility: Mobility = judge(snapshot)
        self._into = tight.open_hosts(snapshot, HostSet(0), network, targets)

    def plan(self, hosts: Sequence[Ref], together: int | None, home: bool) -> s.Plan:
        chosen = self._hosts(hosts)
        guests, apart = self._guests()
        places = [self._snapshot.place[host.ref] for host in chosen]
        blocked = self._blocked(chosen, guests, apart)
        rolled = waves(
            [item for item in guests if item.key not in apart],
            self._draft.free,
            [place for place in places if place not in blocked],
            alone=self._snapshot.place[self._snapshot.pool.master],
            together=together,
            reserve=self._reserve(),
        )
        self._say_stuck(rolled)
        if self._deed.hook:
            self._draft.note("how long the command takes is not known: the forecast counts it as nothing")
        last = hold(self._draft) if rolled.waves and self._deed.reboot else ()
        for number, wave in enumerate(rolled.waves, 1):
            last = self._wave(number, wave, apart, last)
        if last and self._deed.reboot:
            release(self._draft, last)
        if home:
            self._home(guests, rolled, last)
        elif rolled.waves:
            self._draft.note(
                "the last hosts have room afterwards that the others lack: `xenferry rebalance` evens it out"
            )
        return self._draft.finish()

    def _hosts(self, hosts: Sequence[Ref]) -> list[r.Host]:
        """The hosts to go through; one that is disabled, does not live, or that HA would keep is left out and named."""
        found = []
        for host in (self._snapshot.host[ref] for ref in hosts or [each.ref for each in self._snapshot.hosts]):
            metrics = self._snapshot.host_metrics.get(host.metrics)
            if not host.enabled or not (metrics is None or metrics.live):
                state = "disabled" if metrics is None or metrics.live else "not reachable"
                self._draft.note(f"host {host.name_label} is {state} and left out")
            elif not refused(self._draft, host.ref):
                found.append(host)
        return found

    def _guests(self) -> tuple[list[Item], dict[Hashable, Choice]]:
        """Everybody who runs, and the guests that are shut down or suspended instead of moved, by their tags."""
        found: list[Item] = []
        apart: dict[Hashable, Choice] = {}
        for vm in self._snapshot.guests:
            place = self._snapshot.place.get(vm.resident_on)
            if place is None:
                continue
            may = self._mobility.may(vm) & self._into & ~(1 << place) if not self._draft.bound(vm) else HostSet(0)
            choice = tagged(vm) or ("move" if may else self._immobile)
            if choice == "shutdown" and "clean_shutdown" in vm.allowed_operations:
                apart[vm.ref] = "shutdown"
            elif choice == "suspend" and "suspend" in vm.allowed_operations:
                apart[vm.ref] = "suspend"
            back = self._into & (1 << place) if may else 0  # once it is elsewhere, its own host is one like the others
            found.append(tight.item(self._snapshot, vm, HostSet(may | back), place))
        return found, apart

    def _blocked(self, hosts: Sequence[r.Host], guests: Sequence[Item], apart: Mapping[Hashable, Choice]) -> set[int]:
        """Hosts with a guest that can go nowhere; they are left out, and the guest is named with the reason."""
        chosen, found = {self._snapshot.place[host.ref] for host in hosts}, set[int]()
        for item in guests:
            if item.at in chosen and not item.may and item.key not in apart:
                vm = self._snapshot.VM[Ref(str(item.key))]
                others = HostSet(self._snapshot.everywhere - (1 << item.at))
                said = [s.Hindrance(each.text, each.cures) for each in self._mobility.said(vm, others)]
                name = self._snapshot.hosts[item.at].name_label
                tag = f"; it is tagged xenferry:{tagged(vm)}" if stays(vm) else ""
                tag += f"; {slow}" if (slow := self._draft.too_long(vm)) else ""
                why = [
                    s.Hindrance(
                        f"guest {vm.name_label} cannot leave host {name}, which is why that cannot be emptied{tag}"
                    ),
                    *said,
                ]
                self._draft.leave(vm, why, ways_off(tagged(vm) or self._immobile))
                found.add(item.at)
        if found:
            names = ", ".join(self._snapshot.hosts[place].name_label for place in sorted(found))
            self._draft.note(f"left out, because a guest cannot leave: {names}")
        return found

    def _reserve(self) -> int:
        """What HA needs free: the fullest hosts' guests, for as many failures as the pool shall survive."""
        pool = self._snapshot.pool
        failures = pool.ha_host_failures_to_tolerate if pool.ha_enabled else 0
        sizes = sorted((sum(self._held(host)) for host in self._snapshot.hosts), reverse=True)
        return sum(sizes[:failures])

    def _held(self, host: r.Host) -> list[int]:
        return [
            vm.memory_dynamic_min + vm.memory_overhead
            for vm in self._snapshot.guests
            if vm.resident_on == host.ref and vm.power_state == "Running"
        ]

    def _say_stuck(self, rolled: Rolled) -> None:
        for place, keys in rolled.stuck.items():
            name = self._snapshot.hosts[place].name_label
            self._draft.note(f"host {name} is left out: there is no room for all its guests elsewhere")
            for key in keys:
                vm = self._snapshot.VM[Ref(str(key))]
                text = f"guest {vm.name_label} finds no room while host {name} is down"
                self._draft.leave(vm, text, (f"look what would help: xenferry evacuate {name} --plan-only",))

    def _wave(
        self, number: int, wave: Wave, apart: Mapping[Hashable, Choice], after: tuple[str, ...]
    ) -> tuple[str, ...]:
        """The steps of a group; the keys that the next one waits for."""
        draft, snapshot = self._draft, self._snapshot
        if len(wave.hosts) > 1:
            names = ", ".join(snapshot.hosts[place].name_label for place in wave.hosts)
            draft.note(f"down together, as group {number}: {names}")
        disabled = {place: self._disable(place, after) for place in wave.hosts}
        leaving: dict[int, list[str]] = {place: [key] for place, key in disabled.items()}
        keys: list[str] = []
        for hop in wave.hops:
            before = tuple(keys[other] for other in hop.after)
            keys.append(self._move(hop, (*(disabled.values()), *before)))
            if hop.source in leaving:
                leaving[hop.source].append(keys[-1])
        stopped = {place: self._stop(place, apart, disabled[place]) for place in wave.hosts}
        found: list[str] = []
        for place in wave.hosts:
            found += self._serve(place, (*leaving[place], *(key for _, key in stopped[place])), stopped[place], apart)
        return tuple(found)

    def _disable(self, place: int, after: tuple[str, ...]) -> str:
        host = self._snapshot.hosts[place]
        step = s.Disable(key=f"disable-{host.uuid}", after=after, host=self._draft.host(host.ref), stays=True)
        return self._draft.add(step)

    def _move(self, hop: Hop, after: tuple[str, ...]) -> str:
        hosts, vm = self._snapshot.hosts, self._snapshot.VM[Ref(str(hop.key))]
        source = hosts[hop.source].ref if hop.source is not None else vm.resident_on
        return self._draft.move(vm, hosts[hop.target].ref, after, source)

    def _stop(self, place: int, apart: Mapping[Hashable, Choice], after: str) -> list[tuple[r.VM, str]]:
        """Guests that are shut down or suspended while their host is down."""
        draft, host = self._draft, self._snapshot.hosts[place]
        found = []
        for vm in (self._snapshot.VM[Ref(str(key))] for key in apart):
            if vm.resident_on != host.ref:
                continue
            kind = s.Shutdown if apart[vm.ref] == "shutdown" else s.Suspend
            cost = s.Forecast(seconds=forecast.SHUTDOWN_SECONDS)
            key, guest, own = f"{apart[vm.ref]}-{vm.uuid}", draft.guest(vm), draft.host(host.ref)
            found.append((vm, draft.add(kind(key=key, after=(after,), guest=guest, host=own, forecast=cost))))
        return found

    def _serve(
        self,
        place: int,
        after: tuple[str, ...],
        stopped: Sequence[tuple[r.VM, str]],
        apart: Mapping[Hashable, Choice],
    ) -> list[str]:
        """The deed, the host enabled again, its stopped guests started; the keys that end it."""
        draft, host = self._draft, self._snapshot.hosts[place]
        own = draft.host(host.ref)
        if self._deed.hook:
            after = (draft.add(s.Hook(key=f"hook-{host.uuid}", after=after, host=own, command=self._deed.hook)),)
        if self._deed.reboot:
            booted = host.other_config.get("boot_time", "")
            step = s.Reboot(key=f"reboot-{host.uuid}", after=after, host=own, booted=booted)
            after = (draft.add(replace(step, forecast=draft.model.reboots.cost(host.uuid))),)
        enabled = draft.add(s.Enable(key=f"enable-{host.uuid}", after=after, host=own))
        return [enabled, *(self._start(vm, own, enabled, apart[vm.ref]) for vm, _ in stopped)]

    def _start(self, vm: r.VM, host: s.Thing, after: str, how: Choice) -> str:
        kind = s.Resume if how == "suspend" else s.Start
        cost = s.Forecast(seconds=forecast.START_SECONDS)
        key, guest = f"start-{vm.uuid}", self._draft.guest(vm)
        return self._draft.add(kind(key=key, after=(after,), guest=guest, host=host, forecast=cost))

    def _home(self, guests: Sequence[Item], rolled: Rolled, after: tuple[str, ...]) -> None:
        """Everybody back to where it is now, in an order that never needs room that is not yet there."""
        places = {item.key: item.at for item in guests}
        here = [_now(item, rolled.at[item.key]) for item in guests if item.key in rolled.at]
        board = Board(here, rolled.free)
        wanted = {key: at for key, at in places.items() if at is not None and rolled.at.get(key, at) != at}
        if not sequence(board, wanted):
            self._draft.note("not everybody can be brought home: the way back finds no room at some point")
            return
        keys: list[str] = []
        for hop in linked(board.hops, {item.key: item for item in here}, rolled.free):
            keys.append(self._move(hop, (*after, *(keys[other] for other in hop.after))))


def _now(item: Item, at: int) -> Item:
    """The guest at the end of the last wave: it may also go where it came from."""
    may = item.may if item.at is None else item.may | 1 << item.at
    return Item(item.key, item.needs, item.holds, may - (1 << at), at)
