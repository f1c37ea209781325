"""From a method name and raw arguments to a result, with XAPI's checks in XAPI's order.

Name, number of arguments, their types, session, Async or not, and only then the call itself (the order in which xapi's
generated server does it). A call that XenAPI has and the lab does not simulate answers NOT_IMPLEMENTED [name].
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from xenferry.lab import arguments, implicit, registry
from xenferry.lab.context import Context
from xenferry.lab.datamodel import Call, Class, datamodel
from xenferry.lab.error import LabError, internal
from xenferry.lab.wire.xml import fragment

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab
    from xenferry.lab.world import Fault

log = logging.getLogger(__name__)

WHERE = {
    name: Call(name, (("expr", "string"),), True, "", False, (), False)
    for name in ("get_all_where", "get_all_records_where")
}
"""Every class with get_all_records has these too; XAPI does not document them."""

WITHOUT_TASK = ("task", "event")
"""Classes whose calls XAPI makes no tasks for (datamodel.ml, no_task_id_for)."""


@dataclass(frozen=True)
class Request:
    """A call whose name, arguments and session have been found good."""

    lab: Lab
    host: str
    cls: str
    call: Call
    session: str | None
    args: list[Any]

    @property
    def name(self) -> str:
        return f"{self.cls}.{self.call.name}"


async def answer(lab: Lab, host: str, method: str, params: list[Any]) -> Any:
    """The result in XenAPI's JSON shape ("" for void, a task reference for Async). Raises LabError, Dropped."""
    if method == "system.listMethods":
        return list_methods()
    asynchronous, request = check(lab, host, method, params)
    fault = await lab.faults.before(request.name, [*request.args, request.session])
    inner = fault if fault is not None and fault.error else None
    if not asynchronous:
        result = await run_synchronously(request, inner)
    elif request.call.has_async:
        result = start_task(request, inner)
    else:
        raise LabError("Fault", f"No async mode for this operation (rpc: {request.name})")
    lab.faults.after(fault)
    return "" if result is None else result


def check(lab: Lab, host: str, method: str, params: list[Any]) -> tuple[bool, Request]:
    """Whether the call is Async, and the request. Raises what XAPI answers before it does anything."""
    prefix, _, rest = method.partition(".")
    asynchronous = prefix in ("Async", "InternalAsync")
    name = rest if asynchronous else method
    cls, _, short = name.partition(".")
    call = lookup(cls, short)
    if call is None:
        raise _unknown(lab, host, name, params)
    session, given = _split(name, call, params)
    if session is not None:
        session = arguments.of_type("string", session)
    args = [] if call.removed else arguments.convert(cls, call, given)
    if session is not None:
        simulated = registry.find(name)
        lab.sessions.check(session, host, anywhere=simulated is not None and simulated.anywhere)
    if call.removed:
        raise LabError("MESSAGE_REMOVED")
    return asynchronous, Request(lab, host, cls, call, session, args)


def _unknown(lab: Lab, host: str, name: str, params: list[Any]) -> LabError:
    """XAPI looks for an extension of this name, so a first parameter is taken for a session and checked first."""
    if params:
        lab.sessions.check(arguments.of_type("string", params[0]), host, anywhere=False)
    return LabError("NOT_IMPLEMENTED" if name in datamodel().hidden else "MESSAGE_METHOD_UNKNOWN", name)


def lookup(cls: str, name: str) -> Call | None:
    """The datamodel's call, or get_all_where and get_all_records_where of a class that can be listed."""
    if name in WHERE and datamodel().call(cls, "get_all_records"):
        return WHERE[name]
    return datamodel().call(cls, name)


def _split(name: str, call: Call, params: list[Any]) -> tuple[Any, list[Any]]:
    """The session (None if the call takes none) and the rest. Raises MESSAGE_PARAMETER_COUNT_MISMATCH.

    Surplus arguments are accepted, silently, by calls that have optional ones (recorded).
    """
    received = len(params) - call.session
    enough = received >= call.required if call.optional else received == len(call.params)
    if not enough:
        raise LabError("MESSAGE_PARAMETER_COUNT_MISMATCH", name, str(call.required), str(received))
    return (params[0], params[1:]) if call.session else (None, params)


