"""Runs as OpenTelemetry traces: a span for the run and one for each step, in the journal's time.

Optional (extra `tracing`). Where a program that embeds xenferry has set up OpenTelemetry, its tracer is used. Else the
environment decides, as everywhere with OpenTelemetry: with OTEL_EXPORTER_OTLP_ENDPOINT spans are sent there by HTTP.
Nothing of it is imported otherwise, and no run waits for a collector or fails because of one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from xenferry import __version__
from xenferry.plan.steps import Plan
from xenferry.runs.journal import Entry
from xenferry.runs.ledger import Listen

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
OVER = {"step-done": True, "step-failed": False, "step-person": False}
"""Kinds of entries that end a step for now -> whether it went well."""
SHOWN_ONLY = "progress"
"""Percentages are no events of a trace: there are too many of them."""


@contextmanager
def tracing(run: str, plan: Plan, clock: Callable[[], float], listen: Listen | None) -> Iterator[Listen | None]:
    """The listener to drive with: the one given, and the trace if somebody wants one."""
    tracer = _tracer()
    if tracer is None:
        yield listen
        return
    trace = Trace(tracer, run, plan, clock)

    def both(entry: Entry) -> None:
        trace.hear(entry)
        if listen is not None:
            listen(entry)

    try:
        yield both
    finally:
        trace.end()


def _tracer() -> Tracer | None:
    sent = any(os.environ.get(name) for name in ENDPOINTS)
    if os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true" or not (sent or "opentelemetry.trace" in sys.modules):
        return None
    try:
        from opentelemetry import trace
    except ModuleNotFoundError:
        return None
    if sent and isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        _send_spans()
    return trace.get_tracer("xenferry", __version__)


def _send_spans() -> None:
    """Set up the usual way to a collector; what is left is sent when the program ends."""
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    name = os.environ.get("OTEL_SERVICE_NAME") or "xenferry"
    provider = TracerProvider(resource=Resource.create({"service.name": name, "service.version": __version__}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


class Trace:
    """The spans of one stretch of driving a run."""

    def __init__(self, tracer: Tracer, run: str, plan: Plan, clock: Callable[[], float]) -> None:
        self._tracer, self._clock = tracer, clock
        self._kinds = {step.key: type(step).__struct_config__.tag for step in plan.steps}
        self._open: dict[str, Span] = {}
        about: dict[str, str | int] = {
            "run": run,
            "pool.name": plan.pool.name,
            "pool.uuid": plan.pool.uuid,
            "steps": len(plan.steps),
        }
        named = {f"xenferry.{key}": value for key, value in about.items()}
        self._whole = tracer.start_span(plan.wish, start_time=_ns(clock()), attributes=named)

    def hear(self, entry: Entry) -> None:
        """An event of the run, as the engine tells it."""
        key = str(entry.text.get("step", ""))
        if entry.kind == "step-started" and key not in self._open:
            self._open[key] = self._begin(key, entry)
        elif entry.kind in OVER and key in self._open:
            self._close(self._open.pop(key), entry)
        elif entry.kind != SHOWN_ONLY:
            span = self._open.get(key, self._whole)
            span.add_event(entry.kind, _plain(entry.text), timestamp=_ns(entry.time))

    def end(self) -> None:
        """Nobody drives it any more. Steps that are still open go on in the pool."""
        now = _ns(self._clock())
        for span in (*self._open.values(), self._whole):
            span.end(end_time=now)

    def _begin(self, key: str, entry: Entry) -> Span:
        from opentelemetry.trace import set_span_in_context

        return self._tracer.start_span(
            str(entry.text.get("text", key)),
            context=set_span_in_context(self._whole),
            start_time=_ns(entry.time),
            attributes={"xenferry.step": key, "xenferry.kind": str(self._kinds.get(key, ""))},
        )

    def _close(self, span: Span, entry: Entry) -> None:
        from opentelemetry.trace import Status, StatusCode

        if not OVER[entry.kind]:
            why = Status(StatusCode.ERROR, str(entry.text.get("reason", entry.kind)))
            span.set_status(why)
            self._whole.set_status(why)
        span.end(end_time=_ns(entry.time))


def _ns(seconds: float) -> int:
    return int(seconds * 1e9)


def _plain(text: dict[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in text.items()}
