"""The figures as Prometheus reads them: on a port, or in a file for node_exporter's textfile collector."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest, write_to_textfile
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from xenferry.metrics.figures import Figure

PREFIX = "xenferry_"


class Board(Collector):
    """Shows what was last put on it. `pool` is a label of every figure; without figures the pool counts as down."""

    def __init__(self, pool: str) -> None:
        self.pool = pool
        self.registry = CollectorRegistry()
        self._figures: tuple[Figure, ...] = ()
        self._up, self._read_at, self._took = 0.0, 0.0, 0.0
        self.registry.register(self)

    def put(self, figures: Sequence[Figure], *, at: float, seconds: float) -> None:
        """The pool as it was at that moment (its own clock, seconds since the epoch), and how long it took to know."""
        self._figures, self._up, self._read_at, self._took = tuple(figures), 1.0, at, seconds

    def wipe(self) -> None:
        """The pool does not answer: old figures are worse than none."""
        self._figures, self._up = (), 0.0

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """What Prometheus' client asks for; called from its own thread."""
        own = [_own("up", "1 if the pool answered when it was last asked.", self._up)]
        if self._read_at:
            own.append(
                _own(
                    "read_timestamp_seconds",
                    "When the pool was last read, by its own clock, since 1970.",
                    self._read_at,
                )
            )
            own.append(_own("read_duration_seconds", "How long it took to read and judge it.", self._took))
        return [self._family(each) for each in (*own, *self._figures)]

    def _family(self, figure: Figure) -> GaugeMetricFamily:
        family = GaugeMetricFamily(PREFIX + figure.name, figure.about, labels=("pool", *figure.labels))
        for labels, value in dict(figure.values).items():  # of two hosts of one name the last one counts
            family.add_metric((self.pool, *labels), value)
        return family

    def text(self) -> str:
        """Prometheus' text form."""
        return generate_latest(self.registry).decode()

    def save(self, path: Path) -> None:
        """The same into a file, whole or not at all.

        Raises:
            OSError: it cannot be written.
        """
        write_to_textfile(str(path), self.registry)


def _own(name: str, about: str, value: float) -> Figure:
    return Figure(name, about, (), (((), value),))