async def answer_within(lab: Lab, host: str, label: str, params: list[Any], parent: str) -> Any:
    """The result of a call that another call makes and waits for: its task, of this label, is a part of the other's."""
    _, request = check(lab, host, label, params)
    fault = await lab.faults.before(request.name, [*request.args, request.session])
    task = lab.tasks.create(label, host=host, parent=parent, session=request.session)
    result = await _run_with(request, task, fault if fault is not None and fault.error else None)
    lab.faults.after(fault)
    return result


async def run_synchronously(request: Request, fault: Fault | None = None) -> Any:
    """Runs the call; every call that can be Async shows a task meanwhile."""
    if not request.call.has_async or request.cls in WITHOUT_TASK:
        return await _run(request, None, fault)
    simulated = registry.find(request.name)
    cancellable = simulated is not None and simulated.cancellable
    task = _create(request, request.name, cancellable=cancellable)
    return await _run_with(request, task, fault)


async def _run_with(request: Request, task: str, fault: Fault | None) -> Any:
    """The task shows how the call ended, for the moment until it is deleted."""
    tasks = request.lab.tasks
    try:
        result = await _run(request, task, fault)
        tasks.succeed(task, fragment(request.call.result, result))
        return result
    except LabError as error:
        tasks.fail(task, error)
        raise
    finally:
        tasks.forget(task)


def start_task(request: Request, fault: Fault | None = None) -> str:
    """Starts the call in the background; returns the reference of its task."""
    simulated = registry.find(request.name)
    cancellable = simulated is not None and simulated.cancellable
    task = _create(request, f"Async.{request.name}", cancellable=cancellable)
    request.lab.tasks.start(task, partial(_run_for_task, request, fault))
    return task


def _create(request: Request, label: str, *, cancellable: bool) -> str:
    return request.lab.tasks.create(label, host=request.host, cancellable=cancellable, session=request.session)


async def _run_for_task(request: Request, fault: Fault | None, task: str) -> str:
    return fragment(request.call.result, await _run(request, task, fault))


async def _run(request: Request, task: str | None, fault: Fault | None) -> Any:
    ctx = Context(request.lab, request.name, request.host, request.session, task, fault)
    simulated = registry.find(request.name)
    function = simulated.function if simulated else implicit.find(request.cls, request.call.name)
    if function is None:
        raise LabError("NOT_IMPLEMENTED", request.name)
    request.lab.menus.settle()
    ctx.fail("task")
    try:
        result = await function(ctx, *request.args)
        ctx.fail("late")
        return result
    except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RuntimeError) as bug:
        log.exception("the lab failed in %s", request.name)
        raise internal(f"{type(bug).__name__}({bug})") from bug


def result_type(method: str) -> str:
    """The declared type of what `answer` returns, by which XML is written; "bare" for system.listMethods."""
    if method == "system.listMethods":
        return "bare"
    prefix, _, rest = method.partition(".")
    if prefix in ("Async", "InternalAsync"):
        return "task ref"
    call = lookup(prefix, rest)
    if call is None:
        return "void"
    if rest in WHERE:
        return f"{prefix} ref set" if rest == "get_all_where" else f"({prefix} ref -> {prefix} record) map"
    return call.result


def list_methods() -> list[str]:
    """All methods, as system.listMethods answers."""
    return [f"{cls.name}.{name}" for cls in datamodel().classes.values() for name in _methods_of(cls)]


def _methods_of(cls: Class) -> list[str]:
    hidden = [name.partition(".")[2] for name in datamodel().hidden if name.startswith(f"{cls.name}.")]
    return [*reversed(cls.calls), *hidden, *(WHERE if "get_all_records" in cls.calls else ())]
