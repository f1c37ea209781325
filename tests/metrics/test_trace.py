"""A run is a trace: its steps are spans, a collector gets them over HTTP, and nothing is imported where nobody asks."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from xenferry.plan.steps import Disable, Move, Plan, Thing
from xenferry.runs.journal import Entry
from xenferry.runs.trace import Trace

WORK = ("migrate", "mail", "--to", "south", "--yes", "--lab", "calm-pair")
HOST = Thing("host", "h", "north")
PLAN = Plan(
    wish="empty north",
    pool=Thing("pool", "p", "home"),
    made_at=0.0,
    steps=(
        Disable(key="off", host=HOST),
        Move(key="go", guest=Thing("VM", "g", "mail"), source=HOST, target=Thing("host", "s", "south")),
    ),
)


@pytest.fixture
def kept() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def trace(kept: InMemorySpanExporter) -> Trace:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    return Trace(provider.get_tracer("test"), "r1", PLAN, clock=iter((100.0, 190.0)).__next__)


def tell(trace: Trace, time: float, kind: str, **text: str) -> None:
    trace.hear(Entry(run="r1", seq=0, time=time, kind=kind, text=dict(text)))


def lasted(span: ReadableSpan) -> tuple[float, float]:
    assert span.start_time is not None
    assert span.end_time is not None
    return span.start_time / 1e9, span.end_time / 1e9


def test_steps_are_spans_below_the_run_in_the_journals_time(trace: Trace, kept: InMemorySpanExporter) -> None:
    tell(trace, 101, "step-started", step="go", text="move mail")
    tell(trace, 102, "step-task", step="go", task="OpaqueRef:1")
    tell(trace, 103, "progress", step="go", percent="7")
    tell(trace, 150, "step-done", step="go", text="move mail")
    trace.end()
    step, whole = kept.get_finished_spans()
    assert (step.name, whole.name) == ("move mail", "empty north")
    assert (lasted(step), lasted(whole)) == ((101, 150), (100, 190))
    assert step.parent is not None
    assert step.parent.span_id == whole.context.span_id
    assert dict(step.attributes or {}) == {"xenferry.step": "go", "xenferry.kind": "move"}
    assert [event.name for event in step.events] == ["step-task"]
    assert whole.status.status_code is not StatusCode.ERROR


def test_what_fails_is_an_error_of_its_step_and_of_the_run(trace: Trace, kept: InMemorySpanExporter) -> None:
    tell(trace, 101, "step-started", step="off", text="disable north")
    tell(trace, 102, "step-failed", step="off", reason="HOST_IN_USE")
    tell(trace, 103, "step-started", step="go", text="move mail")
    trace.end()
    failed, open_, whole = kept.get_finished_spans()
    assert [each.status.status_code for each in (failed, open_, whole)] == [
        StatusCode.ERROR,
        StatusCode.UNSET,
        StatusCode.ERROR,
    ]
    assert failed.status.description == "HOST_IN_USE"
    assert lasted(open_) == (103, 190)


class Collector(HTTPServer):
    """Takes what is sent to /v1/traces."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.taken: list[ExportTraceServiceRequest] = []


class Taking(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Collector)
        assert self.path == "/v1/traces"
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.taken.append(ExportTraceServiceRequest.FromString(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is said."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def xenferry(**environment: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("OTEL_")}
    program = (
        "import sys\nfrom xenferry.cli.frame.entry import carry_out\nstatus = carry_out(sys.argv[1:])\n"
        "print('imported:', any(name.startswith('opentelemetry') for name in sys.modules))\nsys.exit(status)"
    )
    return subprocess.run(
        [sys.executable, "-c", program, *WORK], env=clean | environment, capture_output=True, text=True, timeout=60
    )


def test_a_collector_gets_the_run(collector: Collector) -> None:
    ended = xenferry(OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{collector.server_port}", OTEL_SERVICE_NAME="ferry")
    assert ended.returncode == 0, ended.stderr
    (resource,) = [each for request in collector.taken for each in request.resource_spans]
    about = {each.key: each.value.string_value for each in resource.resource.attributes}
    assert about["service.name"] == "ferry"
    spans = [span for scope in resource.scope_spans for span in scope.spans]
    assert [span.name for span in spans if not span.parent_span_id] == ["migrate mail to host south"]
    assert [span.name for span in spans if span.parent_span_id] == ["move guest mail from north to south"]


def test_nothing_is_imported_where_nobody_asks() -> None:
    ended = xenferry()
    assert (ended.returncode, ended.stdout.splitlines()[-1]) == (0, "imported: False")
